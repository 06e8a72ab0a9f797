//! The app beside the guide: `dtx check --audit`, and one refresh without the secret, which costs no connection whatever is
//! answered.

use connect_tests::{Desk, Ended, Fault, TOKEN, Tap, one_at_a_time, org};
use practice_org::{OauthError, Options, Org};
use serde_json::{Value, json};

const TRY: [&str; 4] = ["check", "p", "--without-secret", "--json"];

/// The line of a check with this id.
fn line(ended: &Ended, id: &str) -> Value {
    let checks = ended.last()["checks"].clone();
    let found = checks.as_array().unwrap().iter().find(|check| check["id"] == id).cloned();
    found.unwrap_or_else(|| panic!("no {id}: {ended:?}"))
}

fn token_requests(org: &Org) -> u64 {
    org.counters().requests.get("token").copied().unwrap_or_default()
}

/// Asserts that the connection goes on by itself, with no token used twice.
async fn goes_on(desk: &Desk, org: &Org) {
    let reuses = org.counters().reuses_detected;
    let shown = desk.json(&["show", "p"]).await;
    assert_eq!((&shown["status"], &shown["reason"]), (&json!("connected"), &Value::Null), "{shown}");
    let fresh = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(fresh.code, 0, "no sign-in is needed: {fresh:?}");
    assert!(org.token_status(fresh.output.trim()).alive, "a token that works");
    assert_eq!(org.counters().reuses_detected, reuses, "no token is used twice");
}

#[tokio::test]
async fn an_app_that_requires_its_secret_at_a_refresh_refuses_and_nothing_changes() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let (before, token) = (token_requests(&org), desk.dtx(&["token", "p"]).await.output);
    let tried = desk.dtx(&TRY).await;
    let found = line(&tried, "secret_at_refresh");
    assert_eq!((tried.code, &found["state"]), (0, &json!("pass")), "{found}");
    assert!(found["message"].as_str().unwrap().contains("The connection is as it was."), "{found}");
    assert_eq!((token_requests(&org), org.counters().refreshes), (before + 1, 0), "asked once, and refused");
    assert_eq!(desk.dtx(&["token", "p"]).await.output, token, "the token at hand is the same");
    goes_on(&desk, &org).await;
    let usual = desk.dtx(&["check", "p", "--json"]).await;
    let ids = usual.last()["checks"].to_string();
    assert!(!ids.contains("secret_at_refresh"), "it is tried only where somebody asks for it: {ids}");
}

#[tokio::test]
async fn what_an_app_sends_without_the_secret_is_stored_as_after_every_refresh() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options { rotation: true, ..Options::default() }).await.unwrap();
    desk.connect(&org, "p").await;
    org.change(|switches| switches.secret_at_refresh = false);
    let tried = desk.dtx(&TRY).await;
    let found = line(&tried, "secret_at_refresh");
    assert_eq!((tried.code, &found["state"]), (0, &json!("warn")), "{found}");
    let fix = found["fix"][0].as_str().unwrap();
    assert!(fix.contains("Check two boxes under Security"), "the guide's own step: {fix}");
    assert!(fix.ends_with("Check Require secret for Refresh Token Flow."), "{fix}");
    assert_eq!(found["setup"]["label"], "External Client App Manager", "{found}");
    assert_eq!(org.counters().refreshes, 1, "one refresh");
    assert_eq!(desk.json(&["show", "p"]).await["seen"]["rotates"], true, "it replaced the refresh token");
    goes_on(&desk, &org).await;
    assert_eq!(org.counters().refreshes, 2);
}

