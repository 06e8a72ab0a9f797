use reqwest::StatusCode;
use reqwest::header::CONTENT_SECURITY_POLICY;

use super::client::{Answer, CALLBACK, Rehearsal, VERIFIER, parameter, text};
use crate::{OauthError, Options};

fn is_bare(answer: &Answer, body: &str) {
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::BAD_REQUEST, body),
        "a bare page and no redirect"
    );
    assert_eq!(answer.location(), None, "nothing is sent to the callback");
}

#[tokio::test]
async fn a_person_logs_in_allows_and_the_application_gets_working_tokens() {
    let it = Rehearsal::ready().await;
    let login = it
        .browse("GET", &it.authorize_path(&[("login_hint", "a\"b")]), &[])
        .await
        .unwrap_or_else(|at| panic!("{at}"));
    assert!(login.answer.body.contains("value=\"a&quot;b\""), "login_hint is filled in, escaped");
    let allow = it.log_in(&login, 1).await.unwrap_or_else(|at| panic!("{at}"));
    for expected in [
        "Datatrax Connect",
        "Manage user data via APIs (api)",
        "Perform requests at any time (refresh_token, offline_access)",
        "integration@practice.example",
        "PRACTICE",
        "<html lang=\"en\">",
    ] {
        assert!(allow.answer.body.contains(expected), "the Allow page says {expected}");
    }
    let policy = allow.answer.headers.get(CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("http://localhost:17177"),
        "policy: {policy}"
    );
    let callback = it.decide(&allow, "allow").await;
    assert!(callback.as_str().starts_with(CALLBACK), "back at the callback");
    assert_eq!(parameter(&callback, "state").as_deref(), Some("a state"), "the state comes back");
    let code = parameter(&callback, "code").unwrap();
    let tokens = it.exchange(&code, VERIFIER).await.json(StatusCode::OK);
    assert_eq!(text(&tokens, "scope"), "api refresh_token", "what was asked for");
    assert_eq!(text(&tokens, "instance_url"), it.org.address(), "the org's own address");
    assert_eq!(text(&tokens, "token_type"), "Bearer", "as Salesforce writes it");
    assert!(tokens.get("expires_in").is_none(), "Salesforce sends no expires_in");
    assert!(text(&tokens, "issued_at").parse::<u64>().unwrap() > 1_700_000_000_000, "milliseconds as a text");
    assert!(text(&tokens, "id").contains(&format!("/id/{}/005", it.org.org_id())), "org and user");
    let limits = it.get_with_token("/services/data/v67.0/limits", text(&tokens, "access_token")).await;
    assert_eq!(limits.json(StatusCode::OK)["DailyApiRequests"]["Max"], 15000, "the token works");
    assert_eq!(limits.headers.get("sforce-limit-info").unwrap(), "api-usage=1/15000", "usage is told");
}

#[tokio::test]
async fn a_probe_tells_an_unknown_key_a_wrong_callback_and_a_good_request_apart() {
    let it = Rehearsal::ready().await;
    let ask = async |changes: &[(&str, &str)]| {
        it.request("GET", &it.authorize_path(changes), &[], Vec::new()).await
    };
    let unknown_key = "error=invalid_client_id&error_description=client%20identifier%20invalid";
    is_bare(&ask(&[("client_id", "3MVG9wrong")]).await, unknown_key);
    let mismatch =
        "error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration";
    is_bare(&ask(&[("redirect_uri", &format!("{CALLBACK}/"))]).await, mismatch);
    let missing = "error=redirect_uri_missing&error_description=redirect_uri%20not%20provided";
    is_bare(&ask(&[("redirect_uri", "")]).await, missing);
    let good = ask(&[]).await;
    let page = "/?ec=302&startURL=%2Fsetup%2Fsecur%2FRemoteAccessAuthorizationPage.apexp%3Fsource%3D";
    let location = good.location().unwrap();
    assert!(location.starts_with(&format!("{}{page}", it.org.address())), "to the login: {location}");
    let at_callback = ask(&[("code_challenge", "")]).await.location().unwrap();
    let expected = "?error=invalid_request&error_description=missing+required+code+challenge&state=a+state";
    assert_eq!(
        at_callback,
        format!("{CALLBACK}{expected}"),
        "a known key and callback answer at the callback"
    );
    let wrong_type = ask(&[("response_type", "token")]).await.location().unwrap();
    assert!(wrong_type.contains("error=unsupported_response_type"), "at the callback: {wrong_type}");
    let posted = it.request("POST", &it.authorize_path(&[]), &[], Vec::new()).await;
    is_bare(&posted, "error=invalid_request&error_description=Must%20use%20HTTP%20GET");
}

