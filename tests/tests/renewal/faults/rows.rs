//! The table: each fault, where it shows, and its outcome.

use std::time::Duration;

use connect_core::explain::Code;
use connect_tests::{App, INTEGRATION, Person};
use practice_org::{Endpoint, Event, Fault, OauthError, Org, RefreshPolicy, RestRefusal, Switches, What};

/// The outcome of using a connection that meets the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It works.
    Works,
    /// It fails this time. Once the fault is over the same sign-in works.
    Passes(Code),
    /// A setting has to be changed; then the same sign-in works.
    WaitsForSetting(Code),
    /// The org has ended the sign-in.
    Ends(Code),
    /// The org did its work, and its answer was lost. Without rotation that passes. With rotation the org has replaced
    /// the token, and the new one is unknown here.
    AnswerLost(Code),
}

use Outcome::{AnswerLost, Ends, Passes, WaitsForSetting, Works};

/// The cause of the fault.
#[derive(Clone, Debug)]
pub(crate) enum Cause {
    /// A fault on the way to an endpoint or back.
    On(What, Endpoint),
    /// An event in the org.
    Happens(Event),
    Set(fn(&mut Switches)),
    /// An error in the token endpoint's next answer.
    Says(&'static str, &'static str),
    Refuses(RestRefusal),
    /// The org's clock moves forward.
    Later(Duration),
    /// The same user approves the app this many times more.
    Approvals(usize),
}

use Cause::{Approvals, Happens, Later, On, Refuses, Says, Set};

#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) causes: Vec<Cause>,
    /// The endpoint where it shows.
    pub(crate) at: Endpoint,
    /// The outcome of a refresh.
    pub(crate) refresh: Outcome,
    /// The outcome of an API call with a valid token.
    pub(crate) call: Outcome,
    /// Whether a new sign-in works meanwhile, where that is certain.
    pub(crate) sign_in: Option<bool>,
    /// Whether the change stays.
    stays: bool,
    /// Whether a browser can reach the login page and come back.
    pub(crate) browser: bool,
}

impl Row {
    fn new(name: &str, at: Endpoint, causes: Vec<Cause>, refresh: Outcome) -> Self {
        Self {
            name: name.to_owned(),
            causes,
            at,
            refresh,
            call: Works,
            sign_in: None,
            stays: false,
            browser: true,
        }
    }

    fn calls(self, call: Outcome) -> Self {
        Self { call, ..self }
    }

    fn signs_in(self, works: bool) -> Self {
        Self { sign_in: Some(works), ..self }
    }

    fn stays(self) -> Self {
        Self { stays: true, ..self }
    }

    fn stops_browsers(self) -> Self {
        Self { browser: false, ..self }
    }

    pub(crate) async fn begin(&self, org: &Org) {
        for cause in &self.causes {
            match cause.clone() {
                On(what, endpoint) => org.fault(Fault::new(what).at(endpoint)),
                Happens(event) => org.happen(event),
                Set(set) => org.change(set),
                Says(error, text) => org.change(|switches| {
                    let (error, error_description) = (error.into(), text.into());
                    switches.next_token_error = Some(OauthError { error, error_description });
                }),
                Refuses(refusal) => org.change(|switches| switches.rest_refusal = Some(refusal)),
                Later(time) => org.advance(time),
                Approvals(number) => {
                    for _ in 0..number {
                        App::of(org).tokens(&mut Person::of(org, INTEGRATION)).await;
                    }
                }
            }
        }
    }

    /// Ends the fault, and restores the switches. Irreversible changes stay.
    pub(crate) fn end(&self, org: &Org, before: &Switches) {
        org.clear_faults();
        if self.stays {
            return;
        }
        for cause in &self.causes {
            match cause {
                Set(_) | Says(..) | Refuses(_) => org.change(|switches| *switches = before.clone()),
                Happens(Event::BlockApp { .. }) => org.happen(Event::BlockApp { blocked: false }),
                Happens(Event::PermitUsers { .. }) => org.happen(Event::PermitUsers { profiles: None }),
                On(..) | Happens(_) | Later(_) | Approvals(_) => {}
            }
        }
    }

