use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;

use super::client::{CALLBACK, Rehearsal, VERIFIER, text};
use crate::{Options, RefreshPolicy, TokenKind};

const TOKEN: &str = "/services/oauth2/token";
const BAD: StatusCode = StatusCode::BAD_REQUEST;
const DEAD: &str = "expired access/refresh token";

#[tokio::test]
async fn a_code_works_once_and_not_after_fifteen_minutes() {
    let it = Rehearsal::ready().await;
    let code = it.code(&[]).await;
    it.exchange(&code, VERIFIER).await.json(StatusCode::OK);
    it.exchange(&code, VERIFIER).await.is_error(BAD, "invalid_grant", "expired authorization code");
    assert_eq!(it.org.counters().code_reuses, 1, "the second use is counted");
    let late = it.code(&[]).await;
    it.org.advance(Duration::from_secs(15 * 60));
    it.exchange(&late, VERIFIER).await.is_error(BAD, "invalid_grant", "expired authorization code");
    it.exchange("aPrxdummy", VERIFIER).await.is_error(BAD, "invalid_grant", "invalid authorization code");
}

#[tokio::test]
async fn the_verifier_must_fit_and_may_be_long() {
    let it = Rehearsal::ready().await;
    let code = it.code(&[]).await;
    it.exchange(&code, "another-verifier").await.is_error(BAD, "invalid_grant", "invalid code verifier");
    let code = it.code(&[("code_challenge_method", "plain")]).await;
    it.exchange(&code, VERIFIER).await.is_error(BAD, "invalid_grant", "invalid code verifier");
    // A verifier of 171 characters, as Salesforce CLI makes them, and its challenge.
    let long = "v".repeat(171);
    let code = it.code(&[("code_challenge", "O_ebL4-36xUZr3uu54v_7hwACjGtLNklGwJlsIEFzo4")]).await;
    let answer = it.exchange(&code, &long).await;
    assert_eq!(answer.status, StatusCode::OK, "a long verifier: {}", answer.body);
}

#[tokio::test]
async fn key_secret_and_grant_are_tested_in_this_order() {
    let it = Rehearsal::ready().await;
    let (key, secret) = (it.org.key(), it.org.secret());
    let ask = async |key: &str, secret: &str, grant: &str| {
        it.post_form(TOKEN, &[("client_id", key), ("client_secret", secret), ("grant_type", grant)]).await
    };
    ask("3MVG9", "wrong", "x").await.is_error(BAD, "invalid_client_id", "client identifier invalid");
    ask(&key, "wrong", "x").await.is_error(BAD, "invalid_client", "invalid client credentials");
    ask(&key, "", "x").await.is_error(BAD, "invalid_client", "invalid client credentials");
    ask(&key, &secret, "x").await.is_error(BAD, "unsupported_grant_type", "grant type not supported");
    ask(&key, &secret, "authorization_code").await.is_error(
        BAD,
        "invalid_grant",
        "invalid authorization code",
    );
    let redirect =
        [("grant_type", "authorization_code"), ("code", &it.code(&[]).await), ("redirect_uri", "http://x/")];
    let mismatch = it.call_as_app(TOKEN, &redirect).await;
    mismatch.is_error(BAD, "redirect_uri_mismatch", "redirect_uri must match configuration");
}

#[tokio::test]
async fn the_pair_may_come_as_basic_but_never_in_the_address_or_as_json() {
    let it = Rehearsal::ready().await;
    let (key, secret) = (it.org.key(), it.org.secret());
    let basic = format!("Basic {}", STANDARD.encode(format!("{key}:{secret}")));
    let form = ("content-type", "application/x-www-form-urlencoded");
    let ask = async |headers: &[(&str, &str)], path: &str, body: &str| {
        it.request("POST", path, headers, body.as_bytes().to_vec()).await
    };
    let answer =
        ask(&[form, ("authorization", &basic)], TOKEN, "grant_type=refresh_token&refresh_token=x").await;
    answer.is_error(BAD, "invalid_grant", DEAD);
    let answer = ask(&[form, ("authorization", "Basic !")], TOKEN, "").await;
    answer.is_error(BAD, "invalid_basic_auth_header", "invalid basic auth header");
    let in_address = format!("{TOKEN}?client_id={key}&client_secret={secret}&grant_type=refresh_token");
    ask(&[form], &in_address, "").await.is_error(BAD, "invalid_client_id", "client identifier invalid");
    assert_eq!(it.org.counters().secrets_in_query, 1, "a secret in an address is counted");
    let json = format!("{{\"client_id\":\"{key}\",\"client_secret\":\"{secret}\"}}");
    let answer = ask(&[("content-type", "application/json")], TOKEN, &json).await;
    answer.is_error(BAD, "invalid_client_id", "client identifier invalid");
}

