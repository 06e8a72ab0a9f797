//! The vault as its users meet it: who keeps its key, what happens when that or the database fails, and where secrets are
//! not. What is lost is at most a sign-in, and the text says so.

#![expect(clippy::unwrap_in_result, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    net::TcpListener,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use connect_agent::Client;
use connect_core::{
    explain::Code,
    home::Home,
    intent::{Intent, Protect},
    keychain,
    ports::{Clock, SystemClock},
    secret::Secret,
    vault::Vault,
    view::{Guard, Notice, Snapshot, VaultView},
};
use connect_tests::{
    Desk, Dtx, Ended, Fault, INTEGRATION, Person, Press, Tap, Terminal, one_at_a_time, org, program, stored,
};
use practice_org::{Options, Org};
use serde_json::Value;

const PASSPHRASE: &str = "correct horse battery";

async fn agent(desk: &Desk, environment: &[(&str, &str)]) -> Dtx {
    let mut agent = desk.start_with(&["agent"], &[environment, &[("DATATRAX_LOG", "info")]].concat());
    agent.hint("the agent is ready").await;
    agent
}

async fn stop(desk: &Desk, agent: Dtx) {
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "the agent stops");
    agent.ended().await;
}

/// A file with this in it, in the folder of the desk.
fn file(desk: &Desk, name: &str, text: &str) -> String {
    let path = desk.folder().join(name);
    let mut file = File::options().create(true).write(true).truncate(true).mode(0o600).open(&path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Runs `dtx` with this file as the passphrase.
async fn dtx_with(desk: &Desk, passphrase: &str, arguments: &[&str]) -> Ended {
    let mut dtx = desk.start_with(arguments, &[("DATATRAX_PASSPHRASE_FILE", passphrase)]);
    dtx.end_input();
    dtx.ended().await
}

/// Connects as `p`, with more in the environment.
async fn connect_with(desk: &Desk, org: &Org, environment: &[(&str, &str)]) -> Ended {
    let (address, key) = (org.address(), org.key());
    let arguments = ["connect", &address, "--alias", "p", "--key", &key, "--secret-stdin", "--no-browser"];
    let mut dtx = desk.start_with(&[&arguments[..], &["--json"]].concat(), environment);
    dtx.say(&org.secret()).await;
    dtx.sign_in(&mut Person::of(org, INTEGRATION), Press::Allow).await;
    dtx.ended().await
}

fn words(ended: &Ended) -> String {
    format!("{}{}", ended.output, ended.error)
}

async fn shown(desk: &Desk) -> Value {
    desk.json(&["show", "p"]).await
}

#[tokio::test]
async fn without_a_keychain_both_other_ways_are_named_and_none_is_taken() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.end_input();
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 5, "{ended:?}");
    let told = ended.last();
    assert_eq!(told["code"], "keychain_missing", "{told}");
    let fix = told["fix"].to_string();
    for way in ["dtx vault passphrase", "DATATRAX_PASSPHRASE_FILE", "dtx vault session"] {
        assert!(fix.contains(way), "{way} is named: {fix}");
    }
    assert_eq!(desk.json(&["vault"]).await["guard"], Value::Null, "nothing was chosen");
    assert_eq!(org.counters().requests.get("token"), None, "and the org was not asked for anything");
}

