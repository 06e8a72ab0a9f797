//! The changes of November 2026, and the switches that undo them.

use std::time::Duration;

use reqwest::StatusCode;

use super::client::{Rehearsal, text};
use super::setup::{GOOD, NEW, beside};
use crate::http::paths::{APP_LIST, ERROR_PAGE, HOME};
use crate::{NewApps, OauthError};

const TOKEN: &str = "/services/oauth2/token";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn without(fields: &[(&'static str, &'static str)], name: &str) -> Vec<(&'static str, &'static str)> {
    fields.iter().copied().filter(|(field, _)| *field != name).collect()
}

#[tokio::test]
async fn the_lock_of_pkce_is_confirmed_before_an_app_is_created_and_cannot_be_undone() {
    let it = Rehearsal::ready().await;
    it.setup(APP_LIST, 0).await;
    let form = it.open(NEW).await.answer.body;
    let locked = "id=\"isPkceRequired\" checked disabled";
    assert!(form.contains(locked), "the box is ticked and cannot be unticked");
    let rotates = "name=\"isRefreshTokenRotationEnabled\" value=\"1\" checked";
    assert!(form.contains(rotates), "rotation is ticked");
    let asked = it.send(NEW, &without(&GOOD, "lock")).await.answer.body;
    assert!(asked.contains("Confirm and Lock Security Controls"), "asked first");
    assert!(asked.contains("value=\"My &lt;App&gt;\""), "with what was typed");
    assert!(!it.open(APP_LIST).await.answer.body.contains("My &lt;App&gt;"), "nothing was created");
    let app = it.send(NEW, &GOOD).await;
    assert!(app.answer.body.contains("was created"), "once it is confirmed");
    assert!(app.answer.body.contains("Expire refresh token after specific time: 365 Days"), "its policy");
    // Sent without the box, as by a program.
    let saved = it.send(&beside(&app, "edit"), &GOOD).await;
    assert!(saved.answer.body.contains("was saved"), "taken");
    assert!(it.open(&beside(&saved, "edit")).await.answer.body.contains(locked), "and reads back ticked");
}

#[tokio::test]
async fn an_app_made_as_before_has_its_boxes_free_and_is_created_at_once() {
    let it = Rehearsal::ready().await;
    it.org.change(|switches| switches.new_apps = NewApps::Before);
    it.setup(APP_LIST, 0).await;
    let form = it.open(NEW).await.answer.body;
    assert!(form.contains("name=\"isPkceRequired\" value=\"1\" checked>"), "ticked, and can be unticked");
    assert!(!form.contains("name=\"isRefreshTokenRotationEnabled\" value=\"1\" checked"), "no rotation");
    let app = it.send(NEW, &without(&GOOD, "lock")).await;
    assert!(app.answer.body.contains("was created"), "nothing is asked");
    assert!(app.answer.body.contains("Refresh token is valid until revoked"), "its policy");
}

#[tokio::test]
async fn an_admin_gives_a_passkey_and_nobody_else_does() {
    let it = Rehearsal::ready().await;
    let login = it.open(HOME).await;
    let home = it.log_in(&login, 0).await.unwrap_or_else(|at| panic!("{at}"));
    assert!(home.at.ends_with(HOME), "past the passkey: {}", home.at);
    let it = Rehearsal::ready().await;
    let login = it.open("/").await;
    let (form, admin) = (login.hidden("form"), it.org.users().remove(0));
    let fields = [("form", form.as_str()), ("username", &admin.username), ("pw", &admin.password)];
    let asks = it.browse("POST", "/", &fields).await.unwrap_or_else(|at| panic!("{at}"));
    assert!(asks.answer.body.contains("id=\"passkey\""), "the password alone does not do");
    assert!(it.open(HOME).await.answer.body.contains("id=\"Login\""), "nobody is logged in yet");
    let given = it.give_passkey(&asks).await.unwrap_or_else(|at| panic!("{at}"));
    assert!(given.at.ends_with(HOME), "logged in: {}", given.at);
    let again = it.browse("GET", &asks.at, &[]).await.unwrap_or_else(|at| panic!("{at}"));
    assert!(!again.answer.body.contains("id=\"passkey\""), "a question counts once");
    it.org.change(|switches| switches.admin_passkey = false);
    it.browse("GET", "/secur/logout.jsp", &[]).await.ok();
    let login = it.open("/").await;
    let (form, admin) = (login.hidden("form"), it.org.users().remove(0));
    let fields = [("form", form.as_str()), ("username", &admin.username), ("pw", &admin.password)];
    let home = it.browse("POST", "/", &fields).await.unwrap_or_else(|at| panic!("{at}"));
    assert!(home.at.ends_with(HOME), "as before: {}", home.at);
}

