//! A home that was copied: noticed before the org is asked for anything that would end the original's connection.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Output,
};

use connect_core::explain::Code;
use connect_tests::{Desk, PASSPHRASE, figures, one_at_a_time, told::is_told};
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
        figures("this computer has no number: not looked at");
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
    assert!(is_told(Code::HomeCopied, &words), "{words}");
    for part in ["seem to be a copy", "dtx vault --moved", "reconnect here"] {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert_eq!(org.counters().requests.get("token"), before.requests.get("token"), "nothing was sent");

    // Every face says so, before anything is tried.
    let list = on_another_computer(&desk, &copy, &passphrase, "list");
    let shown = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(
        shown.contains("needs you") && code(&list).1.contains("dtx vault --moved"),
        "{shown} {:?}",
        code(&list)
    );
    let show = on_another_computer(&desk, &copy, &passphrase, "show p");
    let shown = String::from_utf8_lossy(&show.stdout).into_owned();
    assert!(shown.contains("seem to be a copy") && shown.contains("dtx vault --moved"), "{shown}");
    let vault = on_another_computer(&desk, &copy, &passphrase, "vault");
    assert!(String::from_utf8_lossy(&vault.stdout).contains("seem to be a copy"), "{vault:?}");
    let here = desk.dtx_with_passphrase(&passphrase, &["list"]).await;
    assert!(
        here.output.contains("connected") && !here.error.contains("copy"),
        "not of the original: {here:?}"
    );

    // What is said to it is answered.
    let leaked = on_another_computer(&desk, &copy, &passphrase, "vault --leaked");
    assert!(
        code(&leaked).1.contains("No former key opens anything here. Nothing was changed."),
        "{leaked:?}"
    );
    let nothing = desk.dtx_with_passphrase(&passphrase, &["vault", "--moved"]).await;
    assert!(nothing.error.contains("Nothing here was taken for a copy. Nothing was changed."), "{nothing:?}");
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
    assert!(words.contains("One connection goes on here"), "what was done is said: {words}");
    let show = on_another_computer(&desk, &moved, &passphrase, "show p");
    let shown = String::from_utf8_lossy(&show.stdout).into_owned();
    assert!(
        shown.contains("Somebody has said that these files were moved here"),
        "also in the history: {shown}"
    );
    assert!(!shown.contains("seem to be a copy"), "and no more is asked: {shown}");
    let (exit, words) = code(&on_another_computer(&desk, &moved, &passphrase, "token p --fresh"));
    assert_eq!(exit, Some(0), "it goes on there: {words}");
    assert_eq!(org.counters().reuses_detected, 0, "and no token was used twice");
}

/// Beside the original, under the same entry of the keychain.
#[tokio::test]
async fn a_copy_beside_the_original_is_called_one_before_and_after_it_costs_a_sign_in() {
    let _turn = one_at_a_time();
    let org = Org::start(Options { rotation: true, ..Options::default() }).await.unwrap();
    let desk = Desk::new();
    desk.connect(&org, "p").await;
    let copy = copy_of(&desk, "copy");
    let beside = |arguments: &[&str]| {
        let mut command = desk.command(desk.program("dtx"));
        command.args(arguments).env("DATATRAX_HOME", &copy).output().unwrap()
    };
    let vault = beside(&["vault"]);
    let shown = String::from_utf8_lossy(&vault.stdout).into_owned();
    assert!(shown.contains("not the ones that were used last on this computer"), "before: {vault:?}");
    assert!(!desk.dtx(&["vault"]).await.output.contains("used last"), "not of the original");
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "the original is used");
    let (exit, words) = code(&beside(&["token", "p", "--fresh"]));
    assert_eq!(exit, Some(3), "{words}");
    for part in ["a restored backup, or a copy", "go on with those alone", "reconnect"] {
        assert!(words.contains(part), "what it is and what to do: {words}");
    }
    assert_eq!(org.counters().reuses_detected, 0, "and no token was used twice");
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "the original goes on");
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

/// In a clone computer and file have the same numbers: what it has is what stood here a moment before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_clones_the_second_to_refresh_is_told_that_a_copy_may_have_ended_its_sign_in() {
    let _turn = one_at_a_time();
    let org = Org::start(Options { rotation: true, ..Options::default() }).await.unwrap();
    let desk = Desk::without_keyring();
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    assert_eq!(desk.connect_with_passphrase(&org, &passphrase).await.code, 0, "connected");
    let fresh = async || desk.dtx_with_passphrase(&passphrase, &["token", "p", "--fresh", "--json"]).await;
    assert_eq!(fresh().await.code, 0, "its org is known to replace tokens");
    let database = desk.home().join("connections.db");
    let cloned = fs::read(&database).unwrap();
    assert_eq!(fresh().await.code, 0, "one of the two");
    for beside in ["connections.db-wal", "connections.db-shm"] {
        // Both are rarely there once nobody has the database open.
        let _ = fs::remove_file(desk.home().join(beside));
    }
    // Into the same file, which keeps its number.
    let mut file = fs::OpenOptions::new().write(true).truncate(true).open(&database).unwrap();
    file.write_all(&cloned).unwrap();
    drop(file);
    let failure = fresh().await.failed(3, "refresh_token_dead");
    assert!(failure["fix"].to_string().contains("was cloned"), "{failure}");
    let shown = desk.dtx_with_passphrase(&passphrase, &["show", "p", "--json"]).await.last();
    let causes = shown["health"]["causes"].to_string();
    assert!(causes.contains("a virtual machine that was cloned"), "{shown}");
}
