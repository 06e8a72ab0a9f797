use time::OffsetDateTime;

use super::*;
use crate::{
    org::credentials::KeyLooks,
    ports::HttpError,
    testing::{Scripted, practice, sandbox, secrets},
};

const CALLBACK: &str = "http://localhost:17177/auth/salesforce/callback";
const HOST: &str = "https://acme--uat.sandbox.my.salesforce.com";
const APPROVAL: &str =
    "/?ec=302&startURL=%2Fsetup%2Fsecur%2FRemoteAccessAuthorizationPage.apexp%3Fsource%3Dx";

async fn authorize(http: &Scripted) -> AuthorizeAnswer {
    probe_authorize(http, &sandbox(), &secrets().0, CALLBACK).await
}

fn redirect(target: &str) -> Scripted {
    Scripted::default().then(302, &[("location", target)], "")
}

fn error_page(status: u16, error: &str, description: &str) -> Scripted {
    Scripted::html(status, &format!("error={error}&error_description={description}"))
}

#[tokio::test]
async fn authorize_is_positive_only_towards_the_approval_page_on_the_same_host() {
    use AuthorizeAnswer::{CannotTell, Known, Moved};
    let unreadable = CannotTell(Code::SalesforceUnreadable);
    let at = |origin: &str| format!("{origin}{APPROVAL}");
    for (http, expected) in [
        (redirect(&at(HOST)), Known),
        (redirect(APPROVAL), Known),
        (redirect("/setup/secur/RemoteAccessAuthorizationPage.apexp?source=x"), Known),
        (Scripted::html(200, &format!("<script>window.location.href=\"{}\"</script>", at(HOST))), Known),
        (
            redirect(&at("https://acme--uat2.sandbox.my.salesforce.com")),
            Moved("acme--uat2.sandbox.my.salesforce.com".into()),
        ),
        (
            redirect("https://acme.my.salesforce.com/services/oauth2/authorize"),
            Moved("acme.my.salesforce.com".into()),
        ),
        (redirect(&at("https://login.salesforce.com")), unreadable.clone()),
        (redirect(&at("https://evil.example")), unreadable.clone()),
        (redirect(&at("http://acme--uat.sandbox.my.salesforce.com")), unreadable.clone()),
        (redirect(&at("https://acme.my.salesforce.com@evil.example")), unreadable.clone()),
        (redirect("https://sso.acme.example/saml?next=RemoteAccessAuthorizationPage"), unreadable.clone()),
        (redirect("/?ec=302&startURL=%2Fhome"), unreadable.clone()),
        (redirect(&format!("{CALLBACK}?error=invalid_scope&state=probe")), CannotTell(Code::ScopeMissing)),
        (
            redirect("/setup/secur/RemoteAccessErrorPage.apexp?error=OAUTH_APP_BLOCKED&error_description=x"),
            CannotTell(Code::AppBlocked),
        ),
        (
            redirect("/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client_id"),
            AuthorizeAnswer::KeyUnknown,
        ),
        (
            redirect("https://evil.example/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client_id"),
            unreadable.clone(),
        ),
        (Scripted::default().then(302, &[], ""), unreadable.clone()),
        (Scripted::html(200, "<html>Welcome to the hotel's network</html>"), unreadable.clone()),
        (Scripted::html(404, &format!("<script>x=\"{APPROVAL}\"</script>")), unreadable.clone()),
        (Scripted::html(200, &format!("<script>x=\"{}\"</script>", at("https://evil.example"))), unreadable),
        (
            Scripted::html(503, "<html>error=invalid_client_id</html>"),
            CannotTell(Code::SalesforceUnavailable),
        ),
        (Scripted::html(429, ""), CannotTell(Code::RateLimited)),
        (Scripted::broken(HttpError::Dns), CannotTell(Code::NetworkDns)),
        (Scripted::broken(HttpError::Tls), CannotTell(Code::NetworkTls)),
    ] {
        assert_eq!(authorize(&http).await, expected, "{http:?}");
    }
}

#[tokio::test]
async fn authorize_errors_are_read_from_the_page() {
    for status in [400, 200] {
        for (error, description, expected) in [
            ("invalid_client_id", "client%20identifier%20invalid", AuthorizeAnswer::KeyUnknown),
            (
                "redirect_uri_mismatch",
                "redirect_uri%20must%20match%20configuration",
                AuthorizeAnswer::CallbackMismatch,
            ),
            ("OAUTH_APP_BLOCKED", "x", AuthorizeAnswer::CannotTell(Code::AppBlocked)),
        ] {
            assert_eq!(
                authorize(&error_page(status, error, description)).await,
                expected,
                "{status} {error}"
            );
        }
    }
}

#[tokio::test]
async fn an_org_is_there_whatever_it_answers() {
    let http = Scripted::html(503, "Down for maintenance");
    assert_eq!(reach(&http, &sandbox()).await, None);
    let sent = http.only_request();
    assert_eq!((sent.method.as_str(), sent.uri), ("GET", format!("{HOST}/services/data")));
    assert_eq!(sent.body, "", "nothing of an app");
}

#[tokio::test]
async fn the_probe_is_no_sign_in() {
    let http = redirect(APPROVAL);
    authorize(&http).await;
    let sent = http.only_request();
    assert_eq!(sent.method, "GET", "as a browser asks");
    assert!(
        sent.uri.starts_with(&format!("{HOST}/services/oauth2/authorize?response_type=code&")),
        "{}",
        sent.uri
    );
    assert!(
        sent.uri.contains("state=probe&") && sent.uri.contains("code_challenge_method=S256"),
        "{}",
        sent.uri
    );
    assert!(!sent.uri.contains("dtxc1"), "no state of ours");
    assert!(!sent.headers.contains_key("cookie") && sent.body.is_empty(), "nothing else");
}

