//! Every error of Salesforce's that is documented or reported for a sign-in, and what makes the practice org answer with it;
//! and those it does not answer with, each with the reason.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use connect_tests::{Answer, App, INTEGRATION, Person, Press};
use practice_org::{Endpoint, Event, Fault, OauthError, Options, Org, RefreshPolicy, RestRefusal, What};
use reqwest::Method;
use serde_json::json;
use url::{Url, form_urlencoded};

const USERINFO: &str = "/services/oauth2/userinfo";
const LIMITS: &str = "/services/data/v67.0/limits";
const WITHOUT_API: usize = 2;
const OTHER_ORG: usize = 4;

/// How an error comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// 400, and a bare text in place of a page.
    Page,
    /// A redirect to the callback, with the `state`.
    Callback,
    /// 400 with JSON of two members.
    Token,
    /// 400 with the same two as a form.
    Form,
    /// This status with a list of one JSON object.
    Rest(u16),
    /// This status with a word.
    Word(u16),
    /// This status with HTML.
    Html(u16),
}

use Shape::{Callback, Form, Html, Page, Rest, Token, Word};

/// What has to be done to meet an error. `Said` and `Refused` are on demand, by a switch; all else follows from what is
/// set up and sent.
#[derive(Clone, Copy, Debug)]
enum Cause {
    AppBlocked,
    AppBlockedLater,
    AppElsewhere,
    BasicBroken,
    CallbackMissing,
    CallbackUnknown,
    ChallengeMissing,
    ClientCredentials,
    CodeLate,
    CodeTwice,
    CodeUnknown,
    Denied,
    GrantTypeUnknown,
    Immediate,
    KeyNotActive,
    KeyUnknown,
    KeyUnknownAtToken,
    Maintenance,
    MustGet,
    NoApi,
    NotApproved,
    NotApprovedLater,
    OtherOrg,
    PolicyIdle,
    PolicyImmediately,
    PolicyLifetime,
    RedirectOther,
    Refused(RestRefusal),
    RequestLimit,
    ResponseType,
    Revoked,
    RevokedTwice,
    RotatedOut,
    SaidAtCallback,
    SaidAtToken,
    ScopeMissing,
    ScopeNotSelected,
    SecretMissing,
    SecretWrong,
    SessionEnded,
    SixthApproval,
    TokenBad,
    TokenMissing,
    TwoAtOnce,
    UserFrozen,
    UserFrozenLater,
    VerifierMissing,
    VerifierOther,
    VerifierUnexpected,
    WrongOrg,
}

