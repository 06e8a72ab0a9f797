//! The recipes of `docs/recipes`: each block is run as it stands there, with the tools themselves, against a practice org.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use connect_tests::{
    Desk, INTEGRATION, OnlineDesk, PASSPHRASE, PATIENCE, Press, node, node_modules, one_at_a_time, python, sf,
};
use practice_org::{Options, Org, OrgKind};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    time::timeout,
};

const QUERY: &str = "SELECT Id FROM Organization";
/// Longer than a session: every access token has then ended.
const LATER: Duration = Duration::from_secs(3 * 60 * 60);
/// The file with how far a load's clock is ahead, in milliseconds: as far as the org's.
const AHEAD: &str = "ahead";
/// Puts the clock of a program in Node ahead.
const CLOCK: &str = r#"import { readFileSync } from "node:fs";
const now = Date.now;
Date.now = () => now() + Number(readFileSync("ahead", "utf8"));
"#;

/// A block of a recipe: its language, the file that it is, if any, and its text.
struct Block {
    language: String,
    file: Option<String>,
    text: String,
}

fn blocks(recipe: &str) -> Vec<Block> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/recipes").join(recipe);
    let page = fs::read_to_string(page).unwrap();
    let fenced: Vec<&str> = page.split("```").skip(1).step_by(2).collect();
    assert!(!fenced.is_empty(), "{recipe} has something to run");
    let read = |block: &str| {
        let (head, text) = block.split_once('\n').unwrap();
        let mut words = head.split(' ').map(str::to_owned);
        Block { language: words.next().unwrap(), file: words.next(), text: text.to_owned() }
    };
    fenced.into_iter().map(read).collect()
}

/// The blocks in this language.
fn of(recipe: &str, language: &str) -> Vec<Block> {
    blocks(recipe).into_iter().filter(|block| block.language == language).collect()
}

/// A desk with the connection `uat`, `dtx` on its search path, and a folder to work in.
async fn desk(org: &Org) -> (Desk, PathBuf) {
    let mut desk = Desk::new();
    desk.connect(org, "uat").await;
    let work = prepare(&mut desk);
    (desk, work)
}

fn prepare(desk: &mut Desk) -> PathBuf {
    let dtx = desk.program("dtx");
    let path = format!("{}:{}", dtx.parent().unwrap().display(), std::env::var("PATH").unwrap());
    desk.set("PATH", &path);
    let work = desk.folder().join("user");
    let stand_in = "echo \"$@\"; for name; do case $name in SF_*) eval \"echo $name=\\$$name\";; esac; done";
    program(&work, "load.sh", "printf '%s' \"$SF_ACCESS_TOKEN\" | wc -c; echo loaded");
    program(&work, "docker", stand_in);
    work
}

