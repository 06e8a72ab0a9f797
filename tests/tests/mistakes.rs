//! Everything that can go wrong on the way to a connection ends in words of its own and an exit code, and leaves nothing
//! half-stored. What only a real org's address can show is in `real_hosts.rs`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use connect_core::{
    explain::Code,
    intent::Intent,
    view::{AttemptEvent, ConnectionView},
};
use connect_tests::{Core, Desk, Dtx, Ended, Fault, INTEGRATION, Person, Press, Tap, one_at_a_time, org};
use practice_org::{OauthError, Options, Org, RefreshPolicy};
use reqwest::{Client, StatusCode, redirect::Policy};
use serde_json::Value;
use url::Url;

const CALLBACK_PORTS: [u16; 3] = [17177, 27177, 7177];
/// Shaped as Salesforce makes them, and nobody's.
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

/// How it ended: this exit code, this failure in words, told to be retryable or not. Returns the failure.
fn failed(ended: &Ended, code: i32, failure: &str) -> Value {
    let told = ended.last();
    assert_eq!(told["event"], "failed", "{ended:?}");
    assert_eq!((ended.code, told["code"].as_str()), (code, Some(failure)), "{ended:?}");
    let words = format!("{} {}", told["message"], told["fix"]);
    assert!(!words.contains('{'), "every fact is filled in: {words}");
    assert_eq!(told["retryable"].as_bool(), Some(code == 4), "{told}");
    assert!(told["fix"].as_array().is_some_and(|fix| !fix.is_empty()), "something to do: {told}");
    told
}

/// Nothing of the sign-in is anywhere: not in the list, not in the database, not at the org.
async fn assert_nothing_left(desk: &Desk, org: &Org) {
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is listed");
    let database = rusqlite::Connection::open(desk.home().join("connections.db")).unwrap();
    for table in ["connection", "secret", "history"] {
        let rows: i64 =
            database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "nothing in the table {table}");
    }
    let counters = org.counters();
    let alive = (counters.access_tokens_alive, counters.refresh_tokens_alive);
    assert_eq!(alive, (0, 0), "every token that was made was given back");
    assert_eq!(counters.secrets_in_query, 0, "no secret was in an address");
}

fn asked(org: &Org, endpoint: &str) -> u64 {
    org.counters().requests.get(endpoint).copied().unwrap_or_default()
}

/// A browser that stays where it is.
fn browser() -> Client {
    Client::builder().no_proxy().redirect(Policy::none()).build().unwrap()
}

/// Goes back as a browser does, to the last page.
async fn arrive(back: Url) {
    let client = Client::builder().no_proxy().build().unwrap();
    client.get(back).send().await.unwrap();
}

#[tokio::test]
async fn a_wrong_key_is_unknown() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let ended =
        connecting(&desk, &org, &other_key(&org), &org.secret(), &["--wait", "0"]).await.ended().await;
    let told = failed(&ended, 4, "key_unknown");
    assert!(told["message"].as_str().unwrap().contains("localhost"), "the org is named: {told}");
    assert_eq!(asked(&org, "introspect"), 0, "the secret stays here while the key is unknown");
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn a_wrong_secret_is_told_from_a_wrong_key() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let ended = connecting(&desk, &org, &org.key(), OTHER_SECRET, &[]).await.ended().await;
    failed(&ended, 6, "secret_wrong");
    assert_eq!(ended.json().len(), 1, "before any browser: {ended:?}");
    assert_nothing_left(&desk, &org).await;

    // For a connection that works, a wrong new secret changes nothing.
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let ended = connecting(&desk, &org, &org.key(), OTHER_SECRET, &[]).await.ended().await;
    failed(&ended, 6, "secret_wrong");
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "the stored pair is still the right one");
    assert_eq!(desk.token("p").await, token, "and the sign-in still there");
}