/// Every row the org can be made to answer with: how it comes, its code and text, and what makes it come.
const ROWS: &[(Shape, &str, &str, Cause)] = &[
    // The authorize endpoint
    (Page, "invalid_client_id", "client identifier invalid", Cause::KeyUnknown),
    (Page, "invalid_client_id", "client identifier invalid", Cause::KeyNotActive),
    (Page, "redirect_uri_mismatch", "redirect_uri must match configuration", Cause::CallbackUnknown),
    (Page, "redirect_uri_missing", "redirect_uri not provided", Cause::CallbackMissing),
    (Callback, "invalid_request", "missing required code challenge", Cause::ChallengeMissing),
    (Page, "invalid_request", "Must use HTTP GET", Cause::MustGet),
    (Callback, "access_denied", "end-user denied authorization", Cause::Denied),
    (Callback, "access-denied", "end-user denied authorization", Cause::SaidAtCallback),
    (Callback, "invalid_scope", "requested scope is invalid, unknown, or malformed", Cause::ScopeNotSelected),
    (Callback, "unsupported_response_type", "response type not supported", Cause::ResponseType),
    (Callback, "immediate_unsuccessful", "Immediate unsuccessful", Cause::Immediate),
    (Callback, "OAUTH_EC_APP_NOT_FOUND", "External client app is not installed in this org", Cause::OtherOrg),
    (
        Callback,
        "OAUTH_APPROVAL_ERROR_GENERIC",
        "An unexpected error has occurred during authentication. Please try again.",
        Cause::SaidAtCallback,
    ),
    (
        Callback,
        "OAUTH_APP_ACCESS_DENIED",
        "user is not admin approved to access this app",
        Cause::NotApproved,
    ),
    (Callback, "OAUTH_APP_BLOCKED", "this app is blocked by admin", Cause::AppBlocked),
    (Callback, "invalid_grant", "IP restricted or invalid login hours", Cause::SaidAtCallback),
    (Callback, "inactive_user", "User is inactive", Cause::UserFrozen),
    (Callback, "inactive_org", "Org is locked, closed, or suspended", Cause::SaidAtCallback),
    (Callback, "rate_limit_exceeded", "Number of logins exceeded", Cause::SaidAtCallback),
    // The token endpoint
    (Token, "invalid_client_id", "client identifier invalid", Cause::KeyUnknownAtToken),
    (Token, "invalid_client", "invalid client credentials", Cause::SecretWrong),
    (Token, "invalid_client", "invalid client credentials", Cause::SecretMissing),
    (Token, "invalid_basic_auth_header", "invalid basic auth header", Cause::BasicBroken),
    (Token, "invalid_grant", "expired access/refresh token", Cause::Revoked),
    (Token, "invalid_grant", "expired access/refresh token", Cause::RotatedOut),
    (Token, "invalid_grant", "expired access/refresh token", Cause::SixthApproval),
    (Token, "invalid_grant", "expired access/refresh token", Cause::PolicyIdle),
    (Token, "invalid_grant", "expired access/refresh token", Cause::PolicyLifetime),
    (Token, "invalid_grant", "expired access/refresh token", Cause::PolicyImmediately),
    (Token, "invalid_grant", "expired authorization code", Cause::CodeLate),
    (Token, "invalid_grant", "expired authorization code", Cause::CodeTwice),
    (Token, "invalid_grant", "invalid authorization code", Cause::CodeUnknown),
    (Token, "invalid_grant", "token request is already being processed", Cause::TwoAtOnce),
    (Token, "invalid_grant", "invalid code verifier", Cause::VerifierOther),
    (Token, "invalid_grant", "invalid code verifier", Cause::VerifierMissing),
    (Token, "invalid_grant", "unexpected code verifier", Cause::VerifierUnexpected),
    (Token, "invalid_grant", "authentication failure", Cause::SaidAtToken),
    (Token, "invalid_grant", "inactive user", Cause::UserFrozenLater),
    (Token, "invalid_grant", "ip restricted", Cause::SaidAtToken),
    (Token, "unsupported_grant_type", "grant type not supported", Cause::ClientCredentials),
    (Token, "invalid_app_access", "user is not admin approved to access this app", Cause::NotApprovedLater),
    (Token, "app_blocked", "this app is blocked by admin", Cause::AppBlockedLater),
    (Token, "app_not_found", "External client app is not installed in this org", Cause::AppElsewhere),
    (Token, "redirect_uri_mismatch", "redirect_uri must match configuration", Cause::RedirectOther),
    (Token, "unsupported_grant_type", "grant type not supported", Cause::GrantTypeUnknown),
    (Token, "rate_limit_exceeded", "login rate exceeded", Cause::SaidAtToken),
    (Token, "inactive_user", "User is inactive", Cause::SaidAtToken),
    (Token, "inactive_org", "Org is locked, closed, or suspended", Cause::SaidAtToken),
    (Token, "unknown_error", "retry your request", Cause::SaidAtToken),
    (Token, "server_error", "retry your request", Cause::SaidAtToken),
    (Token, "service_unavailable", "retry your request", Cause::SaidAtToken),
    (Token, "system_down", "retry your request", Cause::SaidAtToken),
    (Token, "slow_down", "retry your request", Cause::SaidAtToken),
    (Html(503), "", "", Cause::Maintenance),
    (Form, "invalid_token", "invalid token", Cause::RevokedTwice),
    // REST, userinfo and the identity address
    (Rest(401), "INVALID_SESSION_ID", "Session expired or invalid", Cause::SessionEnded),
    (
        Rest(401),
        "INVALID_SESSION_ID",
        "This session is not valid for use with the REST API",
        Cause::ScopeMissing,
    ),
    (
        Rest(401),
        "INVALID_SESSION_ID",
        "This session is not valid for use with the REST API",
        Cause::Refused(RestRefusal::SessionNotValid),
    ),
    (
        Rest(401),
        "INVALID_SESSION_ID",
        "Connected app is not attached to Agent",
        Cause::Refused(RestRefusal::NotAttachedToAgent),
    ),
    (
        Rest(403),
        "API_DISABLED_FOR_ORG",
        "The REST API is not enabled for this Organization or user type",
        Cause::NoApi,
    ),
    (Rest(403), "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", Cause::RequestLimit),
    (Word(403), "Missing_OAuth_Token", "", Cause::TokenMissing),
    (Word(403), "Bad_OAuth_Token", "", Cause::TokenBad),
    (Word(403), "Wrong_Org", "", Cause::WrongOrg),
    (
        Rest(503),
        "SERVER_UNAVAILABLE",
        "The server is unavailable",
        Cause::Refused(RestRefusal::ServerUnavailable),
    ),
    (
        Rest(403),
        "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        "The users password has expired, you must call SetPassword before attempting any other API operations",
        Cause::Refused(RestRefusal::PasswordExpired),
    ),
    (
        Rest(403),
        "API_CURRENTLY_DISABLED",
        "API is currently disabled",
        Cause::Refused(RestRefusal::ApiCurrentlyDisabled),
    ),
];