fn program(folder: &Path, name: &str, script: &str) {
    let file = folder.join(name);
    write(&file, &format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

fn write(file: &Path, text: &str) {
    fs::File::create(file).unwrap().write_all(text.as_bytes()).unwrap();
}

fn shell(desk: &Desk, work: &Path, script: &str) -> tokio::process::Command {
    let mut bash = desk.command("bash");
    bash.args(["-euo", "pipefail", "-c", script]).current_dir(work);
    bash.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut bash = tokio::process::Command::from(bash);
    bash.kill_on_drop(true);
    bash
}

/// Runs a block of a shell to its end, which has to be a good one; what it says.
async fn run(desk: &Desk, work: &Path, script: &str) -> String {
    let ended = timeout(PATIENCE, shell(desk, work, script).output()).await.expect("it ends").unwrap();
    let (said, error) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success(), "{script}\nsays {said}\nand {error}");
    said.into_owned()
}

/// A load goes on each time that its token ends in the middle of it, with one more refresh.
async fn outlives_its_tokens(desk: &Desk, work: &Path, org: &Org, command: &str) {
    let mut load = shell(desk, work, command).stdin(Stdio::piped()).spawn().unwrap();
    let (mut input, output) = (load.stdin.take().unwrap(), load.stdout.take().unwrap());
    let mut lines = BufReader::new(output).lines();
    let before = org.counters().refreshes;
    let mut ends = 0;
    for ended in [false, true, false, true] {
        if ended {
            ends += 1;
            org.advance(LATER);
            write(&work.join(AHEAD), &(LATER * ends).as_millis().to_string());
        }
        input.write_all(format!("{QUERY}\n").as_bytes()).await.unwrap();
        let line = timeout(PATIENCE, lines.next_line()).await.expect("the load goes on").unwrap();
        let line = line.unwrap_or_else(|| panic!("{command} ended with its token"));
        assert!(line.contains(&org.org_id()), "the record, whether the token had ended ({ended}): {line}");
    }
    drop(input);
    assert!(timeout(PATIENCE, load.wait()).await.expect("it ends").unwrap().success(), "{command}");
    assert_eq!(org.counters().refreshes, before + u64::from(ends), "one more token for each that ended");
}

/// With tokens that the org refuses, fresh ones too, a load ends, and has asked for a fresh one once.
async fn asks_once(desk: &Desk, work: &Path, command: &str) {
    let stand_in = work.join("stand-in");
    fs::create_dir(&stand_in).unwrap();
    let (dtx, asked) = (desk.program("dtx"), stand_in.join("asked"));
    let refused = "sed 's/00D[^!\"]*![^\"]*/00D000000000001!AQEAQ.refused/'";
    let script = format!("echo \"$*\" >>'{}'\n'{}' \"$@\" | {refused}", asked.display(), dtx.display());
    program(&stand_in, "dtx", &script);
    let script = format!("PATH='{}':$PATH; echo '{QUERY}' | {command}", stand_in.display());
    let ended = timeout(PATIENCE, shell(desk, work, &script).output()).await.expect("it ends").unwrap();
    assert!(!ended.status.success(), "{command} says that it failed: {ended:?}");
    let asked = fs::read_to_string(asked).unwrap();
    assert_eq!(asked.matches("--fresh").count(), 1, "another token does not help: {asked}");
}

#[tokio::test]
async fn every_recipe_is_known_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/recipes");
    let index = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut found: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    let known = [
        "README.md",
        "ci.md",
        "container.md",
        "curl.md",
        "jsforce.md",
        "make.md",
        "python.md",
        "salesforce-cli.md",
        "simple-salesforce.md",
        "timer.md",
    ];
    assert_eq!(found, known, "each has a test below");
    for recipe in &known[1..] {
        assert!(index.contains(&format!("({recipe})")), "{recipe} stands in the table");
        for Block { language, .. } in blocks(recipe) {
            let is_known = ["sh", "python", "js", "make", "ini", "crontab", "console"];
            assert!(
                is_known.contains(&language.as_str()),
                "{recipe}: a block in {language} would not be run"
            );
        }
    }
}

#[tokio::test]
async fn curl_calls_with_a_header_and_a_load_outlives_its_tokens() {
    let _turn = one_at_a_time();
    let org = Org::start(Options::default()).await.unwrap();
    let (desk, work) = desk(&org).await;
    let [versions, calls, load] = of("curl.md", "sh").try_into().unwrap_or_else(|_| panic!("three blocks"));
    assert!(run(&desk, &work, &versions.text).await.contains("/services/data/v"), "the versions");
    let said = run(&desk, &work, &calls.text).await;
    assert!(said.contains("DailyApiRequests") && said.contains(&org.org_id()), "both calls: {said}");
    let file = load.file.unwrap();
    write(&work.join(&file), &load.text);
    fs::set_permissions(work.join(&file), fs::Permissions::from_mode(0o755)).unwrap();
    outlives_its_tokens(&desk, &work, &org, &format!("./{file}")).await;
    asks_once(&desk, &work, &format!("./{file}")).await;

    let before = org.counters().refreshes;
    let script = format!("echo nonsense | ./{file}");
    let refused = shell(&desk, &work, &script).output().await.unwrap();
    assert_eq!(refused.status.code(), Some(1), "what is wrong ends the load: {refused:?}");
    let said = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(said.contains("MALFORMED_QUERY"), "with what Salesforce says: {said}");
    assert_eq!(org.counters().refreshes, before, "no other token for what it does not help against");
    desk.dtx(&["disconnect", "uat"]).await;
    let refused = shell(&desk, &work, &script).output().await.unwrap();
    assert!(!refused.status.success() && refused.stdout.is_empty(), "without a token no call: {refused:?}");
}