    /// Sign-ins of the same user by other programs.
    pub(crate) fn others(&self) -> usize {
        let approvals =
            self.causes.iter().map(|cause| if let Approvals(number) = cause { *number } else { 0 });
        approvals.sum()
    }

    /// Whether it concerns an endpoint that a refresh does not ask.
    pub(crate) fn is_elsewhere(&self) -> bool {
        matches!(self.causes.last(), Some(On(_, endpoint)) if *endpoint != Endpoint::Token)
    }

    /// Whether the org is a different one afterwards.
    pub(crate) fn is_for_good(&self) -> bool {
        let undone = |cause: &Cause| {
            matches!(cause, Happens(Event::BlockApp { .. } | Event::PermitUsers { .. }))
                || !matches!(cause, Happens(_) | Later(_) | Approvals(_))
        };
        self.stays || !self.causes.iter().all(undone)
    }
}

pub(crate) fn rows() -> Vec<Row> {
    [on_the_way(), elsewhere(), said(), in_the_org(), set(), calls()].into_iter().flatten().collect()
}

fn answer(status: u16, retry_after: Option<u32>) -> What {
    What::Answer { status, content_type: None, body: String::new(), retry_after }
}

/// Faults of token requests and their answers.
fn on_the_way() -> Vec<Row> {
    let unreadable = Code::SalesforceUnreadable;
    let days = 24 * 3600;
    let at_token = [
        ("a maintenance page", What::Maintenance, Passes(Code::SalesforceUnavailable)),
        ("a network's sign-in page", What::ProxySignIn, Passes(unreadable)),
        ("a gateway", answer(502, None), Passes(Code::SalesforceUnavailable)),
        ("too many requests", answer(429, None), Passes(Code::RateLimited)),
        ("too many requests, wait", answer(429, Some(60)), Passes(Code::RateLimited)),
        ("a page that is not there", answer(404, None), Passes(unreadable)),
        ("an empty yes", answer(200, None), Passes(unreadable)),
        ("a cut line", What::Cut, Passes(Code::NetworkCut)),
        ("an answer that never leaves", What::Undelivered, AnswerLost(Code::NetworkCut)),
        ("an answer cut in the middle", What::CutAfter { bytes: 100 }, AnswerLost(Code::NetworkCut)),
        ("an answer that ends early", What::Truncated { bytes: 100 }, AnswerLost(unreadable)),
        // All that counts of it came.
        ("an answer without an end", What::Huge { bytes: 8 << 20 }, Works),
        ("a slow answer", What::Slow { milliseconds_per_byte: 1 }, Works),
        ("a late answer", What::Late { milliseconds: 300 }, Works),
        ("an answer of no type", What::ContentType { value: None }, Works),
        ("a clock that is behind", What::ClockSkew { seconds: -400 * days }, Works),
        ("a clock that is ahead", What::ClockSkew { seconds: 400 * days }, Works),
    ];
    let row = |(name, what, outcome)| {
        Row::new(name, Endpoint::Token, vec![On(what, Endpoint::Token)], outcome).signs_in(outcome == Works)
    };
    at_token.into_iter().map(row).collect()
}

