//! The org's OAuth errors: Salesforce's codes and texts, letter for letter.

use std::borrow::Cow;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::Url;
use url::form_urlencoded;

use crate::http::call::Call;
use crate::http::json::Json;
use crate::http::pages::{Page, escape};
use crate::http::paths;
use crate::http::shared::Shared;
use crate::world::apps::permission::MayNot;
use crate::world::refusals::OauthError;

// The codes differ between the callback and the token endpoint, the texts do not.
const CROSS_ORG_TEXT: &str = "Cross-org OAuth flows are not supported for this external client app";
const NOT_INSTALLED_TEXT: &str = "External client app is not installed in this org";
const NOT_APPROVED_TEXT: &str = "user is not admin approved to access this app";
const BLOCKED_TEXT: &str = "this app is blocked by admin";

const fn say(error: &'static str, description: &'static str) -> OauthError {
    OauthError { error: Cow::Borrowed(error), error_description: Cow::Borrowed(description) }
}

pub(crate) const KEY_UNKNOWN: OauthError = say("invalid_client_id", "client identifier invalid");
pub(crate) const SECRET_WRONG: OauthError = say("invalid_client", "invalid client credentials");
pub(crate) const BASIC_HEADER_BROKEN: OauthError =
    say("invalid_basic_auth_header", "invalid basic auth header");
pub(crate) const REDIRECT_MISSING: OauthError = say("redirect_uri_missing", "redirect_uri not provided");
pub(crate) const REDIRECT_MISMATCH: OauthError =
    say("redirect_uri_mismatch", "redirect_uri must match configuration");
pub(crate) const RESPONSE_TYPE: OauthError = say("unsupported_response_type", "response type not supported");
pub(crate) const CHALLENGE_MISSING: OauthError = say("invalid_request", "missing required code challenge");
pub(crate) const MUST_USE_GET: OauthError = say("invalid_request", "Must use HTTP GET");
pub(crate) const IMMEDIATE: OauthError = say("immediate_unsuccessful", "Immediate unsuccessful");
pub(crate) const SCOPE: OauthError =
    say("invalid_scope", "requested scope is invalid, unknown, or malformed");
pub(crate) const DENIED: OauthError = say("access_denied", "end-user denied authorization");
pub(crate) const USER_INACTIVE: OauthError = say("inactive_user", "User is inactive");
// ASSUMES: token-texts
pub(crate) const GRANT_TYPE: OauthError = say("unsupported_grant_type", "grant type not supported");
pub(crate) const CODE_INVALID: OauthError = say("invalid_grant", "invalid authorization code");
pub(crate) const CODE_EXPIRED: OauthError = say("invalid_grant", "expired authorization code");
pub(crate) const VERIFIER_INVALID: OauthError = say("invalid_grant", "invalid code verifier");
pub(crate) const VERIFIER_UNEXPECTED: OauthError = say("invalid_grant", "unexpected code verifier");
pub(crate) const REFRESH_EXPIRED: OauthError = say("invalid_grant", "expired access/refresh token");
pub(crate) const IN_PROCESS: OauthError = say("invalid_grant", "token request is already being processed");
pub(crate) const GRANT_USER_INACTIVE: OauthError = say("invalid_grant", "inactive user");
// ASSUMES: scope-at-token
pub(crate) const SCOPE_AT_TOKEN: OauthError = say("invalid_request", "scope parameter not supported");
// ASSUMES: other-org
pub(crate) const CROSS_ORG: OauthError = say("OAUTH_AUTHORIZATION_BLOCKED", CROSS_ORG_TEXT);
pub(crate) const APP_ELSEWHERE: OauthError = say("app_not_found", NOT_INSTALLED_TEXT);
pub(crate) const APP_ELSEWHERE_AT_LOGIN: OauthError = say("OAUTH_EC_APP_NOT_FOUND", NOT_INSTALLED_TEXT);
pub(crate) const NOT_APPROVED: OauthError = say("OAUTH_APP_ACCESS_DENIED", NOT_APPROVED_TEXT);
pub(crate) const APP_BLOCKED: OauthError = say("OAUTH_APP_BLOCKED", BLOCKED_TEXT);
// ASSUMES: policy-at-token
pub(crate) const NOT_APPROVED_AT_TOKEN: OauthError = say("invalid_app_access", NOT_APPROVED_TEXT);
pub(crate) const APP_BLOCKED_AT_TOKEN: OauthError = say("app_blocked", BLOCKED_TEXT);
pub(crate) const TOKEN_MISSING: OauthError = say("invalid_request", "token not provided");
pub(crate) const TOKEN_UNKNOWN: OauthError = say("invalid_token", "invalid token");

