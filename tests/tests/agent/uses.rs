//! The record of use: which programs were given tokens, with the agent and without, by their processes and not by their words.

use std::{
    env, fs,
    os::unix::{fs::PermissionsExt, fs::chown},
    path::Path,
    process::Stdio,
};

use connect_core::platform::user;
use connect_tests::{Desk, PASSPHRASE, figures, one_at_a_time, org, program, until_so};
use practice_org::Org;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
};

/// Debian's `nobody`.
const NOBODY: u32 = 65534;

/// Calls `dtx` and goes on afterwards: a shell would give way to its last command.
const CALL: &str = "dtx=$1; shift; \"$dtx\" \"$@\" >&2 || exit; echo called";

/// A desk whose vault has a passphrase, with the connection `p`.
async fn desk_with_passphrase(org: &Org) -> Desk {
    let mut desk = Desk::without_keyring();
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    assert_eq!(desk.connect_with_passphrase(org, &passphrase).await.code, 0, "connected");
    desk.set("DATATRAX_PASSPHRASE_FILE", &passphrase);
    desk
}

/// Has a shell call `dtx`.
async fn from_bash(desk: &Desk, arguments: &[&str]) {
    let mut bash = desk.command("bash");
    bash.args(["-c", CALL, "bash"]).arg(desk.program("dtx")).args(arguments);
    let ended = tokio::process::Command::from(bash).output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "called\n", "{ended:?}");
}

/// The uses of `p`: program, whether through `dtx`, and how often for what.
async fn uses(desk: &Desk) -> Vec<(String, bool, [u64; 3])> {
    let shown = desk.json(&["show", "p"]).await;
    let uses = shown["uses"].as_array().unwrap_or_else(|| panic!("{shown}"));
    let of = |used: &Value| {
        let program = used["program"].as_str().unwrap_or("unknown");
        let counts = ["token", "fresh", "run"].map(|what| used[what].as_u64().unwrap());
        (program.to_owned(), used["through_dtx"] == true, counts)
    };
    uses.iter().map(of).collect()
}

fn real(program: impl AsRef<Path>) -> String {
    fs::canonicalize(program).unwrap().to_str().unwrap().to_owned()
}

fn bash() -> String {
    real("/bin/bash")
}

fn this_test() -> String {
    real(env::current_exe().unwrap())
}