#[tokio::test]
async fn a_press_of_deny_ends_at_the_callback_and_ends_the_request() {
    let it = Rehearsal::ready().await;
    let Ok(login) = it.browse("GET", &it.authorize_path(&[]), &[]).await else { panic!("the login") };
    let Ok(allow) = it.log_in(&login, 0).await else { panic!("the Allow page") };
    let callback = it.decide(&allow, "deny").await;
    assert_eq!(parameter(&callback, "error").as_deref(), Some("access_denied"), "the code");
    assert_eq!(
        parameter(&callback, "error_description").as_deref(),
        Some("end-user denied authorization"),
        "the text"
    );
    assert_eq!(parameter(&callback, "code"), None, "and no code");
    let fields = [
        ("form", allow.hidden("form")),
        ("source", allow.hidden("source")),
        ("decision", "allow".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let Ok(again) = it.browse("POST", crate::http::paths::APPROVAL, &fields).await else {
        panic!("no second decision")
    };
    assert_eq!(again.answer.status, StatusCode::BAD_REQUEST, "an answered request cannot be answered again");
}

#[tokio::test]
async fn a_wrong_password_and_a_stale_form_do_not_log_in() {
    let it = Rehearsal::ready().await;
    let Ok(login) = it.browse("GET", &it.authorize_path(&[]), &[]).await else { panic!("the login") };
    let form = login.hidden("form");
    let wrong = [("form", form.as_str()), ("username", "admin@practice.example"), ("pw", "wrong")];
    let Ok(refused) = it.browse("POST", "/", &wrong).await else { panic!("the login again") };
    assert!(refused.answer.body.contains("role=\"alert\""), "the page says what is wrong");
    assert!(refused.answer.body.contains("value=\"admin@practice.example\""), "the username stays");
    let password = it.org.users()[0].password.clone();
    let stale = [("form", form.as_str()), ("username", "admin@practice.example"), ("pw", &password)];
    let Ok(refused) = it.browse("POST", "/", &stale).await else { panic!("the login again") };
    assert_eq!(
        refused.answer.status,
        StatusCode::FORBIDDEN,
        "a form counts once, even with the right password"
    );
}

#[tokio::test]
async fn a_session_answers_for_its_user_unless_the_login_is_asked_for() {
    let it = Rehearsal::ready().await;
    it.code(&[]).await;
    let Ok(straight_on) = it.browse("GET", &it.authorize_path(&[]), &[]).await else { panic!("a page") };
    assert!(straight_on.answer.body.contains("Allow Access?"), "the session is used");
    let path = it.authorize_path(&[("prompt", "login")]);
    let Ok(login) = it.browse("GET", &path, &[]).await else { panic!("a page") };
    assert!(login.answer.body.contains("id=\"Login\""), "prompt=login shows the login page");
    let around = format!(
        "{}?source={}",
        crate::http::paths::APPROVAL,
        login.hidden("startURL").split_once("source=").unwrap().1
    );
    let Ok(back) = it.browse("GET", &around, &[]).await else { panic!("a page") };
    assert!(back.answer.body.contains("id=\"Login\""), "and cannot be gone around");
    let Ok(allow) = it.log_in(&back, 0).await else { panic!("a page") };
    assert!(allow.answer.body.contains("admin@practice.example"), "another user logged in");
}

#[tokio::test]
async fn what_is_wrong_with_user_or_scope_shows_after_the_login() {
    let it = Rehearsal::ready().await;
    let Ok(login) = it.browse("GET", &it.authorize_path(&[("scope", "api web")]), &[]).await else {
        panic!("the login")
    };
    let at_callback = it.log_in(&login, 1).await.err().unwrap();
    assert!(at_callback.contains("error=invalid_scope"), "a scope the app lacks: {at_callback}");
    it.org.change(|switches| {
        let (error, error_description) =
            ("OAUTH_APP_ACCESS_DENIED".into(), "user is not admin approved".into());
        switches.approval_error = Some(OauthError { error, error_description });
    });
    let at_callback = it.browse("GET", &it.authorize_path(&[]), &[]).await.err().unwrap();
    assert!(at_callback.contains("error=OAUTH_APP_ACCESS_DENIED"), "the switched error: {at_callback}");
    it.org.change(|switches| switches.frozen = vec!["integration@practice.example".to_owned()]);
    let at_callback = it.browse("GET", &it.authorize_path(&[]), &[]).await.err().unwrap();
    assert!(at_callback.contains("error=inactive_user"), "a frozen user: {at_callback}");
}

#[tokio::test]
async fn a_moved_org_sends_the_request_on_and_a_maintained_one_answers_a_page() {
    let it = Rehearsal::ready().await;
    it.org
        .change(|switches| switches.authorize_redirect = Some("https://moved.my.salesforce.com".to_owned()));
    let path = it.authorize_path(&[]);
    let moved = it.request("GET", &path, &[], Vec::new()).await;
    assert_eq!(
        moved.location().unwrap(),
        format!("https://moved.my.salesforce.com{path}"),
        "the same request elsewhere"
    );
    it.org.change(|switches| switches.maintenance = true);
    let closed = it.refresh("5Aep861").await;
    assert_eq!(closed.status, StatusCode::SERVICE_UNAVAILABLE, "maintenance");
    assert!(closed.body.starts_with("<!DOCTYPE html>"), "HTML where a program expects JSON");
}

#[tokio::test]
async fn until_its_activation_the_key_is_unknown_everywhere() {
    let options = Options { activation: std::time::Duration::from_secs(120), ..Options::default() };
    let it = Rehearsal::start(options).await;
    let probe = it.request("GET", &it.authorize_path(&[]), &[], Vec::new()).await;
    is_bare(&probe, "error=invalid_client_id&error_description=client%20identifier%20invalid");
    let bad = StatusCode::BAD_REQUEST;
    it.refresh("5Aep861dummy").await.is_error(bad, "invalid_client_id", "client identifier invalid");
    let introspection = it.call_as_app("/services/oauth2/introspect", &[("token", "5Aep861dummy")]).await;
    assert_eq!(
        introspection.status,
        StatusCode::UNAUTHORIZED,
        "introspection answers like for an unknown key"
    );
    it.org.advance(std::time::Duration::from_secs(120));
    let probe = it.request("GET", &it.authorize_path(&[]), &[], Vec::new()).await;
    assert_eq!(probe.status, StatusCode::FOUND, "known two minutes later");
    it.refresh("5Aep861dummy").await.is_error(bad, "invalid_grant", "expired access/refresh token");
}
