//! The meaning of Salesforce's OAuth and REST error answers.
//!
//! Sources: Salesforce help "OAuth 2.0 Authorization Errors" (`remoteaccess_oauth_flow_errors`), the server's list of codes
//! as the Salesforce Mobile SDKs carry it (`OAuthErrorCode.kt`, `SFSDKOAuthConstants.h`), and what open-source clients report.

use super::{
    Code,
    causes::{self, At, plain, words_of},
};

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
    let found = causes::find(At::Authorize, &plain(error), &words_of(description));
    found.map_or(Code::AuthorizeRefused, |sign| sign.code)
}

/// The meaning of `error` and `error_description` from the token endpoint.
pub fn token_error(error: &str, description: &str) -> TokenTrouble {
    let found = causes::find(At::Token, &plain(error), &words_of(description));
    let (code, terminal) = found.map_or((Code::SalesforceRefused, false), |sign| (sign.code, sign.ends));
    if code == Code::Unexpected {
        super::unexpected("Salesforce refused the form of a request");
    }
    TokenTrouble { code, terminal }
}

/// The meaning of an unsuccessful REST answer, from its status and `errorCode`. Its text is in the user's language.
pub fn api_error(status: u16, error_code: &str) -> ApiTrouble {
    let error_code = plain(error_code);
    match causes::find_call(status, &error_code) {
        Some(sign) => ApiTrouble { code: sign.code, refresh: sign.refresh },
        None if error_code.is_empty() => ApiTrouble { code: Code::SalesforceUnreadable, refresh: false },
        None => ApiTrouble { code: Code::SalesforceRefused, refresh: false },
    }
}

/// Whether the org's words ask the caller to try again.
pub fn asks_to_retry(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    words.contains("retry your request") && words.contains("unknown_error")
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
            (403, "NEW_RULE", Code::SalesforceRefused, false),
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
