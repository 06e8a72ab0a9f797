//! No secret of a run can be read afterwards, whatever was logged and whatever went wrong: not in the programs' output,
//! not in logs or the database, not in arguments or environments.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::Write,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use connect_core::{
    contract::{intent::Connect, view::Token},
    secret::Secret,
    vault::{Pair, Tokens},
};
use connect_tests::{
    Desk, Dtx, Ended, Fault, INTEGRATION, Person, Press, TOKEN, Tap, one_at_a_time, program,
};
use practice_org::{OauthError, Options, Org};
use serde_json::{Value, json};
use time::OffsetDateTime;
use url::Url;

/// Logs everything, also from libraries that would log what they send.
const LOG: &str =
    "trace,hyper=trace,hyper_util=trace,reqwest=trace,rustls=trace,zbus=trace,oauth2=trace,rusqlite=trace";
/// How many bytes of a secret count as a leak.
const TELLING: usize = 20;
const OTHER_SECRET: &str = "FEDCBA9876543210FEDCBA9876543210FEDCBA9876543210FEDCBA9876543210";
/// A secret in answers of a server that sends more than it should.
const ECHOED: &str = "5Aep861EchoedByAServerThatSaysMoreThanItShould";
/// A secret in the hands of a program that crashes.
const HELD: &str = "5Aep861HeldByAProgramThatCrashesWithItInItsHands";

/// The readable remains of a run: each place, and its text. Bytes that are not text are replaced; secrets have none.
#[derive(Default)]
struct Traces(Vec<(String, String)>);

impl Traces {
    fn note(&mut self, place: &str, text: &str) {
        self.0.push((place.to_owned(), text.to_owned()));
    }

    /// Adds a `dtx`'s output. The sign-in address contains the state on purpose.
    fn printed(&mut self, place: &str, ended: &Ended) {
        let url = ended.output.lines().find_map(|line| {
            let line: Value = serde_json::from_str(line).ok()?;
            Some(line["url"].as_str()?.to_owned())
        });
        let without_url =
            |text: &str| url.as_ref().map_or_else(|| text.to_owned(), |url| text.replace(url, "(address)"));
        self.note(&format!("standard output of {place}"), &without_url(&ended.output));
        self.note(&format!("standard error of {place}"), &without_url(&ended.error));
    }

    /// Adds every file below the folder, except the keyring's own.
    fn files(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                if !path.ends_with("keyrings") {
                    self.files(&path);
                }
            } else if entry.file_type().unwrap().is_file() {
                let bytes = fs::read(&path).unwrap();
                self.note(&path.display().to_string(), &String::from_utf8_lossy(&bytes));
            }
        }
    }

    /// The places that contain the needle.
    fn places_of(&self, needle: &str) -> Vec<&str> {
        self.0.iter().filter(|(_, text)| text.contains(needle)).map(|(place, _)| place.as_str()).collect()
    }
}

/// The beginning and the end of a secret, without the parts that are not secret or are written differently elsewhere.
fn needles(secret: &str) -> Vec<String> {
    let core = secret.split_once('!').map_or(secret, |(_, rest)| rest).trim_end_matches('=');
    let core: Vec<char> = core.strip_prefix("dtxc1.").unwrap_or(core).chars().collect();
    if core.len() <= TELLING {
        return vec![core.into_iter().collect()];
    }
    let first = core.iter().skip(7).take(TELLING).collect();
    let last = core.iter().skip(core.len() - TELLING).collect();
    vec![first, last]
}

/// Watches the arguments and the environment of every `dtx` until it is dropped.
struct Watch {
    stop: Arc<AtomicBool>,
    watching: Option<thread::JoinHandle<BTreeSet<String>>>,
}

impl Watch {
    fn new() -> Self {
        let stop = Arc::<AtomicBool>::default();
        let stopped = stop.clone();
        let watching = thread::spawn(move || {
            let mut seen = BTreeSet::new();
            while !stopped.load(Ordering::Relaxed) {
                look_at_processes(&mut seen);
                thread::sleep(Duration::from_millis(2));
            }
            seen
        });
        Self { stop, watching: Some(watching) }
    }