#[tokio::test]
async fn a_file_with_a_passphrase_serves_where_there_is_no_keychain() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let passphrase = file(&desk, "passphrase", PASSPHRASE);
    let connected = connect_with(&desk, &org, &[("DATATRAX_PASSPHRASE_FILE", &passphrase)]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    let token = dtx_with(&desk, &passphrase, &["token", "p"]).await;
    assert_eq!(token.code, 0, "{token:?}");

    let wrong = file(&desk, "wrong", "another passphrase");
    for (ended, expected) in [
        (desk.dtx(&["token", "p"]).await, "passphrase, which has not been told"),
        (dtx_with(&desk, &wrong, &["token", "p"]).await, "not the passphrase of the vault"),
        (dtx_with(&desk, "/nonexistent", &["token", "p"]).await, "cannot be read"),
    ] {
        assert_eq!(ended.code, 5, "{ended:?}");
        assert!(ended.error.contains(expected), "{expected}: {}", ended.error);
        assert!(!words(&ended).contains(PASSPHRASE), "never shown");
    }
    assert_eq!(desk.aliases().await, ["p"], "what is not secret needs no passphrase");
    assert_eq!(desk.json(&["vault"]).await["guard"], "passphrase", "as chosen");

    let agent = agent(&desk, &[]).await;
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 5, "an agent that was not told needs it too");
    let told = dtx_with(&desk, &passphrase, &["token", "p"]).await;
    assert_eq!(told.output, token.output, "whoever has the file tells it: {told:?}");
    assert_eq!(desk.dtx(&["token", "p"]).await.output, token.output, "and the agent knows it from then on");
    stop(&desk, agent).await;
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 5, "until it ends");
    let ended = dtx_with(&desk, &passphrase, &["disconnect", "p"]).await;
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[tokio::test]
async fn the_vault_goes_from_the_keychain_to_a_passphrase_and_back_and_loses_nothing() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let passphrase = file(&desk, "passphrase", PASSPHRASE);
    let short = file(&desk, "short", "short");
    let refused = dtx_with(&desk, &short, &["vault", "passphrase"]).await;
    assert_eq!(refused.code, 2, "too short: {refused:?}");
    assert_eq!(desk.dtx(&["vault", "passphrase"]).await.code, 2, "nobody to ask for one");
    assert_eq!(desk.dtx(&["vault", "session"]).await.code, 5, "nobody who could remember a key");

    let changed = dtx_with(&desk, &passphrase, &["vault", "passphrase", "--json"]).await;
    assert_eq!(changed.code, 0, "{changed:?}");
    assert_eq!(changed.last()["guard"], "passphrase", "as asked");
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 5, "the keychain opens it no more");
    assert_eq!(
        dtx_with(&desk, &passphrase, &["token", "p"]).await.output.trim(),
        token,
        "the passphrase does"
    );

    let back = dtx_with(&desk, &passphrase, &["vault", "keychain"]).await;
    assert_eq!(back.code, 0, "{back:?}");
    assert_eq!(desk.token("p").await, token, "the keychain again");
    assert_eq!(desk.dtx(&["vault", "keychain"]).await.code, 0, "another key in the same place");
    assert_eq!(desk.token("p").await, token, "opens it too");
    assert_eq!(org.counters().refreshes, 0, "all that without the org");
}

#[tokio::test]
async fn somebody_at_a_terminal_is_offered_a_passphrase_and_asked_for_it_later() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let secret = file(&desk, "secret", &org.secret());
    let command = format!(
        "dtx connect {} --alias p --key {} --secret-file {secret} --no-browser",
        org.address(),
        org.key()
    );
    let mut terminal = Terminal::start(&desk, &command);
    terminal.sees("offers no keychain").await;
    terminal.sees("Your choice").await;
    terminal.types("p").await;
    terminal.sees("New passphrase").await;
    terminal.types(PASSPHRASE).await;
    terminal.sees("once more").await;
    terminal.types(PASSPHRASE).await;
    let address = terminal.sees("http://localhost:").await;
    let address = address.split_whitespace().find(|word| word.contains("/authorize?")).unwrap().to_owned();
    Person::of(&org, INTEGRATION).sign_in(&address, Press::Allow).await;
    terminal.sees("Connected p").await;
    let all = terminal.ended().await;
    assert!(!all.contains(PASSPHRASE), "the passphrase was not shown while it was typed: {all}");

    let mut terminal = Terminal::start(&desk, "dtx token p");
    terminal.sees("Passphrase of the vault").await;
    terminal.types(PASSPHRASE).await;
    assert!(terminal.ended().await.contains("00D"), "a token");
}

#[tokio::test]
async fn a_key_for_one_session_ends_with_the_agent_and_that_is_said() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let first = agent(&desk, &[]).await;
    let chosen = desk.dtx(&["vault", "session"]).await;
    assert!(chosen.code == 0 && chosen.output.contains("every connection needs a new sign-in"), "{chosen:?}");
    desk.connect(&org, "p").await;
    assert!(desk.token("p").await.starts_with("00D"), "while the agent runs");
    stop(&desk, first).await;

    let next = agent(&desk, &[]).await;
    let connection = shown(&desk).await;
    assert_eq!(connection["status"], "needs_you", "{connection}");
    assert_eq!(connection["reason"]["code"], "vault_session_ended", "{connection}");
    assert!(!connection["history"].as_array().unwrap().is_empty(), "the history stays: {connection}");
    let refused = desk.dtx(&["token", "p"]).await;
    assert_eq!(refused.code, 5, "{refused:?}");
    assert!(refused.error.contains("that session is over"), "said: {}", refused.error);
    assert_eq!(desk.json(&["vault"]).await["guard"], Value::Null, "the next key is chosen anew");
    stop(&desk, next).await;
}

