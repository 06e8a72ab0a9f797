//! What is documented and reported of Salesforce's errors, line by line, and the row that explains it.

use super::*;
use crate::paste;

/// Where an error is documented or reported to come from, the error, its description, and the row that explains it.
const KNOWN: &[(&str, &str, &str, &str)] = &[
    // The authorize endpoint.
    ("authorize", "invalid_client_id", "client identifier invalid", "key_unknown"),
    ("authorize", "redirect_uri_mismatch", "redirect_uri must match configuration", "callback_mismatch"),
    ("authorize", "redirect_uri_missing", "redirect_uri not provided", "callback_not_sent"),
    ("authorize", "invalid_request", "missing required code challenge", "challenge_missing"),
    ("authorize", "invalid_request", "HTTPS required", "request_of_program"),
    ("authorize", "invalid_request", "Must use HTTP GET", "request_of_program"),
    ("authorize", "invalid_request", "Out-of-band not supported", "request_of_program"),
    ("authorize", "access_denied", "end-user denied authorization", "denied"),
    ("authorize", "access-denied", "end-user denied authorization", "denied"),
    ("authorize", "invalid_scope", "requested scope is invalid, unknown, or malformed", "scope_refused"),
    ("authorize", "unsupported_response_type", "response type not supported", "request_of_program"),
    ("authorize", "immediate_unsuccessful", "Immediate unsuccessful", "silent_sign_in"),
    (
        "authorize",
        "OAUTH_EC_APP_NOT_FOUND",
        "External client app is not installed in this org",
        "app_not_in_org",
    ),
    (
        "authorize",
        "OAUTH_APPROVAL_ERROR_GENERIC",
        "An unexpected error has occurred during authentication. Please try again.",
        "approval_failed",
    ),
    (
        "authorize",
        "OAUTH_APP_ACCESS_DENIED",
        "user is not admin approved to access this app",
        "user_not_approved",
    ),
    ("authorize", "OAUTH_APP_BLOCKED", "this app is blocked by admin", "app_blocked"),
    ("authorize", "OAUTH_APP_BLOCKED", "user is not admin approved to access this app", "user_not_approved"),
    (
        "authorize",
        "OAUTH_AUTHORIZATION_BLOCKED",
        "Cross-org OAuth flows are not supported for this external client app",
        "cross_org",
    ),
    ("authorize", "invalid_grant", "IP restricted or invalid login hours", "login_restricted"),
    ("authorize", "inactive_user", "User is inactive", "user_inactive"),
    ("authorize", "inactive_org", "Org is locked, closed, or suspended", "org_inactive"),
    ("authorize", "rate_limit_exceeded", "Number of logins exceeded", "rate_limited"),
    ("authorize", "invalid_client", "app must be installed into org", "app_not_installed"),
    ("authorize", "URL_NOT_RESET", "", "my_domain_wanted"),
    // The token endpoint.
    ("token", "invalid_client_id", "client identifier invalid", "key_unknown"),
    ("token", "invalid_client", "invalid client credentials", "secret_wrong"),
    ("token", "invalid_client_credentials", "", "secret_wrong"),
    ("token", "invalid_grant", "expired access/refresh token", "token_dead"),
    ("token", "invalid_grant", "token validity expired", "token_dead"),
    ("token", "invalid_grant", "expired authorization code", "code_spent"),
    ("token", "invalid_grant", "invalid authorization code", "code_spent"),
    ("token", "invalid_grant", "token request is already being processed", "token_busy"),
    ("token", "invalid_grant", "invalid code verifier", "verifier_refused"),
    ("token", "invalid_grant", "missing code verifier", "verifier_missing"),
    ("token", "invalid_grant", "unexpected code verifier", "verifier_unexpected"),
    ("token", "invalid_grant", "authentication failure", "login_refused"),
    ("token", "invalid_grant", "inactive user", "user_inactive"),
    ("token", "invalid_grant", "ip restricted", "login_restricted"),
    ("token", "invalid_grant", "user hasn't approved this consumer", "user_not_approved"),
    ("token", "invalid_grant", "no client credentials user enabled", "other_flow"),
    ("token", "invalid_grant", "request not supported on this domain", "domain_wanted"),
    ("token", "invalid_grant", "no valid scopes defined", "no_valid_scope"),
    ("token", "unsupported_grant_type", "client credentials flow is not enabled", "other_flow"),
    ("token", "unsupported_grant_type", "grant type not supported", "grant_type"),
    ("token", "invalid_app_access", "user is not admin approved to access this app", "user_not_approved"),
    ("token", "app_not_found", "External client app is not installed in this org", "app_not_in_org"),
    ("token", "redirect_uri_mismatch", "redirect_uri must match configuration", "callback_differs"),
    ("token", "rate_limit_exceeded", "login rate exceeded", "rate_limited"),
    ("token", "inactive_user", "", "user_inactive"),
    ("token", "inactive_org", "", "org_inactive"),
    ("token", "unknown_error", "retry your request", "salesforce_down"),
    ("token", "server_error", "", "salesforce_down"),
    ("token", "service_unavailable", "", "salesforce_down"),
    ("token", "system_down", "", "salesforce_down"),
    ("token", "slow_down", "", "rate_limited"),
    ("token", "invalid_request", "scope parameter not supported", "scope_at_token"),
    (
        "token",
        "invalid_request",
        "refresh_token scope is required and the connected app should be installed and preauthorized.",
        "other_flow",
    ),
    ("token", "client_blocked", "", "attestation"),
    ("token", "client_blocked_retry", "", "attestation_passing"),
    ("token", "app_attest_failed", "", "attestation"),
    ("token", "app_attest_failed_retry", "", "attestation_passing"),
    // The server's own list, where it has more.
    ("list", "app_blocked", "", "app_blocked"),
    ("list", "fail_close_app_blocked", "", "app_blocked"),
    ("list", "authorization_pending", "", "other_flow"),
    ("list", "bad_jti_claim", "", "other_flow"),
    ("list", "invalid_assertion_type", "", "other_flow"),
    ("list", "ecapp_policy_not_found", "", "plugin_policy_missing"),
    ("list", "oauth_policy_not_found", "", "plugin_policy_missing"),
    ("list", "exceeded_registration_limit", "", "registration"),
    ("list", "failed_registration", "", "registration"),
    ("list", "registration_error", "", "registration"),
    ("list", "installation_error", "", "installation_failed"),
    ("list", "invalid_basic_auth_header", "", "basic_header"),
    ("list", "invalid_distribution_state", "", "distribution_state"),
    ("list", "invalid_dpop_proof", "", "dpop"),
    ("list", "use_dpop_nonce", "", "dpop"),
    ("list", "invalid_expid", "", "other_flow"),
    ("list", "unsupported_expid", "", "other_flow"),
    ("list", "invalid_otp", "", "login_failed"),
    ("list", "otp_error", "", "login_failed"),
    ("list", "login_error", "", "login_failed"),
    ("list", "invalid_session_level", "", "session_level"),
    ("list", "invalid_token", "", "bad_access_token"),
    ("list", "oauth_flow_disabled", "", "flow_disabled"),
    ("list", "unsupported_token_type", "", "other_flow"),
    // Calls of the API.
    ("call", "INVALID_SESSION_ID", "Session expired or invalid", "session_refused"),
    ("call", "INVALID_SESSION_ID", "This session is not valid for use with the REST API", "session_refused"),
    ("call", "INVALID_SESSION_ID", "Connected app is not attached to Agent", "session_refused"),
    ("call", "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner", "api_disabled"),
    ("call", "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", "api_limit"),
    ("call", "SERVER_UNAVAILABLE", "", "salesforce_down"),
    ("call", "INVALID_OPERATION_WITH_EXPIRED_PASSWORD", "", "password_expired"),
    ("call", "API_CURRENTLY_DISABLED", "", "salesforce_down"),
    ("call", "Bad_OAuth_Token", "", "token_elsewhere"),
    ("call", "Missing_OAuth_Token", "", "token_elsewhere"),
    ("call", "Wrong_Org", "", "token_elsewhere"),
    ("call", "INVALID_AUTH_HEADER", "", "header_refused"),
    ("call", "INVALID_JWT_FORMAT", "", "header_refused"),
    // Texts without an error of their own.
    ("text", "", "Failed: Missing Consumer Key Parameter", "history_key_missing"),
    ("text", "", "Failed: Token request is already being processed", "token_busy"),
    ("text", "", "Failed: Invalid Nonce", "history_nonce"),
    ("text", "", "Restricted IP", "history_ip"),
    ("text", "", "Failed: Computer activation required", "history_activation"),
    ("text", "", "Failed: Computer activation pending", "history_activation"),
    ("text", "", "LOGIN_CHALLENGE_ISSUED", "history_activation"),
    ("text", "", "The user did not approve access.", "closed_by_person"),
    (
        "text",
        "",
        "We couldn't load OAuth plugin: Cannot invoke \"String.split(String)\"",
        "eca_after_refresh",
    ),
    ("text", "", "Non sandbox app cannot be installed in a sandbox", "not_for_sandbox"),
    (
        "text",
        "",
        "The external client app configured in your global OAuth Settings doesn't have a valid OAuth settings configuration.",
        "metadata_alone",
    ),
    ("text", "", "INVALID_CROSS_REFERENCE_KEY", "metadata_names"),
    (
        "text",
        "",
        "https://acme.my.salesforce.com/identity/sso/ui/AuthorizationError?ErrorCode=No_Oauth_State&ErrorDescription=State+was+not+sent+back",
        "provider_failed",
    ),
    (
        "text",
        "",
        "'AdminApproved' is not a valid value for the enum 'PermittedUsersPolicyType'",
        "metadata_value",
    ),
];

