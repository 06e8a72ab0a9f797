//! Guided set-ups through the real agent and a practice org: kept, ticked by what the org says, and led to a connection.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use connect_agent::Client;
use connect_core::{
    explain::Code,
    home::Home,
    intent::{Connect, Intent, Pasted, SignInOptions},
    secret::Secret,
    view::{
        AttemptEvent, AttemptStarted, CallbackAudit, CheckId, CheckState, Disconnected, Failure, Findings,
        Mark, Notice, SetupView, Snapshot, StepMark,
    },
};
use connect_tests::{Desk, Dtx, INTEGRATION, OnlineDesk, Person, Press, one_at_a_time, org};
use practice_org::{Options, Org, OrgKind};
use tokio::time::{sleep, timeout};

const SANDBOX: &str = "acme--uat.sandbox.my.salesforce.com";
const PATIENCE: Duration = Duration::from_secs(60);

/// An agent, and a conversation with it.
async fn agent(desk: &Desk) -> (Dtx, Client) {
    let agent = desk.start(&["agent", "--no-tray"]);
    (agent, reached(desk).await)
}

/// A conversation with the agent that comes up.
async fn reached(desk: &Desk) -> Client {
    let home = Home::at(&desk.home()).unwrap();
    let give_up_at = Instant::now() + PATIENCE;
    loop {
        if let Some(client) = Client::open(&home).await.unwrap() {
            return client;
        }
        assert!(Instant::now() < give_up_at, "the agent has not come up");
        sleep(Duration::from_millis(10)).await;
    }
}

async fn stop(desk: &Desk, agent: Dtx) {
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
    agent.ended().await;
}

async fn set_up(client: &Client, org: &Org) -> SetupView {
    client.call(Intent::SetUp { address: org.address() }).await.expect("a set-up begins")
}

async fn done(client: &Client, setup: &SetupView, step: &str) -> SetupView {
    let said = Intent::StepDone { host: setup.host.clone(), step: step.to_owned(), done: true };
    client.call(said).await.expect("said")
}

/// All that a person says before the paste.
async fn up_to_the_paste(client: &Client, org: &Org) -> SetupView {
    let mut setup = set_up(client, org).await;
    for step in ["before", "open", "details", "oauth", "security", "copy"] {
        setup = done(client, &setup, step).await;
    }
    assert_eq!(setup.step, "paste", "what is left to do");
    setup
}

fn pasted(org: &Org) -> Pasted {
    Pasted { address: org.address(), key: Secret::new(org.key()), secret: Secret::new(org.secret()) }
}

async fn validate(client: &Client, org: &Org) -> Findings {
    client.call(Intent::Validate(pasted(org))).await.expect("findings")
}

async fn audit(client: &Client, org: &Org) -> CallbackAudit {
    let audit = Intent::AuditCallbacks { address: org.address(), key: Secret::new(org.key()) };
    client.call(audit).await.expect("an audit")
}

/// The set-up as every face is shown it.
async fn shown(client: &Client, host: &str) -> SetupView {
    let snapshot: Snapshot = client.call(Intent::Snapshot).await.unwrap();
    snapshot.setups.into_iter().find(|setup| setup.host == host).expect("the set-up is in the snapshot")
}

fn mark<'a>(setup: &'a SetupView, step: &str) -> &'a StepMark {
    setup.steps.iter().find(|mark| mark.id == step).expect("a mark for each step")
}

fn callback(findings: &Findings) -> (CheckState, Option<Code>) {
    let found = findings.checks.iter().find(|finding| finding.id == CheckId::Callback).unwrap();
    (found.state, found.code)
}

fn with_mark(setup: &SetupView, mark: Mark) -> Vec<&str> {
    setup.steps.iter().filter(|step| step.mark == mark).map(|step| step.id.as_str()).collect()
}

async fn refused(client: &Client, intent: Intent) -> Code {
    client.call::<serde_json::Value>(intent).await.expect_err("refused").code
}

/// Starts a sign-in as `alias`.
async fn connecting(client: &Client, org: &Org, alias: &str) -> AttemptStarted {
    let connect = Connect {
        address: org.address(),
        alias: Some(alias.to_owned()),
        key: Some(Secret::new(org.key())),
        secret: Some(Secret::new(org.secret())),
        options: SignInOptions::default(),
    };
    client.call(Intent::Connect(connect)).await.expect("a sign-in begins")
}