/// Puts the one block of a page where it says, and returns the name of that file.
fn placed(page: &str, language: &str, work: &Path) -> String {
    let [block] = of(page, language).try_into().unwrap_or_else(|_| panic!("one block"));
    let file = block.file.unwrap();
    write(&work.join(&file), &block.text);
    file
}

#[tokio::test]
async fn a_load_in_python_outlives_its_tokens() {
    let _turn = one_at_a_time();
    let org = Org::start(Options::default()).await.unwrap();
    let (desk, work) = desk(&org).await;
    let file = placed("python.md", "python", &work);
    outlives_its_tokens(&desk, &work, &org, &format!("python3 {file}")).await;
    asks_once(&desk, &work, &format!("python3 {file}")).await;
}

#[tokio::test]
async fn make_has_the_token_for_all_rules_or_for_one() {
    let _turn = one_at_a_time();
    let org = Org::start(Options::default()).await.unwrap();
    let (desk, work) = desk(&org).await;
    let mut ran = 0;
    for block in blocks("make.md") {
        if let Some(file) = block.file {
            write(&work.join(file), &block.text);
        } else {
            let said = run(&desk, &work, &block.text).await;
            assert!(said.contains("DailyApiRequests"), "{}: {said}", block.text);
            ran += 1;
        }
    }
    assert_eq!(ran, 2, "both ways");
}

/// cron gives a program little more than a home, and no session bus.
#[tokio::test]
async fn what_runs_at_a_time_gets_its_token_from_the_agent() {
    let _turn = one_at_a_time();
    let org = Org::start(Options::default()).await.unwrap();
    let (desk, work) = desk(&org).await;
    let mut agent = desk.start(&["agent", "--no-tray"]);
    desk.until_agent_runs().await;
    let [line] = of("timer.md", "crontab").try_into().unwrap_or_else(|_| panic!("one line"));
    let command = line.text.trim().splitn(6, ' ').nth(5).unwrap().to_owned();
    let environment = desk.environment();
    let kept = environment.into_iter().filter(|(name, _)| ["PATH", "HOME", "DATATRAX_HOME"].contains(name));
    let mut cron = tokio::process::Command::new("sh");
    cron.env_clear().envs(kept).args(["-c", &command]).current_dir(&work).stdin(Stdio::null());
    assert!(timeout(PATIENCE, cron.status()).await.expect("it ends").unwrap().success(), "{command}");
    let log = fs::read_to_string(work.join("load.log")).unwrap();
    assert!(log.contains("loaded") && !log.starts_with('0'), "with a token: {log}");

    let units: Vec<Block> = of("timer.md", "ini");
    let dtx = desk.program("dtx");
    for unit in &units {
        let text = unit.text.replace("/usr/bin/dtx", dtx.to_str().unwrap());
        write(&work.join(unit.file.as_ref().unwrap()), &text);
    }
    let names: Vec<&str> = units.iter().map(|unit| unit.file.as_deref().unwrap()).collect();
    run(&desk, &work, &format!("systemd-analyze verify --user ./{}", names.join(" ./"))).await;
    let start = units[0].text.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    let start = start.replace("/usr/bin/dtx", "dtx").replace("%h", work.to_str().unwrap());
    assert!(run(&desk, &work, &start).await.contains("loaded"), "what systemd would start");
    desk.dtx(&["agent", "stop"]).await;
    agent.end_input();
    agent.ended().await;
}

#[tokio::test]
async fn a_runner_without_a_keychain_has_a_passphrase_in_a_file() {
    let _turn = one_at_a_time();
    let org = Org::start(Options::default()).await.unwrap();
    let mut desk = Desk::without_keyring();
    let work = prepare(&mut desk);
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    desk.set("DATATRAX_PASSPHRASE_FILE", &passphrase);
    desk.connect(&org, "uat").await;
    let [job] = of("ci.md", "sh").try_into().unwrap_or_else(|_| panic!("one block"));
    let script = job.text.replace("~/passphrase", &passphrase);
    assert!(run(&desk, &work, &script).await.contains("loaded"), "{script}");
}