#[tokio::test]
async fn programs_that_ask_are_known_by_their_processes_and_kept_in_the_database() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let agent = desk.agent(&[]).await;
    desk.connect(&org, "p").await;
    assert!(uses(&desk).await.is_empty(), "nobody has asked yet");
    assert_eq!(desk.json(&["list"]).await["connections"][0].get("last_use"), None);

    from_bash(&desk, &["token", "p"]).await;
    from_bash(&desk, &["token", "p", "--fresh"]).await;
    from_bash(&desk, &["run", "p", "--", "true"]).await;
    from_bash(&desk, &["token", "p"]).await;
    assert_eq!(uses(&desk).await, [(bash(), true, [2, 1, 1])], "at once, each for what it was");
    desk.token("p").await;
    // No dtx, and a lie about itself in its first word.
    let stream = UnixStream::connect(desk.home().join("run/agent.sock")).await.unwrap();
    let mut stream = BufReader::new(stream);
    let ask = json!({ "jsonrpc": "2.0", "id": 1, "method": "token", "params": { "name": "p", "fresh": false,
        "program": "/usr/bin/dtx", "through_dtx": true } });
    stream.write_all(format!("{ask}\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_line(&mut answer).await.unwrap();
    assert!(answer.contains("access_token"), "it gets one: {answer}");
    let known = [(this_test(), false, [1, 0, 0]), (this_test(), true, [1, 0, 0]), (bash(), true, [2, 1, 1])];
    assert_eq!(uses(&desk).await, known, "the latest first");
    let last = &desk.json(&["list"]).await["connections"][0]["last_use"];
    assert_eq!((last["program"].as_str(), &last["through_dtx"]), (Some(this_test().as_str()), &json!(false)));

    let told = desk.dtx(&["show", "p"]).await.output;
    for line in [format!("through dtx, called by {}: 4 tokens (1 fresh, 1 for dtx run)", bash()), this_test()]
    {
        assert!(told.contains(&line), "{line} in {told}");
    }
    let failed = desk.dtx(&["token", "nobody"]).await;
    assert_eq!(failed.code, 2, "{failed:?}");
    desk.stop(agent).await;
    assert_eq!(uses(&desk).await, known, "and in the database, once the agent has ended");
}

#[tokio::test]
async fn without_an_agent_the_same_is_recorded_and_an_agent_takes_it_over() {
    let _turn = one_at_a_time();
    let org = org().await;
    let desk = desk_with_passphrase(&org).await;
    from_bash(&desk, &["token", "p"]).await;
    from_bash(&desk, &["run", "p", "--", "true"]).await;
    desk.token("p").await;
    let known = [(this_test(), true, [1, 0, 0]), (bash(), true, [1, 0, 1])];
    assert_eq!(uses(&desk).await, known);
    let beside = desk.home().join("uses.jsonl");
    assert_eq!(beside.metadata().unwrap().permissions().mode() & 0o777, 0o600, "for this user alone");
    let _agent = desk.agent(&[]).await;
    until_so("the agent has taken it over", async || !beside.exists()).await;
    assert_eq!(uses(&desk).await, known, "once");
}

#[tokio::test]
async fn a_record_that_cannot_be_written_keeps_no_token_from_anybody() {
    let _turn = one_at_a_time();
    let org = org().await;
    let desk = desk_with_passphrase(&org).await;
    // As on a disk without any room.
    fs::create_dir(desk.home().join("uses.jsonl")).unwrap();
    let ended = desk.dtx(&["token", "p"]).await;
    assert_eq!((ended.code, ended.error.as_str()), (0, ""), "nothing is said of it: {ended:?}");
    assert_eq!(desk.dtx(&["run", "p", "--", "true"]).await.code, 0);
    assert!(uses(&desk).await.is_empty(), "and nothing was recorded");
    let agent = desk.agent(&[]).await;
    // Somebody writes, and does not end.
    let mut other = rusqlite::Connection::open(desk.home().join("connections.db")).unwrap();
    let writing = other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    desk.token("p").await;
    assert_eq!(uses(&desk).await.len(), 1, "it is shown all the same");
    drop(writing);
    desk.stop(agent).await;
    assert_eq!(uses(&desk).await.len(), 1, "and written when that can be done");
}

/// The memory of a `dtx` is closed to other programs, the agent among them: an ordinary user's agent sees it before.
#[tokio::test]
async fn an_ordinary_users_agent_sees_who_called_dtx() {
    if user::number() != 0 {
        figures("whoever runs this is an ordinary user: the other tests show it");
        return;
    }
    let _turn = one_at_a_time();
    let org = org().await;
    let desk = desk_with_passphrase(&org).await;
    let dtx = desk.folder().join("dtx");
    fs::copy(program("dtx"), &dtx).unwrap();
    fs::set_permissions(desk.folder(), fs::Permissions::from_mode(0o711)).unwrap();
    for path in [desk.home(), desk.folder().join("passphrase")] {
        give(&path);
    }
    let as_nobody = |program: &Path, arguments: &[&str]| {
        let mut command = desk.command("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program).args(arguments);
        tokio::process::Command::from(command)
    };
    let mut agent = as_nobody(&dtx, &["agent", "--no-tray"]);
    let mut agent = agent.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let status = async || as_nobody(&dtx, &["agent", "status", "--json"]).output().await.unwrap().stdout;
    until_so("the agent runs", async || {
        String::from_utf8_lossy(&status().await).contains("\"running\":true")
    })
    .await;
    let path = dtx.to_str().unwrap();
    for arguments in [["token", "p"].as_slice(), &["run", "p", "--", "true"]] {
        let words = [&["-c", CALL, "bash", path], arguments].concat();
        let ended = as_nobody(Path::new("/bin/bash"), &words).output().await.unwrap();
        assert_eq!(String::from_utf8_lossy(&ended.stdout), "called\n", "{ended:?}");
    }
    let shown = as_nobody(&dtx, &["show", "p", "--json"]).output().await.unwrap();
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let used = &shown["uses"][0];
    assert_eq!(
        (used["program"].as_str(), &used["through_dtx"]),
        (Some(bash().as_str()), &json!(true)),
        "{shown}"
    );
    assert_eq!((&used["token"], &used["run"]), (&json!(1), &json!(1)), "{shown}");
    assert!(as_nobody(&dtx, &["agent", "stop"]).status().await.unwrap().success());
    agent.wait().await.unwrap();
}

/// Gives a folder with everything in it, or a file, to that user.
fn give(path: &Path) {
    chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path());
        }
    }
}
