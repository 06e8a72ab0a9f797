//! A refreshed sandbox: another org at the same address, without the app. It is recognised, its app is asked for anew,
//! and nothing is stored before a person has confirmed that it is the right org.

use connect_core::{
    contract::{
        intent::{self, Reconnect, SignInOptions},
        view::{AttemptEvent, ConnectionDetail, Failure, Needs, Status, Token},
    },
    explain::Code,
    secret::Secret,
};
use connect_tests::{Core, Desk, INTEGRATION, Person, Press, SignIn, one_at_a_time};
use practice_org::{Event, Options, Org};

/// The org after the refresh, with the app created again: with another key and secret, at the same address.
async fn refreshed(org: Org) -> Org {
    let (port, before) = (org.port(), org.org_id());
    org.stop().await;
    let again = Org::start(Options { port, seed: 2, ..Options::default() }).await.unwrap();
    assert_ne!(again.org_id(), before, "a refreshed sandbox has another id");
    assert_ne!(again.key(), Org::start(Options::default()).await.unwrap().key(), "and its app another key");
    again
}

async fn detail(core: &Core) -> ConnectionDetail {
    core.ask(intent::Show { name: "p".to_owned() }).await.unwrap()
}

async fn token(core: &Core) -> Result<Token, Failure> {
    core.ask(intent::Token { name: "p".to_owned(), fresh: true, min_ttl: None, for_run: false }).await
}

/// Reconnects with the new app's key and secret, up to the question.
async fn question(core: &Core, org: &Org) -> (SignIn, Failure) {
    let notices = core.controller.notices();
    let (key, secret) = (Some(Secret::new(org.key())), Some(Secret::new(org.secret())));
    let options = SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() };
    let reconnect = Reconnect { name: "p".to_owned(), key, secret, options };
    let started = core.ask(reconnect).await.unwrap();
    let mut sign_in = SignIn { attempt: started.attempt, notices };
    let AttemptEvent::Authorize { url, .. } = sign_in.next().await else { panic!("an address to open") };
    Person::of(org, INTEGRATION).sign_in(&url, Press::Allow).await;
    let AttemptEvent::Confirm { found, question } = sign_in.next().await else { panic!("a question") };
    assert_eq!(found.org_id, org.org_id(), "who was found");
    (sign_in, question)
}

async fn answer(core: &Core, sign_in: &mut SignIn, accept: bool) -> AttemptEvent {
    let attempt = sign_in.attempt.clone();
    core.ask(intent::Answer { attempt, accept }).await.unwrap();
    sign_in.next().await
}

#[tokio::test]
async fn the_app_of_a_refreshed_sandbox_is_asked_for_anew_and_the_new_org_before_it_is_stored() {
    let _turn = one_at_a_time();
    let (core, org) = (Core::new(20), Org::start(Options::default()).await.unwrap());
    let mut sign_in = core.sign_in(&org, 0).await;
    sign_in.finish(&org).await;
    let former = detail(&core).await.connection.org_id;

    org.happen(Event::SandboxRefresh);
    assert_eq!(token(&core).await.unwrap_err().code, Code::KeyUnknown, "the app is gone");
    let ConnectionDetail { connection, history, .. } = detail(&core).await;
    assert_eq!(connection.status, Status::NeedsYou, "only a person can go on");
    assert_eq!(connection.health.needs, Some(Needs::NewPair), "by pasting what a new app has");
    let cause = &connection.health.causes[0];
    assert!(cause.contains("sandbox was refreshed") && cause.contains("as the guide shows"), "{cause}");
    let reconnect = Reconnect {
        name: "p".to_owned(),
        key: None,
        secret: None,
        options: SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() },
    };
    let notices = core.controller.notices();
    let started = core.ask(reconnect).await.unwrap();
    let refused = SignIn { attempt: started.attempt, notices }.next().await;
    let AttemptEvent::Failed(refused) = refused else { panic!("no sign-in without the app: {refused:?}") };
    assert_eq!(refused.code, Code::KeyUnknown, "before a browser opens");
    assert_eq!(detail(&core).await.history, history, "and nothing has changed");

    let org = refreshed(org).await;
    let (mut sign_in, asked) = question(&core, &org).await;
    assert_eq!(asked.code, Code::SandboxRefreshed, "{asked:?}");
    assert!(asked.message.contains(&former) && asked.message.contains(&org.org_id()), "both ids: {asked:?}");
    assert_eq!(detail(&core).await.connection.org_id, former, "nothing is stored before the answer");
    let declined = answer(&core, &mut sign_in, false).await;
    assert!(matches!(declined, AttemptEvent::Failed(_)), "{declined:?}");
    assert_eq!(detail(&core).await.connection.org_id, former, "nor after no");
    assert_eq!(org.counters().refresh_tokens_alive, 0, "and its tokens are given back");

    let (mut sign_in, _) = question(&core, &org).await;
    let accepted = answer(&core, &mut sign_in, true).await;
    assert!(matches!(accepted, AttemptEvent::Connected { .. }), "{accepted:?}");
    let ConnectionDetail { connection, history, .. } = detail(&core).await;
    assert_eq!((connection.alias.as_str(), &connection.org_id), ("p", &org.org_id()), "the same name");
    assert_eq!((connection.status, connection.health.needs), (Status::Connected, None), "nobody is needed");
    let newest = &history[0].text;
    assert!(newest.contains(&former) && newest.contains(&org.org_id()), "the history says it: {newest}");
    assert!(history.last().unwrap().text.starts_with("Connected as"), "and keeps what was: {history:?}");
    // EXPOSE: checked at the org that issued it.
    assert!(org.token_status(token(&core).await.unwrap().access_token.expose()).alive, "and it works");
}

#[tokio::test]
async fn a_refreshed_sandbox_is_said_where_nobody_can_be_asked_and_nothing_stored() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), Org::start(Options::default()).await.unwrap());
    desk.connect(&org, "p").await;
    let former = org.org_id();
    let org = refreshed(org).await;
    let key = org.key();
    let mut dtx = desk.start(&["reconnect", "p", "--key", &key, "--secret-stdin", "--no-browser", "--json"]);
    dtx.say(&org.secret()).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["code"]), (3, &"sandbox_refreshed".into()), "{ended:?}");
    let fix = ended.last()["fix"].to_string();
    assert!(fix.contains("disconnect p and connect it again"), "what to do: {fix}");
    assert_eq!(desk.json(&["show", "p"]).await["org_id"], former.as_str(), "nothing is stored");
    assert_eq!(org.counters().refresh_tokens_alive, 0, "and its tokens are given back");
}