#[tokio::test]
async fn a_sign_in_ends_after_a_year_however_often_it_is_used() {
    let it = Rehearsal::ready().await;
    let mut token = text(&it.tokens().await, "refresh_token").to_owned();
    for _ in 0..36 {
        it.org.advance(DAY * 10);
        let fresh = it.refresh(&token).await.json(StatusCode::OK);
        assert_ne!(text(&fresh, "refresh_token"), token, "tokens rotate");
        text(&fresh, "refresh_token").clone_into(&mut token);
    }
    it.org.advance(DAY * 5);
    let ended = it.refresh(&token).await;
    ended.is_error(StatusCode::BAD_REQUEST, "invalid_grant", "expired access/refresh token");
}

#[tokio::test]
async fn introspection_names_the_end_of_a_refresh_token_unless_it_is_switched_off() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let ask = async |name: &str| {
        let fields = [("token", text(&tokens, name))];
        it.call_as_app("/services/oauth2/introspect", &fields).await.json(StatusCode::OK)
    };
    let refresh = ask("refresh_token").await;
    let life = refresh["exp"].as_u64().unwrap() - refresh["iat"].as_u64().unwrap();
    assert_eq!(life, 365 * DAY.as_secs(), "a year");
    it.org.change(|switches| switches.introspect_names_no_end = true);
    assert!(ask("refresh_token").await.get("exp").is_none(), "left out");
    assert!(ask("access_token").await.get("exp").is_some(), "of an access token it is told");
}

#[tokio::test]
async fn a_scope_at_the_token_endpoint_is_refused_once_the_pair_is_right() {
    let it = Rehearsal::ready().await;
    let bad = StatusCode::BAD_REQUEST;
    let token = text(&it.tokens().await, "refresh_token").to_owned();
    let with_scope = [("grant_type", "refresh_token"), ("refresh_token", &token), ("scope", "api")];
    let refused = it.call_as_app(TOKEN, &with_scope).await;
    refused.is_error(bad, "invalid_request", "scope parameter not supported");
    it.post_form(TOKEN, &with_scope).await.is_error(bad, "invalid_client_id", "client identifier invalid");
    it.refresh(&token).await.json(StatusCode::OK);
}

#[tokio::test]
async fn a_refusal_on_the_orgs_own_page_has_no_state_and_leads_nowhere() {
    let it = Rehearsal::ready().await;
    it.org.change(|switches| {
        let (error, error_description) = ("invalid_client".into(), "app must be installed into org".into());
        switches.approval_error = Some(OauthError { error, error_description });
        switches.refusals_stay_on_page = true;
    });
    let login = it.open(&it.authorize_path(&[])).await;
    let page = it.log_in(&login, 1).await.unwrap_or_else(|at| panic!("left the org: {at}"));
    let expected = format!(
        "{}{ERROR_PAGE}?error=invalid_client&error_description=app+must+be+installed+into+org",
        it.org.address()
    );
    assert_eq!(page.at, expected, "the address, without a state");
    assert!(page.answer.body.contains("app must be installed into org"), "it says what is wrong");
    let typed = it.open(&format!("{ERROR_PAGE}?error=%3Cb%3E")).await;
    assert!(typed.answer.body.contains("&lt;b&gt;"), "nothing in an address becomes markup");
}