/// Signs in as its browser would, and returns how it ended.
async fn signed_in(client: &Client, org: &Org, alias: &str, press: Press) -> Result<(), Failure> {
    let mut notices = client.notices();
    let started = connecting(client, org, alias).await;
    loop {
        let notice =
            timeout(PATIENCE, notices.recv()).await.expect("it goes on").expect("no notice is missed");
        let Notice::Attempt { attempt, event } = notice else { continue };
        assert_eq!(attempt, started.attempt, "the only sign-in");
        match event {
            AttemptEvent::Authorize { url, .. } => {
                let under_way = shown(client, &host(org)).await.attempt;
                assert_eq!(under_way, Some(started.attempt.clone()), "the set-up shows its sign-in");
                Person::of(org, INTEGRATION).sign_in(&url, press).await;
            }
            AttemptEvent::Confirm { .. } => {
                let attempt = started.attempt.clone();
                client.call::<()>(Intent::Answer { attempt, accept: true }).await.unwrap();
            }
            AttemptEvent::Waiting { .. } => {}
            AttemptEvent::Connected { .. } => return Ok(()),
            AttemptEvent::Failed(failure) => return Err(failure),
        }
    }
}

fn host(org: &Org) -> String {
    org.address().replace("http://", "")
}

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
    let go_to = Intent::GoTo { host: other.host.clone(), step: "details".to_owned() };
    let other: SetupView = client.call(go_to).await.unwrap();

    // The agent ends, as with the computer, and somebody begins again.
    stop(&desk, running).await;
    let (running, client) = agent(&desk).await;
    let snapshot: Snapshot = client.call(Intent::Snapshot).await.unwrap();
    assert_eq!(snapshot.setups.len(), 2, "both are there");
    assert_eq!(shown(&client, &at_copy.host).await, at_copy, "the one at the step where it was left");
    assert_eq!(shown(&client, &other.host).await, other, "the other at its own");
    assert_eq!(other.step, "details", "where the person had gone");
    assert_eq!(set_up(&client, &first).await, at_copy, "beginning it again finds it");
    let again: SetupView =
        client.call(Intent::SetUp { address: at_copy.pasted_address.clone() }).await.unwrap();
    assert_eq!(again, at_copy, "and so does what names the org");
    stop(&desk, running).await;
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

    let over: SetupView = client.call(Intent::StartOver { host: setup.host.clone() }).await.unwrap();
    assert_eq!((over.step.as_str(), over.created_at, over.findings.len()), ("before", None, 0), "as begun");
    assert_eq!(with_mark(&over, Mark::Said), ["org"], "all marks are gone");
    assert!(with_mark(&over, Mark::Proved).is_empty(), "whoever set them: {:?}", over.steps);
    assert_eq!(over.address, setup.address, "the address stays");

    for _ in 0..2 {
        client.call::<()>(Intent::RemoveSetup { host: setup.host.clone() }).await.unwrap();
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
    for intent in [
        Intent::GoTo { host: host.clone(), step: "copy".to_owned() },
        Intent::StepDone { host: host.clone(), step: "copy".to_owned(), done: true },
        Intent::StartOver { host },
    ] {
        assert_eq!(refused(&client, intent).await, Code::SetupUnknown, "it is gone");
    }
    stop(&desk, running).await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_words_and_changes_nothing() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    let setup = set_up(&client, &org).await;
    for step in ["", "Copy", "copy ", "nowhere", "\u{202e}copy", &"x".repeat(10_000)] {
        let go_to = Intent::GoTo { host: setup.host.clone(), step: step.to_owned() };
        let failure = client.call::<SetupView>(go_to).await.expect_err("no such step");
        assert_eq!(failure.code, Code::StepUnknown, "{step:.20?}");
        assert!(failure.message.chars().count() < 400, "cut: {}", failure.message.len());
    }
    for address in ["", "login.salesforce.com", "https://evil.example/", "a@b.example", "file:///etc/passwd"]
    {
        let refusal = refused(&client, Intent::SetUp { address: address.to_owned() }).await;
        assert_ne!(refusal, Code::Unexpected, "{address:?} is refused in words");
    }
    for host in ["", "x' OR '1'='1", "localhost", &"h".repeat(10_000)] {
        let over = refused(&client, Intent::StartOver { host: host.to_owned() }).await;
        assert_eq!(over, Code::SetupUnknown, "{host:.20?}");
    }
    let snapshot: Snapshot = client.call(Intent::Snapshot).await.unwrap();
    assert_eq!(snapshot.setups, [setup], "the one that there is, as it was");
    stop(&desk, running).await;
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
    let renamed = Intent::Rename { old: "p".to_owned(), new: "q".to_owned() };
    client.call::<serde_json::Value>(renamed).await.unwrap();
    assert_eq!(shown(&client, &setup.host).await.alias.as_deref(), Some("q"), "by the name it has now");

    client.call::<Disconnected>(Intent::Disconnect { name: "q".to_owned() }).await.unwrap();
    let left = shown(&client, &setup.host).await;
    assert_eq!(
        (left.step.as_str(), left.alias.as_deref()),
        ("sign_in", None),
        "disconnected: one sign-in is missing"
    );
    assert_eq!(with_mark(&left, Mark::Proved), proved, "the app is still there");
    stop(&desk, running).await;
}

