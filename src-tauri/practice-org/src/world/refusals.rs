//! How a request can be refused: what the endpoints answer with, and a switch can have them answer.

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
    /// 401: a scope is missing, or the call comes from an address that is not allowed. No refresh cures it.
    SessionNotValid,
    /// 401: the app is not attached to the agent that calls.
    NotAttachedToAgent,
    /// 403: the edition has no API, or the user lacks "API Enabled".
    ApiDisabled,
    /// 403: the calls of these 24 hours are used up.
    RequestLimit,
    /// 403: the user's password has expired.
    PasswordExpired,
    /// 403: the org's API is switched off for the time being.
    ApiCurrentlyDisabled,
    /// 503: maintenance or overload.
    ServerUnavailable,
    /// 404: the org is at another address.
    UrlNotReset,
}
