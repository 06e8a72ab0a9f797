use std::time::Duration;

use reqwest::StatusCode;

use super::client::{Rehearsal, parameter, text};
use crate::{Event, Options};

const LIMITS: &str = "/services/data/v67.0/limits";

#[tokio::test]
async fn an_app_that_activates_is_known_to_every_other_request_when_switched_so() {
    let it = Rehearsal::start(Options { activation: Duration::from_secs(600), ..Options::default() }).await;
    let known = async || {
        let answer = it.request("GET", &it.authorize_path(&[]), &[], Vec::new()).await;
        assert!(matches!(answer.status.as_u16(), 302 | 400), "known or not: {}", answer.body);
        answer.status == StatusCode::FOUND
    };
    assert!(!known().await && !known().await, "unknown until it is active");
    it.org.change(|switches| switches.activation_flaps = true);
    let answers = [known().await, known().await, known().await, known().await];
    assert_eq!(answers, [false, true, false, true], "in turns");
    it.org.advance(Duration::from_secs(600));
    assert!(known().await && known().await, "known for good");
}

#[tokio::test]
async fn a_blocked_app_has_no_living_token_until_it_is_unblocked() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    it.org.happen(Event::BlockApp { blocked: true });
    assert_eq!(
        it.get_with_token(LIMITS, access).await.status,
        StatusCode::UNAUTHORIZED,
        "its sessions are over"
    );
    let unknown = it.call_as_app("/services/oauth2/introspect", &[("token", refresh)]).await;
    assert_eq!(unknown.body, "{\"active\":false}", "and its tokens not active");
    it.org.happen(Event::BlockApp { blocked: false });
    it.get_with_token(LIMITS, access).await.json(StatusCode::OK);
    it.refresh(refresh).await.json(StatusCode::OK);
}

#[tokio::test]
async fn users_whose_profile_is_approved_go_on_when_others_may_not() {
    let it = Rehearsal::before().await;
    let tokens = it.tokens().await;
    let refresh = text(&tokens, "refresh_token");
    it.org.happen(Event::PermitUsers { profiles: Some(vec!["System Administrator".to_owned()]) });
    it.refresh(refresh).await.is_error(
        StatusCode::BAD_REQUEST,
        "invalid_app_access",
        "user is not admin approved to access this app",
    );
    it.org.happen(Event::PermitUsers { profiles: Some(vec!["Datatrax Integration".to_owned()]) });
    it.refresh(refresh).await.json(StatusCode::OK);
    it.org.happen(Event::PermitUsers { profiles: None });
    it.refresh(refresh).await.json(StatusCode::OK);
}

#[tokio::test]
async fn what_would_need_an_id_token_is_granted_to_nobody() {
    let scopes = ["api", "openid", "refresh_token"].map(str::to_owned).to_vec();
    let it = Rehearsal::start(Options { scopes, ..Options::default() }).await;
    let page = it.browse("GET", &it.authorize_path(&[("scope", "api openid")]), &[]).await.expect("a page");
    let callback = it.log_in(&page, 1).await.err().expect("a refusal at the callback");
    let error = parameter(&callback.parse().unwrap(), "error");
    assert_eq!(error.as_deref(), Some("invalid_scope"), "refused rather than granted without an id_token");
    let code = it.code(&[("scope", "")]).await;
    let tokens = it.exchange(&code, super::client::VERIFIER).await.json(StatusCode::OK);
    assert_eq!(text(&tokens, "scope"), "api refresh_token", "and left out of all that the app has");
}

#[tokio::test]
async fn calls_are_counted_in_the_header_of_limits_until_none_is_left() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    it.org.change(|switches| switches.daily_api_requests = 2);
    for used in 1..=2_u64 {
        let answer = it.get_with_token(LIMITS, text(&tokens, "access_token")).await;
        assert_eq!(answer.headers["sforce-limit-info"], format!("api-usage={used}/2"), "the usage");
        assert_eq!(answer.json(StatusCode::OK)["DailyApiRequests"]["Remaining"], 2 - used, "what is left");
    }
    let refused = it.get_with_token(LIMITS, text(&tokens, "access_token")).await;
    assert_eq!(refused.json(StatusCode::FORBIDDEN)[0]["errorCode"], "REQUEST_LIMIT_EXCEEDED", "none is left");
}