/// Rows the org does not answer with by itself, and why.
const NOT: &[(&str, &str)] = &[
    ("authorize: invalid_request, HTTPS required", "the org is reached over http, on this computer alone"),
    ("authorize: invalid_request, Out-of-band not supported", "what makes it come is not recorded"),
    (
        "authorize: OAUTH_AUTHORIZATION_BLOCKED",
        "its text is not recorded; the switch approval_error can say it",
    ),
    ("Login History: Failed: Missing Consumer Key Parameter", "the org has no Login History"),
    ("token: invalid_client_credentials", "documented, and never witnessed by anybody"),
    (
        "token: invalid code verifier for a challenge without a method",
        "Salesforce CLI sends none and works, which the real clients in these tests prove here",
    ),
    (
        "token: user hasn't approved this consumer",
        "it belongs to the JWT bearer flow, which the org does not offer",
    ),
    (
        "token: no client credentials user enabled",
        "it belongs to the client credentials flow, which is not offered",
    ),
    (
        "token: the other codes of OauthErrorCode.java",
        "neither text nor occasion is recorded; the switch next_token_error can say them",
    ),
];

/// An org, its app and its integration user.
struct Stage {
    org: Org,
    app: App,
    person: Person,
}

impl Stage {
    async fn new() -> Self {
        let org = Org::start(Options::default()).await.unwrap();
        let (app, person) = (App::of(&org), Person::of(&org, INTEGRATION));
        Self { org, app, person }
    }

    async fn refresh_token(&mut self) -> String {
        self.app.tokens(&mut self.person).await["refresh_token"].as_str().unwrap().to_owned()
    }

    async fn access_token(&mut self) -> String {
        self.app.tokens(&mut self.person).await["access_token"].as_str().unwrap().to_owned()
    }

    async fn at_authorize(&self, changes: &[(&str, &str)]) -> Met {
        Met::Answer(self.app.get(&self.app.authorize(changes)).await)
    }

    /// Where a person is led who signs in and presses Allow.
    async fn after_login(&mut self) -> Met {
        Met::Back(self.person.answer(&self.app.authorize(&[]), Press::Allow).await)
    }

    /// Signs in, lets something happen, and refreshes.
    async fn refreshed_after(&mut self, happens: impl FnOnce(&Org)) -> Met {
        let token = self.refresh_token().await;
        happens(&self.org);
        Met::Answer(self.app.refresh(&token, &[]).await)
    }

    /// Gets a code and exchanges it with some fields changed.
    async fn exchanged(&mut self, asked: &[(&str, &str)], changes: &[(&str, &str)]) -> Met {
        let code = self.app.code(&mut self.person, asked).await;
        Met::Answer(self.app.exchange(&code, changes).await)
    }

    async fn limits(&self, token: &str) -> Met {
        Met::Answer(self.app.get_with_token(LIMITS, token).await)
    }

    fn freeze(org: &Org) {
        let username = org.users()[INTEGRATION].username.clone();
        org.change(|switches| switches.frozen.push(username));
    }

