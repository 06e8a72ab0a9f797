//! Mistakes before the browser opens, with the address, the pair, the callback lines, the ports or an unreachable org:
//! each has its own words and exit code, and nothing is half-stored. The way through the browser is in
//! `sign_in_mistakes.rs`, an app that is not active yet in `new_apps.rs`, and cases of real orgs' addresses in
//! `real_hosts.rs`.

use std::net::TcpListener;

use connect_tests::{Desk, Dtx, INTEGRATION, Person, Press, asked, one_at_a_time, org};
use practice_org::{Options, Org};

const CALLBACK_PORTS: [u16; 3] = [17177, 27177, 7177];
/// A made-up secret of Salesforce's form.
const OTHER_SECRET: &str = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF";

/// A key that differs in its last character.
fn other_key(org: &Org) -> String {
    let mut key = org.key();
    let last = key.pop().unwrap();
    key.push(if last == 'x' { 'y' } else { 'x' });
    key
}

/// Starts `dtx connect` as `p` with this pair.
async fn connecting(desk: &Desk, org: &Org, key: &str, secret: &str, more: &[&str]) -> Dtx {
    let address = org.address();
    let mut arguments = vec!["connect", &address, "--alias", "p", "--key", key];
    arguments.extend(["--secret-stdin", "--no-browser", "--json"]);
    arguments.extend(more);
    let mut dtx = desk.start(&arguments);
    dtx.say(secret).await;
    dtx
}

#[tokio::test]
async fn a_wrong_key_is_unknown() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let ended =
        connecting(&desk, &org, &other_key(&org), &org.secret(), &["--wait", "0"]).await.ended().await;
    let told = ended.failed(4, "key_unknown");
    assert!(told["message"].as_str().unwrap().contains("localhost"), "the org is named: {told}");
    assert_eq!(asked(&org, "introspect"), 0, "the secret stays here while the key is unknown");
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn a_wrong_secret_is_told_from_a_wrong_key() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let ended = connecting(&desk, &org, &org.key(), OTHER_SECRET, &[]).await.ended().await;
    ended.failed(6, "secret_wrong");
    assert_eq!(ended.json().len(), 1, "before any browser: {ended:?}");
    desk.assert_nothing_left(&org).await;

    // A wrong new secret changes nothing about a working connection.
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let ended = connecting(&desk, &org, &org.key(), OTHER_SECRET, &[]).await.ended().await;
    ended.failed(6, "secret_wrong");
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "the stored pair is still the right one");
    assert_eq!(desk.token("p").await, token, "and the sign-in still there");
}

#[tokio::test]
async fn swapped_fields_never_reach_anybody() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let ended = connecting(&desk, &org, &org.secret(), &org.key(), &[]).await.ended().await;
    ended.failed(6, "swapped");
    assert!(org.counters().requests.is_empty(), "nothing was sent: {:?}", org.counters());
    let ended = connecting(&desk, &org, &org.key(), &org.key(), &[]).await.ended().await;
    ended.failed(6, "same_value");
    let ended = connecting(&desk, &org, &org.key(), "••••••••••••••••", &[]).await.ended().await;
    let told = ended.failed(6, "value_masked");
    assert!(told["message"].as_str().unwrap().contains("as Consumer Secret"), "which of the two: {told}");
    let ended = connecting(&desk, &org, &org.key(), &"A".repeat(100_000), &[]).await.ended().await;
    ended.failed(2, "value_too_long");
    assert!(org.counters().requests.is_empty(), "nothing was sent: {:?}", org.counters());
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn a_secret_in_the_place_of_the_key_never_stands_in_an_address() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let ended = connecting(&desk, &org, &org.secret(), OTHER_SECRET, &["--wait", "0"]).await.ended().await;
    ended.failed(6, "key_looks_secret");
    assert_eq!(asked(&org, "authorize"), 0, "it is asked about in a form alone: {:?}", org.counters());
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn a_key_of_ones_own_choosing_is_waited_for_and_stands_in_no_address_meanwhile() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for key in ["AcmeDataLoader+2026/key==", "3MVG9tooShort"] {
        let ended = connecting(&desk, &org, key, &org.secret(), &["--wait", "4"]).await.ended().await;
        ended.failed(4, "key_unknown");
        assert_eq!(ended.json()[0]["for"], "activation", "{key}: {ended:?}");
    }
    assert_eq!(asked(&org, "authorize"), 0, "asked about in a form alone: {:?}", org.counters());
    org.change(|switches| switches.maintenance = true);
    let mut dtx = connecting(&desk, &org, "AcmeDataLoader+2026/key==", &org.secret(), &[]).await;
    let authorize = dtx.event("authorize").await;
    assert!(authorize["url"].is_string(), "what tells nothing stops nobody: {authorize}");
    dtx.interrupt().await;
    assert_eq!(dtx.ended().await.code, 3, "cancelled");
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn a_callback_that_is_not_registered_is_shown_to_paste() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| {
        switches.callbacks = vec!["https://www.getdatatrax.com/auth/salesforce/callback".to_owned()];
    });
    // A busy port still belongs into the block.
    let taken = TcpListener::bind(("127.0.0.1", CALLBACK_PORTS[0])).unwrap();
    let ended = desk.connecting(&org, "p", &["--wait", "0"]).await.ended().await;
    let told = ended.failed(6, "callback_missing");
    let fix = told["fix"].to_string();
    for port in CALLBACK_PORTS {
        assert!(
            fix.contains(&format!("http://localhost:{port}/practice/callback")),
            "the line to paste: {fix}"
        );
    }
    // The app may be new: the reason for the wait is shown, and the org is asked again until the wait is over.
    let ended = desk.connecting(&org, "p", &["--wait", "4"]).await.ended().await;
    ended.failed(6, "callback_missing");
    assert_eq!(ended.json()[0]["for"], "callback", "{ended:?}");
    desk.assert_nothing_left(&org).await;

    drop(taken);

    // The second line alone is enough.
    org.change(|switches| switches.callbacks = vec!["http://localhost:27177/practice/callback".to_owned()]);
    let mut dtx = desk.connecting(&org, "p", &["--wait", "0"]).await;
    let authorize = dtx.event("authorize").await;
    assert_eq!(
        authorize["redirect_uri"], "http://localhost:27177/practice/callback",
        "the one that is registered"
    );
    Person::of(&org, INTEGRATION).sign_in(authorize["url"].as_str().unwrap(), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "through the second line");
}