#[tokio::test]
async fn the_token_of_an_old_copy_is_never_sent() {
    let _turn = one_at_a_time();
    let org = Org::start(Options { rotation: true, ..Options::default() }).await.unwrap();
    let desk = Desk::new();
    desk.connect(&org, "p").await;
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "a rotation");
    let copy = database(&desk);
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "another one");
    put_back(&desk, &copy);
    let refused = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.error.contains("older copy of itself"), "said: {}", refused.error);
    assert_eq!(shown(&desk).await["reason"]["code"], "vault_restored", "and shown");
    assert_eq!(org.counters().reuses_detected, 0, "the replaced token was not sent");
    assert_eq!(org.counters().refreshes, 2, "nor any other");

    let mut dtx = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "key and secret are still there");
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "and it goes on");
    assert_eq!(org.counters().reuses_detected, 0, "cleanly");
}

#[tokio::test]
async fn the_token_of_an_old_copy_is_not_sent_to_an_org_that_began_to_rotate_after_it() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "a refresh that replaces nothing");
    let copy = database(&desk);
    org.change(|switches| switches.rotation = true);
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "a rotation");
    let refreshes = org.counters().refreshes;
    put_back(&desk, &copy);
    let refused = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.error.contains("older copy of itself"), "said: {}", refused.error);
    let counters = org.counters();
    assert_eq!((counters.reuses_detected, counters.refreshes), (0, refreshes), "no token was sent");
}

/// A `dtx token --fresh` whose answer is on its way, at an org that rotates.
async fn refreshing() -> (Desk, Org, Tap, Dtx) {
    let desk = Desk::new();
    let (org, tap) = Tap::before(Options { rotation: true, ..Options::default() }).await;
    desk.connect(&org, "p").await;
    tap.next("/services/oauth2/token", Fault::HoldAnswer);
    let asking = desk.start(&["token", "p", "--fresh"]);
    tap.answered().await;
    (desk, org, tap, asking)
}

#[tokio::test]
async fn another_key_waits_until_the_refresh_of_another_program_is_stored() {
    let _turn = one_at_a_time();
    let (desk, org, tap, asking) = refreshing().await;
    let passphrase = file(&desk, "passphrase", PASSPHRASE);
    let mut changing =
        desk.start_with(&["vault", "passphrase"], &[("DATATRAX_PASSPHRASE_FILE", &passphrase)]);
    changing.hint("Waiting until refreshes").await;
    tap.go_on();
    let token = asking.ended().await;
    assert_eq!(token.code, 0, "the rotated token is stored: {token:?}");
    assert_eq!(changing.ended().await.code, 0, "and then the key is another one");
    let kept = dtx_with(&desk, &passphrase, &["token", "p"]).await;
    assert_eq!(kept.output, token.output, "with which it is sealed: {kept:?}");
    assert_eq!(dtx_with(&desk, &passphrase, &["token", "p", "--fresh"]).await.code, 0, "and goes on");
    assert_eq!(org.counters().reuses_detected, 0, "no token is used twice");
    let history = shown(&desk).await["history"].to_string();
    assert!(history.contains("was protected with a new passphrase"), "told in the history: {history}");
}

#[tokio::test]
async fn a_newer_form_waits_until_the_refresh_of_another_program_is_stored() {
    let _turn = one_at_a_time();
    let (desk, org, tap, asking) = refreshing().await;
    let version = |by: i64| {
        let door = rusqlite::Connection::open(desk.home().join("connections.db")).unwrap();
        let now: i64 = door.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        door.pragma_update(None, "user_version", now + by).unwrap();
    };
    // To whoever comes now the program that refreshes is an older one.
    version(-1);
    let mut newer = desk.start(&["list"]);
    newer.hint("Waiting until refreshes").await;
    version(1);
    tap.go_on();
    let token = asking.ended().await;
    assert_eq!(token.code, 0, "the older program stores the rotated token: {token:?}");
    let newer = newer.ended().await;
    assert!(newer.code == 0 && newer.output.contains('p'), "and then the newer one goes on: {newer:?}");
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "with the token that counts");
    assert_eq!(org.counters().reuses_detected, 0, "no token is used twice");
}