    /// Does what makes an error come. `said` is what the row says, for what is said on demand.
    #[expect(clippy::too_many_lines, reason = "one line or two for each cause")]
    async fn meet(&mut self, cause: Cause, said: OauthError) -> Met {
        let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
        match cause {
            Cause::KeyUnknown => self.at_authorize(&[("client_id", "3MVG9unknown")]).await,
            Cause::KeyNotActive => {
                self.org.change(|switches| switches.activation_seconds = 600);
                self.at_authorize(&[]).await
            }
            Cause::CallbackUnknown => {
                self.at_authorize(&[("redirect_uri", &format!("{}/", self.app.callback))]).await
            }
            Cause::CallbackMissing => self.at_authorize(&[("redirect_uri", "")]).await,
            Cause::ChallengeMissing => self.at_authorize(&[("code_challenge", "")]).await,
            Cause::MustGet => {
                let authorize = self.app.authorize(&[]);
                Met::Answer(self.app.ask(Method::POST, &authorize, &[], String::new()).await)
            }
            Cause::Denied => Met::Back(self.person.answer(&self.app.authorize(&[]), Press::Deny).await),
            Cause::ScopeNotSelected => {
                let authorize = self.app.authorize(&[("scope", "api refresh_token web")]);
                Met::Back(self.person.answer(&authorize, Press::Allow).await)
            }
            Cause::ResponseType => self.at_authorize(&[("response_type", "token")]).await,
            Cause::Immediate => self.at_authorize(&[("immediate", "true")]).await,
            Cause::OtherOrg => {
                self.person = Person::of(&self.org, OTHER_ORG);
                self.after_login().await
            }
            Cause::NotApproved => {
                self.org.happen(Event::PermitUsers { profiles: Some(Vec::new()) });
                self.after_login().await
            }
            Cause::AppBlocked => {
                self.org.happen(Event::BlockApp { blocked: true });
                self.after_login().await
            }
            Cause::UserFrozen => {
                self.access_token().await;
                Self::freeze(&self.org);
                self.after_login().await
            }
            Cause::SaidAtCallback => {
                self.org.change(|switches| switches.approval_error = Some(said));
                self.after_login().await
            }
            Cause::KeyUnknownAtToken => {
                Met::Answer(self.app.refresh("x", &[("client_id", "3MVG9unknown")]).await)
            }
            Cause::SecretWrong => Met::Answer(self.app.refresh("x", &[("client_secret", "wrong")]).await),
            Cause::SecretMissing => Met::Answer(self.app.refresh("x", &[("client_secret", "")]).await),
            Cause::BasicBroken => {
                let headers = [("authorization", "Basic !")];
                Met::Answer(
                    self.app.ask(Method::POST, "/services/oauth2/token", &headers, String::new()).await,
                )
            }
            Cause::Revoked => self.refreshed_after(|org| org.happen(Event::RevokeAll)).await,
            Cause::RotatedOut => {
                self.org.change(|switches| switches.rotation = true);
                let token = self.refresh_token().await;
                assert_eq!(self.app.refresh(&token, &[]).await.status, 200, "rotated");
                Met::Answer(self.app.refresh(&token, &[]).await)
            }
            Cause::SixthApproval => {
                let token = self.refresh_token().await;
                for _ in 0..4 {
                    self.refresh_token().await;
                }
                assert_eq!(self.app.refresh(&token, &[]).await.status, 200, "five stand");
                self.refresh_token().await;
                Met::Answer(self.app.refresh(&token, &[]).await)
            }
            Cause::PolicyIdle => {
                let seconds = days(30).as_secs();
                self.org.change(|switches| switches.refresh_policy = RefreshPolicy::IfNotUsed { seconds });
                let token = self.refresh_token().await;
                self.org.advance(days(29));
                assert_eq!(self.app.refresh(&token, &[]).await.status, 200, "used in time");
                self.org.advance(days(30));
                Met::Answer(self.app.refresh(&token, &[]).await)
            }
            Cause::PolicyLifetime => {
                let seconds = days(30).as_secs();
                self.org.change(|switches| switches.refresh_policy = RefreshPolicy::After { seconds });
                let token = self.refresh_token().await;
                self.org.advance(days(29));
                assert_eq!(self.app.refresh(&token, &[]).await.status, 200, "in time");
                self.org.advance(days(1));
                Met::Answer(self.app.refresh(&token, &[]).await)
            }
            Cause::PolicyImmediately => {
                self.org.change(|switches| switches.refresh_policy = RefreshPolicy::Immediately);
                self.refreshed_after(|_| {}).await
            }
            Cause::CodeLate => {
                let code = self.app.code(&mut self.person, &[]).await;
                self.org.advance(Duration::from_secs(15 * 60));
                Met::Answer(self.app.exchange(&code, &[]).await)
            }
            Cause::CodeTwice => {
                let code = self.app.code(&mut self.person, &[]).await;
                assert_eq!(self.app.exchange(&code, &[]).await.status, 200, "once");
                Met::Answer(self.app.exchange(&code, &[]).await)
            }
            Cause::CodeUnknown => Met::Answer(self.app.exchange("aPrxdummy==", &[]).await),
            Cause::TwoAtOnce => {
                let token = self.refresh_token().await;
                self.org.change(|switches| switches.token_delay_milliseconds = 200);
                let second = async {
                    tokio::time::sleep(Duration::from_millis(80)).await;
                    self.app.refresh(&token, &[]).await
                };
                let (first, second) = tokio::join!(self.app.refresh(&token, &[]), second);
                assert_eq!(first.status, 200, "the first of the two");
                Met::Answer(second)
            }
            Cause::VerifierOther => self.exchanged(&[], &[("code_verifier", "another")]).await,
            Cause::VerifierMissing => self.exchanged(&[], &[("code_verifier", "")]).await,
            Cause::VerifierUnexpected => {
                self.org.change(|switches| switches.pkce_required = false);
                self.exchanged(&[("code_challenge", "")], &[]).await
            }
            Cause::UserFrozenLater => self.refreshed_after(Self::freeze).await,
            Cause::ClientCredentials => {
                Met::Answer(self.app.refresh("x", &[("grant_type", "client_credentials")]).await)
            }
            Cause::NotApprovedLater => {
                self.refreshed_after(|org| org.happen(Event::PermitUsers { profiles: Some(Vec::new()) }))
                    .await
            }
            Cause::AppBlockedLater => {
                self.refreshed_after(|org| org.happen(Event::BlockApp { blocked: true })).await
            }
            Cause::AppElsewhere => {
                let (key, secret) = self.org.pair_of_another_org();
                let changes = [("client_id", key.as_str()), ("client_secret", secret.as_str())];
                Met::Answer(self.app.refresh("x", &changes).await)
            }
            Cause::RedirectOther => self.exchanged(&[], &[("redirect_uri", "http://localhost:1/")]).await,
            Cause::GrantTypeUnknown => Met::Answer(self.app.refresh("x", &[("grant_type", "refresh")]).await),
            Cause::SaidAtToken => {
                self.refreshed_after(|org| org.change(|switches| switches.next_token_error = Some(said)))
                    .await
            }
            Cause::Maintenance => {
                let token = self.refresh_token().await;
                self.org.fault(Fault::new(What::Maintenance).at(Endpoint::Token).times(1));
                Met::Answer(self.app.refresh(&token, &[]).await)
            }
            Cause::RevokedTwice => {
                let token = self.refresh_token().await;
                let revoke =
                    async || self.app.post("/services/oauth2/revoke", &[("token", &token)], &[]).await;
                assert_eq!(revoke().await.status, 200, "revoked");
                Met::Answer(revoke().await)
            }
            Cause::SessionEnded => {
                let token = self.access_token().await;
                self.org.advance(Duration::from_secs(2 * 60 * 60));
                self.limits(&token).await
            }
            Cause::ScopeMissing => {
                let code = self.app.code(&mut self.person, &[("scope", "refresh_token")]).await;
                let tokens = self.app.exchange(&code, &[]).await.json();
                self.limits(tokens["access_token"].as_str().unwrap()).await
            }
            Cause::Refused(refusal) => {
                let token = self.access_token().await;
                self.org.change(|switches| switches.rest_refusal = Some(refusal));
                self.limits(&token).await
            }
            Cause::NoApi => {
                self.person = Person::of(&self.org, WITHOUT_API);
                let token = self.access_token().await;
                self.limits(&token).await
            }
            Cause::RequestLimit => {
                let token = self.access_token().await;
                self.org.change(|switches| switches.daily_api_requests = 1);
                let first = self.app.get_with_token(LIMITS, &token).await;
                assert_eq!(
                    (first.status, first.header("sforce-limit-info")),
                    (200, "api-usage=1/1"),
                    "the last one"
                );
                self.limits(&token).await
            }
            Cause::TokenMissing => Met::Answer(self.app.get(USERINFO).await),
            Cause::TokenBad => Met::Answer(self.app.get_with_token(USERINFO, "00Dx!y").await),
            Cause::WrongOrg => {
                let tokens = self.app.tokens(&mut self.person).await;
                let identity =
                    tokens["id"].as_str().unwrap().replace(&self.org.org_id(), "00D000000000000AAA");
                Met::Answer(
                    self.app.get_with_token(&identity, tokens["access_token"].as_str().unwrap()).await,
                )
            }
        }
    }
}

