//! Who calls the token and introspection endpoints: Consumer Key first, then Consumer Secret.

use axum::http::header;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use crate::call::{Call, Fields};
use crate::errors::{self, OauthError};
use crate::state::State;

/// Tests the pair of a request, sent in the form body or as HTTP Basic. What stands in the address is not looked at.
pub(crate) fn authenticate(state: &State, call: &Call, form: &Fields) -> Result<(), OauthError> {
    let (key, secret) = match basic(call)? {
        Some((key, secret)) => (Some(key), Some(secret)),
        None => (form.owned("client_id"), form.owned("client_secret")),
    };
    if !key.is_some_and(|key| state.knows_key(&key)) {
        return Err(errors::KEY_UNKNOWN);
    }
    // Missing and wrong are one case: "Require secret for Web Server Flow" and "… Refresh Token Flow" are on.
    if secret.as_ref() != Some(&state.app.secret) {
        return Err(errors::SECRET_WRONG);
    }
    Ok(())
}

/// `Authorization: Basic`, both parts form-encoded before base64 (RFC 6749 section 2.3.1).
fn basic(call: &Call) -> Result<Option<(String, String)>, OauthError> {
    let Some(value) = call.header(header::AUTHORIZATION.as_str()) else { return Ok(None) };
    let Some((scheme, encoded)) = value.split_once(' ') else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case("Basic") {
        return Ok(None);
    }
    // ASSUMES: basic-header
    let pair = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let (key, secret) =
        pair.as_deref().and_then(|pair| pair.split_once(':')).ok_or(errors::BASIC_HEADER_BROKEN)?;
    Ok(Some((decoded(key), decoded(secret))))
}

fn decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}