#[tokio::test]
async fn whoever_alters_where_a_connection_leads_to_has_nothing_sent_there() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let origin = format!("http://localhost:{}/", elsewhere.local_addr().unwrap().port());
    let asked = org.counters().requests;
    let database = desk.home().join("connections.db");
    for (column, altered) in [
        ("origin", origin.as_str()),
        ("kind", "production"),
        ("org_id", "00D000000000009EAA"),
        ("user_id", "005000000000009AAA"),
        ("instance_url", origin.trim_end_matches('/')),
    ] {
        let door = rusqlite::Connection::open(&database).unwrap();
        let query = format!("SELECT {column} FROM connection");
        let original: String = door.query_row(&query, [], |row| row.get(0)).unwrap();
        let change = format!("UPDATE connection SET {column} = ?1");
        door.execute(&change, [altered]).unwrap();
        for arguments in [
            &["token", "p"][..],
            &["token", "p", "--json"],
            &["token", "p", "--fresh"],
            &["check", "p"],
            &["disconnect", "p"],
        ] {
            let refused = desk.dtx(arguments).await;
            let told = words(&refused);
            assert_eq!(refused.code, 5, "{column} {arguments:?}: {told}");
            assert!(told.contains("changed or damaged outside"), "{column} {arguments:?}: {told}");
        }
        door.execute(&change, [original]).unwrap();
    }
    assert_eq!(elsewhere.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock, "nobody was sent anything");
    assert_eq!(org.counters().requests, asked, "nor was the org");
    assert!(desk.token("p").await.starts_with("00D"), "put back, it works");
}

#[tokio::test]
async fn whoever_has_the_key_kept_another_way_tells_the_passphrase_that_holds() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let passphrase = file(&desk, "passphrase", PASSPHRASE);
    let agent = agent(&desk, &[("DATATRAX_PASSPHRASE_FILE", &passphrase)]).await;
    desk.connect(&org, "p").await;
    assert!(desk.token("p").await.starts_with("00D"), "the agent has the vault open");
    let client = Client::open(&Home::at(&desk.home()).unwrap()).await.unwrap().unwrap();
    let mut notices = client.notices();
    let _: Snapshot = client.call(Intent::Snapshot).await.unwrap();
    let protect = |present: Option<&str>| {
        let (chosen, present) = (Secret::new("chosen by a stranger"), present.map(Secret::new));
        let guard = Guard::Passphrase;
        Intent::Protect(Protect { guard, passphrase: Some(chosen), present, start_over: false })
    };
    for (present, code) in
        [(None, Code::PassphraseNeeded), (Some("a wrong passphrase"), Code::PassphraseWrong)]
    {
        let refused = client.call::<VaultView>(protect(present)).await.unwrap_err();
        assert_eq!(refused.code, code, "{present:?}: {}", refused.message);
    }
    assert_eq!(dtx_with(&desk, &passphrase, &["token", "p"]).await.code, 0, "nothing has changed");
    let changed: VaultView = client.call(protect(Some(PASSPHRASE))).await.unwrap();
    assert_eq!(changed.guard, Some(Guard::Passphrase), "whoever tells it may");
    loop {
        let notice = tokio::time::timeout(Duration::from_secs(60), notices.recv()).await.unwrap().unwrap();
        if notice == (Notice::GuardChanged { guard: Guard::Passphrase }) {
            break;
        }
    }
    let history = shown(&desk).await["history"].to_string();
    assert!(history.contains("was protected with a new passphrase"), "told in the history: {history}");
    drop(client);
    stop(&desk, agent).await;
    let former = dtx_with(&desk, &passphrase, &["token", "p"]).await;
    assert!(former.code == 5 && former.error.contains("not the passphrase"), "{former:?}");
}

#[tokio::test]
async fn a_file_with_a_secret_that_others_may_read_is_refused_and_a_pipe_is_not() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (address, key) = (org.address(), org.key());
    let secret = file(&desk, "secret", &org.secret());
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    let connect =
        ["connect", &address, "--alias", "p", "--key", &key, "--no-browser", "--secret-file", &secret];
    let refused = desk.dtx(&connect).await;
    assert!(refused.code == 2 && refused.error.contains("chmod 600"), "{refused:?}");
    let refused = dtx_with(&desk, &secret, &["vault", "passphrase"]).await;
    assert!(refused.code == 2 && refused.error.contains("chmod 600"), "{refused:?}");
    assert_eq!(org.counters().requests.get("token"), None, "nobody was asked anything");
    let script = format!(
        r#""$1" connect {address} --alias p --key {key} --no-browser --wait 0 --secret-file <(printf '%s\n' wrong)"#
    );
    let mut shell = desk.command("bash");
    shell.args(["-c", &script, "bash"]).arg(program("dtx"));
    let output = tokio::process::Command::from(shell).output().await.unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(6), "what came by the pipe was asked about: {told}");
}