    fn seen(mut self) -> BTreeSet<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.watching.take().unwrap().join().unwrap()
    }
}

fn look_at_processes(seen: &mut BTreeSet<String>) {
    let dtx = program("dtx");
    for process in fs::read_dir("/proc").unwrap().flatten() {
        // A process may end meanwhile.
        if fs::read_link(process.path().join("exe")).is_ok_and(|exe| exe == dtx) {
            for file in ["cmdline", "environ"] {
                let bytes = fs::read(process.path().join(file)).unwrap_or_default();
                seen.insert(format!("{file}: {}", String::from_utf8_lossy(&bytes).replace('\0', " ")));
            }
        }
    }
}

async fn authorize(dtx: &mut Dtx) -> String {
    dtx.event("authorize").await["url"].as_str().unwrap().to_owned()
}

/// Every command on a connection, and many failures.
async fn live_through_it_all(desk: &Desk, org: &Org, tap: &Tap, traces: &mut Traces) {
    let person = || Person::of(org, INTEGRATION);

    let mut dtx = desk.connecting(org, "p", &[]).await;
    let url = authorize(&mut dtx).await;
    person().sign_in(&url, Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
    traces.printed("connect", &ended);

    for arguments in [&["token", "p"][..], &["token", "p", "--json"], &["token", "p", "--fresh"]] {
        let ended = desk.dtx(arguments).await;
        assert_eq!(ended.code, 0, "{ended:?}");
        // A token belongs only into its standard output.
        traces.note("standard error of token", &ended.error);
    }
    for arguments in [
        &["list", "--json"][..],
        &["list"],
        &["show", "p", "--json"],
        &["check", "p"],
        &["check", "p", "--json"],
        &["agent", "status", "--json"],
    ] {
        traces.printed(&arguments.join(" "), &desk.dtx(arguments).await);
    }

    let mut dtx = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    let url = authorize(&mut dtx).await;
    let back = person().answer(&url, Press::Allow).await;
    dtx.say(back.as_str()).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
    traces.printed("reconnect", &ended);

    fail_in_every_way(desk, org, tap, traces).await;
    let ended = desk.dtx(&["disconnect", "p", "--json"]).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    traces.printed("disconnect", &ended);
}

async fn fail_in_every_way(desk: &Desk, org: &Org, tap: &Tap, traces: &mut Traces) {
    let person = || Person::of(org, INTEGRATION);
    // A refusal without --json, as a person sees it.
    let (address, key) = (org.address(), org.key());
    let mut dtx =
        desk.start(&["connect", &address, "--alias", "q", "--key", &key, "--secret-stdin", "--no-browser"]);
    dtx.say(&org.secret()).await;
    let url = dtx.hint("/services/oauth2/authorize?response_type").await;
    person().sign_in(&url, Press::Deny).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 3, "{ended:?}");
    traces.note("standard error of a denied sign-in", &ended.error.replace(&url, "(address)"));

    // A wrong secret is a secret too.
    let arguments =
        ["connect", &address, "--alias", "q", "--key", &key, "--secret-stdin", "--no-browser", "--json"];
    let mut dtx = desk.start(&arguments);
    dtx.say(OTHER_SECRET).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 6, "{ended:?}");
    traces.printed("a connect with a wrong secret", &ended);

    // Pasted addresses that hold the code and cannot be used.
    for spoil in [
        |back: &Url| back.as_str().replace("state=dtxc1.", "state=dtxc1.x"),
        |back: &Url| back.as_str().replace("localhost", "elsewhere"),
        |back: &Url| back.as_str().replace("/callback?", "/elsewhere?"),
    ] {
        let mut dtx = desk.connecting(org, "q", &[]).await;
        let url = authorize(&mut dtx).await;
        let back = person().answer(&url, Press::Allow).await;
        dtx.say(&spoil(&back)).await;
        let ended = dtx.ended().await;
        assert_eq!(ended.code, 3, "{ended:?}");
        traces.printed("a connect with a wrong paste", &ended);
    }

    // Unusable answers of the token endpoint with secrets in them.
    let echo = format!(r#"{{"access_token":"{ECHOED}","refresh_token":["{ECHOED}"],"error":"{ECHOED}"#);
    for fault in [
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{echo}",
            echo.len()
        ),
        format!(
            "HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{echo}",
            echo.len()
        ),
        format!(
            "HTTP/1.1 500 {ECHOED}\r\nx-echo: {ECHOED}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{echo}",
            echo.len()
        ),
        format!(
            "HTTP/1.1 302 Found\r\nlocation: http://localhost:1/?code={ECHOED}\r\nconnection: close\r\n\r\n"
        ),
        format!("{ECHOED} no HTTP at all\r\n\r\n"),
    ] {
        tap.next(TOKEN, Fault::Answer(fault));
        let ended = desk.dtx(&["token", "p", "--fresh"]).await;
        assert_eq!(ended.code, 4, "{ended:?}");
        traces.printed("token with an answer that cannot be used", &ended);
    }
    let refusal = OauthError {
        error: "invalid_grant".into(),
        error_description: format!("expired authorization code {ECHOED}").into(),
    };
    let mut dtx = desk.connecting(org, "q", &[]).await;
    let url = authorize(&mut dtx).await;
    let back = person().answer(&url, Press::Allow).await;
    org.change(|switches| switches.next_token_error = Some(refusal));
    dtx.say(back.as_str()).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 3, "{ended:?}");
    traces.printed("a connect with a spent code", &ended);
}

