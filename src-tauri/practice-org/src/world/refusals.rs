//! The refusals of a request: the endpoints use them, and a switch can force one.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// An OAuth error: a code and its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthError {
    /// The code, such as `invalid_grant`.
    pub error: Cow<'static, str>,
    /// The text, such as `expired authorization code`.
    pub error_description: Cow<'static, str>,
}

/// A refusal of the REST API that is documented or reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestRefusal {
    /// 401: the access token has ended.
    SessionExpired,
    /// 401: a scope is missing, or the caller's address is not allowed. No refresh helps.
    SessionNotValid,
    /// 401: the app is not attached to the calling agent.
    NotAttachedToAgent,
    /// 403: the edition has no API, or the user lacks "API Enabled".
    ApiDisabled,
    /// 403: the calls of the last 24 hours are used up.
    RequestLimit,
    /// 403: the user's password has expired.
    PasswordExpired,
    /// 403: the org's API is switched off for now.
    ApiCurrentlyDisabled,
    /// 503: maintenance or overload.
    ServerUnavailable,
    /// 404: the org is at another address.
    UrlNotReset,
}