/// No container runs in the tests: `docker` is a program that says what it was called with and what it would hand on.
#[tokio::test]
async fn a_container_gets_the_token_and_no_argument_has_it() {
    let _turn = one_at_a_time();
    let org = Org::start(Options::default()).await.unwrap();
    let (desk, work) = desk(&org).await;
    let path = format!("PATH={}:$PATH\n", work.display());
    let token = desk.token("uat").await;
    for block in of("container.md", "sh") {
        let said = run(&desk, &work, &format!("{path}{}", block.text)).await;
        let (arguments, environment) = said.split_once('\n').unwrap();
        assert!(arguments.starts_with("run --rm -e SF_ACCESS_TOKEN"), "{arguments}");
        assert!(!arguments.contains(&token), "in no argument: {arguments}");
        assert!(environment.contains(&format!("SF_ACCESS_TOKEN={token}\n")), "{environment}");
        assert!(environment.contains(&format!("SF_INSTANCE_URL={}", org.address())), "{environment}");
    }
}

#[tokio::test]
async fn a_load_with_jsforce_outlives_its_tokens() {
    let _turn = one_at_a_time();
    let org = Org::start(Options::default()).await.unwrap();
    let (desk, work) = desk(&org).await;
    let file = placed("jsforce.md", "js", &work);
    symlink(node_modules(), work.join("node_modules")).unwrap();
    write(&work.join("clock.mjs"), CLOCK);
    write(&work.join(AHEAD), "0");
    let command = format!("'{}' --import ./clock.mjs {file}", node().display());
    outlives_its_tokens(&desk, &work, &org, &command).await;
    asks_once(&desk, &work, &command).await;
}

/// simple-salesforce uses only https, so the org is behind TLS and the proxy.
#[tokio::test]
async fn a_load_with_simple_salesforce_outlives_its_tokens() {
    let _turn = one_at_a_time();
    let OnlineDesk { desk: mut own, internet } = OnlineDesk::new().await;
    let host = "acme--uat.sandbox.my.salesforce.com";
    for (name, value) in internet.environment() {
        own.set(name, &value);
    }
    own.set("REQUESTS_CA_BUNDLE", internet.authority_file().to_str().unwrap());
    let work = prepare(&mut own);
    let online = OnlineDesk { desk: own, internet };
    let org = online.served(host, OrgKind::Sandbox).await;
    let mut dtx = online.connecting_with(host, &org, &["--alias", "uat"], &[]).await;
    dtx.sign_in(&mut online.internet.person(&org, INTEGRATION), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "connected: {ended:?}");
    let file = placed("simple-salesforce.md", "python", &work);
    let command = format!("'{}' {file}", python().display());
    outlives_its_tokens(&online.desk, &work, &org, &command).await;
    asks_once(&online.desk, &work, &command).await;
}

#[tokio::test]
async fn a_load_with_salesforce_cli_signs_in_again_each_time_that_its_token_ends() {
    let _turn = one_at_a_time();
    let org = Org::start(Options::default()).await.unwrap();
    let (desk, work) = desk(&org).await;
    let file = placed("salesforce-cli.md", "sh", &work);
    let programs = work.join("programs");
    fs::create_dir(&programs).unwrap();
    // Its keys go into a file of its home, and it looks for no newer version of itself.
    let settings = "SF_USE_GENERIC_UNIX_KEYCHAIN=true SF_AUTOUPDATE_DISABLE=true SF_DISABLE_LOG_FILE=true \
                    SF_DISABLE_TELEMETRY=true SF_SKIP_NEW_VERSION_CHECK=true";
    let run = format!("export {settings}\nexec '{}' '{}' \"$@\"", node().display(), sf().display());
    program(&programs, "sf", &run);
    let command = format!("PATH='{}':$PATH; sh {file}", programs.display());
    outlives_its_tokens(&desk, &work, &org, &command).await;

    let before = org.counters().refreshes;
    let refused = shell(&desk, &work, &command.replace("sh ", "echo nonsense | sh ")).output().await.unwrap();
    assert_eq!(refused.status.code(), Some(1), "what is wrong ends the load: {refused:?}");
    let said = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(said.contains("MALFORMED_QUERY"), "with what Salesforce says: {said}");
    assert_eq!(org.counters().refreshes, before, "no other token for what it does not help against");
}