#[tokio::test]
async fn swapped_fields_never_reach_anybody() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let ended = connecting(&desk, &org, &org.secret(), &org.key(), &[]).await.ended().await;
    failed(&ended, 6, "swapped");
    assert!(org.counters().requests.is_empty(), "nothing was sent: {:?}", org.counters());
    let ended = connecting(&desk, &org, &org.key(), &org.key(), &[]).await.ended().await;
    failed(&ended, 6, "same_value");
    let ended = connecting(&desk, &org, &org.key(), "••••••••••••••••", &[]).await.ended().await;
    let told = failed(&ended, 6, "value_masked");
    assert!(told["message"].as_str().unwrap().contains("as Consumer Secret"), "which of the two: {told}");
    let ended = connecting(&desk, &org, &org.key(), &"A".repeat(100_000), &[]).await.ended().await;
    failed(&ended, 2, "value_too_long");
    assert!(org.counters().requests.is_empty(), "nothing was sent: {:?}", org.counters());
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn a_secret_in_the_place_of_the_key_never_stands_in_an_address() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let ended = connecting(&desk, &org, &org.secret(), OTHER_SECRET, &["--wait", "0"]).await.ended().await;
    failed(&ended, 6, "key_looks_secret");
    assert_eq!(asked(&org, "authorize"), 0, "it is asked about in a form alone: {:?}", org.counters());
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn a_key_of_ones_own_choosing_is_waited_for_and_stands_in_no_address_meanwhile() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for key in ["AcmeDataLoader+2026/key==", "3MVG9tooShort"] {
        let ended = connecting(&desk, &org, key, &org.secret(), &["--wait", "1"]).await.ended().await;
        failed(&ended, 4, "key_unknown");
        assert_eq!(ended.json()[0]["for"], "activation", "{key}: {ended:?}");
    }
    assert_eq!(asked(&org, "authorize"), 0, "asked about in a form alone: {:?}", org.counters());
    org.change(|switches| switches.maintenance = true);
    let mut dtx = connecting(&desk, &org, "AcmeDataLoader+2026/key==", &org.secret(), &[]).await;
    let authorize = dtx.event("authorize").await;
    assert!(authorize["url"].is_string(), "what tells nothing stops nobody: {authorize}");
    dtx.interrupt().await;
    assert_eq!(dtx.ended().await.code, 3, "cancelled");
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn a_callback_that_is_not_registered_is_shown_to_paste() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| {
        switches.callbacks = vec!["https://www.getdatatrax.com/auth/salesforce/callback".to_owned()];
    });
    // A port that is taken now belongs into the block all the same.
    let taken = TcpListener::bind(("127.0.0.1", CALLBACK_PORTS[0])).unwrap();
    let ended = desk.connecting(&org, "p", &["--wait", "0"]).await.ended().await;
    let told = failed(&ended, 6, "callback_missing");
    let fix = told["fix"].to_string();
    for port in CALLBACK_PORTS {
        assert!(
            fix.contains(&format!("http://localhost:{port}/practice/callback")),
            "the line to paste: {fix}"
        );
    }
    // The app may have been made just now: it is said what is waited for, and asked again until the wait is over.
    let ended = desk.connecting(&org, "p", &["--wait", "1"]).await.ended().await;
    failed(&ended, 6, "callback_missing");
    assert_eq!(ended.json()[0]["for"], "callback", "{ended:?}");
    assert_nothing_left(&desk, &org).await;

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
async fn a_key_that_is_not_active_yet_is_waited_for() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| switches.activation_seconds = 3600);
    let began = Instant::now();
    let mut dtx = desk.connecting(&org, "p", &["--wait", "2"]).await;
    let waiting = dtx.event("waiting").await;
    assert_eq!(
        (&waiting["version"], &waiting["for"]),
        (&Value::from(1), &Value::from("activation")),
        "{waiting}"
    );
    assert!(waiting["next_check_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{waiting}");
    assert!(began.elapsed() < Duration::from_secs(2), "told at once");
    org.change(|switches| switches.activation_seconds = 0);
    // The check that was announced takes place, and then the second that settles it.
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
    failed(&ended, 4, "key_unknown");
    assert_eq!(ended.json().len(), 1, "no wait was asked for: {ended:?}");
    let ended = desk.connecting(&org, "p", &["--wait", "1"]).await.ended().await;
    let told = failed(&ended, 4, "key_unknown");
    assert!(told["fix"][0].as_str().unwrap().contains("30 minutes"), "what to do first is to wait: {told}");
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn a_callback_that_is_still_missing_after_the_wait_is_told_as_such() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| switches.activation_seconds = 3600);
    let mut dtx = desk.connecting(&org, "p", &["--wait", "2"]).await;
    dtx.event("waiting").await;
    org.change(|switches| {
        switches.activation_seconds = 0;
        switches.callbacks = vec!["http://localhost:1/elsewhere".to_owned()];
    });
    failed(&dtx.ended().await, 6, "callback_missing");
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn an_app_that_takes_ten_minutes_is_asked_about_calmly() {
    let _turn = one_at_a_time();
    let (core, org) = (Core::new(600), org().await);
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
            // Ten minutes of the hurried clock.
            org.change(|switches| switches.activation_seconds = 0);
        }
    };
    assert_eq!(waits, 30, "asked every 20 seconds");
    assert_eq!(asked(&org, "authorize"), 32, "and two positives in a row settle it");
    Person::of(&org, INTEGRATION).sign_in(&url, Press::Allow).await;
    assert!(matches!(sign_in.next().await, AttemptEvent::Connected { .. }), "it goes on by itself");
}