/// What was met.
#[derive(Debug)]
enum Met {
    Answer(Answer),
    /// The address of the callback a person's browser would be led to.
    Back(Url),
}

/// The shape, code and text of what was met.
fn seen(met: &Met, expected: Shape) -> (Shape, String, String) {
    let answer = match met {
        Met::Back(address) => return at_callback(address),
        Met::Answer(answer) => answer,
    };
    if answer.status == 302 {
        return at_callback(&answer.header("location").parse().unwrap());
    }
    let html = answer.header("content-type").starts_with("text/html");
    match expected {
        Page | Form if answer.status == 400 => {
            assert_eq!(html, expected == Page, "the media type: {answer:?}");
            assert!(!answer.body.contains('+'), "spaces are %20: {answer:?}");
            let (code, text) = two_fields(answer.body.as_bytes());
            (expected, code, text)
        }
        Token if answer.status == 400 => {
            let body = answer.json();
            let member = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            assert_eq!(body.as_object().unwrap().len(), 2, "two members: {body}");
            (Token, member("error"), member("error_description"))
        }
        Rest(_) => {
            let body = answer.json();
            let (code, text) = (body[0]["errorCode"].as_str().unwrap(), body[0]["message"].as_str().unwrap());
            assert_eq!(body, json!([{"message": text, "errorCode": code}]), "a list of one, and no more");
            (Rest(answer.status), code.to_owned(), text.to_owned())
        }
        Word(_) => (Word(answer.status), answer.body.clone(), String::new()),
        Html(_) if html => (Html(answer.status), String::new(), String::new()),
        Page | Form | Token | Callback | Html(_) => panic!("{expected:?} was expected: {answer:?}"),
    }
}