#[tokio::test]
async fn missing_scopes_and_a_wrong_secret_mark_their_steps() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    let setup = up_to_the_paste(&client, &org).await;
    let right = pasted(&org);
    let wrong_secret = Pasted { secret: Secret::new("0123456789ABCDEF".repeat(4)), ..right };
    client.call::<Findings>(Intent::Validate(wrong_secret)).await.unwrap();
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
    stop(&desk, running).await;
}

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
        // Without its port it stands for each of them.
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
    stop(&desk, running).await;
}

#[tokio::test]
async fn the_hosted_line_alone_is_told_line_by_line() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    let running = online.desk.start_on(&online.internet, &["agent", "--no-tray"], &[]);
    let client = reached(&online.desk).await;
    let setup: SetupView = client.call(Intent::SetUp { address: SANDBOX.to_owned() }).await.unwrap();
    let block = setup.address.callbacks.clone();
    assert_eq!(block.len(), 5, "{block:?}");
    done(&client, &setup, "security").await;
    let audit = Intent::AuditCallbacks { address: SANDBOX.to_owned(), key: Secret::new(org.key()) };
    for (registered, expected) in [
        (vec![block[0].clone()], Mark::Wrong),
        (vec![format!("{}/", block[4])], Mark::Wrong),
        (vec!["https://elsewhere.example/callback".to_owned()], Mark::Open),
        (block[1..].to_vec(), Mark::Doubted),
        (block.clone(), Mark::Proved),
    ] {
        org.change(|switches| switches.callbacks.clone_from(&registered));
        let found: CallbackAudit = client.call(audit.clone()).await.unwrap();
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
    stop(&online.desk, running).await;
}

#[tokio::test]
async fn the_line_of_the_portal_is_missed_at_the_paste_and_again_once_connected() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    let running = online.desk.start_on(&online.internet, &["agent", "--no-tray"], &[]);
    let client = reached(&online.desk).await;
    let setup: SetupView = client.call(Intent::SetUp { address: SANDBOX.to_owned() }).await.unwrap();
    let block = setup.address.callbacks.clone();
    done(&client, &setup, "security").await;
    org.change(|switches| switches.callbacks = block[1..].to_vec());
    let (key, secret) = (Secret::new(org.key()), Secret::new(org.secret()));
    let both = Pasted { address: SANDBOX.to_owned(), key: key.clone(), secret: secret.clone() };
    let findings: Findings = client.call(Intent::Validate(both)).await.unwrap();
    assert_eq!(callback(&findings), (CheckState::Warn, Some(Code::CallbackHostedMissing)), "it stops nobody");
    let told = shown(&client, SANDBOX).await;
    assert_eq!(mark(&told, "oauth").mark, Mark::Doubted, "and is no tick: {:?}", told.steps);
    assert!(mark(&told, "oauth").fix[0].ends_with(&block[0]), "the line to paste: {:?}", told.steps);

    let mut notices = client.notices();
    let (address, options) = (SANDBOX.to_owned(), SignInOptions::default());
    let connect = Connect { address, alias: None, key: Some(key), secret: Some(secret), options };
    client.call::<AttemptStarted>(Intent::Connect(connect)).await.unwrap();
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

    // Nothing is pasted any more: the stored key serves.
    org.change(|switches| switches.callbacks.clone_from(&block));
    let without_key = || Intent::AuditCallbacks { address: SANDBOX.to_owned(), key: Secret::new("") };
    let audit: CallbackAudit = client.call(without_key()).await.unwrap();
    assert!(audit.lines.iter().all(|line| line.state == CheckState::Pass), "{audit:?}");
    let right = shown(&client, SANDBOX).await;
    assert_eq!(mark(&right, "connected").mark, Mark::Open, "put right: {:?}", right.steps);
    stop(&online.desk, running).await;
}