#[tokio::test]
async fn who_presses_deny_is_told_what_that_means() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let authorize = dtx.event("authorize").await;
    let page = Person::of(&org, INTEGRATION).sign_in(authorize["url"].as_str().unwrap(), Press::Deny).await;
    assert!(!page.contains("error_description") && !page.contains("end-user"), "nothing is echoed: {page}");
    failed(&dtx.ended().await, 3, "denied");
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn refusals_after_the_sign_in_have_words_of_their_own() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for (error, description, code, failure) in [
        ("OAUTH_EC_APP_NOT_FOUND", "External client app is not installed in this org", 3, "app_not_in_org"),
        ("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app", 3, "user_not_permitted"),
        ("OAUTH_APPROVAL_ERROR_GENERIC", "An unexpected error has occurred", 3, "approval_failed"),
        ("OAUTH_APP_BLOCKED", "this app is blocked by admin", 3, "app_blocked"),
        ("invalid_scope", "requested scope is invalid, unknown, or malformed", 6, "scope_missing"),
        ("<script>alert(1)</script>", "<b>\u{1b}[31m", 3, "authorize_refused"),
    ] {
        let refusal = OauthError { error: error.into(), error_description: description.into() };
        org.change(|switches| switches.approval_error = Some(refusal));
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        let authorize = dtx.event("authorize").await;
        let page =
            Person::of(&org, INTEGRATION).sign_in(authorize["url"].as_str().unwrap(), Press::Allow).await;
        assert!(!page.contains("alert(1)") && !page.contains(description), "nothing is echoed: {page}");
        let ended = dtx.ended().await;
        failed(&ended, code, failure);
        assert!(!ended.output.contains("alert(1)") && !ended.output.contains('\u{1b}'), "{ended:?}");
    }
    assert_nothing_left(&desk, &org).await;
}

/// Waits for the browser's part, plays it, and returns where the browser would go, without going there.
async fn way_back(dtx: &mut Dtx, org: &Org) -> Url {
    let authorize = dtx.event("authorize").await;
    Person::of(org, INTEGRATION).answer(authorize["url"].as_str().unwrap(), Press::Allow).await
}

fn with(back: &Url, name: &str, value: &str) -> Url {
    let mut changed = back.clone();
    let pairs = back.query_pairs().map(|(field, was)| {
        let is_it = field == name;
        (field.into_owned(), if is_it { value.to_owned() } else { was.into_owned() })
    });
    let pairs: Vec<_> = pairs.collect();
    changed.query_pairs_mut().clear().extend_pairs(pairs);
    changed
}

