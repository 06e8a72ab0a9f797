//! Authentication of clients at the token and introspection endpoints: Consumer Key first, then Consumer Secret.

use axum::http::header;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use super::errors;
use crate::http::call::{Call, Fields};
use crate::world::apps::settings::Tick;
use crate::world::refusals::OauthError;
use crate::world::state::State;

/// Tests a request's pair, sent in the form body or as HTTP Basic, and returns its app. A pair in the address is
/// ignored. `needed` is the setting that requires the secret for this kind of request.
///
/// # Errors
/// An unknown key, a wrong or missing secret, an app of another org.
pub(crate) fn authenticate(
    state: &State,
    call: &Call,
    form: &Fields,
    needed: Tick,
) -> Result<usize, OauthError> {
    let (key, secret) = match basic(call)? {
        Some((key, secret)) => (Some(key), Some(secret)),
        None => (form.owned("client_id"), form.owned("client_secret")),
    };
    let key = key.ok_or(errors::KEY_UNKNOWN)?;
    let app = state.app_by_key(&key).ok_or(errors::KEY_UNKNOWN)?;
    if state.apps.get(app).is_some_and(|app| app.elsewhere) {
        return Err(errors::APP_ELSEWHERE);
    }
    // While the secret is needed, a missing one counts as wrong.
    let is_right = match secret.as_deref() {
        None => !state.ticked(app, needed),
        sent => sent == state.secret_of(app, &key),
    };
    if is_right { Ok(app) } else { Err(errors::SECRET_WRONG) }
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