#[tokio::test]
async fn an_org_that_has_moved_is_asked_at_its_new_address_which_is_named() {
    const THERE: &str = "acme--uat2.sandbox.my.salesforce.com";
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let here = online.served(SANDBOX, OrgKind::Sandbox).await;
    let there = online.served(THERE, OrgKind::Sandbox).await;
    here.change(|switches| switches.authorize_redirect = Some(format!("https://{THERE}")));
    let running = online.desk.start_on(&online.internet, &["agent", "--no-tray"], &[]);
    let client = reached(&online.desk).await;
    let (key, secret) = (Secret::new(there.key()), Secret::new(there.secret()));
    let both = Pasted { address: SANDBOX.to_owned(), key, secret };
    let findings: Findings = client.call(Intent::Validate(both)).await.unwrap();
    let state = |id| findings.checks.iter().find(|finding| finding.id == id).unwrap();
    let address = state(CheckId::Address);
    assert_eq!((address.state, address.code), (CheckState::Warn, Some(Code::AddressMoved)), "{address:?}");
    assert!(address.message.contains(SANDBOX) && address.message.contains(THERE), "both: {address:?}");
    for id in [CheckId::Key, CheckId::Callback, CheckId::Secret] {
        assert_eq!(state(id).state, CheckState::Pass, "as the new address says: {findings:?}");
    }
    assert!(!here.counters().requests.contains_key("introspect"), "the secret goes to the new one alone");
    stop(&online.desk, running).await;
}

#[tokio::test]
async fn an_audit_sends_no_secret_and_tells_a_key_that_is_not_known_yet() {
    let _turn = one_at_a_time();
    let (desk, org) = (
        Desk::new(),
        Org::start(Options { activation: Duration::from_secs(3_600), ..Options::default() }).await.unwrap(),
    );
    let (running, client) = agent(&desk).await;
    let with = |key: String| Intent::AuditCallbacks { address: org.address(), key: Secret::new(key) };
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
    stop(&desk, running).await;
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
    stop(&desk, running).await;
}

#[tokio::test]
async fn as_many_set_ups_as_there_may_be_fit_into_a_snapshot() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (running, client) = agent(&desk).await;
    up_to_the_paste(&client, &org).await;
    org.change(|switches| switches.callbacks = vec!["http://localhost/practice/callback".to_owned()]);
    let wrong_secret = Pasted { secret: Secret::new("0123456789ABCDEF".repeat(4)), ..pasted(&org) };
    client.call::<Findings>(Intent::Validate(wrong_secret)).await.unwrap();
    audit(&client, &org).await;
    stop(&desk, running).await;
    let database = rusqlite::Connection::open(desk.home().join("connections.db")).unwrap();
    let copy = "WITH RECURSIVE number (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < 1000)
                INSERT INTO setup (host, origin, updated_at, known)
                SELECT 'o' || n || '.my.salesforce.com', 'https://o' || n || '.my.salesforce.com', updated_at, known
                FROM setup, number";
    assert_eq!(database.execute(copy, []).unwrap(), 999, "as many as there may be");
    drop(database);

    let (running, client) = agent(&desk).await;
    let began = Instant::now();
    let snapshot: Snapshot = client.call(Intent::Snapshot).await.expect("it fits into a line");
    println!("a snapshot of 1,000 set-ups, each with findings: {:?}", began.elapsed());
    assert_eq!(snapshot.setups.len(), 1_000, "all of them");
    let longest = serde_json::to_vec(&snapshot).unwrap().len();
    println!("{longest} bytes");
    assert!(longest < 12 * 1024 * 1024, "{longest} bytes leave room for 1,000 connections");
    let one_more = Intent::SetUp { address: "https://one-more.my.salesforce.com".to_owned() };
    assert_eq!(refused(&client, one_more).await, Code::SetupsFull, "one too many");
    stop(&desk, running).await;
}