#[tokio::test]
async fn without_rotation_a_refresh_gives_an_access_token_alone_and_again() {
    let it = Rehearsal::before().await;
    let tokens = it.tokens().await;
    let refresh_token = text(&tokens, "refresh_token");
    for _ in 0..2 {
        let fresh = it.refresh(refresh_token).await.json(StatusCode::OK);
        assert!(fresh.get("refresh_token").is_none(), "no refresh token without rotation");
        assert_ne!(text(&fresh, "access_token"), text(&tokens, "access_token"), "a new access token");
    }
    let counters = it.org.counters();
    assert_eq!((counters.refreshes, counters.access_tokens_alive), (2, 3), "two refreshes, three tokens");
}

#[tokio::test]
async fn with_rotation_a_used_refresh_token_that_comes_back_ends_the_family() {
    let it = Rehearsal::start(Options { rotation: true, ..Options::default() }).await;
    let first = it.tokens().await;
    let second = it.refresh(text(&first, "refresh_token")).await.json(StatusCode::OK);
    assert_ne!(text(&first, "refresh_token"), text(&second, "refresh_token"), "a new refresh token");
    assert!(it.org.token_status(text(&second, "access_token")).alive, "alive before the reuse");
    it.refresh(text(&first, "refresh_token")).await.is_error(BAD, "invalid_grant", DEAD);
    assert_eq!(it.org.counters().reuses_detected, 1, "the reuse is detected");
    it.refresh(text(&second, "refresh_token")).await.is_error(BAD, "invalid_grant", DEAD);
    let call = it.get_with_token("/services/data/v67.0/limits", text(&second, "access_token")).await;
    assert_eq!(call.status, StatusCode::UNAUTHORIZED, "its access tokens end with it");
}

#[tokio::test]
async fn two_refreshes_at_once_with_one_token_are_one_too_many() {
    let it = Rehearsal::before().await;
    let tokens = it.tokens().await;
    let (token, other) = (text(&tokens, "refresh_token"), it.tokens().await);
    it.org.change(|switches| switches.token_delay_milliseconds = 3000);
    let asked = || it.org.counters().requests["token"];
    let before = asked();
    let second = async {
        // The first and the third are there.
        while asked() < before + 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        it.refresh(token).await
    };
    let (first, second, third) =
        tokio::join!(it.refresh(token), second, it.refresh(text(&other, "refresh_token")));
    first.json(StatusCode::OK);
    second.is_error(BAD, "invalid_grant", "token request is already being processed");
    third.json(StatusCode::OK);
    it.refresh(token).await.json(StatusCode::OK);
}

#[tokio::test]
async fn introspection_knows_the_pair_first_and_then_the_token() {
    let it = Rehearsal::before().await;
    let tokens = it.tokens().await;
    let path = "/services/oauth2/introspect";
    let key = it.org.key();
    for (key, secret) in [("3MVG9", "x"), (key.as_str(), "x"), (key.as_str(), "")] {
        let answer =
            it.post_form(path, &[("token", "x"), ("client_id", key), ("client_secret", secret)]).await;
        answer.is_error(StatusCode::UNAUTHORIZED, "invalid_client", "invalid client credentials");
    }
    let unknown = it.call_as_app(path, &[("token", "5Aep861dummy")]).await;
    assert_eq!(unknown.body, "{\"active\":false}", "an unknown token");
    let access = text(&tokens, "access_token");
    let active = it.call_as_app(path, &[("token", access)]).await.json(StatusCode::OK);
    assert_eq!(
        active["exp"].as_u64().unwrap() - active["iat"].as_u64().unwrap(),
        7200,
        "two hours of session"
    );
    assert_eq!(text(&active, "username"), "integration@practice.example", "whose it is");
    assert_eq!(
        (text(&active, "client_id"), text(&active, "sub")),
        (key.as_str(), text(&tokens, "id")),
        "and for whom"
    );
    assert_eq!(
        (text(&active, "scope"), text(&active, "token_type")),
        ("api refresh_token", "access_token"),
        "and what"
    );
    let refresh =
        it.call_as_app(path, &[("token", text(&tokens, "refresh_token"))]).await.json(StatusCode::OK);
    assert!(refresh["active"] == true && refresh.get("exp").is_none(), "valid until revoked: {refresh}");
    it.org.advance(Duration::from_secs(7200));
    assert_eq!(
        it.call_as_app(path, &[("token", access)]).await.body,
        "{\"active\":false}",
        "after the session"
    );
    it.org.change(|switches| switches.introspect_unknown_is_bad_request = true);
    assert_eq!(it.call_as_app(path, &[("token", access)]).await.status, BAD, "the other answer reported");
    assert_eq!(it.call_as_app(path, &[]).await.status, BAD, "no token at all");
}