const DOCUMENT: &str = include_str!("../../../../../../docs/codes.md");

/// What is documented or reported and has no row, with the reason.
const NOT_COVERED: &[(&str, &str)] = &[
    (
        "a page in HTML in place of an answer",
        "it has no error in it: an answer like that is taken for a passing fault, and a pasted one says nothing",
    ),
    (
        "Invalid_Scope as plain text, on its own",
        "the word alone is that of many services; with an error's label it is explained",
    ),
    (
        "Insufficient Privileges as text, on its own",
        "many programs say so; in a text that names Salesforce it is explained",
    ),
    (
        "the scopes that the server lists where a value is wrong",
        "a list of values, and no failure of its own",
    ),
    ("OAUTH_EC_APP_NOT_FOUND pinned on PKCE or Permitted Users", "several pages say so without evidence"),
];

#[test]
fn what_is_documented_and_reported_is_explained() {
    for (place, error, description, row) in KNOWN {
        let pasted = match *place {
            "authorize" => format!(
                "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error={error}&error_description={}",
                description.replace(' ', "%20")
            ),
            "call" => format!("[{{\"message\":\"{description}\",\"errorCode\":\"{error}\"}}]"),
            "text" => format!("{error}{description}"),
            _ => format!(
                "{{\"error\":\"{error}\",\"error_description\":\"{}\"}}",
                description.replace('"', "\\\"")
            ),
        };
        let causes = paste::explain(&pasted, paste::LONGEST).causes;
        let ids: Vec<&str> = causes.iter().map(|cause| cause.cause.as_str()).collect();
        assert_eq!(ids, [*row], "{pasted}");
    }
    let known = KNOWN.len();
    let all = known + NOT_COVERED.len();
    let count = format!("{known} of {all} documented and reported errors are explained");
    assert!(DOCUMENT.contains(&count), "docs/codes.md says so: {count}");
    for (what, why) in NOT_COVERED {
        assert!(DOCUMENT.contains(&format!("- {what}: {why}.\n")), "docs/codes.md says so: {what}: {why}");
    }
}

#[test]
fn whatever_an_answer_means_is_what_a_pasted_one_means() {
    for (place, error, description, row) in KNOWN {
        let (place, error) = match *place {
            "authorize" => (At::Authorize, plain(error)),
            "token" => (At::Token, plain(error)),
            _ => continue,
        };
        if let Some(sign) = find(place, &error, &words_of(description)) {
            assert_eq!(sign.id, *row, "{error}: {description}");
        }
    }
}