#[tokio::test]
async fn strangers_at_the_listener_change_nothing() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = way_back(&mut dtx, &org).await;
    let state = back.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let browser = browser();
    let strange = [
        with(&back, "state", "dtxc1.somebodyelses"),
        with(&back, "state", ""),
        with(&back, "state", "xyz"),
        with(&back, "code", ""),
        with(&back, "ignored", "").join("?").unwrap(),
        format!("{back}&code=second").parse().unwrap(),
        format!("{back}&state={state}").parse().unwrap(),
        format!("{back}&error=access_denied").parse().unwrap(),
        back.join("/").unwrap(),
        back.join("/practice/callback/done").unwrap(),
        back.join(&format!("/auth/salesforce/callback?{}", back.query().unwrap())).unwrap(),
    ];
    for address in strange {
        let answer = browser.get(address.clone()).send().await.unwrap();
        assert!(answer.status().is_client_error(), "{address} is nobody's: {}", answer.status());
        let page = answer.text().await.unwrap();
        assert!(!page.contains(&state) && !page.contains("somebodyelses"), "nothing is echoed: {page}");
    }
    let posted = browser.post(back.clone()).send().await.unwrap();
    assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED, "only a browser that was sent here counts");
    let rebound = browser.get(back.clone()).header("host", "evil.example:17177").send().await.unwrap();
    assert!(rebound.status().is_client_error(), "another name of this computer leads nowhere");
    assert_eq!(asked(&org, "token"), 0, "no code was spent");

    // And the sign-in is still there for the right one.
    arrive(back).await;
    assert_eq!(dtx.ended().await.code, 0, "connected");
}

#[tokio::test]
async fn a_pasted_address_of_another_sign_in_is_refused() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for (change, failure) in [
        (with as fn(&Url, &str, &str) -> Url, "state_mismatch"),
        (|back: &Url, _: &str, _: &str| back.join("/").unwrap(), "paste_back_unreadable"),
        (
            |_: &Url, _: &str, _: &str| "https://evil.example/callback?code=x".parse().unwrap(),
            "paste_back_unreadable",
        ),
    ] {
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        let back = way_back(&mut dtx, &org).await;
        dtx.say(change(&back, "state", "dtxc1.somebodyelses").as_str()).await;
        failed(&dtx.ended().await, 3, failure);
        assert!(browser().get(back).send().await.is_err(), "nobody listens any more");
    }
    assert_eq!(asked(&org, "token"), 0, "no code was spent");
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn a_captured_callback_replayed_does_nothing() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), Tap::before(Options::default()).await);
    tap.next("/services/oauth2/token", Fault::HoldAnswer);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = way_back(&mut dtx, &org).await;
    let browser = browser();
    arrive(back.clone()).await;
    tap.answered().await;
    for _ in 0..3 {
        let replayed = browser.get(back.clone()).send().await.unwrap();
        assert_eq!(replayed.status(), StatusCode::SEE_OTHER, "a reload is sent to the same last page");
    }
    // Nor does anything that is pasted while the answer that counted is being worked on.
    for (name, value) in [("state", "dtxc1.somebodyelses"), ("code", "aPrxsomebodyelses"), ("ignored", "")] {
        dtx.say(with(&back, name, value).as_str()).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    tap.go_on();
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "neither the replay nor the paste changes anything: {ended:?}");
    assert_eq!(asked(&org, "token"), 1, "the code was sent once");
    assert_eq!(org.counters().code_reuses, 0, "and never again");
}