/// The same faults at every other endpoint: none costs a connection anything.
fn elsewhere() -> Vec<Row> {
    let whats = [
        ("maintenance", What::Maintenance, Passes(Code::SalesforceUnavailable)),
        ("a network's sign-in page", What::ProxySignIn, Passes(Code::SalesforceUnreadable)),
        // The org answers, but tells nothing about the connection.
        ("too many requests", answer(429, Some(60)), Works),
        ("a cut line", What::Cut, Passes(Code::NetworkCut)),
        ("an answer that never leaves", What::Undelivered, Passes(Code::NetworkCut)),
        ("an answer that ends early", What::Truncated { bytes: 20 }, Passes(Code::SalesforceUnreadable)),
        ("an answer without an end", What::Huge { bytes: 8 << 20 }, Passes(Code::SalesforceUnreadable)),
        ("a late answer", What::Late { milliseconds: 50 }, Works),
    ];
    let endpoints = [
        ("introspection", Endpoint::Introspect),
        ("revocation", Endpoint::Revoke),
        ("a call", Endpoint::Rest),
        ("userinfo", Endpoint::Userinfo),
        ("the identity address", Endpoint::Identity),
        ("the authorize endpoint", Endpoint::Authorize),
    ];
    let row = |(place, endpoint): (&str, Endpoint)| {
        whats.clone().map(|(name, what, of_call)| {
            let mut causes = vec![On(what, endpoint)];
            if endpoint == Endpoint::Identity {
                // Asked only where userinfo does not tell.
                causes.insert(0, Set(|switches| switches.userinfo_refuses_api_scope = true));
            }
            let row = Row::new(&format!("{name} at {place}"), endpoint, causes, Works);
            let row = if endpoint == Endpoint::Rest { row.calls(of_call) } else { row };
            if endpoint == Endpoint::Authorize { row.stops_browsers() } else { row }
        })
    };
    endpoints.into_iter().flat_map(row).collect()
}

/// Refusals of the token endpoint, once each: none ends anything, since introspection contradicts it.
fn said() -> Vec<Row> {
    let retried = Passes(Code::SalesforceUnavailable);
    let not_approved = "user is not admin approved to access this app";
    let errors = [
        ("invalid_grant", "expired access/refresh token", Passes(Code::RefusalUnconfirmed)),
        ("invalid_grant", "token validity expired", Passes(Code::RefusalUnconfirmed)),
        ("invalid_client_id", "client identifier invalid", Passes(Code::KeyUnknown)),
        ("invalid_client", "invalid client credentials", Passes(Code::SecretWrong)),
        ("invalid_client", "app must be installed into org", Passes(Code::AppNotInstalled)),
        ("invalid_client", "something new", Passes(Code::SalesforceRefused)),
        ("client_blocked", "app attestation failed", Passes(Code::AttestationWanted)),
        ("app_attest_failed", "app attestation failed", Passes(Code::AttestationWanted)),
        ("client_blocked_retry", "app attestation failed", Passes(Code::SalesforceRefused)),
        ("app_attest_failed_retry", "app attestation failed", Passes(Code::SalesforceRefused)),
        ("invalid_grant", "request not supported on this domain", Passes(Code::SalesforceRefused)),
        ("invalid_grant", "no valid scopes defined", Passes(Code::ScopeMissing)),
        ("invalid_request", "scope parameter not supported", Passes(Code::SalesforceRefused)),
        ("app_not_found", "External client app is not installed in this org", Passes(Code::AppNotInOrg)),
        ("inactive_user", "User is inactive", WaitsForSetting(Code::InactiveUser)),
        ("invalid_grant", "inactive user", WaitsForSetting(Code::InactiveUser)),
        ("inactive_org", "Org is locked, closed, or suspended", WaitsForSetting(Code::InactiveOrg)),
        ("invalid_app_access", not_approved, WaitsForSetting(Code::UserNotPermitted)),
        ("app_blocked", "this app is blocked by admin", WaitsForSetting(Code::AppBlocked)),
        ("invalid_grant", "token request is already being processed", Works),
        ("invalid_grant", "ip restricted", Passes(Code::LoginRestricted)),
        ("invalid_grant", "authentication failure", Passes(Code::LoginRestricted)),
        ("invalid_grant", "something new", Passes(Code::SalesforceRefused)),
        ("something_new", "never seen", Passes(Code::SalesforceRefused)),
        ("rate_limit_exceeded", "login rate exceeded", Passes(Code::RateLimited)),
        ("rate_limit_exceeded", "Number of logins exceeded", Passes(Code::RateLimited)),
        ("slow_down", "retry your request", Passes(Code::RateLimited)),
        ("server_error", "retry your request", retried),
        ("unknown_error", "retry your request", retried),
        ("service_unavailable", "retry your request", retried),
        ("system_down", "retry your request", retried),
        ("unsupported_grant_type", "grant type not supported", Passes(Code::Unexpected)),
        ("invalid_basic_auth_header", "invalid basic auth header", Passes(Code::SalesforceRefused)),
    ];
    let row = |(error, text, outcome)| {
        Row::new(&format!("{error}: {text}"), Endpoint::Token, vec![Says(error, text)], outcome)
    };
    errors.into_iter().map(row).collect()
}

