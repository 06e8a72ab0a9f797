//! The callback lines of an app, compared one by one with the needed ones: slips are shown beside the right line,
//! missing lines are named, and no secret is sent for that.

use std::time::Duration;

use connect_core::{
    contract::{
        intent::{self, Connect, Pasted, SignInOptions},
        view::{AttemptEvent, CheckId, CheckState, Mark, Notice},
    },
    explain::Code,
    secret::Secret,
};
use connect_tests::{
    Desk, INTEGRATION, OnlineDesk, Press, one_at_a_time, org,
    setting_up::{
        agent, agent_online, audit, callback, done, mark, refused, shown, up_to_the_paste, validate,
        with_mark,
    },
};
use practice_org::{Options, Org, OrgKind};

const SANDBOX: &str = "acme--uat.sandbox.my.salesforce.com";

#[tokio::test]
async fn a_callback_line_with_a_slip_is_shown_beside_what_is_needed() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    let setup = up_to_the_paste(&client, &org).await;
    let lines = setup.address.callbacks.clone();
    for slip in [
        format!("{}/", lines[0]),
        lines[0].replace("http://", "https://"),
        lines[0].replace("localhost", "127.0.0.1"),
        lines[0].replace(":17177", ""),
    ] {
        let registered = slip.clone();
        org.change(|switches| switches.callbacks = vec![registered]);
        let before = org.counters().requests.get("authorize").copied().unwrap_or_default();
        let audit = audit(&client, &org).await;
        let asked = org.counters().requests["authorize"] - before;
        assert!(asked <= 20, "{asked} questions for one audit");
        let found: Vec<_> = audit.lines.iter().map(|line| line.registered_as.as_deref()).collect();
        let mut expected = vec![None; lines.len()];
        expected[0] = Some(slip.as_str());
        // Without a port the slip belongs to each of the lines.
        if !slip.contains("17177") {
            expected.fill(Some(slip.as_str()));
        }
        assert_eq!(found, expected, "{audit:?}");
        assert!(audit.lines.iter().all(|line| line.state == CheckState::Fail), "{audit:?}");
        let wrong = shown(&client, &setup.host).await;
        let told = mark(&wrong, "oauth");
        assert_eq!(told.mark, Mark::Wrong, "however new the app is: {told:?}");
        let difference = format!("The app has {slip} where {} is needed.", lines[0]);
        assert!(told.message.as_ref().unwrap().contains(&difference), "side by side: {told:?}");
        assert!(told.fix[0].contains(&lines[0]), "as it should be: {told:?}");
    }

    org.change(|switches| switches.callbacks = vec![lines[1].clone()]);
    done(&client, &setup, "oauth").await;
    let findings = validate(&client, &org).await;
    let callback = findings.checks.iter().find(|finding| finding.id == CheckId::Callback).unwrap();
    assert_eq!(callback.state, CheckState::Pass, "one line is enough");
    assert_eq!(mark(&shown(&client, &setup.host).await, "oauth").mark, Mark::Proved, "put right");
    let audit = audit(&client, &org).await;
    let states: Vec<_> = audit.lines.iter().map(|line| line.state).collect();
    assert_eq!(states, [CheckState::Fail, CheckState::Pass, CheckState::Fail], "line by line");
    assert_eq!(mark(&shown(&client, &setup.host).await, "oauth").mark, Mark::Proved, "still");
    desk.stop(running).await;
}

#[tokio::test]
async fn the_hosted_line_alone_is_told_line_by_line() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    let (running, client) = agent_online(&online).await;
    let setup = client.call(intent::SetUp { address: SANDBOX.to_owned() }).await.unwrap();
    let block = setup.address.callbacks.clone();
    assert_eq!(block.len(), 5, "{block:?}");
    done(&client, &setup, "security").await;
    let audit = intent::AuditCallbacks { address: SANDBOX.to_owned(), key: Secret::new(org.key()) };
    for (registered, expected) in [
        (vec![block[0].clone()], Mark::Wrong),
        (vec![format!("{}/", block[4])], Mark::Wrong),
        (vec!["https://elsewhere.example/callback".to_owned()], Mark::Open),
        (block[1..].to_vec(), Mark::Doubted),
        (block.clone(), Mark::Proved),
    ] {
        org.change(|switches| switches.callbacks.clone_from(&registered));
        let found = client.call(audit.clone()).await.unwrap();
        for line in &found.lines {
            let is_there = registered.contains(&line.line);
            assert_eq!(line.state == CheckState::Pass, is_there, "{line:?}");
        }
        let told = shown(&client, SANDBOX).await;
        let told = mark(&told, "oauth");
        assert_eq!(told.mark, expected, "{registered:?}: {told:?}");
        if registered == block[..1] {
            assert!(
                !told.fix[0].contains(&block[0]) && told.fix[0].contains(&block[4]),
                "what is missing: {told:?}"
            );
        }
    }
    online.desk.stop(running).await;
}