#[tokio::test]
async fn no_refusal_of_a_refresh_without_the_secret_is_taken_for_the_end_of_a_sign_in() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    org.change(|switches| switches.secret_at_refresh = false);
    for (error, error_description) in [
        ("invalid_grant", "expired access/refresh token"),
        ("invalid_client_id", "client identifier invalid"),
        ("invalid_grant", "inactive user"),
        ("invalid_client", "app must be installed into org"),
        ("invalid_request", "missing required field client_secret"),
    ] {
        let refusal = OauthError { error: error.into(), error_description: error_description.into() };
        org.change(|switches| switches.next_token_error = Some(refusal));
        let before = token_requests(&org);
        let tried = desk.dtx(&TRY).await;
        let found = line(&tried, "secret_at_refresh");
        assert_eq!((tried.code, &found["state"]), (0, &json!("unknown")), "{error_description}: {found}");
        assert_eq!(token_requests(&org), before + 1, "{error_description}: once");
        goes_on(&desk, &org).await;
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_is_not_asked_for_twice_and_owned_up_to() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    for rotation in [false, true] {
        let (org, tap) = Tap::before(Options { rotation, ..Options::default() }).await;
        let name = if rotation { "rotating" } else { "steady" };
        desk.connect(&org, name).await;
        org.change(|switches| switches.secret_at_refresh = false);
        let tried = ["check", name, "--without-secret", "--json"];
        tap.next(TOKEN, Fault::LoseAnswer);
        let lost = desk.dtx(&tried).await;
        assert_eq!(line(&lost, "secret_at_refresh")["state"], "unknown", "{lost:?}");
        assert_eq!(org.counters().refreshes, 1, "the org answered");
        let before = token_requests(&org);
        let again = desk.dtx(&tried).await;
        assert_eq!(line(&again, "secret_at_refresh")["state"], "skip", "{again:?}");
        assert_eq!(token_requests(&org), before, "not sent again");
        let fresh = desk.dtx(&["token", name, "--fresh", "--json"]).await;
        if rotation {
            fresh.failed(3, "refresh_lost");
        } else {
            assert_eq!(fresh.code, 0, "the token was not replaced: {fresh:?}");
        }
    }
}

#[tokio::test]
async fn whoever_is_killed_while_it_asks_loses_nothing_where_the_app_requires_its_secret() {
    let _turn = one_at_a_time();
    let (org, tap) = Tap::before(Options { rotation: true, ..Options::default() }).await;
    let desk = Desk::new();
    desk.connect(&org, "p").await;
    for fault in [Fault::LoseRequest, Fault::HoldAnswer, Fault::HalfAnswer, Fault::Nothing] {
        let (before, told) = (token_requests(&org), format!("{fault:?}"));
        let waits = !matches!(fault, Fault::Nothing);
        tap.next(TOKEN, fault);
        let mut dtx = desk.start(&TRY);
        tap.answered().await;
        dtx.kill().await;
        if waits {
            tap.go_on();
        }
        tap.quiet().await;
        assert!(token_requests(&org) <= before + 1, "{told}: asked once");
        assert_eq!(desk.json(&["list"]).await["connections"][0]["status"], "connected", "{told}");
        goes_on(&desk, &org).await;
    }
    let without = tap.count(|exchange| {
        let request = &exchange.request;
        request.contains("grant_type=refresh_token") && !request.contains("client_secret=")
    });
    assert_eq!(without, 4, "one for each that was asked for");
}

#[tokio::test]
async fn every_line_of_callback_url_is_compared_with_the_guide_where_that_is_asked_for() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let audit = ["check", "p", "--audit", "--json"];
    let good = desk.dtx(&audit).await;
    assert_eq!((good.code, &line(&good, "lines")["state"]), (0, &json!("pass")), "{good:?}");

    let mut lines = org.switches().callbacks;
    let slipped = lines.pop().unwrap();
    lines.push(format!("{slipped}/"));
    org.change(|switches| switches.callbacks.clone_from(&lines));
    let audited = desk.dtx(&audit).await;
    let found = line(&audited, "lines");
    assert_eq!(
        (audited.code, &found["state"]),
        (0, &json!("warn")),
        "a sign-in comes back all the same: {found}"
    );
    assert!(
        found["fix"][0].as_str().unwrap().ends_with(&format!("\n{slipped}")),
        "the line to enter: {found}"
    );
    assert!(found["fix"][1].as_str().unwrap().contains(&format!("{slipped}/")), "and its slip: {found}");
    assert_eq!(found["setup"]["label"], "External Client App Manager", "{found}");
    let words = desk.dtx(&["check", "p", "--audit"]).await.output;
    assert!(words.contains(&slipped) && words.contains("In Setup: External Client App Manager"), "{words}");
    assert!(!desk.dtx(&["check", "p"]).await.output.contains(&slipped), "only where that is asked for");
    assert_eq!(org.counters().secrets_in_query, 0, "no secret in an address");
}