/// Every secret that was on the wire, and those that were planted, by their names.
fn secrets_of(tap: &Tap) -> BTreeMap<String, BTreeSet<String>> {
    let mut secrets = tap.secrets();
    let other = BTreeMap::from([("client_secret", OTHER_SECRET), ("echoed", ECHOED)]);
    for (name, secret) in other {
        secrets.entry(name.to_owned()).or_default().insert(secret.to_owned());
    }
    // A probe's state is always the same, and no secret.
    secrets.get_mut("state").unwrap().retain(|state| state.starts_with("dtxc1."));
    secrets
}

/// Which secrets are where.
fn leaks(traces: &Traces, secrets: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut leaks = Vec::new();
    for (name, values) in secrets {
        for needle in values.iter().flat_map(|value| needles(value)) {
            leaks.extend(traces.places_of(&needle).into_iter().map(|place| format!("{name} in {place}")));
        }
    }
    leaks.dedup();
    leaks
}

#[tokio::test]
async fn no_secret_is_left_anywhere() {
    let _turn = one_at_a_time();
    let mut desk = Desk::new();
    desk.set("DATATRAX_LOG", LOG);
    let (org, tap) = Tap::before(Options { rotation: true, ..Options::default() }).await;
    let watch = Watch::new();
    let mut traces = Traces::default();

    live_through_it_all(&desk, &org, &tap, &mut traces).await;
    let mut agent = desk.start(&["agent"]);
    agent.hint("the agent is ready").await;
    live_through_it_all(&desk, &org, &tap, &mut traces).await;
    // A connection that stays, so that the searched database is not empty.
    let mut dtx = desk.connecting(&org, "stays", &[]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    traces.printed("connect", &dtx.ended().await);
    // What is handed on to whoever helps, with names; its texts stand in it as they are.
    let archive = desk.folder().join("diagnostics.zip").display().to_string();
    for arguments in [&["logs", "export", &archive, "--names"][..], &["doctor", "--offline", "--json"]] {
        let ended = desk.dtx(arguments).await;
        assert_eq!(ended.code, 0, "{ended:?}");
        traces.printed(&arguments.join(" "), &ended);
    }
    traces.files(desk.folder());
    traces.printed("agent stop", &desk.dtx(&["agent", "stop"]).await);
    traces.printed("agent", &agent.ended().await);
    traces.files(desk.folder());
    let seen = watch.seen();
    assert!(
        seen.iter().any(|process| process.contains("--secret-stdin")),
        "processes were looked at: {}",
        seen.len()
    );
    for process in &seen {
        traces.note("arguments and environment", process);
    }

    let secrets = secrets_of(&tap);
    for name in
        ["access_token", "client_secret", "code", "code_verifier", "pw", "refresh_token", "state", "token"]
    {
        let count = secrets.get(name).map_or(0, BTreeSet::len);
        assert!(count > 0, "the wire had no {name}: {:?}", secrets.keys());
    }
    assert_eq!(leaks(&traces, &secrets), [""; 0]);

    // Expected text is found: the search works, and these are the real logs.
    let log = traces.places_of("connect_core");
    assert!(log.iter().any(|place| place.ends_with("agent.log")), "the agent's log: {log:?}");
    assert!(log.iter().any(|place| place.ends_with("diagnostics.zip")), "the archive: {log:?}");
    assert!(log.iter().any(|place| place.contains("standard error of connect")), "dtx logs: {log:?}");
    assert!(!traces.places_of("integration@practice.example").is_empty(), "the database is read");
    assert_eq!(org.counters().secrets_in_query, 0, "no secret was in an address");
}

#[test]
fn the_search_finds_what_is_planted() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("logs")).unwrap();
    let mut file = fs::File::create(folder.path().join("logs/a.log")).unwrap();
    let token = format!("00Dxx0000001gPL!AQ{}", "abcdefghij".repeat(9));
    let code = format!("aPrx{}==", "0123456789".repeat(8));
    let encoded: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
    write!(file, "sent {encoded} and code={}%3D%3D", code.trim_end_matches('=')).unwrap();
    drop(file);
    let mut traces = Traces::default();
    traces.files(folder.path());
    for secret in [&token, &code] {
        for needle in needles(secret) {
            assert_eq!(
                traces.places_of(&needle).len(),
                1,
                "found although it was written differently: {needle}"
            );
        }
    }
    // Also when only a part of it was written, and when it was printed.
    let shortened: String = token.chars().take(60).collect();
    let ended = Ended { code: 0, output: String::new(), error: format!("failed with {shortened}…") };
    let mut traces = Traces::default();
    traces.printed("dtx", &ended);
    assert!(needles(&token).iter().any(|needle| !traces.places_of(needle).is_empty()), "a part is a leak");
    assert!(
        needles(OTHER_SECRET).iter().all(|needle| traces.places_of(needle).is_empty()),
        "and nothing else is"
    );
}