#[tokio::test]
async fn the_line_of_the_portal_is_missed_at_the_paste_and_again_once_connected() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    let (running, client) = agent_online(&online).await;
    let setup = client.call(intent::SetUp { address: SANDBOX.to_owned() }).await.unwrap();
    let block = setup.address.callbacks.clone();
    done(&client, &setup, "security").await;
    org.change(|switches| switches.callbacks = block[1..].to_vec());
    let (key, secret) = (Secret::new(org.key()), Secret::new(org.secret()));
    let both = Pasted { address: SANDBOX.to_owned(), key: key.clone(), secret: secret.clone() };
    let findings = client.call(intent::Validate(both)).await.unwrap();
    assert_eq!(callback(&findings), (CheckState::Warn, Some(Code::CallbackHostedMissing)), "it stops nobody");
    let told = shown(&client, SANDBOX).await;
    assert_eq!(mark(&told, "oauth").mark, Mark::Doubted, "and is no tick: {:?}", told.steps);
    assert!(mark(&told, "oauth").fix[0].ends_with(&block[0]), "the line to paste: {:?}", told.steps);

    let mut notices = client.notices();
    let (address, options) =
        (SANDBOX.to_owned(), SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() });
    let connect = Connect { address, alias: None, key: Some(key), secret: Some(secret), options };
    client.call(connect).await.unwrap();
    loop {
        let Notice::Attempt { event, .. } = notices.recv().await.unwrap() else { continue };
        if let AttemptEvent::Authorize { url, .. } = &event {
            online.internet.person(&org, INTEGRATION).sign_in(url, Press::Allow).await;
        }
        if matches!(event, AttemptEvent::Connected { .. }) {
            break;
        }
    }
    let connected = shown(&client, SANDBOX).await;
    assert_eq!(mark(&connected, "connected").mark, Mark::Doubted, "before the portal is opened");

    // Nothing is pasted any more: the stored key is used.
    org.change(|switches| switches.callbacks.clone_from(&block));
    let without_key = || intent::AuditCallbacks { address: SANDBOX.to_owned(), key: Secret::new("") };
    let audit = client.call(without_key()).await.unwrap();
    assert!(audit.lines.iter().all(|line| line.state == CheckState::Pass), "{audit:?}");
    let right = shown(&client, SANDBOX).await;
    assert_eq!(mark(&right, "connected").mark, Mark::Open, "put right: {:?}", right.steps);
    online.desk.stop(running).await;
}

#[tokio::test]
async fn an_audit_sends_no_secret_and_tells_a_key_that_is_not_known_yet() {
    let _turn = one_at_a_time();
    let (desk, org) = (
        Desk::new(),
        Org::start(Options { activation: Duration::from_secs(3_600), ..Options::default() }).await.unwrap(),
    );
    let (running, client) = agent(&desk).await;
    let with = |key: String| intent::AuditCallbacks { address: org.address(), key: Secret::new(key) };
    assert_eq!(
        refused(&client, with(org.secret())).await,
        Code::KeyLooksSecret,
        "it has the form of a secret"
    );
    assert_eq!(refused(&client, with("••••••••••••".to_owned())).await, Code::ValueMasked, "dots");
    assert_eq!(refused(&client, with(String::new())).await, Code::ValueMissing, "nothing");
    assert!(org.counters().requests.is_empty(), "nothing was sent: {:?}", org.counters());

    let setup = up_to_the_paste(&client, &org).await;
    let audit = audit(&client, &org).await;
    assert!(audit.lines.iter().all(|line| line.state == CheckState::Unknown), "{audit:?}");
    assert!(audit.lines[0].message.contains("2 to 10 minutes"), "why: {audit:?}");
    assert_eq!(org.counters().requests["authorize"], 1, "asked once, since it is the same for each line");
    validate(&client, &org).await;
    let waiting = shown(&client, &setup.host).await;
    assert!(with_mark(&waiting, Mark::Wrong).is_empty(), "nothing is wrong: {:?}", waiting.steps);
    assert!(
        mark(&waiting, "wait").message.as_ref().unwrap().contains("2 to 10 minutes"),
        "{:?}",
        waiting.steps
    );
    desk.stop(running).await;
}
