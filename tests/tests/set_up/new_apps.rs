//! A new app, whose key or callback lines the org may not know yet: doubted, waited for, and investigated by the agent.

use std::time::{Duration, Instant};

use connect_core::{
    contract::{
        intent,
        view::{AttemptEvent, Awaited, CheckId, CheckState, Mark, SetupView, Verdict},
    },
    explain::Code,
    ports::Clock as _,
};
use connect_tests::{
    Core, Desk, INTEGRATION, PATIENCE, Person, Press, asked, one_at_a_time, org,
    setting_up::{callback, mark, pasted},
};
use practice_org::{Options, Org};
use serde_json::Value;
use tokio::time::sleep;

/// How a sign-in goes on when the org does not know the key and Create was pressed this long ago.
async fn after_create(minutes_ago: Option<u64>) -> AttemptEvent {
    let org =
        Org::start(Options { activation: Duration::from_secs(86_400), ..Options::default() }).await.unwrap();
    let core = Core::new(1);
    let setup = core.ask(intent::SetUp { address: org.address() }).await.unwrap();
    if let Some(minutes) = minutes_ago {
        let said = intent::StepDone { host: setup.host.clone(), step: "security".to_owned(), done: true };
        core.ask(said).await.unwrap();
        core.clock.advance(Duration::from_secs(60 * minutes));
    }
    let findings = core.ask(intent::Validate(pasted(&org))).await.unwrap();
    let key = findings.checks.iter().find(|finding| finding.id == CheckId::Key).unwrap().state;
    let is_late = minutes_ago.is_some_and(|minutes| minutes >= 30);
    assert_eq!(key, if is_late { CheckState::Fail } else { CheckState::Warn }, "{minutes_ago:?}");
    let snapshot = core.ask(intent::Snapshot).await.unwrap();
    let paste = mark(&snapshot.setups[0], "paste").mark;
    assert_eq!(paste, if is_late { Mark::Wrong } else { Mark::Open }, "{minutes_ago:?}");
    let mut signing_in = core.sign_in(&org, 600).await;
    signing_in.next().await
}

#[tokio::test]
async fn a_key_is_waited_for_until_half_an_hour_after_create() {
    let _turn = one_at_a_time();
    for minutes_ago in [None, Some(0), Some(29)] {
        let event = after_create(minutes_ago).await;
        assert!(matches!(event, AttemptEvent::Waiting { .. }), "{minutes_ago:?}: {event:?}");
    }
    let event = after_create(Some(31)).await;
    assert!(matches!(&event, AttemptEvent::Failed(failure) if failure.code == Code::KeyUnknown), "{event:?}");
}

/// A set-up in this process with Create just pressed, at an org whose app has these lines.
async fn just_created(core: &Core, callbacks: &[String]) -> (Org, SetupView) {
    let org = org().await;
    org.change(|switches| switches.callbacks = callbacks.to_vec());
    let setup = core.ask(intent::SetUp { address: org.address() }).await.unwrap();
    let said = intent::StepDone { host: setup.host, step: "security".to_owned(), done: true };
    let setup = core.ask(said).await.unwrap();
    (org, setup)
}

async fn only_setup(core: &Core) -> SetupView {
    core.ask(intent::Snapshot).await.unwrap().setups.remove(0)
}

