//! Who may be given tokens: a person's word, which holds with the agent and without.

use connect_core::explain::Code;
use connect_tests::{Desk, PASSPHRASE, one_at_a_time, org};
use practice_org::Org;
use serde_json::Value;

/// A desk whose vault has a passphrase, with the connection `p`.
async fn desk_with_passphrase(org: &Org) -> Desk {
    let mut desk = Desk::without_keyring();
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    assert_eq!(desk.connect_with_passphrase(org, &passphrase).await.code, 0, "connected");
    desk.set("DATATRAX_PASSPHRASE_FILE", &passphrase);
    desk
}

async fn is_paused(desk: &Desk) {
    desk.dtx(&["token", "p", "--json"]).await.failed(3, "tokens_paused");
    let marker = desk.folder().join("started");
    let run = desk.dtx(&["run", "p", "--", "touch", marker.to_str().unwrap()]).await;
    assert_eq!(run.code, 3, "{run:?}");
    run.said(Code::TokensPaused);
    assert!(!marker.exists(), "nothing is started");
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "the connection is looked after all the same");
    let listed = desk.dtx(&["list"]).await;
    assert!(listed.error.contains("No program is given a token since"), "{listed:?}");
}

#[tokio::test]
async fn a_pause_holds_with_the_agent_and_without_until_somebody_ends_it() {
    let _turn = one_at_a_time();
    let org = org().await;
    let desk = desk_with_passphrase(&org).await;
    desk.token("p").await;
    let paused = desk.json(&["pause"]).await;
    assert!(paused["paused_since"].is_string(), "{paused}");
    is_paused(&desk).await;
    let agent = desk.agent(&[]).await;
    is_paused(&desk).await;
    let again = desk.json(&["pause"]).await;
    assert_eq!(again, paused, "the same pause");
    desk.dtx(&["token", "nobody"]).await.said(Code::NameUnknown);
    assert_eq!(desk.json(&["resume"]).await["paused_since"], Value::Null);
    desk.token("p").await;
    desk.dtx(&["pause"]).await;
    desk.stop(agent).await;
    is_paused(&desk).await;
    desk.dtx(&["resume"]).await;
    desk.token("p").await;
    let listed = desk.dtx(&["list"]).await;
    assert!(!listed.error.contains("No program"), "{listed:?}");
}