#[test]
fn processes_are_looked_at() {
    let desk = Desk::without_keyring();
    let watch = Watch::new();
    let mut command = desk.command(program("dtx"));
    let mut child =
        command.args(["practice", "--seed", "424242"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let give_up_at = std::time::Instant::now() + Duration::from_secs(300);
    let mut seen = BTreeSet::new();
    while !seen.iter().any(|process: &String| process.contains("--seed 424242")) {
        assert!(std::time::Instant::now() < give_up_at, "its arguments are seen: {seen:?}");
        look_at_processes(&mut seen);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(seen.iter().any(|process| process.contains("DATATRAX_HOME")), "and its environment");
    drop(watch.seen());
}

#[tokio::test]
async fn an_agent_leaves_no_core_dump_where_other_programs_do() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), Org::start(Options::default()).await.unwrap());
    desk.connect(&org, "p").await;
    let folder = desk.folder().join("dumps");
    fs::create_dir(&folder).unwrap();
    // Each may write dumps of any size, which would go into this folder unless this computer collects them elsewhere.
    let start = |program: &str| {
        let script = format!("ulimit -c unlimited && cd {} && exec {program}", folder.display());
        let mut command = desk.command("sh");
        command.args(["-c", &script]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let dies = |mut child: std::process::Child| {
        let killed = desk.command("kill").args(["-ABRT", &child.id().to_string()]).status().unwrap();
        assert!(killed.success(), "a signal that dumps core");
        child.wait().unwrap()
    };
    let other = start("sleep 1000");
    while fs::read_to_string(format!("/proc/{}/comm", other.id())).unwrap().trim() != "sleep" {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(dies(other).core_dumped(), "another program leaves one here, so the rest can fail");

    let before = fs::read_dir(&folder).unwrap().count();
    let agent = start(&format!("{} agent --no-tray", program("dtx").display()));
    desk.until_agent_runs().await;
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "it has had secrets in its hands");
    let ended = dies(agent);
    assert_eq!((ended.signal(), ended.core_dumped()), (Some(6), false), "it dies of it, and is not dumped");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), before, "and no file is there");
}