#[tokio::test]
async fn taken_ports_are_told_with_the_lines_that_are_needed() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut taken: Vec<_> =
        CALLBACK_PORTS.iter().map(|port| TcpListener::bind(("127.0.0.1", *port)).unwrap()).collect();
    let ended = desk.connecting(&org, "p", &[]).await.ended().await;
    let told = ended.failed(4, "ports_taken");
    for port in CALLBACK_PORTS {
        assert!(told["fix"].to_string().contains(&port.to_string()), "each port is named: {told}");
    }
    assert_eq!(asked(&org, "authorize"), 0, "nothing was asked");
    desk.assert_nothing_left(&org).await;

    taken.remove(1);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let authorize = dtx.event("authorize").await;
    assert_eq!(authorize["redirect_uri"], "http://localhost:27177/practice/callback", "the one that is free");
    Person::of(&org, INTEGRATION).sign_in(authorize["url"].as_str().unwrap(), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "through the port that is free");
}

#[tokio::test]
async fn a_port_of_which_somebody_has_one_half_is_not_ours() {
    let _turn = one_at_a_time();
    let Ok(_half) = TcpListener::bind(("::1", CALLBACK_PORTS[0])) else { return };
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let authorize = dtx.event("authorize").await;
    assert_eq!(
        authorize["redirect_uri"], "http://localhost:27177/practice/callback",
        "the browser might try ::1"
    );
}

#[tokio::test]
async fn an_address_that_leads_to_another_place_is_not_followed() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let other = Org::start(Options { seed: 2, ..Options::default() }).await.unwrap();
    org.change(|switches| switches.authorize_redirect = Some(other.address()));
    let ended = desk.connecting(&org, "p", &[]).await.ended().await;
    let told = ended.failed(2, "address_moved");
    let message = told["message"].as_str().unwrap();
    assert!(
        message.contains(&org.port().to_string()) && message.contains(&other.address()),
        "both places: {message}"
    );
    assert!(other.counters().requests.is_empty(), "nothing was sent there");

    org.change(|switches| switches.authorize_redirect = Some("https://evil.example".to_owned()));
    let mut dtx = desk.connecting(&org, "p", &["--wait", "0"]).await;
    // An unlisted address tells nothing about key and callback, so the person sees for themselves in the browser.
    let authorize = dtx.event("authorize").await;
    assert!(
        authorize["url"].as_str().unwrap().starts_with(&org.address()),
        "only ever the org's own: {authorize}"
    );
    dtx.interrupt().await;
    assert_eq!(dtx.ended().await.code, 3, "cancelled");
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for_by_nobody() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = org().await;
    let (address, key, secret) = (org.address(), org.key(), org.secret());
    org.stop().await;
    let mut dtx = desk.start(&[
        "connect",
        &address,
        "--alias",
        "p",
        "--key",
        &key,
        "--secret-stdin",
        "--no-browser",
        "--json",
    ]);
    dtx.say(&secret).await;
    dtx.ended().await.failed(4, "network_connect");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");
}
