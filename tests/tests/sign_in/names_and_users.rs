//! A connection's name stays with its host, and its user with its name: what connecting again keeps and replaces, and
//! which users are accepted.

use connect_tests::{Desk, Ended, INTEGRATION, INTEGRATION_USER, Person, Press, one_at_a_time, org};
use practice_org::{Event, Options, Org};
use serde_json::json;

const OTHER_USER: &str = "admin@practice.example";

async fn connect_without_a_name(desk: &Desk, org: &Org) -> Ended {
    let (address, key) = (org.address(), org.key());
    let mut dtx =
        desk.start(&["connect", &address, "--key", &key, "--secret-stdin", "--no-browser", "--json"]);
    dtx.say(&org.secret()).await;
    dtx.sign_in(&mut Person::of(org, INTEGRATION), Press::Allow).await;
    dtx.ended().await
}

#[tokio::test]
async fn a_reconnect_keeps_name_and_history_and_revokes_what_it_replaces() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let before = desk.token("p").await;

    let mut dtx = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    let authorize = dtx.event("authorize").await;
    let url = authorize["url"].as_str().unwrap();
    assert!(url.contains("prompt=login"), "the browser's session may be another user's: {url}");
    Person::of(&org, INTEGRATION).sign_in(url, Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["event"]), (0, &json!("connected")), "{ended:?}");

    let after = desk.token("p").await;
    assert_ne!(before, after, "a new token");
    assert!(!org.token_status(&before).alive, "the replaced one is revoked");
    assert!(org.token_status(&after).alive, "the new one lives");
    assert_eq!(org.counters().refresh_tokens_alive, 1, "one sign-in, one refresh token");
    let detail = desk.json(&["show", "p"]).await;
    assert_eq!(detail["history"].as_array().unwrap().len(), 2, "both sign-ins: {detail}");
    assert_eq!(desk.aliases().await, ["p"], "still one connection");
}

#[tokio::test]
async fn connecting_an_existing_name_again_takes_the_new_pair() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    org.happen(Event::RotateCredentials { keep_former: false });
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 4, "the org knows the stored key no longer");
    desk.connect(&org, "p").await;
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "the new pair is");
    assert_eq!(org.counters().refresh_tokens_alive, 1, "the old sign-in is revoked");
    let detail = desk.json(&["show", "p"]).await;
    assert_eq!(detail["history"].as_array().unwrap().len(), 2, "the history goes on: {detail}");

    // Without any value, the stored ones are used.
    let mut dtx = desk.start(&["connect", &org.address(), "--alias", "p", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "with the stored pair");
}

#[tokio::test]
async fn a_name_is_found_with_a_space_around_it() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    for (old, new) in [("p", " q "), (" q", "p"), ("p\t", "p")] {
        assert_eq!(desk.dtx(&["rename", old, new]).await.code, 0, "{old:?} to {new:?}");
        assert_eq!(desk.dtx(&["show", new]).await.code, 0, "{new:?} is found");
    }
}

#[tokio::test]
async fn a_name_never_moves_to_another_host() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let other = Org::start(Options { seed: 2, ..Options::default() }).await.unwrap();
    let ended = desk.connecting(&other, "p", &[]).await.ended().await;
    assert_eq!((ended.code, &ended.last()["code"]), (2, &json!("name_other_host")), "{ended:?}");
    assert_eq!(other.counters().requests.get("token"), None, "nothing was asked of the other org");
    assert_eq!(desk.token("p").await, token, "the connection is as it was");

    // Without a name, the other org gets its own.
    let ended = connect_without_a_name(&desk, &other).await;
    let alias = ended.last()["alias"].as_str().unwrap().to_owned();
    assert_ne!(alias, "p", "{ended:?}");
    assert_eq!(desk.aliases().await.len(), 2, "two connections");
    // The same address again, without a name, is the same connection.
    let ended = connect_without_a_name(&desk, &other).await;
    assert_eq!(ended.last()["alias"], alias.as_str(), "one connection per org and user: {ended:?}");
    assert_eq!(desk.aliases().await.len(), 2, "still two");
    assert_eq!(desk.dtx(&["rename", &alias, "p"]).await.code, 2, "a name that is taken");
}

#[tokio::test]
async fn the_expected_user_is_the_only_one_accepted() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &["--user", OTHER_USER]).await;
    let authorize = dtx.event("authorize").await;
    let url = authorize["url"].as_str().unwrap();
    assert!(url.contains("prompt=login"), "somebody was named: {url}");
    assert!(url.contains("login_hint=admin%40practice.example"), "and may find the name filled in: {url}");
    Person::of(&org, INTEGRATION).sign_in(url, Press::Allow).await;
    let ended = dtx.ended().await;
    let failed = ended.last();
    assert_eq!((ended.code, &failed["code"]), (3, &json!("identity_mismatch")), "{ended:?}");
    let message = failed["message"].as_str().unwrap();
    assert!(message.contains(INTEGRATION_USER) && message.contains(OTHER_USER), "both are named: {message}");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");
    assert_eq!(org.counters().refresh_tokens_alive, 0, "the tokens were given back");

    for accepting in [
        &["--user", "INTEGRATION@practice.example"][..],
        &["--user", OTHER_USER, "--accept-user", INTEGRATION_USER],
    ] {
        let mut dtx = desk.connecting(&org, "p", accepting).await;
        dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
        assert_eq!(dtx.ended().await.code, 0, "{accepting:?}");
    }
}

#[tokio::test]
async fn a_reconnect_as_somebody_else_is_asked_for() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let before = desk.token("p").await;
    let mut dtx = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, 0), Press::Allow).await;
    let ended = dtx.ended().await;
    let failed = ended.last();
    assert_eq!((ended.code, &failed["code"]), (3, &json!("identity_mismatch")), "{ended:?}");
    let message = failed["message"].as_str().unwrap();
    assert!(message.contains(INTEGRATION_USER), "the user of the connection is named: {message}");
    assert_eq!(desk.token("p").await, before, "the connection is as it was");
    assert_eq!(org.counters().refresh_tokens_alive, 1, "and the stranger's tokens are given back");

    let mut dtx = desk.start(&["reconnect", "p", "--accept-user", OTHER_USER, "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, 0), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["username"]), (0, &json!(OTHER_USER)), "{ended:?}");
    assert_eq!(desk.json(&["show", "p"]).await["username"], OTHER_USER, "the new user is stored");
    assert!(!org.token_status(&before).alive, "and the old one's token revoked");
}