#[tokio::test]
async fn at_no_level_has_the_log_a_secret_of_a_refresh_that_works_or_fails() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let (org, tap) = Tap::before(Options { rotation: true, ..Options::default() }).await;
    desk.connect(&org, "p").await;
    desk.connect(&org, "q").await;
    let echo = format!(
        "HTTP/1.1 500 {ECHOED}\r\nx-echo: {ECHOED}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    let mut traces = Traces::default();
    for level in ["error", "warn", "info", "debug", "trace"] {
        for (alias, fault, code) in [("p", None, 0), ("q", Some(echo.clone()), 4)] {
            if let Some(answer) = fault {
                tap.next(TOKEN, Fault::Answer(answer));
            }
            let mut dtx = desk.start_with(&["token", alias, "--fresh"], &[("DATATRAX_LOG", level)]);
            dtx.end_input();
            let ended = dtx.ended().await;
            assert_eq!(ended.code, code, "{level}: {ended:?}");
            traces.note(&format!("the log of {alias} at {level}"), &ended.error);
        }
    }
    assert_eq!(leaks(&traces, &secrets_of(&tap)), [""; 0]);
    let logs = traces.places_of("connect_core");
    for place in ["the log of p at trace", "the log of q at trace"] {
        assert!(logs.contains(&place), "there is a log: {logs:?}");
    }
}

#[test]
fn the_output_of_a_crash_has_no_secret() {
    let crashed = std::process::Command::new(env::current_exe().unwrap())
        .args(["--exact", "secrets::part_crashes", "--ignored", "--nocapture"])
        .env("RUST_BACKTRACE", "full")
        .output()
        .unwrap();
    let said =
        [crashed.stdout, crashed.stderr].map(|output| String::from_utf8_lossy(&output).into_owned()).concat();
    assert!(said.contains("panicked at "), "it crashes: {said}");
    assert!(said.contains("stack backtrace:"), "and says all that it can: {said}");
    assert_eq!(said.matches("[redacted]").count(), 7, "what it had in its hands is named: {said}");
    for needle in needles(HELD) {
        assert!(!said.contains(&needle), "{said}");
    }
}

/// Crashes as a program does on a value that it did not expect: the message has everything around.
#[test]
#[ignore = "a part of the test above"]
fn part_crashes() {
    let held = || Secret::new(HELD);
    let now = OffsetDateTime::now_utc();
    let (pair, tokens) = (
        Pair { key: held(), secret: held() },
        Tokens { access: held(), refresh: held(), ..connect_tests::stored(1, now).2 },
    );
    let asked: Connect =
        serde_json::from_value(json!({ "address": "acme", "alias": null, "key": HELD, "secret": HELD }))
            .unwrap();
    let answer: Result<(), Token> = Err(Token {
        access_token: held(),
        instance_url: "https://acme.my.salesforce.com".to_owned(),
        org_id: "00DWR0000001abcEAA".to_owned(),
        username: "datatrax@acme.example".to_owned(),
        api_version: "67.0".to_owned(),
        issued_at: Some(now),
        expires_at: Some(now),
    });
    assert!(answer.is_ok(), "{pair:?} {tokens:?} {asked:?} {answer:?}");
}