#[tokio::test]
async fn a_damaged_database_is_set_aside_and_costs_a_sign_in() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let whole = database(&desk);
    for damaged in [whole[..whole.len() / 2].to_vec(), vec![0xA5; whole.len()], Vec::new()] {
        put_back(&desk, &damaged);
        let connection = shown(&desk).await;
        assert_eq!(connection["reason"]["code"], "vault_damaged", "{connection}");
        assert!(!connection["history"].as_array().unwrap().is_empty(), "the history stays: {connection}");
        let refused = desk.dtx(&["token", "p"]).await;
        assert_eq!(refused.code, 5, "{refused:?}");
        assert!(refused.error.contains("sign in once"), "what to do: {}", refused.error);
        desk.connect(&org, "p").await;
        assert!(desk.token("p").await.starts_with("00D"), "signed in again");
    }
}

#[tokio::test]
async fn a_newer_programs_database_is_left_alone_and_that_is_said() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let whole = database(&desk);
    let mut newer = whole.clone();
    // The user version, https://www.sqlite.org/fileformat2.html section 1.3.
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    put_back(&desk, &newer);
    let refused = desk.dtx(&["token", "p"]).await;
    assert_eq!(refused.code, 5, "{refused:?}");
    assert!(refused.error.contains("newer version"), "said: {}", refused.error);
    assert_eq!(database(&desk), newer, "and left alone");
    put_back(&desk, &whole);
    assert!(desk.token("p").await.starts_with("00D"), "nothing was lost");
}

#[tokio::test]
async fn a_full_or_closed_disk_is_said_and_loses_nothing() {
    let _turn = one_at_a_time();
    let org = Org::start(Options { rotation: true, ..Options::default() }).await.unwrap();
    let desk = Desk::without_keyring();
    let passphrase = file(&desk, "passphrase", PASSPHRASE);
    let connected = connect_with(&desk, &org, &[("DATATRAX_PASSPHRASE_FILE", &passphrase)]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    // In a mount namespace of its own, with the home on a disk of this size that is filled or closed.
    let script = r#"
        set -e
        cp -r "$DATATRAX_HOME" "$1"
        mount -t tmpfs -o size=4m,mode=700 tmpfs "$DATATRAX_HOME"
        cp -r "$1"/. "$DATATRAX_HOME"
        set +e
        head -c 3200000 /dev/zero > "$DATATRAX_HOME/filling"
        "$2" token p --fresh; echo "nearly full $?"
        cat /dev/zero > "$DATATRAX_HOME/filling" 2>/dev/null
        "$2" token p --fresh; echo "full $?"
        "$2" rename p q; echo "renamed $?"
        rm "$DATATRAX_HOME/filling"
        "$2" token p > "$3"; echo "freed $?"
        mount -o remount,ro "$DATATRAX_HOME"
        "$2" token p --fresh; echo "closed $?"
        mount -o remount,rw "$DATATRAX_HOME"
        "$2" token p --fresh > "$3"; echo "open $?"
    "#;
    let mut command = desk.command("unshare");
    command
        .args(["--mount", "--map-root-user", "sh", "-c", script, "sh"])
        .arg(desk.folder().join("kept"))
        .arg(program("dtx"))
        .arg(desk.folder().join("token"))
        .env("DATATRAX_PASSPHRASE_FILE", &passphrase);
    let output = tokio::process::Command::from(command).output().await.expect("unshare is installed");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    for step in ["nearly full 5", "\nfull 5", "renamed 5", "freed 0", "closed 5", "open 0"] {
        assert!(told.contains(step), "{step}: {told} {error}");
    }
    assert!(error.contains("no room left on the disk"), "a full disk is said: {error}");
    assert!(error.contains("cannot be written to"), "a closed one too: {error}");
    assert_eq!(org.counters().reuses_detected, 0, "no token was lost to the org");
    let token = fs::read_to_string(desk.folder().join("token")).unwrap();
    assert!(token.starts_with("00D"), "and in the end there is a token");
}

#[tokio::test]
async fn no_secret_stands_in_any_file_or_in_the_memory_of_an_idle_agent() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) =
        (Desk::new(), Tap::before(Options { rotation: true, ..Options::default() }).await);
    let agent = agent(&desk, &[("DATATRAX_LOG", "trace")]).await;
    desk.connect(&org, "p").await;
    desk.token("p").await;
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "a rotation");
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "and a check");
    let mut planted: BTreeSet<(String, String)> = BTreeSet::new();
    for (name, values) in tap.secrets() {
        for value in values {
            // Ciphers work on blocks of 64 bytes, and may leave the last one.
            let rest = value.len() / 64 * 64;
            if value.len() - rest >= 24 {
                planted.insert((format!("the end of a {name}"), value.get(rest..).unwrap().to_owned()));
            }
            planted.insert((name.clone(), value));
        }
    }
    planted.insert(("the pasted secret".to_owned(), org.secret()));
    let names: BTreeSet<_> = planted.iter().map(|(name, _)| name.as_str()).collect();
    println!("{} secrets: {names:?}", planted.len());
    assert!(planted.len() >= 6, "pair, code, verifier and two tokens each: {names:?}");

    for path in files(&desk.home()) {
        let bytes = fs::read(&path).unwrap();
        for (name, secret) in &planted {
            assert!(!contains(&bytes, secret), "{name} stands in {}", path.display());
        }
    }
    // What was under way has ended by then, and what it left is dropped.
    tokio::time::sleep(Duration::from_secs(4)).await;
    match memory(agent.id()) {
        Ok(parts) => {
            let size: usize = parts.iter().map(|(_, bytes)| bytes.len()).sum();
            assert!(size > 1_000_000, "the memory was read: {size} bytes");
            let all: Vec<_> = parts.iter().filter(|(_, bytes)| contains(bytes, &org.org_id())).collect();
            println!("{size} bytes of memory, {} parts with the org's id", all.len());
            assert!(!all.is_empty(), "what is not secret is found where it has to be");
            let found: Vec<_> = planted
                .iter()
                .flat_map(|(name, secret)| {
                    parts
                        .iter()
                        .filter(|(_, bytes)| contains(bytes, secret))
                        .map(move |(place, _)| format!("{name} in {place}"))
                })
                .collect();
            assert!(found.is_empty(), "{found:#?}");
        }
        // Root reads everything. Anybody else finds it closed, as another program of the same user does.
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}"),
    }
    stop(&desk, agent).await;
}

