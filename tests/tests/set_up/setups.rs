//! Guided set-ups through the real agent: they outlast it, can be started over and removed, and invalid requests are
//! refused in words. The marks of their steps are in `setup_steps.rs`.

use std::time::Instant;

use connect_core::{
    contract::{
        intent::{self, Pasted},
        view::{Mark, Notice, SetupView},
    },
    explain::Code,
    secret::Secret,
};
use connect_tests::{
    Desk, PATIENCE, one_at_a_time, org,
    setting_up::{
        agent, audit, done, host, pasted, refused, set_up, shown, up_to_the_paste, validate, with_mark,
    },
};
use tokio::time::timeout;

#[tokio::test]
async fn several_set_ups_go_on_where_they_were_left() {
    let _turn = one_at_a_time();
    let (desk, first, second) = (Desk::new(), org().await, org().await);
    let (running, client) = agent(&desk).await;
    let begun = set_up(&client, &first).await;
    assert_eq!((begun.host.as_str(), begun.step.as_str()), (host(&first).as_str(), "before"), "named");
    assert_eq!(with_mark(&begun, Mark::Said), ["org"], "the org is named, and nothing else known");
    assert_eq!(begun.address.callbacks.len(), 3, "with its lines: {:?}", begun.address);
    let at_copy = {
        let mut setup = begun;
        for step in ["before", "open", "details", "oauth", "security"] {
            setup = done(&client, &setup, step).await;
        }
        setup
    };
    assert!(at_copy.created_at.is_some(), "Create was pressed");
    let other = set_up(&client, &second).await;
    let go_to = intent::GoTo { host: other.host.clone(), step: "details".to_owned() };
    let other = client.call(go_to).await.unwrap();

    // The agent ends, as with the computer, and the person begins again.
    desk.stop(running).await;
    let (running, client) = agent(&desk).await;
    let snapshot = client.call(intent::Snapshot).await.unwrap();
    assert_eq!(snapshot.setups.len(), 2, "both are there");
    assert_eq!(shown(&client, &at_copy.host).await, at_copy, "the one at the step where it was left");
    assert_eq!(shown(&client, &other.host).await, other, "the other at its own");
    assert_eq!(other.step, "details", "where the person had gone");
    assert_eq!(set_up(&client, &first).await, at_copy, "beginning it again finds it");
    let again: SetupView =
        client.call(intent::SetUp { address: at_copy.pasted_address.clone() }).await.unwrap();
    assert_eq!(again, at_copy, "and so does what names the org");
    desk.stop(running).await;
}

#[tokio::test]
async fn a_set_up_can_be_started_over_and_removed() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    let mut notices = client.notices();
    let setup = up_to_the_paste(&client, &org).await;
    validate(&client, &org).await;
    assert!(with_mark(&shown(&client, &setup.host).await, Mark::Proved).len() > 4, "much is proved");

    let over = client.call(intent::StartOver { host: setup.host.clone() }).await.unwrap();
    assert_eq!((over.step.as_str(), over.created_at, over.findings.len()), ("before", None, 0), "as begun");
    assert_eq!(with_mark(&over, Mark::Said), ["org"], "all marks are gone");
    assert!(with_mark(&over, Mark::Proved).is_empty(), "whoever set them: {:?}", over.steps);
    assert_eq!(over.address, setup.address, "the address stays");

    for _ in 0..2 {
        client.call(intent::RemoveSetup { host: setup.host.clone() }).await.unwrap();
    }
    let told = async {
        loop {
            if let Notice::Snapshot(snapshot) = notices.recv().await.expect("no notice is missed")
                && snapshot.setups.is_empty()
            {
                break;
            }
        }
    };
    timeout(PATIENCE, told).await.expect("every face is told");
    let host = setup.host.clone();
    let step = "copy".to_owned();
    let outcomes = [
        refused(&client, intent::GoTo { host: host.clone(), step: step.clone() }).await,
        refused(&client, intent::StepDone { host: host.clone(), step, done: true }).await,
        refused(&client, intent::StartOver { host }).await,
    ];
    assert_eq!(outcomes, [Code::SetupUnknown; 3], "it is gone");
    desk.stop(running).await;
}

