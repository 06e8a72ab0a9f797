//! Who signs in to an org for the first time, and whose key it is: said truly, and asked about where it may be a slip.

use connect_core::{
    contract::{
        intent::{Answer, Check, Connect, List, Pasted, Show, SignInOptions, Validate},
        view::{AttemptEvent, CheckId, CheckState, Finding, Verdict},
    },
    explain::Code,
    secret::Secret,
};
use connect_tests::{Core, Desk, INTEGRATION, Person, Press, SignIn, Terminal, one_at_a_time, org};
use practice_org::{Options, Org};

const ADMIN: usize = 0;

/// Begins a sign-in to this org as `p` with that org's pair, and nobody named.
async fn connecting(core: &Core, org: &Org, of: &Org, may_ask: bool) -> SignIn {
    let notices = core.controller.notices();
    let connect = Connect {
        address: org.address(),
        alias: Some("p".to_owned()),
        key: Some(Secret::new(of.key())),
        secret: Some(Secret::new(of.secret())),
        options: SignInOptions { may_ask, wait_seconds: Some(1800), ..SignInOptions::default() },
    };
    let started = core.ask(connect).await.expect("a sign-in begins");
    SignIn { attempt: started.attempt, notices }
}

/// Signs in as this user, and returns what follows.
async fn signed_in(sign_in: &mut SignIn, org: &Org, user: usize) -> AttemptEvent {
    let AttemptEvent::Authorize { url, .. } = sign_in.next().await else { panic!("an address to open") };
    assert!(url.contains("prompt=login"), "whoever the browser is signed in as: {url}");
    Person::of(org, user).sign_in(&url, Press::Allow).await;
    sign_in.next().await
}

async fn org_and_user(core: &Core) -> Finding {
    let checks = core.ask(Check::of("p")).await.expect("checks").checks;
    checks.into_iter().find(|finding| finding.id == CheckId::Org).expect("org and user")
}

async fn history(core: &Core) -> Vec<String> {
    let detail = core.ask(Show { name: "p".to_owned() }).await.expect("a connection");
    detail.history.into_iter().map(|line| line.text).collect()
}

#[tokio::test]
async fn a_first_sign_in_asks_for_a_login_and_says_truly_who_it_was() {
    let _turn = one_at_a_time();
    let (core, org) = (Core::new(1), org().await);
    let mut sign_in = connecting(&core, &org, &org, false).await;
    let end = signed_in(&mut sign_in, &org, ADMIN).await;
    assert!(matches!(end, AttemptEvent::Connected { .. }), "a script is asked nothing: {end:?}");
    let admin = &org.users()[ADMIN].username;
    assert_eq!(history(&core).await, [format!("Connected as {admin}: no username was entered before.")]);
    let found = org_and_user(&core).await;
    assert_eq!((found.state, found.code), (CheckState::Warn, Some(Code::UserModifiesAll)), "{found:?}");
    assert!(found.message.contains(admin) && found.message.contains("Modify All Data"), "{found:?}");

    let core = Core::new(1);
    let mut sign_in = connecting(&core, &org, &org, true).await;
    let end = signed_in(&mut sign_in, &org, INTEGRATION).await;
    assert!(matches!(end, AttemptEvent::Connected { .. }), "nothing to ask about: {end:?}");
    let found = org_and_user(&core).await;
    assert_eq!((found.state, found.code), (CheckState::Pass, None), "{found:?}");
    assert!(!found.message.contains("expected"), "nobody was: {found:?}");
}