#[tokio::test]
async fn a_thousand_connections_are_listed_whole() {
    let desk = Desk::without_keyring();
    let passphrase = file(&desk, "passphrase", PASSPHRASE);
    let home = Home::at(&desk.home()).unwrap();
    let vault = Vault::open_with_passphrase(&home, keychain::system(), Some(passphrase.into())).unwrap();
    let begun = Instant::now();
    for number in 0..1000 {
        let (record, pair, tokens) = stored(number, SystemClock.now());
        vault.keep_sign_in(&record, &pair, &tokens, "Connected.").unwrap();
    }
    let stored = begun.elapsed() / 1000;
    drop(vault);
    let mut took: Vec<_> = Vec::new();
    for _ in 0..11 {
        let begun = Instant::now();
        assert_eq!(desk.dtx(&["list"]).await.output.lines().count(), 1000, "each has its line");
        took.push(begun.elapsed());
    }
    took.sort();
    println!("stored in {stored:?} each, listed in {:?} (median of 11)", took[5]);
}

/// The readable parts of a process's memory, each with its place.
fn memory(process: u32) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut memory = File::open(format!("/proc/{process}/mem"))?;
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let mut parts = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        let place = words.nth(3).unwrap_or("anonymous");
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|end| u64::from_str_radix(end, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        memory.seek(SeekFrom::Start(from))?;
        memory.read_exact(&mut bytes)?;
        parts.push((format!("{place} {range}"), bytes));
    }
    Ok(parts)
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files(&entry));
        } else if entry.is_file() {
            found.push(entry);
        }
    }
    found
}

/// The database while nothing runs, whole in one file: a program may end before its journal is worked in.
fn database(desk: &Desk) -> Vec<u8> {
    let file = desk.home().join("connections.db");
    if desk.home().join("connections.db-wal").exists() {
        let database = rusqlite::Connection::open(&file).unwrap();
        database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).unwrap();
    }
    fs::read(file).unwrap()
}

fn put_back(desk: &Desk, bytes: &[u8]) {
    for name in ["connections.db-wal", "connections.db-shm"] {
        let _ = fs::remove_file(desk.home().join(name));
    }
    let mut file =
        File::options().write(true).truncate(true).open(desk.home().join("connections.db")).unwrap();
    file.write_all(bytes).unwrap();
}