impl OauthError {
    /// `{"error":…,"error_description":…}` with a status.
    pub(crate) fn json(&self, status: StatusCode) -> Response {
        (status, Json(self)).into_response()
    }

    /// The bare page of the authorize endpoint: nothing but `error=…&error_description=…`, spaces as `%20`.
    // ASSUMES: authorize-400
    pub(crate) fn bare(&self) -> Response {
        let body = format!(
            "error={}&error_description={}",
            percent_encoded(&self.error),
            percent_encoded(&self.error_description)
        );
        (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "text/html;charset=UTF-8")], body).into_response()
    }

    /// The address of the org's own page with the error. It has no `state`, and leads back nowhere.
    // ASSUMES: error-page
    pub(crate) fn on_page(&self) -> String {
        let pairs = [("error", &*self.error), ("error_description", &*self.error_description)];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("{}?{query}", paths::ERROR_PAGE)
    }

    /// The callback address with the error, and the `state` when one was sent.
    pub(crate) fn at_callback(&self, callback: &str, state: Option<&str>) -> String {
        let pairs = [("error", &*self.error), ("error_description", &*self.error_description)];
        callback_with(callback, &pairs, state)
    }
}

impl MayNot {
    /// The error at the callback after the login.
    pub(crate) const fn at_callback(self) -> OauthError {
        match self {
            Self::Elsewhere => APP_ELSEWHERE_AT_LOGIN,
            Self::CrossOrg => CROSS_ORG,
            Self::Blocked => APP_BLOCKED,
            Self::NotApproved => NOT_APPROVED,
        }
    }

    /// The error at the token endpoint.
    pub(crate) const fn at_token(self) -> OauthError {
        match self {
            Self::Elsewhere | Self::CrossOrg => APP_ELSEWHERE,
            Self::Blocked => APP_BLOCKED_AT_TOKEN,
            Self::NotApproved => NOT_APPROVED_AT_TOKEN,
        }
    }
}

/// GET: the org's own page with an error.
pub(crate) fn page(_: &Shared, call: &Call) -> Response {
    let query = call.query();
    let said = |name| escape(query.get(name).unwrap_or_default());
    let body = format!(
        "<h1>OAuth error</h1>\n<p id=\"error\"><code>{}</code> : {}</p>\n\
         <p class=\"rehearsal\">The address of this page is as Salesforce has it. What stands on it there is not recorded.</p>",
        said("error"),
        said("error_description")
    );
    Page::new("OAuth error", body).into_response()
}

/// A callback address with further query parameters, and the `state` when one was sent.
pub(crate) fn callback_with(callback: &str, pairs: &[(&str, &str)], state: Option<&str>) -> String {
    let state = state.map(|value| ("state", value));
    let pairs = pairs.iter().copied().chain(state);
    if let Ok(mut address) = Url::parse(callback) {
        address.query_pairs_mut().extend_pairs(pairs);
        return address.into();
    }
    // The registered line is no address: the registration is literal, so the answer is too.
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{callback}?{query}")
}

fn percent_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_keeps_its_own_query_and_gains_the_answer() {
        let address = DENIED.at_callback("com.example.app://back?keep=1", Some("a b"));
        assert_eq!(
            address,
            "com.example.app://back?keep=1&error=access_denied&error_description=end-user+denied+authorization&state=a+b",
            "custom schemes and queries are kept, spaces become plus signs"
        );
        assert!(
            !DENIED.at_callback("http://localhost/", None).contains("state"),
            "no state sent, none echoed"
        );
    }

    #[test]
    fn the_equals_signs_of_a_code_are_encoded_once() {
        let address = callback_with("http://localhost:1/back", &[("code", "aPrx==")], None);
        assert_eq!(address, "http://localhost:1/back?code=aPrx%3D%3D", "encoded exactly once");
    }
}