#[tokio::test]
async fn a_spent_code_is_said_to_be_spent() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for (error, description, code, failure) in [
        ("invalid_grant", "expired authorization code", 3, "code_spent"),
        ("invalid_grant", "invalid authorization code", 3, "code_spent"),
        ("invalid_grant", "invalid code verifier", 3, "verifier_refused"),
        ("invalid_grant", "ip restricted", 3, "login_restricted"),
        ("invalid_app_access", "user is not admin approved to access this app", 3, "user_not_permitted"),
        ("server_error", "try later", 4, "salesforce_unavailable"),
        ("something_new", "never seen", 4, "salesforce_unreadable"),
    ] {
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        let back = way_back(&mut dtx, &org).await;
        let refusal = OauthError { error: error.into(), error_description: description.into() };
        org.change(|switches| switches.next_token_error = Some(refusal));
        arrive(back).await;
        let ended = dtx.ended().await;
        let told = ended.last();
        assert_eq!((ended.code, told["code"].as_str()), (code, Some(failure)), "{description}: {told}");
        assert!(!ended.output.contains("never seen"), "the org's own text is not repeated: {ended:?}");
    }
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn taken_ports_are_told_with_the_lines_that_are_needed() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut taken: Vec<_> =
        CALLBACK_PORTS.iter().map(|port| TcpListener::bind(("127.0.0.1", *port)).unwrap()).collect();
    let ended = desk.connecting(&org, "p", &[]).await.ended().await;
    let told = failed(&ended, 4, "ports_taken");
    for port in CALLBACK_PORTS {
        assert!(told["fix"].to_string().contains(&port.to_string()), "each port is named: {told}");
    }
    assert_eq!(asked(&org, "authorize"), 0, "nothing was asked");
    assert_nothing_left(&desk, &org).await;

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
async fn a_browser_that_never_returns_ends_after_a_quarter_of_an_hour() {
    let _turn = one_at_a_time();
    let (core, org) = (Core::new(600), org().await);
    let mut sign_in = core.sign_in(&org, 0).await;
    let AttemptEvent::Authorize { url, .. } = sign_in.next().await else { panic!("an address to open") };
    let back = Person::of(&org, INTEGRATION).answer(&url, Press::Allow).await;
    let began = Instant::now();
    let AttemptEvent::Failed(failure) = sign_in.next().await else { panic!("an end") };
    assert_eq!((failure.code, failure.code.exit()), (Code::SignInTimeout, 3), "{failure:?}");
    assert!(failure.message.contains("15 minutes"), "{failure:?}");
    let minutes = began.elapsed() * 600 / 60;
    assert!(
        (13..20).contains(&minutes.as_secs()),
        "after a quarter of an hour: {} minutes",
        minutes.as_secs()
    );
    assert!(browser().get(back.clone()).send().await.is_err(), "who comes later finds nobody");
    let paste = Intent::PasteBack {
        attempt: sign_in.attempt.clone(),
        address: connect_core::secret::Secret::new(back.as_str()),
    };
    let late = core.ask::<()>(paste).await.expect_err("too late");
    assert_eq!(late.code, Code::NothingUnderWay, "{late:?}");
    let connections: Vec<ConnectionView> = core.ask(Intent::List).await.unwrap();
    assert!(connections.is_empty(), "nothing is stored: {connections:?}");
    assert_eq!(asked(&org, "token"), 0, "no code was spent");
}

#[tokio::test]
async fn an_address_that_leads_to_another_place_is_not_followed() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let other = Org::start(Options { seed: 2, ..Options::default() }).await.unwrap();
    org.change(|switches| switches.authorize_redirect = Some(other.address()));
    let ended = desk.connecting(&org, "p", &[]).await.ended().await;
    let told = failed(&ended, 2, "address_moved");
    let message = told["message"].as_str().unwrap();
    assert!(
        message.contains(&org.port().to_string()) && message.contains(&other.address()),
        "both places: {message}"
    );
    assert!(other.counters().requests.is_empty(), "nothing was sent there");

    org.change(|switches| switches.authorize_redirect = Some("https://evil.example".to_owned()));
    let mut dtx = desk.connecting(&org, "p", &["--wait", "0"]).await;
    // That the place is unlisted tells nothing about key and callback, so the browser is for the user to judge.
    let authorize = dtx.event("authorize").await;
    assert!(
        authorize["url"].as_str().unwrap().starts_with(&org.address()),
        "only ever the org's own: {authorize}"
    );
    dtx.interrupt().await;
    assert_eq!(dtx.ended().await.code, 3, "cancelled");
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn an_answer_that_names_another_org_is_not_believed() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let other = Org::start(Options { seed: 2, ..Options::default() }).await.unwrap();
    let identity = |base: &str, org_id: &str| format!("{base}/id/{org_id}/005000000000001AAA");
    let (here, there) = (org.address(), other.address());
    let table = [
        ("instance_url", there.clone(), 6, "instance_elsewhere"),
        ("instance_url", here.replace("localhost", "127.0.0.1"), 6, "instance_elsewhere"),
        ("instance_url", "https://acme.my.salesforce.com".to_owned(), 6, "instance_elsewhere"),
        ("instance_url", "https://acme.my.salesforce.com.evil.example".to_owned(), 6, "instance_elsewhere"),
        ("instance_url", "nonsense".to_owned(), 4, "salesforce_unreadable"),
        ("id", identity(&there, &org.org_id()), 6, "instance_elsewhere"),
        ("id", identity(&here, &other.org_id()), 6, "instance_elsewhere"),
        ("id", format!("{here}/id/nobody"), 4, "salesforce_unreadable"),
    ];
    for (field, value, code, failure) in table {
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        let back = way_back(&mut dtx, &org).await;
        org.change(|switches| match field {
            "id" => switches.next_identity_url = Some(value.clone()),
            _ => switches.next_instance_url = Some(value.clone()),
        });
        arrive(back).await;
        failed(&dtx.ended().await, code, failure);
        assert!(other.counters().requests.is_empty(), "no token went there: {field} {value}");
        assert_nothing_left(&desk, &org).await;
    }
}