#[tokio::test]
async fn revoking_a_refresh_token_takes_its_access_tokens_and_no_others() {
    let it = Rehearsal::ready().await;
    let (gone, kept) = (it.tokens().await, it.tokens().await);
    let revoke = async |token: &str| it.post_form("/services/oauth2/revoke", &[("token", token)]).await;
    let answer = revoke(text(&gone, "refresh_token")).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""), "200 and nothing");
    assert!(!it.org.token_status(text(&gone, "access_token")).alive, "its access token is dead");
    assert!(it.org.token_status(text(&kept, "access_token")).alive, "the other sign-in's is not");
    assert_eq!(revoke(text(&gone, "refresh_token")).await.status, BAD, "a dead token cannot be revoked");
    assert_eq!(revoke(text(&kept, "access_token")).await.status, StatusCode::OK, "an access token alone");
    let kind = it.org.token_status(text(&kept, "refresh_token")).kind;
    assert_eq!(kind, Some(TokenKind::RefreshToken), "its refresh token lives on");
}

#[tokio::test]
async fn a_sixth_approval_revokes_the_first() {
    let it = Rehearsal::ready().await;
    let first = it.tokens().await;
    for _ in 0..4 {
        it.tokens().await;
    }
    assert!(it.org.token_status(text(&first, "refresh_token")).alive, "five approvals stand");
    it.tokens().await;
    assert!(
        !it.org.token_status(text(&first, "refresh_token")).alive,
        "the sixth took the first one's place"
    );
    assert_eq!(it.org.counters().refresh_tokens_alive, 5, "five stand");
}

#[tokio::test]
async fn refresh_tokens_end_as_the_policy_says() {
    let it = Rehearsal::before().await;
    let tokens = it.tokens().await;
    let token = text(&tokens, "refresh_token");
    it.org.change(|switches| switches.refresh_policy = RefreshPolicy::IfNotUsed { seconds: 100 });
    for _ in 0..2 {
        it.org.advance(Duration::from_secs(60));
        it.refresh(token).await.json(StatusCode::OK);
    }
    it.org.advance(Duration::from_secs(100));
    it.refresh(token).await.is_error(BAD, "invalid_grant", DEAD);
    it.org.change(|switches| switches.refresh_policy = RefreshPolicy::After { seconds: 300 });
    it.refresh(token).await.json(StatusCode::OK);
    it.org.change(|switches| switches.refresh_policy = RefreshPolicy::Immediately);
    it.refresh(token).await.is_error(BAD, "invalid_grant", DEAD);
}

#[tokio::test]
async fn switched_faults_show_in_the_next_answer_only() {
    let it = Rehearsal::before().await;
    let tokens = it.tokens().await;
    let token = text(&tokens, "refresh_token");
    it.org.change(|switches| {
        switches.next_instance_url = Some("https://other.my.salesforce.com".to_owned());
        switches.next_identity_url = Some("https://login.salesforce.com/id/00D/005".to_owned());
    });
    let strange = it.refresh(token).await.json(StatusCode::OK);
    assert_eq!(text(&strange, "instance_url"), "https://other.my.salesforce.com", "another org's address");
    assert_eq!(text(&strange, "id"), "https://login.salesforce.com/id/00D/005", "another org's identity");
    let usual = it.refresh(token).await.json(StatusCode::OK);
    assert_eq!(text(&usual, "instance_url"), it.org.address(), "once only");
    it.org.change(|switches| {
        let (error, error_description) = ("unknown_error".into(), "retry your request".into());
        switches.next_token_error = Some(crate::OauthError { error, error_description });
    });
    it.refresh(token).await.is_error(BAD, "unknown_error", "retry your request");
    it.refresh(token).await.json(StatusCode::OK);
    it.org.change(|switches| switches.omit_refresh_token = true);
    assert!(it.tokens().await.get("refresh_token").is_none(), "left out");
    it.org.change(|switches| switches.granted_scope = Some("api".to_owned()));
    assert_eq!(text(&it.tokens().await, "scope"), "api", "less than was asked for");
    it.org.change(|switches| switches.frozen = vec!["integration@practice.example".to_owned()]);
    it.refresh(token).await.is_error(BAD, "invalid_grant", "inactive user");
}

#[tokio::test]
async fn a_callback_line_taken_away_is_refused_at_once() {
    let it = Rehearsal::ready().await;
    it.org.change(|switches| switches.callbacks.retain(|line| line != CALLBACK));
    let probe = it.request("GET", &it.authorize_path(&[]), &[], Vec::new()).await;
    assert!(probe.body.starts_with("error=redirect_uri_mismatch"), "no longer registered: {}", probe.body);
}
