//! All documented or reported errors of a sign-in: their forms and their causes.

use practice_org::RestRefusal;

use self::Shape::{Callback, Form, Html, OwnPage, Page, Rest, Token, Word};

/// The form of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// 400 with plain text instead of a page.
    Page,
    /// A redirect to the callback, with the `state`.
    Callback,
    /// The org's own page, without a `state` and without a way back.
    OwnPage,
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

/// The cause of an error. `Said` and `Refused` are switched on; all others follow from the set-up and the request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cause {
    AppBlocked,
    AppBlockedLater,
    AppElsewhere,
    AppElsewhereAtLogin,
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
    SaidOnPage,
    ScopeAtToken,
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

/// The errors that the org can answer with: form, code, text and cause.
pub(crate) const ROWS: &[(Shape, &str, &str, Cause)] = &[
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
    (
        Callback,
        "OAUTH_AUTHORIZATION_BLOCKED",
        "Cross-org OAuth flows are not supported for this external client app",
        Cause::OtherOrg,
    ),
    (
        Callback,
        "OAUTH_EC_APP_NOT_FOUND",
        "External client app is not installed in this org",
        Cause::AppElsewhereAtLogin,
    ),
    (OwnPage, "invalid_client", "app must be installed into org", Cause::SaidOnPage),
    (OwnPage, "OAUTH_APP_BLOCKED", "this app is blocked by admin", Cause::SaidOnPage),
    (Callback, "invalid_client", "app must be installed into org", Cause::SaidAtCallback),
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
    (Token, "invalid_grant", "token validity expired", Cause::SaidAtToken),
    (Token, "invalid_grant", "request not supported on this domain", Cause::SaidAtToken),
    (Token, "invalid_grant", "no valid scopes defined", Cause::SaidAtToken),
    (Token, "invalid_request", "scope parameter not supported", Cause::ScopeAtToken),
    (Token, "client_blocked", "app attestation failed", Cause::SaidAtToken),
    (Token, "client_blocked_retry", "app attestation failed", Cause::SaidAtToken),
    (Token, "app_attest_failed", "app attestation failed", Cause::SaidAtToken),
    (Token, "app_attest_failed_retry", "app attestation failed", Cause::SaidAtToken),
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

/// The errors that the org never answers with, and why.
pub(crate) const NOT: &[(&str, &str)] = &[
    ("authorize: invalid_request, HTTPS required", "the org is reached over http, on this computer alone"),
    ("authorize: invalid_request, Out-of-band not supported", "what makes it come is not recorded"),
    (
        "authorize: Insufficient Privileges",
        "a page without a code, for a session of Login As, which the org does not have",
    ),
    (
        "token: refresh_token scope is required and the connected app should be installed and preauthorized.",
        "it belongs to the JWT bearer flow, which the org does not offer",
    ),
    (
        "OAuth and REST: URL_NOT_RESET",
        "the org is at one address; the switches next_token_error and rest_refusal can say it",
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
