//! The steps of a guided set-up are marked by the org's answers, up to the connection: as proved, as wrong, or as
//! unknown. The callback lines have their own tests in `setup_callbacks.rs`.

use connect_agent::Client;
use connect_core::{
    contract::{
        intent::{self, Connect, Pasted, SignInOptions},
        view::{
            AttemptEvent, AttemptStarted, Awaited, CheckId, CheckState, Failure, Looks, Mark, Notice, Verdict,
        },
    },
    explain::Code,
    secret::Secret,
};
use connect_tests::{
    Desk, INTEGRATION, OnlineDesk, PATIENCE, Person, Press, one_at_a_time, org,
    setting_up::{
        agent, agent_online, audit, host, mark, pasted, shown, up_to_the_paste, validate, with_mark,
    },
};
use practice_org::{Org, OrgKind};
use tokio::time::timeout;

const SANDBOX: &str = "acme--uat.sandbox.my.salesforce.com";

/// Starts a sign-in as `alias`.
async fn connecting(client: &Client, org: &Org, alias: &str) -> AttemptStarted {
    let connect = Connect {
        address: org.address(),
        alias: Some(alias.to_owned()),
        key: Some(Secret::new(org.key())),
        secret: Some(Secret::new(org.secret())),
        options: SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() },
    };
    client.call(connect).await.expect("a sign-in begins")
}

/// Signs in as its browser would, and returns the result.
async fn signed_in(client: &Client, org: &Org, alias: &str, press: Press) -> Result<(), Failure> {
    let mut notices = client.notices();
    let started = connecting(client, org, alias).await;
    loop {
        let notice =
            timeout(PATIENCE, notices.recv()).await.expect("it goes on").expect("no notice is missed");
        let Notice::Attempt { attempt, event, .. } = notice else { continue };
        assert_eq!(attempt, started.attempt, "the only sign-in");
        match event {
            AttemptEvent::Authorize { url, .. } => {
                let under_way = shown(client, &host(org)).await.attempt;
                assert_eq!(under_way, Some(started.attempt.clone()), "the set-up shows its sign-in");
                Person::of(org, INTEGRATION).sign_in(&url, press).await;
            }
            AttemptEvent::Confirm { .. } => {
                let attempt = started.attempt.clone();
                client.call(intent::Answer { attempt, accept: true }).await.unwrap();
            }
            AttemptEvent::Waiting { .. } => {}
            AttemptEvent::Connected { .. } => return Ok(()),
            AttemptEvent::Failed(failure) => return Err(failure),
        }
    }
}

#[tokio::test]
async fn what_follows_is_said_by_the_core_and_goes_with_the_set_up() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    let looks = async |key: String, secret: String| {
        let (key, secret) = (Secret::new(key), Secret::new(secret));
        let typed = Pasted { address: org.address(), key, secret };
        client.call(intent::Understand(typed)).await.unwrap().looks
    };
    assert_eq!(looks(org.key(), String::new()).await, Some(Looks::Missing), "half of it");
    assert_eq!(looks(org.key(), org.secret()).await, Some(Looks::MayAsk), "a pair");
    let swapped = looks(org.secret(), org.key()).await;
    assert!(matches!(&swapped, Some(Looks::Exchange { message }) if !message.is_empty()), "{swapped:?}");
    assert_eq!(looks("••••".to_owned(), org.secret()).await, Some(Looks::Blocked), "dots are no key");

    let setup = up_to_the_paste(&client, &org).await;
    assert_eq!(setup.verdict, None, "nothing was asked yet");
    let follows = async || {
        let findings = validate(&client, &org).await;
        assert_eq!(shown(&client, &setup.host).await.verdict, findings.verdict, "and goes with the set-up");
        findings.verdict.expect("told of a pasted pair")
    };
    assert_eq!(follows().await, Verdict::Ready { key_known: true }, "all is right");
    org.change(|switches| switches.callbacks = vec!["http://localhost:1/elsewhere".to_owned()]);
    assert_eq!(follows().await, Verdict::Waits { what: Awaited::Callback, by_itself: false }, "a new app");
    let wrong = Pasted { secret: Secret::new("0".repeat(64)), ..pasted(&org) };
    let findings = client.call(intent::Validate(wrong)).await.unwrap();
    let Some(Verdict::Mend { check, step, message, .. }) = findings.verdict else { panic!("{findings:?}") };
    assert_eq!((check, step.as_str()), (CheckId::Secret, "paste"), "{message}");
    desk.stop(running).await;
}