#[tokio::test]
async fn a_removed_set_up_can_be_brought_back_with_its_marks_and_without_its_pair() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    let setup = up_to_the_paste(&client, &org).await;
    validate(&client, &org).await;
    let before = shown(&client, &setup.host).await;

    client.call(intent::RemoveSetup { host: setup.host.clone() }).await.unwrap();
    let back = client.call(intent::RestoreSetup { host: setup.host.clone() }).await.unwrap();
    assert_eq!((&back.steps, back.created_at), (&before.steps, before.created_at), "as it was");
    assert_eq!((back.pair_until, back.pair_key), (None, None), "key and secret are gone for good");
    assert_eq!(shown(&client, &setup.host).await.steps, before.steps, "every face has it again");

    // One that was begun anew meanwhile stays as it is, and what was never removed cannot be brought back.
    client.call(intent::RemoveSetup { host: setup.host.clone() }).await.unwrap();
    let fresh = set_up(&client, &org).await;
    let back = client.call(intent::RestoreSetup { host: setup.host.clone() }).await.unwrap();
    assert_eq!(back.steps, fresh.steps, "the newer one");
    let unknown = intent::RestoreSetup { host: "acme.my.salesforce.com".to_owned() };
    assert_eq!(refused(&client, unknown).await, Code::SetupUnknown, "nothing of it is kept");
    desk.stop(running).await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_words_and_changes_nothing() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    let setup = set_up(&client, &org).await;
    for step in ["", "Copy", "copy ", "nowhere", "\u{202e}copy", &"x".repeat(10_000)] {
        let go_to = intent::GoTo { host: setup.host.clone(), step: step.to_owned() };
        let failure = client.call(go_to).await.expect_err("no such step");
        assert_eq!(failure.code, Code::StepUnknown, "{step:.20?}");
        assert!(failure.message.chars().count() < 400, "cut: {}", failure.message.len());
    }
    for address in ["", "login.salesforce.com", "https://evil.example/", "a@b.example", "file:///etc/passwd"]
    {
        let refusal = refused(&client, intent::SetUp { address: address.to_owned() }).await;
        assert_ne!(refusal, Code::Unexpected, "{address:?} is refused in words");
    }
    for host in ["", "x' OR '1'='1", "localhost", &"h".repeat(10_000)] {
        let over = refused(&client, intent::StartOver { host: host.to_owned() }).await;
        assert_eq!(over, Code::SetupUnknown, "{host:.20?}");
    }
    let snapshot = client.call(intent::Snapshot).await.unwrap();
    assert_eq!(snapshot.setups, [setup], "the one that there is, as it was");
    desk.stop(running).await;
}

#[tokio::test]
async fn as_many_set_ups_as_there_may_be_fit_into_a_snapshot() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    up_to_the_paste(&client, &org).await;
    org.change(|switches| switches.callbacks = vec!["http://localhost/practice/callback".to_owned()]);
    let wrong_secret = Pasted { secret: Secret::new("0123456789ABCDEF".repeat(4)), ..pasted(&org) };
    client.call(intent::Validate(wrong_secret)).await.unwrap();
    audit(&client, &org).await;
    desk.stop(running).await;
    let database = rusqlite::Connection::open(desk.home().join("connections.db")).unwrap();
    let copy = "WITH RECURSIVE number (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < 1000)
                INSERT INTO setup (host, origin, updated_at, known)
                SELECT 'o' || n || '.my.salesforce.com', 'https://o' || n || '.my.salesforce.com', updated_at, known
                FROM setup, number";
    assert_eq!(database.execute(copy, []).unwrap(), 999, "as many as there may be");
    drop(database);

    let (running, client) = agent(&desk).await;
    let began = Instant::now();
    let snapshot = client.call(intent::Snapshot).await.expect("it fits into a line");
    println!("a snapshot of 1,000 set-ups, each with findings: {:?}", began.elapsed());
    assert_eq!(snapshot.setups.len(), 1_000, "all of them");
    let longest = serde_json::to_vec(&snapshot).unwrap().len();
    println!("{longest} bytes");
    assert!(longest < 12 * 1024 * 1024, "{longest} bytes leave room for 1,000 connections");
    let one_more = intent::SetUp { address: "https://one-more.my.salesforce.com".to_owned() };
    assert_eq!(refused(&client, one_more).await, Code::SetupsFull, "one too many");
    desk.stop(running).await;
}