#[tokio::test]
async fn too_little_granted_is_given_back() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| switches.granted_scope = Some("id refresh_token".to_owned()));
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    let told = failed(&dtx.ended().await, 6, "scope_missing");
    assert!(told["message"].as_str().unwrap().contains("api"), "which one is missing: {told}");
    assert_nothing_left(&desk, &org).await;

    org.change(|switches| {
        switches.granted_scope = None;
        switches.omit_refresh_token = true;
    });
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    failed(&dtx.ended().await, 6, "refresh_token_missing");
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn a_user_who_may_not_use_the_api_is_found_out() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(&org, 2), Press::Allow).await;
    failed(&dtx.ended().await, 6, "api_disabled");
    assert_nothing_left(&desk, &org).await;

    org.change(|switches| switches.session_not_valid_for_rest = true);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    failed(&dtx.ended().await, 6, "api_refused");
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn a_refresh_token_that_is_dead_on_arrival_is_found_out_at_the_first_refresh() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| switches.refresh_policy = RefreshPolicy::Immediately);
    desk.connect(&org, "p").await;
    let ended = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.error.contains("Refresh Token Policy"), "where to look is told: {ended:?}");
    assert_eq!(desk.json(&["show", "p"]).await["status"], "needs_you", "and shown");
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
    failed(&dtx.ended().await, 4, "network_connect");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");
}

#[tokio::test]
async fn an_answer_that_is_lost_is_not_asked_for_twice() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), Tap::before(Options::default()).await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = way_back(&mut dtx, &org).await;
    tap.next("/services/oauth2/token", Fault::LoseAnswer);
    arrive(back).await;
    failed(&dtx.ended().await, 4, "network_cut");
    assert_eq!(asked(&org, "token"), 1, "a code is never sent twice");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");
}

#[tokio::test]
async fn a_page_of_the_network_in_place_of_the_org_is_told_as_such() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), Tap::before(Options::default()).await);
    let page = "<html><body>Sign in to the hotel's network</body></html>";
    let portal = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
        page.len()
    );
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = way_back(&mut dtx, &org).await;
    tap.next("/services/oauth2/token", Fault::Answer(portal));
    arrive(back).await;
    let told = failed(&dtx.ended().await, 4, "salesforce_unreadable");
    assert!(!told.to_string().contains("hotel's network"), "the page is not repeated: {told}");
    assert_nothing_left(&desk, &org).await;
}

#[tokio::test]
async fn a_name_that_was_taken_meanwhile_costs_no_living_token() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut slow = desk.connecting(&org, "p", &[]).await;
    let back = way_back(&mut slow, &org).await;
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    arrive(back).await;
    let told = failed(&slow.ended().await, 2, "name_taken");
    assert!(told["message"].as_str().unwrap().contains(" p"), "the name is told: {told}");
    assert_eq!(desk.token("p").await, token, "the one who was first keeps the name");
    assert_eq!(org.counters().refresh_tokens_alive, 1, "and the tokens of the other are given back");
}
