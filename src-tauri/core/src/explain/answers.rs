//! The meaning of Salesforce's OAuth and REST error answers.
//!
//! Sources: Salesforce help "OAuth 2.0 Authorization Errors" (`remoteaccess_oauth_flow_errors`), the server's list of codes
//! as the Salesforce Mobile SDKs carry it (`OAuthErrorCode.kt`, `SFSDKOAuthConstants.h`), and what open-source clients report.

use super::Code;

/// The meaning of a token endpoint's error for a stored connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenTrouble {
    pub code: Code,
    /// Whether the answer confirms that this token or pair will never work again. Any other error keeps the connection.
    pub terminal: bool,
}

/// The meaning of a REST call's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiTrouble {
    pub code: Code,
    /// Whether one refresh may cure it.
    pub refresh: bool,
}

/// The meaning of `error` and `error_description` from the authorize endpoint, or from the callback.
pub fn authorize_error(error: &str, description: &str) -> Code {
    let (error, description) = (plain(error), plain(description));
    let says = |text: &str| description.contains(text);
    if is_cross_org(&description) {
        return Code::BrowserElsewhere;
    }
    if is_not_installed(&description) {
        return Code::AppNotInstalled;
    }
    match error.as_str() {
        "access_denied" => Code::Denied,
        "oauth_authorization_blocked" => Code::BrowserElsewhere,
        "invalid_client_id" => Code::KeyUnknown,
        // No secret was sent, so words about the pair mean the key.
        "invalid_client" => {
            let code = client_trouble(&description).code;
            let meant =
                [(Code::SecretWrong, Code::KeyUnknown), (Code::SalesforceRefused, Code::AuthorizeRefused)];
            meant.into_iter().find(|(at_token, _)| *at_token == code).map_or(code, |(_, here)| here)
        }
        "redirect_uri_mismatch" => Code::CallbackMissing,
        "invalid_scope" => Code::ScopeMissing,
        "invalid_request" if says("code challenge") => Code::ChallengeMissing,
        "oauth_ec_app_not_found" | "app_not_found" => Code::AppNotInOrg,
        "oauth_approval_error_generic" => Code::ApprovalFailed,
        "oauth_app_access_denied" | "invalid_app_access" => Code::UserNotPermitted,
        // Also said when the user is not approved.
        "oauth_app_blocked" if says("not admin approved") => Code::UserNotPermitted,
        "oauth_app_blocked" | "app_blocked" | "fail_close_app_blocked" => Code::AppBlocked,
        "url_not_reset" => Code::OrgMoved,
        error if wants_attestation(error) => Code::AttestationWanted,
        "inactive_user" => Code::InactiveUser,
        "inactive_org" => Code::InactiveOrg,
        "invalid_grant" if says("ip restricted") || says("login hours") => Code::LoginRestricted,
        "invalid_grant" if says("inactive") && says("user") => Code::InactiveUser,
        _ => shared(&error, &description).unwrap_or(Code::AuthorizeRefused),
    }
}

/// The meaning of `error` and `error_description` from the token endpoint.
pub fn token_error(error: &str, description: &str) -> TokenTrouble {
    let (error, description) = (plain(error), plain(description));
    let dead = |code| TokenTrouble { code, terminal: true };
    let alive = |code| TokenTrouble { code, terminal: false };
    if is_cross_org(&description) {
        return alive(Code::BrowserElsewhere);
    }
    if is_not_installed(&description) {
        return alive(Code::AppNotInstalled);
    }
    match error.as_str() {
        "invalid_grant" => grant_trouble(&description),
        "invalid_client_id" => dead(Code::KeyUnknown),
        "invalid_client" | "invalid_client_credentials" => client_trouble(&description),
        "app_not_found" | "oauth_ec_app_not_found" => dead(Code::AppNotInOrg),
        "inactive_user" => dead(Code::InactiveUser),
        "inactive_org" => dead(Code::InactiveOrg),
        "invalid_request" if description.contains("code verifier") => alive(Code::VerifierRefused),
        "invalid_app_access" => alive(Code::UserNotPermitted),
        "app_blocked" | "fail_close_app_blocked" => alive(Code::AppBlocked),
        "access_denied" => alive(Code::Denied),
        "url_not_reset" => alive(Code::OrgMoved),
        error if wants_attestation(error) => alive(Code::AttestationWanted),
        "invalid_scope" => alive(Code::ScopeMissing),
        "redirect_uri_mismatch" | "redirect_uri_missing" | "unsupported_grant_type" => {
            alive(super::unexpected("Salesforce refused the form of a request").code)
        }
        _ => alive(shared(&error, &description).unwrap_or(Code::SalesforceRefused)),
    }
}

