//! A terminal that was stopped while its sign-in went on is told how that ended, whatever it missed.

use connect_agent::Client;
use connect_core::{
    contract::{intent, view::Forward},
    platform::home::Home,
};
use connect_tests::{Desk, Dtx, INTEGRATION, Person, Press, one_at_a_time, org, until};
use practice_org::Org;
use serde_json::json;

/// More notices than the agent and the socket keep for a reader.
const MANY: usize = 2_000;

/// Has the agent tell much: nothing of it is about a sign-in.
async fn tell_much(agent: &Client) {
    for _ in 0..MANY {
        let nowhere = Forward { place: None, activation_token: None };
        agent.call(intent::ComeForward(nowhere)).await.unwrap();
    }
}

/// Stops a terminal, as by Ctrl+Z, whose sign-in ends with this press meanwhile.
async fn ends_meanwhile(dtx: &mut Dtx, desk: &Desk, org: &Org, press: Press) {
    let home = Home::at(&desk.home()).unwrap();
    let agent = Client::open(&home).await.unwrap().expect("the agent runs");
    let authorize = dtx.event("authorize").await;
    dtx.signal("-STOP").await;
    tell_much(&agent).await;
    Person::of(org, INTEGRATION).sign_in(authorize["url"].as_str().unwrap(), press).await;
    until("the end of the sign-in", async || {
        let now = agent.call(intent::Snapshot).await.unwrap();
        now.attempts.is_empty().then_some(())
    })
    .await;
    tell_much(&agent).await;
}

#[tokio::test]
async fn whoever_was_stopped_while_the_sign_in_ended_is_told_how_it_ended() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let agent = desk.agent(&[]).await;
    let mut denied = desk.connecting(&org, "p", &[]).await;
    ends_meanwhile(&mut denied, &desk, &org, Press::Deny).await;
    denied.signal("-CONT").await;
    let ended = denied.ended().await;
    assert_eq!(ended.last()["code"], "denied", "{ended:?}");
    let mut allowed = desk.connecting(&org, "p", &[]).await;
    ends_meanwhile(&mut allowed, &desk, &org, Press::Allow).await;
    allowed.signal("-CONT").await;
    let ended = allowed.ended().await;
    let events: Vec<_> = ended.json().into_iter().map(|event| event["event"].clone()).collect();
    assert_eq!((ended.code, events), (0, vec![json!("authorize"), json!("connected")]), "{ended:?}");
    desk.stop(agent).await;
}

#[tokio::test]
async fn whoever_the_agent_hung_up_on_meanwhile_asks_it_anew() {
    let _turn = one_at_a_time();
    let (desk, org, other) = (Desk::new(), org().await, org().await);
    for (org, name) in [(&org, "p"), (&other, "q")] {
        desk.connect(org, name).await;
        org.revoke_all();
        assert_eq!(desk.dtx(&["token", name, "--fresh"]).await.code, 3, "it needs a sign-in");
    }
    let mut agent = desk.agent(&[("DATATRAX_LOG", "debug")]).await;
    let mut stopped = desk.start(&["reconnect", "--all", "--no-browser", "--json"]);
    ends_meanwhile(&mut stopped, &desk, &org, Press::Allow).await;
    // It waits half a minute for one who does not read.
    agent.hint("a conversation ended early").await;
    stopped.signal("-CONT").await;
    stopped.event("connected").await;
    // And goes on with it.
    stopped.sign_in(&mut Person::of(&other, INTEGRATION), Press::Allow).await;
    let ended = stopped.ended().await;
    assert_eq!((ended.code, &ended.last()["event"]), (0, &json!("connected")), "{ended:?}");
    desk.stop(agent).await;
}