/// Refusals that the token endpoint never gives to a refresh, and why.
pub(crate) const NOT_TO_A_REFRESH: &[(&str, &str)] = &[
    ("expired authorization code", "it is of a code"),
    ("invalid authorization code", "it is of a code"),
    ("invalid code verifier", "it is of a code"),
    ("unexpected code verifier", "it is of a code"),
    ("redirect_uri must match configuration", "a refresh has no redirect_uri"),
];

/// A person's actions in the org.
fn in_the_org() -> Vec<Row> {
    let token = |name: &str, causes, outcome| Row::new(name, Endpoint::Token, causes, outcome);
    let dead = Ends(Code::RefreshTokenDead);
    let minute = Duration::from_secs(61);
    let rotate = |keep_former| vec![Happens(Event::RotateCredentials { keep_former })];
    let nobody = Event::PermitUsers { profiles: Some(Vec::new()) };
    vec![
        token("everything is revoked", vec![Happens(Event::RevokeAll)], dead).signs_in(true),
        token("the sandbox is refreshed", vec![Happens(Event::SandboxRefresh)], Ends(Code::KeyUnknown))
            .signs_in(false),
        token("the app is deleted", vec![Happens(Event::DeleteApp)], Ends(Code::KeyUnknown)).signs_in(false),
        token("key and secret are rotated", rotate(false), Ends(Code::KeyUnknown)).signs_in(false),
        token("key and secret are rotated, the former kept", rotate(true), Works).signs_in(true),
        token(
            "the app is blocked",
            vec![Happens(Event::BlockApp { blocked: true })],
            WaitsForSetting(Code::AppBlocked),
        )
        .signs_in(false),
        token("nobody is approved", vec![Happens(nobody)], WaitsForSetting(Code::UserNotPermitted))
            .signs_in(false),
        token("a sixth approval", vec![Approvals(5)], dead).signs_in(true),
        token(
            "sign-ins end at once",
            vec![Set(|switches| switches.refresh_policy = RefreshPolicy::Immediately)],
            dead,
        )
        .stays(),
        token(
            "unused sign-ins end",
            vec![
                Set(|switches| switches.refresh_policy = RefreshPolicy::IfNotUsed { seconds: 60 }),
                Later(minute),
            ],
            dead,
        )
        .stays(),
        token(
            "sign-ins end after a time",
            vec![
                Set(|switches| switches.refresh_policy = RefreshPolicy::After { seconds: 60 }),
                Later(minute),
            ],
            dead,
        )
        .stays(),
        token(
            "sign-ins end when revoked",
            vec![Set(|switches| switches.refresh_policy = RefreshPolicy::UntilRevoked)],
            Works,
        )
        .signs_in(true),
    ]
}

