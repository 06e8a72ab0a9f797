//! A home that was copied: noticed before the org is asked for anything that would end the original's connection.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use connect_tests::{Desk, PASSPHRASE, one_at_a_time};
use practice_org::{Options, Org};

const ANOTHER: &str = "00000000000000000000000000000001\n";

/// `dtx` on a computer that is told from this one by another number.
fn on_another_computer(desk: &Desk, home: &Path, passphrase: &str, arguments: &str) -> Output {
    let number = desk.closed_file("machine-id", ANOTHER);
    let dtx = desk.program("dtx");
    let script = format!("mount --bind {number} /etc/machine-id && exec {} {arguments}", dtx.display());
    let mut command = desk.command("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-c", &script]);
    command.env("DATATRAX_HOME", home).env("DATATRAX_PASSPHRASE_FILE", passphrase).output().unwrap()
}

fn copy_of(desk: &Desk, name: &str) -> PathBuf {
    let copy = desk.folder().join(name);
    let copied = std::process::Command::new("cp").arg("-a").arg(desk.home()).arg(&copy).status().unwrap();
    assert!(copied.success(), "copied");
    copy
}

fn code(ended: &Output) -> (Option<i32>, String) {
    (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_home_that_was_copied_to_another_computer_is_noticed_before_a_refresh_is_sent() {
    let _turn = one_at_a_time();
    if !Path::new("/etc/machine-id").exists() {
        eprintln!("this computer has no number: not looked at");
        return;
    }
    let org = Org::start(Options { rotation: true, ..Options::default() }).await.unwrap();
    let desk = Desk::without_keyring();
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    assert_eq!(desk.connect_with_passphrase(&org, &passphrase).await.code, 0, "connected");
    let early = copy_of(&desk, "early");
    let (exit, words) = code(&on_another_computer(&desk, &early, &passphrase, "token p --fresh"));
    assert_eq!(
        exit,
        Some(3),
        "before the first refresh nobody knows that its org replaces no token: {words}"
    );
    assert_eq!(
        desk.dtx_with_passphrase(&passphrase, &["token", "p", "--fresh"]).await.code,
        0,
        "refreshed, and its org replaces tokens"
    );

    let copy = copy_of(&desk, "copy");
    let before = org.counters();
    let list = on_another_computer(&desk, &copy, &passphrase, "token p");
    assert!(list.status.success(), "a token that is still good is given out: {:?}", code(&list));
    let (exit, words) = code(&on_another_computer(&desk, &copy, &passphrase, "token p --fresh"));
    assert_eq!(exit, Some(3), "{words}");
    for part in ["seem to be a copy", "dtx vault --moved", "reconnect here"] {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert_eq!(org.counters().requests.get("token"), before.requests.get("token"), "nothing was sent");
    assert_eq!(
        desk.dtx_with_passphrase(&passphrase, &["token", "p", "--fresh"]).await.code,
        0,
        "the original goes on"
    );
    assert_eq!(org.counters().reuses_detected, 0, "no token was used twice");

    // The computer of the original is given away.
    let moved = desk.folder().join("moved");
    fs::rename(desk.home(), &moved).unwrap();
    let (exit, words) = code(&on_another_computer(&desk, &moved, &passphrase, "vault --moved"));
    assert_eq!(exit, Some(0), "{words}");
    let (exit, words) = code(&on_another_computer(&desk, &moved, &passphrase, "token p --fresh"));
    assert_eq!(exit, Some(0), "it goes on there: {words}");
    assert_eq!(org.counters().reuses_detected, 0, "and no token was used twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_an_org_replaces_no_token_a_copy_is_no_question() {
    let _turn = one_at_a_time();
    let org = Org::start(Options { rotation: false, ..Options::default() }).await.unwrap();
    let desk = Desk::without_keyring();
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    assert_eq!(desk.connect_with_passphrase(&org, &passphrase).await.code, 0, "connected");
    let here = desk.dtx_with_passphrase(&passphrase, &["token", "p", "--fresh"]).await;
    assert_eq!(here.code, 0, "refreshed, and no token was replaced: {here:?}");
    let (exit, words) = code(&on_another_computer(&desk, &desk.home(), &passphrase, "token p --fresh"));
    assert_eq!(exit, Some(0), "{words}");
}