#[tokio::test]
async fn a_practice_org_moves_within_this_computer_only() {
    let ask = async |target: &str| {
        probe_authorize(
            &redirect(target),
            &practice(),
            &secrets().0,
            "http://localhost:17177/practice/callback",
        )
        .await
    };
    assert_eq!(
        ask(&format!("http://localhost:8080{APPROVAL}")).await,
        AuthorizeAnswer::Known,
        "the same origin"
    );
    let moved = AuthorizeAnswer::Moved("http://127.0.0.1:8080".to_owned());
    assert_eq!(
        ask(&format!("http://127.0.0.1:8080{APPROVAL}")).await,
        moved,
        "another origin, the same computer"
    );
    let unreadable = AuthorizeAnswer::CannotTell(Code::SalesforceUnreadable);
    assert_eq!(ask(&format!("{HOST}{APPROVAL}")).await, unreadable, "never passed on to a real org");
}

#[tokio::test]
async fn a_pair_is_wrong_at_401_and_right_at_400_or_200() {
    let (key, secret) = secrets();
    let unreadable = PairAnswer::CannotTell(Code::SalesforceUnreadable);
    for (http, expected) in [
        (Scripted::json(401, ""), PairAnswer::Wrong),
        (Scripted::json(401, r#"{"error":"invalid_client"}"#), PairAnswer::Wrong),
        (Scripted::json(400, r#"{"error":"invalid_client_id"}"#), PairAnswer::Wrong),
        (Scripted::json(400, r#"{"error":"invalid_token"}"#), PairAnswer::Right),
        (Scripted::json(400, ""), PairAnswer::Right),
        (Scripted::json(200, r#"{"active":false}"#), PairAnswer::Right),
        (Scripted::json(200, "{}"), unreadable),
        (Scripted::html(200, "<html>"), unreadable),
        (Scripted::html(401, "\n<html>Sign in to the network</html>"), unreadable),
        (Scripted::html(400, "<!doctype html>"), unreadable),
        (Scripted::html(302, ""), unreadable),
        (Scripted::json(403, "{}"), unreadable),
        (Scripted::json(500, ""), PairAnswer::CannotTell(Code::SalesforceUnavailable)),
        (Scripted::broken(HttpError::Timeout), PairAnswer::CannotTell(Code::NetworkTimeout)),
    ] {
        assert_eq!(probe_pair(&http, &sandbox(), &key, &secret).await, expected, "{http:?}");
        let sent = http.only_request();
        assert_eq!(sent.uri, format!("{HOST}/services/oauth2/introspect"), "no query");
        assert_eq!(sent.field("client_secret").as_deref(), Some(secret.expose()), "the secret, in the body");
    }
}

#[tokio::test]
async fn the_token_endpoint_tells_key_from_secret() {
    let (key, secret) = secrets();
    let error = |error: &str, text: &str| format!(r#"{{"error":"{error}","error_description":"{text}"}}"#);
    let unreadable = TokenAnswer::CannotTell(Code::SalesforceUnreadable);
    for (http, expected) in [
        (
            Scripted::json(400, &error("invalid_client_id", "client identifier invalid")),
            TokenAnswer::KeyUnknown,
        ),
        (
            Scripted::json(400, &error("invalid_client", "invalid client credentials")),
            TokenAnswer::SecretWrong,
        ),
        (Scripted::json(400, &error("invalid_grant", "invalid authorization code")), TokenAnswer::PairRight),
        (Scripted::json(400, &error("invalid_grant", "expired authorization code")), TokenAnswer::PairRight),
        (
            Scripted::json(400, &error("invalid_grant", "ip restricted")),
            TokenAnswer::CannotTell(Code::LoginRestricted),
        ),
        (Scripted::json(400, &error("app_not_found", "x")), TokenAnswer::CannotTell(Code::AppNotInOrg)),
        (Scripted::json(200, &error("invalid_client", "x")), unreadable),
        (Scripted::html(400, "<html>"), unreadable),
        (
            Scripted::json(503, &error("invalid_client", "x")),
            TokenAnswer::CannotTell(Code::SalesforceUnavailable),
        ),
        (Scripted::broken(HttpError::Connect), TokenAnswer::CannotTell(Code::NetworkConnect)),
    ] {
        assert_eq!(probe_token(&http, &sandbox(), &key, &secret, CALLBACK).await, expected, "{http:?}");
        assert_eq!(http.only_request().uri, format!("{HOST}/services/oauth2/token"), "no query");
    }
}

#[tokio::test]
async fn a_pause_that_the_org_asks_for_stands_in_what_was_found() {
    let (key, secret) = secrets();
    let asked = [("retry-after", "120")];
    let http = Scripted::default().then(429, &asked, "").then(429, &asked, "");
    let answers = ask(&http, &sandbox(), &key, &secret, KeyLooks::Generated).await;
    let now = OffsetDateTime::UNIX_EPOCH;
    let findings = answers.findings(false, now);
    let told = findings.iter().find(|finding| finding.code == Some(Code::RateLimited)).expect("told");
    assert_eq!(told.fix, ["Try again after 1970-01-01 00:02:00 UTC."], "{told:?}");
}
