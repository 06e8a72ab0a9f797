//! What the authorize endpoint says: on a page of its own, on its error page, or in the address that a sign-in ends on.

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
    // What the error decides.
    sign("denied", &["access_denied"], &[], Code::Denied, Certain, FLOW_HELP).common(),
    sign("cross_org", &["oauth_authorization_blocked"], &[], Code::BrowserElsewhere, Reported, "nine field reports, two of them confirmed live"),
    sign("key_unknown", &["invalid_client_id"], &[], Code::KeyUnknown, Certain, "Mobile SDK for iOS, its tests; vendors' help pages"),
    // The description decides, and there is none.
    sign("client_unclear", &["invalid_client"], &[""], Code::AuthorizeRefused, Uncertain, "a live test of September 2026, written down, of the app that must be installed; inference for the key"),
    sign("key_unknown", &["invalid_client"], &["identifier", "consumer key", "credential", "secret"], Code::KeyUnknown, Uncertain,
        "inference: no secret is sent to this endpoint, so words about the pair mean the key"),
    sign("app_blocked", &["invalid_client"], &["blocked"], Code::AppBlocked, Uncertain, "inference from the description"),
    sign("user_not_approved", &["invalid_client"], &["not admin approved", "approved this consumer"], Code::UserNotPermitted, Uncertain, "inference from the description"),
    sign("login_restricted", &["invalid_client"], &["ip restricted", "login hours"], Code::LoginRestricted, Uncertain, "inference from the description"),
    sign("callback_mismatch", &["redirect_uri_mismatch"], &["must match configuration"], Code::CallbackMissing, Certain, "PTC's and ServiceNow's help pages, with the page's text"),
    sign("callback_mismatch", &["redirect_uri_mismatch"], &[], Code::CallbackMissing, Certain, "PTC's and ServiceNow's help pages, with the page's text"),
    sign("scope_refused", &["invalid_scope"], &[], Code::ScopeMissing, Certain, OLD_HELP).common(),
    sign("challenge_missing", &["invalid_request"], &["code challenge"], Code::ChallengeMissing, Certain, "HappySoup issue 252, with the address it ended on"),
    sign("app_not_in_org", &["oauth_ec_app_not_found", "app_not_found"], &[], Code::AppNotInOrg, Certain, "field reports; Pipedream issue 21557"),
    sign("approval_failed", &["oauth_approval_error_generic"], &[], Code::ApprovalFailed, Certain, "Mobile SDK for iOS, its tests"),
    sign("user_not_approved", &["oauth_app_access_denied", "invalid_app_access"], &[], Code::UserNotPermitted, Reported, "three field reports"),
    // Also said when the user is not approved.
    sign("user_not_approved", &["oauth_app_blocked"], &["not admin approved"], Code::UserNotPermitted, Reported, "one field report"),
    sign("app_blocked", &["oauth_app_blocked", "app_blocked", "fail_close_app_blocked"], &[], Code::AppBlocked, Certain, "Microsoft's support article on Copilot for Sales; for the last two, the server's list"),
    sign("my_domain_wanted", &["url_not_reset"], &[], Code::OrgMoved, Reported, "Composio's FAQ"),
    sign("attestation", &["client_blocked", "app_attest_failed"], &[], Code::AttestationWanted, Certain, "Mobile SDKs for iOS and for Android, which spell it in two ways"),
    sign("user_inactive", &["inactive_user"], &[], Code::InactiveUser, Certain, OLD_HELP),
    sign("org_inactive", &["inactive_org"], &[], Code::InactiveOrg, Certain, OLD_HELP),
    sign("login_restricted", &["invalid_grant"], &["ip restricted", "login hours"], Code::LoginRestricted, Certain, OLD_HELP),
    sign("user_inactive", &["invalid_grant"], &["inactive…user"], Code::InactiveUser, Certain, OLD_HELP),
    sign("org_inactive", &["invalid_grant"], &["org is locked", "locked closed or suspended"], Code::InactiveOrg, Certain, OLD_HELP),
    sign("rate_limited", &["rate_limit_exceeded", "slow_down"], &[], Code::RateLimited, Certain, OLD_HELP).common(),
    sign("salesforce_down",
        &["server_error", "service_unavailable", "system_down", "temporarily_unavailable", "unknown_error"], &[],
        Code::SalesforceUnavailable, Certain, SERVER_LIST).common(),
    sign("rate_limited", &[], &["login rate exceeded", "number of logins exceeded"], Code::RateLimited, Reported, "field reports"),
    // Known, and without a code of their own.
    sign("callback_not_sent", &["redirect_uri_missing"], &[], Code::AuthorizeRefused, Certain, OLD_HELP),
    sign("request_of_program", &["invalid_request"], &["https required", "http get", "out of band"], Code::AuthorizeRefused, Certain, OLD_HELP),
    sign("request_of_program", &["unsupported_response_type"], &[], Code::AuthorizeRefused, Certain, OLD_HELP),
    sign("silent_sign_in", &["immediate_unsuccessful"], &[], Code::AuthorizeRefused, Certain, OLD_HELP),
    sign("plugin_policy_missing", &["ecapp_policy_not_found", "oauth_policy_not_found"], &[], Code::AuthorizeRefused, Uncertain, SERVER_LIST),
    sign("flow_disabled", &["oauth_flow_disabled"], &[], Code::AuthorizeRefused, Uncertain, SERVER_LIST),
    sign("session_level", &["invalid_session_level"], &[], Code::AuthorizeRefused, Uncertain, SERVER_LIST),
    sign("distribution_state", &["invalid_distribution_state"], &[], Code::AuthorizeRefused, Uncertain, SERVER_LIST),
    sign("login_failed", &["login_error", "otp_error", "invalid_otp"], &[], Code::AuthorizeRefused, Uncertain, SERVER_LIST).common(),
    sign("attestation_passing", &["client_blocked_retry", "app_attest_failed_retry"], &[], Code::AuthorizeRefused, Certain, "Mobile SDKs for iOS and for Android"),
    sign("installation_failed", &["installation_error"], &[], Code::AuthorizeRefused, Uncertain, SERVER_LIST).common(),
    sign("other_flow", &["unsupported_token_type", "unsupported_expid", "invalid_expid"], &[], Code::AuthorizeRefused, Uncertain, SERVER_LIST).common(),
];