/// The other effects of switches.
fn set() -> Vec<Row> {
    let row = |name: &str, at, set, outcome| Row::new(name, at, vec![Set(set)], outcome);
    let (token, authorize) = (Endpoint::Token, Endpoint::Authorize);
    let unavailable = Passes(Code::SalesforceUnavailable);
    vec![
        row("maintenance everywhere", token, |switches| switches.maintenance = true, unavailable)
            .stops_browsers(),
        row("the callback lines are gone", authorize, |switches| switches.callbacks.clear(), Works)
            .signs_in(false),
        row(
            "the key is not active",
            token,
            |switches| switches.activation_seconds = 1_000_000_000,
            Ends(Code::KeyUnknown),
        )
        .signs_in(false),
        row("access tokens live ten seconds", token, |switches| switches.session_seconds = 10, Works),
        row("an error where the browser comes back", authorize, refused_approval, Works).signs_in(false),
        row(
            "the address has moved",
            authorize,
            |switches| switches.authorize_redirect = Some("https://evil.example".to_owned()),
            Works,
        )
        .stops_browsers(),
        row(
            "an answer that names another address",
            token,
            |switches| switches.next_instance_url = Some("https://evil.example".to_owned()),
            Works,
        ),
        row(
            "an answer that names another identity",
            token,
            |switches| switches.next_identity_url = Some("https://evil.example/id/a/b".to_owned()),
            Works,
        ),
        row("no refresh token in answers", token, |switches| switches.omit_refresh_token = true, Works)
            .signs_in(false),
        row("no scopes are selected", token, |switches| switches.scopes.clear(), Works),
        row(
            "less is granted than asked for",
            token,
            |switches| switches.granted_scope = Some("openid".to_owned()),
            Works,
        )
        .signs_in(false),
        row("a token takes its time", token, |switches| switches.token_delay_milliseconds = 100, Works)
            .signs_in(true),
        row(
            "introspection says 400",
            Endpoint::Introspect,
            |switches| switches.introspect_unknown_is_bad_request = true,
            Works,
        ),
        row(
            "userinfo refuses the scope api",
            Endpoint::Userinfo,
            |switches| switches.userinfo_refuses_api_scope = true,
            Works,
        )
        .signs_in(true),
        row(
            "the user is frozen",
            token,
            |switches| switches.frozen = vec!["integration@practice.example".to_owned()],
            WaitsForSetting(Code::InactiveUser),
        )
        .stops_browsers(),
    ]
}

fn refused_approval(switches: &mut Switches) {
    let (error, error_description) = ("access_denied".into(), "end-user denied authorization".into());
    switches.approval_error = Some(OauthError { error, error_description });
}

/// Refused calls: the sign-in is valid, and tokens are still handed out.
fn calls() -> Vec<Row> {
    let refused = WaitsForSetting(Code::ApiRefused);
    let table = [
        // Said of a token that the org itself calls active.
        (RestRefusal::SessionExpired, refused),
        (RestRefusal::UrlNotReset, WaitsForSetting(Code::OrgMoved)),
        (RestRefusal::SessionNotValid, refused),
        (RestRefusal::NotAttachedToAgent, refused),
        (RestRefusal::ApiDisabled, WaitsForSetting(Code::ApiDisabled)),
        (RestRefusal::RequestLimit, Works),
        (RestRefusal::PasswordExpired, Works),
        (RestRefusal::ApiCurrentlyDisabled, Passes(Code::SalesforceUnavailable)),
        (RestRefusal::ServerUnavailable, Passes(Code::SalesforceUnavailable)),
    ];
    let row = |(refusal, call)| {
        Row::new(&format!("calls: {refusal:?}"), Endpoint::Rest, vec![Refuses(refusal)], Works).calls(call)
    };
    let set = |name: &str, set, call| Row::new(name, Endpoint::Rest, vec![Set(set)], Works).calls(call);
    let switched = [
        set("calls are refused", |switches| switches.session_not_valid_for_rest = true, refused),
        set(
            "the user may not see the records",
            |switches| switches.hidden_objects = vec!["Organization".to_owned(), "User".to_owned()],
            Works,
        )
        .signs_in(true),
        set("the calls of the day are used up", |switches| switches.daily_api_requests = 0, Works),
    ];
    table.into_iter().map(row).chain(switched).collect()
}