/// Waits until the callback step has this mark.
async fn marked(core: &Core, wanted: Mark) -> SetupView {
    let give_up_at = Instant::now() + PATIENCE;
    loop {
        let setup = only_setup(core).await;
        if mark(&setup, "oauth").mark == wanted {
            return setup;
        }
        assert!(Instant::now() < give_up_at, "{:?}", mark(&setup, "oauth"));
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn missing_lines_of_a_new_app_stop_nobody_and_are_waited_for() {
    let _turn = one_at_a_time();
    let core = Core::new(100);
    let (org, setup) = just_created(&core, &["http://localhost:1/elsewhere".to_owned()]).await;
    let missing = Some(Code::CallbackMissing);
    let findings = core.ask(intent::Validate(pasted(&org))).await.unwrap();
    assert_eq!(callback(&findings), (CheckState::Warn, missing), "perhaps not active yet");
    let told = only_setup(&core).await;
    let doubted = mark(&told, "oauth");
    assert_eq!(doubted.mark, Mark::Doubted, "not wrong: {doubted:?}");
    assert!(doubted.fix[0].contains(&setup.address.callbacks[0]), "with the way back: {doubted:?}");
    assert_eq!(mark(&told, "paste").mark, Mark::Proved, "key and secret are right");

    let mut signing_in = core.sign_in(&org, 1800).await;
    let waiting = signing_in.next().await;
    assert!(matches!(&waiting, AttemptEvent::Waiting { what: Awaited::Callback, .. }), "{waiting:?}");
    let lacking = loop {
        let snapshot = core.ask(intent::Snapshot).await.unwrap();
        if let Some(lacking) = snapshot.attempts[0].waits_for.clone() {
            break lacking;
        }
    };
    assert_eq!(Some(lacking.code), missing, "every face can say what is waited for");
    org.change(|switches| switches.callbacks.clone_from(&setup.address.callbacks));
    let url = loop {
        let event = signing_in.next().await;
        if let AttemptEvent::Authorize { url, .. } = event {
            break url;
        }
        assert!(matches!(event, AttemptEvent::Waiting { .. }), "it goes on by itself: {event:?}");
    };
    Person::of(&org, INTEGRATION).sign_in(&url, Press::Allow).await;
    let connected = signing_in.next().await;
    assert!(matches!(connected, AttemptEvent::Connected { .. }), "{connected:?}");

    // The same half an hour after Create.
    let core = Core::new(1);
    let (org, _) = just_created(&core, &["http://localhost:1/elsewhere".to_owned()]).await;
    core.clock.advance(Duration::from_secs(31 * 60));
    let findings = core.ask(intent::Validate(pasted(&org))).await.unwrap();
    assert_eq!(callback(&findings), (CheckState::Fail, missing), "by now it has arrived everywhere");
    let Some(Verdict::Mend { step, exact, hosted_helps, .. }) = &findings.verdict else {
        panic!("to be mended: {findings:?}")
    };
    assert_eq!((step.as_str(), *hosted_helps), ("oauth", true), "where, and what else would do");
    assert_eq!(exact[0].lines, setup.address.callbacks, "with the lines, letter for letter");
    assert_eq!(mark(&only_setup(&core).await, "oauth").mark, Mark::Wrong, "the step is not right");
    let ended = core.sign_in(&org, 1800).await.next().await;
    assert!(matches!(&ended, AttemptEvent::Failed(failure) if Some(failure.code) == missing), "{ended:?}");
}

#[tokio::test]
async fn what_stands_in_place_of_a_missing_line_is_found_by_itself_and_stays_in_the_set_up() {
    let _turn = one_at_a_time();
    let core = Core::new(120);
    let slip = "http://127.0.0.1:17177/practice/callback".to_owned();
    let (org, setup) = just_created(&core, std::slice::from_ref(&slip)).await;
    let lines = setup.address.callbacks;
    let began = core.clock.now();
    core.ask(intent::Validate(pasted(&org))).await.unwrap();
    assert_eq!(asked(&org, "authorize"), 3, "each line that leads here, at once");
    let first = only_setup(&core).await.audit.expect("what is known so far");
    assert!(first.lines.iter().all(|line| line.state == CheckState::Fail), "{first:?}");

    let found = marked(&core, Mark::Wrong).await;
    let minutes = (core.clock.now() - began).whole_seconds() / 60 + 1;
    let by_itself = i64::try_from(asked(&org, "authorize") - 3).unwrap();
    assert!(by_itself <= 3 * minutes, "{by_itself} questions in {minutes} minutes");
    let told = mark(&found, "oauth").message.clone().unwrap();
    assert_eq!(told, format!("The app has {slip} where {} is needed.", lines[0]), "however new the app is");
    let audit = found.audit.expect("for every face, and for later");
    assert_eq!(audit.lines[0].registered_as, Some(slip), "marked: {audit:?}");
    assert!(found.audited_at.is_some(), "with its time");
}

#[tokio::test]
async fn lines_that_were_pasted_as_one_are_told_to_need_lines_of_their_own() {
    let _turn = one_at_a_time();
    let core = Core::new(1);
    let (org, setup) = just_created(&core, &[]).await;
    org.change(|switches| switches.callbacks = vec![setup.address.callbacks.join(", ")]);
    core.ask(intent::Validate(pasted(&org))).await.unwrap();
    let told = only_setup(&core).await;
    let fix = &mark(&told, "oauth").fix[0];
    assert!(fix.contains("each on a line of its own, without commas"), "{fix}");
}

#[tokio::test]
async fn a_key_that_is_not_active_yet_is_waited_for() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| switches.activation_seconds = 3600);
    let mut dtx = desk.connecting(&org, "p", &["--wait", "5"]).await;
    let waiting = dtx.event("waiting").await;
    assert_eq!(
        (&waiting["version"], &waiting["for"]),
        (&Value::from(1), &Value::from("activation")),
        "{waiting}"
    );
    assert!(waiting["next_check_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{waiting}");
    org.change(|switches| switches.activation_seconds = 0);
    // The announced check takes place, and then the second one that settles it.
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["event"]), (0, &Value::from("connected")), "{ended:?}");
}

#[tokio::test]
async fn a_wait_that_is_over_gives_up() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| switches.activation_seconds = 3600);
    let ended = desk.connecting(&org, "p", &["--wait", "0"]).await.ended().await;
    ended.failed(4, "key_unknown");
    assert_eq!(ended.json().len(), 1, "no wait was asked for: {ended:?}");
    let ended = desk.connecting(&org, "p", &["--wait", "1"]).await.ended().await;
    let told = ended.failed(4, "key_unknown");
    assert!(told["fix"][0].as_str().unwrap().contains("30 minutes"), "what to do first is to wait: {told}");
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn a_callback_that_is_still_missing_after_the_wait_is_told_as_such() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| switches.activation_seconds = 3600);
    let mut dtx = desk.connecting(&org, "p", &["--wait", "5"]).await;
    dtx.event("waiting").await;
    org.change(|switches| {
        switches.activation_seconds = 0;
        switches.callbacks = vec!["http://localhost:1/elsewhere".to_owned()];
    });
    dtx.ended().await.failed(6, "callback_missing");
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn an_app_that_takes_ten_minutes_is_asked_about_calmly() {
    let _turn = one_at_a_time();
    let (core, org) = (Core::new(100), org().await);
    org.change(|switches| switches.activation_seconds = 600);
    let mut sign_in = core.sign_in(&org, 1800).await;
    let mut waits = 0;
    let url = loop {
        let event = sign_in.next().await;
        if let AttemptEvent::Authorize { url, .. } = event {
            break url;
        }
        assert!(matches!(event, AttemptEvent::Waiting { .. }), "calmly: {event:?}");
        waits += 1;
        if waits == 30 {
            // Ten minutes of the fast clock.
            org.change(|switches| switches.activation_seconds = 0);
        }
    };
    assert_eq!(waits, 30, "asked every 20 seconds");
    assert_eq!(asked(&org, "authorize"), 32, "and two positives in a row settle it");
    Person::of(&org, INTEGRATION).sign_in(&url, Press::Allow).await;
    assert!(matches!(sign_in.next().await, AttemptEvent::Connected { .. }), "it goes on by itself");
}
