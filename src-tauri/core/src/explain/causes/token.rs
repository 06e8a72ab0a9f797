//! What the token endpoint says, and the endpoints beside it: introspection, revocation, registration.

use super::{CROSS_ORG, FLOW_HELP, NOT_INSTALLED, OLD_HELP, SERVER_LIST, Sign, sign};
use crate::{
    contract::view::Sure::{Certain, Reported, Uncertain},
    explain::Code,
};

#[rustfmt::skip]
pub(super) const SIGNS: &[Sign] = &[
    // What the description decides, whatever the error is.
    CROSS_ORG,
    NOT_INSTALLED,

    // invalid_grant: only text that says expired, revoked or inactive ends a token.
    sign("token_busy", &["invalid_grant"], &["already being processed"], Code::TokenBusy, Certain, "Salesforce release notes Winter '25"),
    sign("code_spent", &["invalid_grant"], &["authorization code"], Code::CodeSpent, Certain, "forrest issue 169; Salesforce help"),
    sign("verifier_unexpected", &["invalid_grant", "invalid_request"], &["unexpected code verifier"], Code::VerifierRefused, Reported, "sfdx-core issue 166; the error is not certain"),
    sign("verifier_missing", &["invalid_grant", "invalid_request"], &["missing…code verifier", "code verifier…required"], Code::VerifierRefused, Reported, "Salesforce help; the words are not certain"),
    sign("verifier_refused", &["invalid_grant", "invalid_request"], &["code verifier"], Code::VerifierRefused, Certain, "Mobile SDK for Android issue 2642; Salesforce help names invalid_request"),
    sign("token_dead", &["invalid_grant"], &["expired access/refresh token", "token validity expired", "revoked"], Code::RefreshTokenDead, Certain, FLOW_HELP).ends(),
    sign("org_inactive", &["invalid_grant"], &["inactive…org", "org is locked", "locked closed or suspended"], Code::InactiveOrg, Certain, OLD_HELP).ends(),
    sign("user_inactive", &["invalid_grant"], &["inactive"], Code::InactiveUser, Reported, "restforce issue 303").ends(),
    sign("login_restricted", &["invalid_grant"], &["ip restricted", "login hours"], Code::LoginRestricted, Reported, OLD_HELP),
    sign("login_refused", &["invalid_grant"], &["authentication failure"], Code::LoginRestricted, Uncertain, "jsforce issue 482; live tests of the password flow"),
    sign("user_not_approved", &["invalid_grant"], &["approved this consumer", "not admin approved"], Code::UserNotPermitted, Certain, "field reports"),
    sign("rate_limited", &["invalid_grant"], &["login rate"], Code::RateLimited, Reported, "field reports"),
    sign("no_valid_scope", &["invalid_grant"], &["scope"], Code::ScopeMissing, Reported, "four field reports"),
    sign("domain_wanted", &["invalid_grant"], &["not supported on this domain"], Code::SalesforceRefused, Reported, "one field report, for client credentials"),
    sign("other_flow", &["invalid_grant", "unsupported_grant_type"], &["client credentials", "assertion", "audience"], Code::SalesforceRefused, Reported, "field reports, which disagree on the error"),

    // The pair and the app.
    sign("key_unknown", &["invalid_client_id"], &[], Code::KeyUnknown, Certain, "forrest issue 184").ends(),
    sign("key_unknown", &["invalid_client", "invalid_client_credentials"], &["identifier", "consumer key"], Code::KeyUnknown, Certain, "live tests of two clients").ends(),
    sign("secret_wrong", &["invalid_client", "invalid_client_credentials"], &["", "credential", "secret"], Code::SecretWrong, Certain, "live tests of two clients, Dinucci and SalesforceSharp").ends(),
    sign("app_blocked", &["invalid_client", "invalid_client_credentials"], &["blocked"], Code::AppBlocked, Uncertain, "inference from the description"),
    sign("user_not_approved", &["invalid_client", "invalid_client_credentials"], &["not admin approved", "approved this consumer"], Code::UserNotPermitted, Uncertain, "inference from the description"),
    sign("login_restricted", &["invalid_client", "invalid_client_credentials"], &["ip restricted", "login hours"], Code::LoginRestricted, Uncertain, "inference from the description"),
    sign("app_not_in_org", &["app_not_found", "oauth_ec_app_not_found"], &[], Code::AppNotInOrg, Certain, "Salesforce CLI issue 3482").ends(),
    sign("user_inactive", &["inactive_user"], &[], Code::InactiveUser, Certain, "Mobile SDK for iOS (SFSDKOAuthConstants.h)").ends(),
    sign("org_inactive", &["inactive_org"], &[], Code::InactiveOrg, Certain, "Mobile SDK for iOS (SFSDKOAuthConstants.h)").ends(),
    sign("user_not_approved", &["invalid_app_access"], &[], Code::UserNotPermitted, Certain, "field reports; the server's list"),
    sign("app_blocked", &["app_blocked", "fail_close_app_blocked"], &[], Code::AppBlocked, Certain, SERVER_LIST),
    sign("denied", &["access_denied"], &[], Code::Denied, Certain, FLOW_HELP).common(),
    sign("my_domain_wanted", &["url_not_reset"], &[], Code::OrgMoved, Reported, "Composio's FAQ"),
    sign("attestation", &["client_blocked", "app_attest_failed"], &[], Code::AttestationWanted, Certain, "Mobile SDKs for iOS and for Android, which spell it in two ways"),
    sign("scope_refused", &["invalid_scope"], &[], Code::ScopeMissing, Certain, OLD_HELP).common(),

    // Requests that this program does not make.
    sign("callback_differs", &["redirect_uri_mismatch"], &["must match configuration"], Code::Unexpected, Reported, "field reports"),
    sign("callback_differs", &["redirect_uri_mismatch"], &[], Code::Unexpected, Reported, "field reports"),
    sign("callback_not_sent", &["redirect_uri_missing"], &[], Code::Unexpected, Certain, SERVER_LIST),
    sign("grant_type", &["unsupported_grant_type"], &[], Code::Unexpected, Reported, "field reports"),
    sign("scope_at_token", &["invalid_request"], &["scope parameter not supported"], Code::SalesforceRefused, Reported, "six field reports"),
    sign("other_flow", &["invalid_request"], &["preauthorized"], Code::SalesforceRefused, Certain, "a live test with API version 67"),

    // What passes.
    sign("rate_limited", &["rate_limit_exceeded", "slow_down"], &[], Code::RateLimited, Certain, "Mobile SDK for iOS (SFSDKOAuthConstants.h)").common(),
    sign("salesforce_down",
        &["server_error", "service_unavailable", "system_down", "temporarily_unavailable", "unknown_error"], &[],
        Code::SalesforceUnavailable, Certain, SERVER_LIST).common(),
    sign("rate_limited", &[], &["login rate exceeded"], Code::RateLimited, Reported, "field reports"),

    // Known, and without a code of their own.
    sign("attestation_passing", &["client_blocked_retry", "app_attest_failed_retry"], &[], Code::SalesforceRefused, Certain, "Mobile SDKs for iOS and for Android"),
    sign("other_flow",
        &["authorization_pending", "bad_jti_claim", "invalid_assertion_type", "invalid_expid", "unsupported_expid", "unsupported_token_type"], &[],
        Code::SalesforceRefused, Certain, SERVER_LIST).common(),
    sign("dpop", &["invalid_dpop_proof", "use_dpop_nonce"], &[], Code::SalesforceRefused, Certain, SERVER_LIST),
    sign("registration", &["exceeded_registration_limit", "failed_registration", "registration_error"], &[], Code::SalesforceRefused, Certain, SERVER_LIST),
    sign("basic_header", &["invalid_basic_auth_header"], &[], Code::SalesforceRefused, Certain, SERVER_LIST),
    sign("bad_access_token", &["invalid_token"], &[], Code::SalesforceRefused, Certain, SERVER_LIST).common(),
];