fn at_callback(address: &Url) -> (Shape, String, String) {
    let query = address.query().unwrap_or_default();
    assert!(query.contains("state=a+state"), "the state comes back: {address}");
    let (code, text) = two_fields(query.as_bytes());
    (Callback, code, text)
}

fn two_fields(form: &[u8]) -> (String, String) {
    let field = |name: &str| {
        let found = form_urlencoded::parse(form).find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    (field("error"), field("error_description"))
}

#[tokio::test]
async fn every_documented_error_comes_as_documented() {
    for (shape, code, text, cause) in ROWS {
        let mut stage = Stage::new().await;
        let said =
            OauthError { error: (*code).to_owned().into(), error_description: (*text).to_owned().into() };
        let met = stage.meet(*cause, said).await;
        let expected = (*shape, (*code).to_owned(), (*text).to_owned());
        assert_eq!(seen(&met, *shape), expected, "{cause:?}: {met:?}");
    }
}

#[test]
fn what_cannot_come_is_named_with_its_reason() {
    for (row, reason) in NOT {
        println!("not answered: {row}: {reason}");
        let code = row.rsplit([' ', ',']).next().unwrap_or_default();
        assert!(!ROWS.iter().any(|(_, produced, _, _)| *produced == code), "{row} is answered after all");
        assert!(reason.len() > 20, "{row} has a reason");
    }
}