#[tokio::test]
async fn an_administrator_whom_nobody_named_is_asked_about_before_anything_is_stored() {
    let _turn = one_at_a_time();
    let (core, org) = (Core::new(1), org().await);
    let mut sign_in = connecting(&core, &org, &org, true).await;
    let AttemptEvent::Confirm { found, question } = signed_in(&mut sign_in, &org, ADMIN).await else {
        panic!("a question")
    };
    assert_eq!((found.modifies_all_data, question.code), (Some(true), Code::UserUnnamed), "{question:?}");
    assert!(core.ask(List).await.unwrap().is_empty(), "nothing is stored unanswered");
    core.ask(Answer { attempt: sign_in.attempt.clone(), accept: false }).await.unwrap();
    let end = sign_in.next().await;
    assert!(matches!(&end, AttemptEvent::Failed(failure) if failure.code == Code::UserUnnamed), "{end:?}");
    assert_eq!(org.counters().refresh_tokens_alive, 0, "the tokens are given back");

    // An org that does not tell is no reason to ask.
    org.change(|switches| switches.hidden_objects = vec!["UserPermissionAccess".to_owned()]);
    let mut sign_in = connecting(&core, &org, &org, true).await;
    let end = signed_in(&mut sign_in, &org, ADMIN).await;
    assert!(matches!(end, AttemptEvent::Connected { .. }), "{end:?}");
    assert_eq!(org_and_user(&core).await.state, CheckState::Pass, "and none to warn");
}

#[tokio::test]
async fn the_key_of_another_orgs_connection_is_named_and_not_waited_for() {
    let _turn = one_at_a_time();
    let (core, org) = (Core::new(1), org().await);
    let mut sign_in = connecting(&core, &org, &org, false).await;
    sign_in.finish(&org).await;

    let other = Org::start(Options { seed: 2, ..Options::default() }).await.unwrap();
    let pasted =
        Pasted { address: other.address(), key: Secret::new(org.key()), secret: Secret::new(org.secret()) };
    let findings = core.ask(Validate(pasted)).await.expect("the org answers");
    let key = findings.checks.iter().find(|finding| finding.id == CheckId::Key).expect("the key");
    assert_eq!((key.state, key.code), (CheckState::Fail, Some(Code::KeyOfConnection)), "{key:?}");
    assert!(key.message.contains("connection p"), "it says which: {}", key.message);
    assert!(
        matches!(&findings.verdict, Some(Verdict::Mend { step, .. }) if step == "paste"),
        "nothing is waited for: {:?}",
        findings.verdict
    );

    let notices = core.controller.notices();
    let connect = Connect {
        address: other.address(),
        alias: Some("q".to_owned()),
        key: Some(Secret::new(org.key())),
        secret: Some(Secret::new(org.secret())),
        options: SignInOptions { wait_seconds: Some(1800), ..SignInOptions::default() },
    };
    let started = core.ask(connect).await.expect("a sign-in begins");
    let mut sign_in = SignIn { attempt: started.attempt, notices };
    let end = sign_in.next().await;
    assert!(
        matches!(&end, AttemptEvent::Failed(failure) if failure.code == Code::KeyOfConnection),
        "{end:?}"
    );
}

#[tokio::test]
async fn a_terminal_asks_about_another_user_than_the_one_who_was_named_and_enter_stores_nothing() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (admin, named) = (org.users()[ADMIN].username.clone(), org.users()[INTEGRATION].username.clone());
    let command =
        format!("dtx connect {} --alias p --key {} --user {named} --no-browser", org.address(), org.key());
    for (answer, exit) in [("", 3), ("y", 0)] {
        let mut terminal = Terminal::start(&desk, &command);
        terminal.sees("Consumer Secret (not shown").await;
        terminal.types(&org.secret()).await;
        let address = terminal.sees("http://localhost:").await;
        let address =
            address.split_whitespace().find(|word| word.contains("/authorize?")).unwrap().to_owned();
        Person::of(&org, ADMIN).sign_in(&address, Press::Allow).await;
        terminal.sees("PRACTICE").await;
        terminal.sees(&admin).await;
        terminal.sees("[Enter] no: nothing is stored").await;
        terminal.sees("[y/N]").await;
        let nothing = desk.json(&["list"]).await["connections"].as_array().is_some_and(Vec::is_empty);
        assert!(nothing, "nothing is stored unanswered");
        terminal.types(answer).await;
        let told = terminal.ended().await;
        assert!(told.contains(&format!("(exit status: {exit})")), "{answer:?}: {told}");
        assert_eq!(told.contains("Connected p"), exit == 0, "{answer:?}: {told}");
    }
    let listed = desk.json(&["list"]).await;
    assert_eq!(listed["connections"][0]["username"], admin, "only a yes stores it: {listed}");
}