/// The meaning of an unsuccessful REST answer, from its status and `errorCode`. Its text is in the user's language.
pub fn api_error(status: u16, error_code: &str) -> ApiTrouble {
    let error_code = plain(error_code);
    let trouble = |code| ApiTrouble { code, refresh: false };
    match (status, error_code.as_str()) {
        // The next token answer names the new address.
        (_, "url_not_reset") => ApiTrouble { code: Code::OrgMoved, refresh: true },
        // Said of a session that is over and of one that a policy bars from the API: only a fresh token shows which.
        (401, _) => ApiTrouble { code: Code::RefreshTokenDead, refresh: true },
        (400 | 403 | 404, code) if hides_a_record(code) => trouble(Code::RecordHidden),
        (403, "api_disabled_for_org") => trouble(Code::ApiDisabled),
        (403, "request_limit_exceeded") => trouble(Code::ApiLimitReached),
        // The first means a passing state, as its name says, which no setting changes.
        (403, "api_currently_disabled") | (500..=599, _) => trouble(Code::SalesforceUnavailable),
        (403, _) => trouble(Code::ApiRefused),
        (429, _) => trouble(Code::RateLimited),
        (_, "") => trouble(Code::SalesforceUnreadable),
        _ => trouble(Code::SalesforceRefused),
    }
}

/// Whether this user may not see one record, or its whole kind.
fn hides_a_record(error_code: &str) -> bool {
    matches!(error_code, "invalid_type" | "invalid_field" | "not_found" | "entity_is_deleted")
        || error_code.starts_with("insufficient_access")
}

/// Whether the org's words ask the caller to try again.
pub fn asks_to_retry(words: &str) -> bool {
    plain(words).contains("retry your request") && plain(words).contains("unknown_error")
}

/// Salesforce's mobile SDKs spell it in two ways. With `_retry` at the end, it passes.
fn wants_attestation(error: &str) -> bool {
    matches!(error, "client_blocked" | "app_attest_failed")
}

/// Whether the browser is signed in to an org that the app does not belong to.
fn is_cross_org(description: &str) -> bool {
    description.contains("cross-org") || description.contains("cross org")
}

/// Whether the app is not installed: that takes an admin, or a user who may approve such apps.
fn is_not_installed(description: &str) -> bool {
    ["must be installed", "has not been installed", "app is not installed into", "uninstalled"]
        .iter()
        .any(|words| description.contains(words))
}

/// The cause of `invalid_client`, which has many: only words about the pair are held against it.
fn client_trouble(description: &str) -> TokenTrouble {
    let says = |text: &str| description.contains(text);
    let (code, terminal) = if says("identifier") || says("consumer key") {
        (Code::KeyUnknown, true)
    } else if description.is_empty() || says("credential") || says("secret") {
        (Code::SecretWrong, true)
    } else if says("blocked") {
        (Code::AppBlocked, false)
    } else if says("not admin approved") || says("approved this consumer") {
        (Code::UserNotPermitted, false)
    } else if says("ip restricted") || says("login hours") {
        (Code::LoginRestricted, false)
    } else {
        (Code::SalesforceRefused, false)
    };
    TokenTrouble { code, terminal }
}

/// The cause of `invalid_grant`. Only text that says expired, revoked or inactive ends a token.
fn grant_trouble(description: &str) -> TokenTrouble {
    let says = |text: &str| description.contains(text);
    let (code, terminal) = if says("already being processed") {
        (Code::TokenBusy, false)
    } else if says("authorization code") {
        (Code::CodeSpent, false)
    } else if says("code verifier") {
        (Code::VerifierRefused, false)
    } else if says("expired access/refresh token") || says("token validity expired") || says("revoked") {
        (Code::RefreshTokenDead, true)
    } else if says("inactive") && says("org") {
        (Code::InactiveOrg, true)
    } else if says("inactive") {
        (Code::InactiveUser, true)
    } else if says("ip restricted") || says("login hours") || says("authentication failure") {
        (Code::LoginRestricted, false)
    } else if says("approved this consumer") || says("not admin approved") {
        (Code::UserNotPermitted, false)
    } else if says("login rate") {
        (Code::RateLimited, false)
    } else if says("scope") {
        (Code::ScopeMissing, false)
    } else {
        (Code::SalesforceRefused, false)
    };
    TokenTrouble { code, terminal }
}