#[tokio::test]
async fn the_steps_tick_themselves_up_to_the_connection() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    let setup = up_to_the_paste(&client, &org).await;
    let findings = validate(&client, &org).await;
    let ticked = shown(&client, &setup.host).await;
    assert_eq!(ticked.findings, findings.checks, "what the org said is kept");
    assert!(ticked.found_at.is_some(), "with its time");
    let proved = ["org", "oauth", "copy", "paste", "wait"];
    assert_eq!(with_mark(&ticked, Mark::Proved), proved, "all that it told of");
    let said = ["before", "open", "details", "security"];
    assert_eq!(with_mark(&ticked, Mark::Said), said, "what it cannot say");

    let denied = signed_in(&client, &org, "p", Press::Deny).await.expect_err("denied");
    assert_eq!(denied.code, Code::Denied, "{denied:?}");
    let wrong = shown(&client, &setup.host).await;
    assert_eq!(with_mark(&wrong, Mark::Wrong), ["sign_in"], "the step it belongs to");
    assert_eq!(mark(&wrong, "sign_in").message, Some(denied.message), "with its words");
    assert_eq!(wrong.attempt, None, "none is under way");

    signed_in(&client, &org, "p", Press::Allow).await.expect("connected");
    let through = shown(&client, &setup.host).await;
    assert_eq!((through.step.as_str(), through.alias.as_deref()), ("connected", Some("p")), "through");
    assert_eq!(with_mark(&through, Mark::Proved), [&proved[..], &["sign_in"]].concat(), "and the sign-in");
    assert_eq!(with_mark(&through, Mark::Said), said, "a sign-in tells nothing of these either");
    assert_eq!(mark(&through, "connected").mark, Mark::Open, "this computer cannot see the portal");
    let renamed = intent::Rename { old: "p".to_owned(), new: "q".to_owned() };
    client.call(renamed).await.unwrap();
    assert_eq!(shown(&client, &setup.host).await.alias.as_deref(), Some("q"), "by the name it has now");

    client.call(intent::Disconnect { name: "q".to_owned() }).await.unwrap();
    let left = shown(&client, &setup.host).await;
    assert_eq!(
        (left.step.as_str(), left.alias.as_deref()),
        ("sign_in", None),
        "disconnected: one sign-in is missing"
    );
    assert_eq!(with_mark(&left, Mark::Proved), proved, "the app is still there");
    desk.stop(running).await;
}

#[tokio::test]
async fn missing_scopes_and_a_wrong_secret_mark_their_steps() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    let setup = up_to_the_paste(&client, &org).await;
    let right = pasted(&org);
    let wrong_secret = Pasted { secret: Secret::new("0123456789ABCDEF".repeat(4)), ..right };
    client.call(intent::Validate(wrong_secret)).await.unwrap();
    let wrong = shown(&client, &setup.host).await;
    assert_eq!(with_mark(&wrong, Mark::Wrong), ["paste"], "{:?}", wrong.steps);
    assert!(mark(&wrong, "paste").fix[0].contains("Copy the Consumer Secret again"), "what to do");
    assert_eq!(mark(&wrong, "copy").mark, Mark::Said, "the reveal itself is not disproved");

    validate(&client, &org).await;
    assert!(with_mark(&shown(&client, &setup.host).await, Mark::Wrong).is_empty(), "put right");
    org.change(|switches| switches.granted_scope = Some("refresh_token".to_owned()));
    let failure = signed_in(&client, &org, "p", Press::Allow).await.expect_err("a scope is missing");
    assert_eq!(failure.code, Code::ScopeMissing, "{failure:?}");
    validate(&client, &org).await;
    let wrong = shown(&client, &setup.host).await;
    assert_eq!(with_mark(&wrong, Mark::Wrong), ["oauth"], "asking about the pair shows no scopes");
    assert_eq!(mark(&wrong, "oauth").message, Some(failure.message), "which one");
    desk.stop(running).await;
}

#[tokio::test]
async fn an_org_out_of_reach_makes_no_step_wrong() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    let setup = up_to_the_paste(&client, &org).await;
    org.change(|switches| switches.maintenance = true);
    validate(&client, &org).await;
    let audit = audit(&client, &org).await;
    assert!(audit.lines.iter().all(|line| line.state == CheckState::Unknown), "{audit:?}");
    assert!(!org.counters().requests.contains_key("token"), "the secret is not sent twice to hear nothing");
    let told = shown(&client, &setup.host).await;
    assert!(with_mark(&told, Mark::Wrong).is_empty(), "{:?}", told.steps);
    assert_eq!(with_mark(&told, Mark::Said).len(), 7, "what the person said stays: {:?}", told.steps);
    desk.stop(running).await;
}

#[tokio::test]
async fn an_org_that_has_moved_is_asked_at_its_new_address_which_is_named() {
    const THERE: &str = "acme--uat2.sandbox.my.salesforce.com";
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let here = online.served(SANDBOX, OrgKind::Sandbox).await;
    let there = online.served(THERE, OrgKind::Sandbox).await;
    here.change(|switches| switches.authorize_redirect = Some(format!("https://{THERE}")));
    let (running, client) = agent_online(&online).await;
    let (key, secret) = (Secret::new(there.key()), Secret::new(there.secret()));
    let both = Pasted { address: SANDBOX.to_owned(), key, secret };
    let findings = client.call(intent::Validate(both)).await.unwrap();
    let state = |id| findings.checks.iter().find(|finding| finding.id == id).unwrap();
    let address = state(CheckId::Address);
    assert_eq!((address.state, address.code), (CheckState::Warn, Some(Code::AddressMoved)), "{address:?}");
    assert!(address.message.contains(SANDBOX) && address.message.contains(THERE), "both: {address:?}");
    for id in [CheckId::Key, CheckId::Callback, CheckId::Secret] {
        assert_eq!(state(id).state, CheckState::Pass, "as the new address says: {findings:?}");
    }
    assert!(!here.counters().requests.contains_key("introspect"), "the secret goes to the new one alone");
    online.desk.stop(running).await;
}
