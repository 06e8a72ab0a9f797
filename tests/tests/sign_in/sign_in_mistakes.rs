//! Mistakes between the browser's opening and its return: the user is refused, no browser comes back, strangers do, an
//! address comes twice or belongs to another sign-in, a name is taken meanwhile. Each has its own words, no code is
//! sent twice, and nothing is half-stored. The org's later answers are in `org_answers.rs`.

use std::time::Duration;

use connect_core::{
    contract::{intent, view::AttemptEvent},
    explain::Code,
    ports::Clock as _,
};
use connect_tests::{
    Core, Desk, Fault, INTEGRATION, Person, Press, TOKEN, Tap, arrive, asked, one_at_a_time, org,
};
use practice_org::{OauthError, Options};
use reqwest::{Client, StatusCode, redirect::Policy};
use url::Url;

/// A browser that follows no redirects.
fn browser() -> Client {
    Client::builder().no_proxy().redirect(Policy::none()).build().unwrap()
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
async fn who_presses_deny_is_told_what_that_means() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let authorize = dtx.event("authorize").await;
    let page = Person::of(&org, INTEGRATION).sign_in(authorize["url"].as_str().unwrap(), Press::Deny).await;
    assert!(!page.contains("error_description") && !page.contains("end-user"), "nothing is echoed: {page}");
    dtx.ended().await.failed(3, "denied");
    desk.assert_nothing_left(&org).await;
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
        ended.failed(code, failure);
        assert!(!ended.output.contains("alert(1)") && !ended.output.contains('\u{1b}'), "{ended:?}");
    }
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn strangers_at_the_listener_change_nothing() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = dtx.way_back(&org).await;
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

    // The sign-in still waits for the right browser.
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
        let back = dtx.way_back(&org).await;
        dtx.say(change(&back, "state", "dtxc1.somebodyelses").as_str()).await;
        dtx.ended().await.failed(3, failure);
        assert!(browser().get(back).send().await.is_err(), "nobody listens any more");
    }
    assert_eq!(asked(&org, "token"), 0, "no code was spent");
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn a_captured_callback_replayed_does_nothing() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), Tap::before(Options::default()).await);
    tap.next(TOKEN, Fault::HoldAnswer);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = dtx.way_back(&org).await;
    let browser = browser();
    arrive(back.clone()).await;
    tap.answered().await;
    for _ in 0..3 {
        let replayed = browser.get(back.clone()).send().await.unwrap();
        assert_eq!(replayed.status(), StatusCode::SEE_OTHER, "a reload is sent to the same last page");
    }
    // Nor does a paste while the accepted answer is being processed.
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
async fn a_browser_that_never_returns_ends_after_a_quarter_of_an_hour() {
    let _turn = one_at_a_time();
    let (core, org) = (Core::new(600), org().await);
    let began = core.clock.now();
    let mut sign_in = core.sign_in(&org, 0).await;
    let AttemptEvent::Authorize { url, .. } = sign_in.next().await else { panic!("an address to open") };
    let back = Person::of(&org, INTEGRATION).answer(&url, Press::Allow).await;
    let AttemptEvent::Failed(failure) = sign_in.next().await else { panic!("an end") };
    assert_eq!((failure.code, failure.code.exit()), (Code::SignInTimeout, 3), "{failure:?}");
    assert!(failure.message.contains("15 minutes"), "{failure:?}");
    let minutes = (core.clock.now() - began).whole_minutes();
    assert!((15..100).contains(&minutes), "after a quarter of an hour: {minutes} minutes");
    assert!(browser().get(back.clone()).send().await.is_err(), "who comes later finds nobody");
    let paste = intent::PasteBack {
        attempt: sign_in.attempt.clone(),
        address: connect_core::secret::Secret::new(back.as_str()),
        ends: false,
    };
    let late = core.ask(paste).await.expect_err("too late");
    assert_eq!(late.code, Code::NothingUnderWay, "{late:?}");
    let connections = core.ask(intent::List).await.unwrap();
    assert!(connections.is_empty(), "nothing is stored: {connections:?}");
    assert_eq!(asked(&org, "token"), 0, "no code was spent");
}

#[tokio::test]
async fn a_name_that_was_taken_meanwhile_costs_no_living_token() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut slow = desk.connecting(&org, "p", &[]).await;
    let back = slow.way_back(&org).await;
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    arrive(back).await;
    let told = slow.ended().await.failed(2, "name_taken");
    assert!(told["message"].as_str().unwrap().contains(" p"), "the name is told: {told}");
    assert_eq!(desk.token("p").await, token, "the one who was first keeps the name");
    assert_eq!(org.counters().refresh_tokens_alive, 1, "and the tokens of the other are given back");
}
