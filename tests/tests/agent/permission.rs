//! Who may be given tokens: a person's word, which holds with the agent and without.

use std::fs;

use connect_agent::Client;
use connect_core::{
    contract::{intent, view::Notice},
    explain::Code,
    platform::{home::Home, private},
};

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

/// Has each new program asked about.
fn ask_about_programs(desk: &Desk) {
    private::replace(&desk.home().join("settings.toml"), b"ask_programs = true\n").unwrap();
}

fn this_test() -> String {
    fs::canonicalize(std::env::current_exe().unwrap()).unwrap().to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_program_that_nobody_can_be_asked_about_is_refused_until_it_is_allowed() {
    let _turn = one_at_a_time();
    let org = org().await;
    let desk = desk_with_passphrase(&org).await;
    desk.token("p").await;
    ask_about_programs(&desk);
    let mut agent = None;
    for with_agent in [false, true] {
        if with_agent {
            // Its desktop shows no notifications, and no window is open.
            agent = Some(desk.agent(&[]).await);
        }
        let needed = desk.dtx(&["token", "p", "--json"]).await.failed(3, "consent_needed");
        assert!(needed["message"].as_str().unwrap().starts_with(&this_test()), "it is named: {needed}");
        assert_eq!(desk.dtx(&["run", "p", "--", "true"]).await.code, 3, "dtx run asks for the same");
        let program = this_test();
        desk.json(&["programs", "p", "--allow", "/bin/sh"]).await;
        desk.dtx(&["token", "p", "--json"]).await.failed(3, "consent_needed");
        let told = desk.json(&["programs", "p", "--allow", &program]).await;
        let allowed = &told["consents"][0];
        assert_eq!(
            (&allowed["program"], &allowed["allowed"]),
            (&program.clone().into(), &true.into()),
            "{told}"
        );
        desk.token("p").await;
        desk.json(&["programs", "p", "--refuse", &program]).await;
        desk.dtx(&["token", "p", "--json"]).await.failed(3, "program_refused");
        assert!(desk.dtx(&["show", "p"]).await.output.contains(&format!("{program}: refused since")));
        desk.json(&["programs", "p", "--forget", &program]).await;
        desk.dtx(&["token", "p", "--json"]).await.failed(3, "consent_needed");
    }
    desk.stop(agent.unwrap()).await;
    fs::remove_file(desk.home().join("settings.toml")).unwrap();
    desk.token("p").await;
}

#[tokio::test]
async fn whoever_is_asked_in_time_decides_for_all_who_wait() {
    let _turn = one_at_a_time();
    let org = org().await;
    let desk = desk_with_passphrase(&org).await;
    ask_about_programs(&desk);
    let agent = desk.agent(&[]).await;
    let face = Client::open(&Home::at(&desk.home()).unwrap()).await.unwrap().unwrap();
    let mut notices = face.notices();
    face.call(intent::Snapshot).await.unwrap();
    for allowed in [true, false] {
        let waiting = [desk.start(&["token", "p"]), desk.start(&["token", "p"])];
        let asks = loop {
            if let Notice::ProgramAsks(asks) = notices.recv().await.unwrap() {
                break asks;
            }
        };
        assert_eq!((asks.alias.as_str(), asks.by.program.as_deref()), ("p", Some(this_test().as_str())));
        let asking = face.call(intent::Snapshot).await.unwrap().asking;
        assert_eq!(asking, std::slice::from_ref(&asks), "one question, in every snapshot");
        let answer = intent::Consent { name: asks.alias, program: asks.by.program, allowed: Some(allowed) };
        let detail = face.call(answer.clone()).await.unwrap();
        assert_eq!(detail.consents.len(), 1, "it is kept");
        for dtx in waiting {
            let ended = dtx.ended().await;
            assert_eq!(ended.code, if allowed { 0 } else { 3 }, "{ended:?}");
        }
        let again = desk.dtx(&["token", "p"]).await;
        assert_eq!(again.code, if allowed { 0 } else { 3 }, "and nobody is asked again: {again:?}");
        face.call(intent::Consent { allowed: None, ..answer }).await.unwrap();
    }
    assert!(face.call(intent::Snapshot).await.unwrap().asking.is_empty());
    desk.stop(agent).await;
}