/// The passing faults, which both endpoints name alike.
fn shared(error: &str, description: &str) -> Option<Code> {
    match error {
        "rate_limit_exceeded" | "slow_down" => Some(Code::RateLimited),
        "server_error"
        | "service_unavailable"
        | "system_down"
        | "temporarily_unavailable"
        | "unknown_error" => Some(Code::SalesforceUnavailable),
        _ if description.contains("login rate exceeded") => Some(Code::RateLimited),
        _ => None,
    }
}

/// Salesforce writes `access-denied` beside `access_denied`, and capitals here and there.
fn plain(text: &str) -> String {
    let text: String = text.trim().chars().take(200).collect();
    let lower = text.to_ascii_lowercase();
    if lower.contains(' ') { lower } else { lower.replace('-', "_") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorize_errors_are_told_apart() {
        let table = [
            ("access_denied", "end-user denied authorization", Code::Denied),
            ("access-denied", "end-user denied authorization", Code::Denied),
            ("invalid_client_id", "client identifier invalid", Code::KeyUnknown),
            ("redirect_uri_mismatch", "redirect_uri must match configuration", Code::CallbackMissing),
            ("invalid_scope", "requested scope is invalid, unknown, or malformed", Code::ScopeMissing),
            ("invalid_request", "missing required code challenge", Code::ChallengeMissing),
            ("invalid_request", "HTTPS required", Code::AuthorizeRefused),
            ("OAUTH_EC_APP_NOT_FOUND", "External client app is not installed in this org", Code::AppNotInOrg),
            ("OAUTH_APPROVAL_ERROR_GENERIC", "An unexpected error has occurred", Code::ApprovalFailed),
            (
                "OAUTH_APP_ACCESS_DENIED",
                "user is not admin approved to access this app",
                Code::UserNotPermitted,
            ),
            ("OAUTH_APP_BLOCKED", "this app is blocked by admin", Code::AppBlocked),
            ("OAUTH_APP_BLOCKED", "user is not admin approved to access this app", Code::UserNotPermitted),
            ("client_blocked", "", Code::AttestationWanted),
            ("app_attest_failed", "", Code::AttestationWanted),
            ("client_blocked_retry", "", Code::AuthorizeRefused),
            ("URL_NOT_RESET", "", Code::OrgMoved),
            ("OAUTH_AUTHORIZATION_BLOCKED", "", Code::BrowserElsewhere),
            (
                "OAUTH_AUTHORIZATION_BLOCKED",
                "Cross-org OAuth flows are not supported for this external client app",
                Code::BrowserElsewhere,
            ),
            (
                "access_denied",
                "Cross-org OAuth flows are not supported for this external client app",
                Code::BrowserElsewhere,
            ),
            ("invalid_client", "app must be installed into org", Code::AppNotInstalled),
            ("invalid_client", "invalid client credentials", Code::KeyUnknown),
            ("invalid_client", "something else", Code::AuthorizeRefused),
            ("restricted_access", "", Code::AuthorizeRefused),
            ("invalid_grant", "IP restricted or invalid login hours", Code::LoginRestricted),
            ("inactive_user", "User is inactive", Code::InactiveUser),
            ("inactive_org", "Org is locked, closed, or suspended", Code::InactiveOrg),
            ("rate_limit_exceeded", "Number of logins exceeded", Code::RateLimited),
            ("server_error", "", Code::SalesforceUnavailable),
            ("something_new", "never seen", Code::AuthorizeRefused),
        ];
        for (error, description, code) in table {
            assert_eq!(authorize_error(error, description), code, "{error}: {description}");
        }
    }

    #[test]
    fn only_confirmed_ends_of_a_token_are_terminal() {
        let table = [
            ("invalid_grant", "expired access/refresh token", Code::RefreshTokenDead, true),
            ("invalid_grant", "inactive user", Code::InactiveUser, true),
            ("invalid_client_id", "client identifier invalid", Code::KeyUnknown, true),
            ("invalid_client", "invalid client credentials", Code::SecretWrong, true),
            ("app_not_found", "External client app is not installed in this org", Code::AppNotInOrg, true),
            ("inactive_user", "", Code::InactiveUser, true),
            ("inactive_org", "", Code::InactiveOrg, true),
            ("invalid_grant", "token request is already being processed", Code::TokenBusy, false),
            ("invalid_grant", "expired authorization code", Code::CodeSpent, false),
            ("invalid_grant", "invalid authorization code", Code::CodeSpent, false),
            ("invalid_grant", "invalid code verifier", Code::VerifierRefused, false),
            ("invalid_request", "invalid code verifier", Code::VerifierRefused, false),
            ("invalid_grant", "ip restricted", Code::LoginRestricted, false),
            ("invalid_grant", "authentication failure", Code::LoginRestricted, false),
            ("invalid_grant", "user hasn't approved this consumer", Code::UserNotPermitted, false),
            ("invalid_grant", "a text nobody has seen yet", Code::SalesforceRefused, false),
            ("invalid_grant", "no valid scopes defined", Code::ScopeMissing, false),
            ("invalid_grant", "token validity expired", Code::RefreshTokenDead, true),
            ("invalid_grant", "request not supported on this domain", Code::SalesforceRefused, false),
            ("URL_NOT_RESET", "", Code::OrgMoved, false),
            ("client_blocked", "", Code::AttestationWanted, false),
            ("app_attest_failed", "app attestation failed", Code::AttestationWanted, false),
            ("client_blocked_retry", "", Code::SalesforceRefused, false),
            ("app_attest_failed_retry", "", Code::SalesforceRefused, false),
            ("invalid_request", "scope parameter not supported", Code::SalesforceRefused, false),
            ("invalid_client", "app must be installed into org", Code::AppNotInstalled, false),
            ("invalid_client", "this app is blocked by admin", Code::AppBlocked, false),
            ("invalid_client", "client identifier invalid", Code::KeyUnknown, true),
            ("invalid_client", "something that nobody has seen yet", Code::SalesforceRefused, false),
            ("invalid_client", "", Code::SecretWrong, true),
            (
                "invalid_app_access",
                "user is not admin approved to access this app",
                Code::UserNotPermitted,
                false,
            ),
            ("rate_limit_exceeded", "", Code::RateLimited, false),
            ("unknown_error", "retry your request", Code::SalesforceUnavailable, false),
            ("something_new", "login rate exceeded", Code::RateLimited, false),
            ("something_new", "", Code::SalesforceRefused, false),
        ];
        for (error, description, code, terminal) in table {
            assert_eq!(
                token_error(error, description),
                TokenTrouble { code, terminal },
                "{error}: {description}"
            );
        }
    }

    #[test]
    fn an_error_of_a_call_is_read_by_status_and_code_alone() {
        let table = [
            (401, "INVALID_SESSION_ID", Code::RefreshTokenDead, true),
            (401, "INVALID_AUTH_HEADER", Code::RefreshTokenDead, true),
            (403, "API_DISABLED_FOR_ORG", Code::ApiDisabled, false),
            (403, "API_CURRENTLY_DISABLED", Code::SalesforceUnavailable, false),
            (403, "REQUEST_LIMIT_EXCEEDED", Code::ApiLimitReached, false),
            (403, "", Code::ApiRefused, false),
            (403, "INSUFFICIENT_ACCESS_OR_READONLY", Code::RecordHidden, false),
            (400, "INVALID_TYPE", Code::RecordHidden, false),
            (404, "NOT_FOUND", Code::RecordHidden, false),
            (400, "URL_NOT_RESET", Code::OrgMoved, true),
            (404, "URL_NOT_RESET", Code::OrgMoved, true),
            (429, "", Code::RateLimited, false),
            (503, "SERVER_UNAVAILABLE", Code::SalesforceUnavailable, false),
            (400, "MALFORMED_QUERY", Code::SalesforceRefused, false),
            (418, "", Code::SalesforceUnreadable, false),
        ];
        for (status, error, code, refresh) in table {
            assert_eq!(api_error(status, error), ApiTrouble { code, refresh }, "{status} {error}");
        }
    }
}
