//! What stands elsewhere in an org and around it: descriptions without their error, Login History, Setup, the other APIs.
//!
//! Only a text that somebody pasted is looked up here; no answer to a request of ours is.

use super::{OLD_HELP, SERVER_LIST, Sign, sign};
use crate::{
    contract::view::Sure::{Certain, Reported},
    explain::Code,
};

/// The page that ends a sign-in through an Auth. Provider, in the form of descriptions. What its address says after it was said
/// by the other system, or of it: none of it is about the app.
pub const PROVIDER_PAGE: &str = "identity/sso/ui/authorizationerror";

const LIVE: &str = "a live test with API version 67, written down";

#[rustfmt::skip]
pub(super) const SIGNS: &[Sign] = &[
    // Descriptions whose error was cut off.
    sign("key_unknown", &[], &["client identifier invalid"], Code::KeyUnknown, Certain, "Mobile SDK for iOS, its tests"),
    sign("callback_mismatch", &[], &["redirect uri must match configuration"], Code::CallbackMissing, Certain, "PTC's and ServiceNow's help pages, with the page's text"),
    sign("callback_not_sent", &[], &["redirect uri not provided"], Code::AuthorizeRefused, Certain, OLD_HELP),
    sign("challenge_missing", &[], &["missing required code challenge"], Code::ChallengeMissing, Certain, "HappySoup issue 252, with the address it ended on"),
    sign("denied", &[], &["end user denied authorization"], Code::Denied, Certain, "Salesforce help remoteaccess_oauth_flow_errors"),
    sign("scope_refused", &[], &["requested scope is invalid unknown or malformed"], Code::ScopeMissing, Certain, OLD_HELP),
    sign("app_not_in_org", &[], &["external client app is not installed in this org"], Code::AppNotInOrg, Certain, "field reports; Salesforce CLI issue 3482"),
    sign("user_not_approved", &[], &["user is not admin approved to access this app", "user hasn t approved this consumer"], Code::UserNotPermitted, Certain, "field reports"),
    sign("app_blocked", &[], &["this app is blocked by admin"], Code::AppBlocked, Certain, "Microsoft's support article on Copilot for Sales"),
    sign("approval_failed", &[], &["an unexpected error has occurred during authentication"], Code::ApprovalFailed, Certain, "Mobile SDK for iOS, its tests"),
    sign("login_restricted", &[], &["ip restricted or invalid login hours"], Code::LoginRestricted, Certain, OLD_HELP),
    sign("org_inactive", &[], &["org is locked closed or suspended"], Code::InactiveOrg, Certain, OLD_HELP),
    sign("secret_wrong", &[], &["invalid client credentials"], Code::SecretWrong, Certain, "live tests of two clients, Dinucci and SalesforceSharp"),
    sign("token_dead", &[], &["expired access/refresh token", "token validity expired"], Code::RefreshTokenDead, Certain, "Salesforce help remoteaccess_oauth_flow_errors"),
    sign("code_spent", &[], &["expired authorization code", "invalid authorization code"], Code::CodeSpent, Certain, "forrest issue 169; Salesforce help"),
    sign("token_busy", &[], &["token request is already being processed"], Code::TokenBusy, Certain, "Salesforce release notes Winter '25 and Summer '24"),
    sign("verifier_refused", &[], &["invalid code verifier"], Code::VerifierRefused, Certain, "Mobile SDK for Android issue 2642"),
    sign("verifier_unexpected", &[], &["unexpected code verifier"], Code::VerifierRefused, Reported, "sfdx-core issue 166; the error is not certain"),
    sign("no_valid_scope", &[], &["no valid scopes defined"], Code::ScopeMissing, Reported, "four field reports"),
    sign("scope_at_token", &[], &["scope parameter not supported"], Code::SalesforceRefused, Reported, "six field reports"),
    sign("domain_wanted", &[], &["request not supported on this domain"], Code::SalesforceRefused, Reported, "one field report, for client credentials"),
    sign("other_flow", &[], &["no client credentials user enabled", "client credentials flow is not enabled", "client credentials flow not enabled"], Code::SalesforceRefused, Certain, "a vendor's documentation and a client's test"),
    sign("session_refused", &[], &["this session is not valid for use with the rest api", "session expired or invalid", "connected app is not attached to agent"], Code::RefreshTokenDead, Certain, "jsforce http-api.ts; Nango issue 4344; jsforce issue 1301"),
    sign("api_limit", &[], &["totalrequests limit exceeded"], Code::ApiLimitReached, Certain, "field reports"),
    sign("api_disabled", &[], &["api is not enabled for this organization or partner", "the rest api is not enabled for this organization"], Code::ApiDisabled, Certain, "field reports"),

    sign("salesforce_down", &[], &["unknown error retry your request", "error authenticating with auth code due to…retry your request"], Code::SalesforceUnavailable, Certain, SERVER_LIST),
    sign("cross_org", &[], &["cross org oauth flows are not supported"], Code::BrowserElsewhere, Reported, "nine field reports, two of them confirmed live"),
    sign("app_not_installed", &[], &["app must be installed into org"], Code::AppNotInstalled, Certain, "a live test of September 2026, written down"),
    sign("grant_refused", &["invalid_grant"], &[""], Code::SalesforceRefused, Certain, "RFC 6749, section 5.2"),

    // Pages and other APIs of the org.
    sign("provider_failed", &[], &[PROVIDER_PAGE], Code::AuthorizeRefused, Reported, "five public addresses of that page, with ErrorCode, ErrorDescription and ProviderId"),
    sign("login_as", &[], &["insufficient privileges"], Code::UserNotPermitted, Certain, "a live test of September 2026, written down").common(),
    sign("closed_by_person", &[], &["the user did not approve access"], Code::Denied, Certain, "a live test of September 2026, written down; the words are the browser's"),
    sign("eca_after_refresh", &[], &["couldn t load oauth plugin"], Code::AppNotInOrg, Reported, "sfdx-hardis issue 1994, a known issue of Salesforce's"),
    sign("not_for_sandbox", &[], &["non sandbox app cannot be installed"], Code::AppNotInOrg, Reported, "Mobile SDK package issue 314"),
    sign("metadata_alone", &[], &["doesn t have a valid oauth settings configuration"], Code::SalesforceRefused, Certain, LIVE),
    sign("metadata_names", &["invalid_cross_reference_key"], &[], Code::SalesforceRefused, Certain, LIVE),
    sign("metadata_value", &[], &["is not a valid value for the enum permitteduserspolicytype"], Code::SalesforceRefused, Certain, LIVE),
    sign("metadata_value", &[], &["is not a valid value for the enum"], Code::SalesforceRefused, Certain, LIVE).common(),
    sign("soap_login", &["invalid_login", "login_must_use_security_token"], &[], Code::SalesforceRefused, Certain, "SOAP API guide, login() faults"),
    sign("singleaccess_scope", &[], &["invalid_scope…singleaccess", "singleaccess…invalid scope"], Code::ScopeMissing, Reported, "one field report"),

    // Login History.
    sign("history_key_missing", &[], &["missing consumer key parameter"], Code::KeyUnknown, Certain, "Salesforce help remoteaccess_errorcodes; Salesforce Inspector Advanced issue 291"),
    sign("history_nonce", &[], &["failed invalid nonce"], Code::CodeSpent, Reported, "public threads"),
    sign("history_ip", &[], &["restricted ip"], Code::LoginRestricted, Reported, "public threads"),
    sign("history_activation", &["login_challenge_issued", "login_challenge_pending"], &[], Code::LoginRestricted, Certain, "Object Reference, LoginHistory and EventLogFile"),
    sign("history_activation", &[], &["computer activation required", "computer activation pending"], Code::LoginRestricted, Certain, "Object Reference, LoginHistory and EventLogFile"),
];
