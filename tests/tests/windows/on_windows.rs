//! From the first sign-in to its end on one Windows, with the computer switched off in between.

use connect_tests::{
    Desk, Dtx, Fault, INTEGRATION, Person, Press, TOKEN, Tap, of_windows, one_at_a_time, org,
};
use practice_org::Options;
use serde_json::json;

#[tokio::test]
async fn a_sign_in_outlives_the_computer_with_its_key_in_credential_manager() {
    let _turn = one_at_a_time();
    let (mut desk, org) = (Desk::of_windows(), org().await);
    desk.connect(&org, "p").await;
    let vault = desk.json(&["vault"]).await;
    assert!(vault.to_string().contains("Windows Credential Manager"), "who keeps the key: {vault}");
    let token = desk.token("p").await;
    assert!(org.token_status(&token).alive, "a token that works");

    desk.end_session();
    let kept = desk.registry();
    let (_, manager) = kept.split_once("Credential Manager").expect("it has kept something");
    assert!(manager.contains(".Datatrax Connect"), "its entry is there after the computer is off: {manager}");
    assert!(manager.contains(r#""Persist"=dword:00000002"#), "for this computer alone: {manager}");

    desk.begin_session();
    assert_eq!(desk.token("p").await, token, "the same connection the next day");
    let agent = desk.agent(&[]).await;
    assert_eq!(desk.token("p").await, token, "and through the agent's pipe");
    let fresh = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(fresh.code, 0, "another one: {fresh:?}");
    assert_ne!(fresh.output.trim(), token);
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "the agent stops");
    assert_eq!(agent.ended().await.code, 0, "and ends well");
    assert_eq!(desk.dtx(&["disconnect", "p"]).await.code, 0, "disconnected");
    assert_eq!(desk.dtx(&["disconnect", "p", "--forget"]).await.code, 0, "and nothing is to be brought back");
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn a_second_agent_finds_the_first_and_leaves_it_alone() {
    let _turn = one_at_a_time();
    let desk = Desk::of_windows();
    let first = desk.agent(&[]).await;
    let pid = desk.agent_pid().await.expect("it answers");
    let second = desk.dtx(&["agent"]).await;
    assert_eq!(second.code, 4, "{second:?}");
    assert!(second.error.contains(&pid), "it names the first: {second:?}");
    assert_eq!(desk.agent_pid().await, Some(pid), "which stays");
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "and hears who wants it to stop");
    assert_eq!(first.ended().await.code, 0, "it ends well");
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopping what is not there is no error");
}

#[tokio::test]
async fn an_agent_that_is_ended_from_outside_leaves_everything_usable() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::of_windows(), org().await);
    let mut first: Dtx = desk.agent(&[]).await;
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    assert!(first.kill().await, "ended");
    assert_eq!(desk.token("p").await, token, "the next dtx does the work itself");
    assert_eq!(desk.agent_pid().await, None, "and knows that none runs");
    let next = desk.agent(&[]).await;
    assert_eq!(desk.token("p").await, token, "the next agent takes over");
    desk.stop(next).await;
}

#[tokio::test]
async fn an_agent_that_is_asked_to_stop_stores_what_the_org_sends_first() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) =
        (Desk::of_windows(), Tap::before(Options { rotation: true, ..Options::default() }).await);
    desk.connect(&org, "p").await;
    let agent = desk.agent(&[]).await;
    tap.next(TOKEN, Fault::HoldAnswer);
    let refreshing = desk.start(&["token", "p", "--fresh"]);
    tap.answered().await;
    let stopping = desk.start(&["agent", "stop"]);
    tap.go_on();
    let refreshed = refreshing.ended().await;
    assert_eq!(refreshed.code, 0, "what was asked before is answered: {refreshed:?}");
    assert_eq!(stopping.ended().await.code, 0, "it stops");
    assert_eq!(agent.ended().await.code, 0, "in order");
    assert_eq!(desk.token("p").await, refreshed.output.trim(), "the rotated token was stored");
    assert_eq!(org.counters().reuses_detected, 0, "and the old one not used again");
}

#[tokio::test]
async fn a_home_may_be_anywhere_and_have_any_name() {
    let _turn = one_at_a_time();
    let mut desk = Desk::of_windows();
    let org = org().await;
    for name in ["Zoë’s home", "日本語 и ещё", "a.b c&d (1)", &"long ".repeat(24)] {
        let home = desk.folder().join(name.trim());
        desk.set("DATATRAX_HOME", &of_windows(&home));
        let mut dtx = desk.connecting(&org, "Übung", &[]).await;
        dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
        let ended = dtx.ended().await;
        assert_eq!(ended.code, 0, "{name}: {ended:?}");
        assert!(home.join("connections.db").is_file(), "{name}: its files are there");
        let agent = desk.agent(&[]).await;
        let token = desk.token("Übung").await;
        assert!(org.token_status(&token).alive, "{name}: through the agent");
        desk.stop(agent).await;
        assert_eq!(desk.token("Übung").await, token, "{name}: and without one");
    }
}

/// A path is whole where it begins with a drive: else it would mean another folder in every place.
#[tokio::test]
async fn a_home_without_a_drive_is_refused_with_an_example() {
    let _turn = one_at_a_time();
    let mut desk = Desk::of_windows();
    for part in ["home", r"..\home", r"\home", "/home", "Z:home"] {
        desk.set("DATATRAX_HOME", part);
        let ended = desk.dtx(&["list"]).await;
        assert_eq!(ended.code, 5, "{part}: {ended:?}");
        assert!(ended.error.contains(r"C:\"), "{part}: such as: {}", ended.error);
    }
}

#[tokio::test]
async fn what_is_redirected_is_utf8_with_plain_line_ends() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::of_windows(), org().await);
    desk.connect(&org, "p").await;
    let renamed = desk.dtx(&["rename", "p", "Übung „eins“ 日本 🙂"]).await;
    assert_eq!(renamed.code, 0, "an argument with any letter: {renamed:?}");
    let mut list = desk.command(desk.program("dtx"));
    let said = list.args(["list", "--json"]).output().unwrap();
    let text = String::from_utf8(said.stdout).expect("UTF-8");
    assert!(text.contains("Übung „eins“ 日本 🙂"), "letter for letter: {text}");
    assert!(!text.contains('\r') && text.ends_with('\n'), "one kind of line end: {text:?}");
    let mut words = desk.command(desk.program("dtx"));
    let said = words.args(["list"]).output().unwrap();
    let text = String::from_utf8(said.stdout).expect("UTF-8");
    assert!(text.contains("Übung „eins“") && !text.contains('\u{1b}'), "without colours: {text:?}");
}

#[tokio::test]
async fn a_token_goes_to_a_program_of_windows_by_its_standard_output() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::of_windows(), org().await);
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let mut shell = desk.command("cmd");
    let dtx = of_windows(&desk.program("dtx"));
    // As a script of cmd reads it.
    let line = format!("for /f %t in ('{dtx} token p') do @echo got %t");
    let said = shell.args(["/d", "/c", &line]).output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    assert_eq!(text.trim_end(), format!("got {token}"), "whole, and nothing else");
    let told = desk.json(&["token", "p"]).await;
    assert_eq!(told["access_token"], json!(token));
}
