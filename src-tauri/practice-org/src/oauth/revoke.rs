//! `/services/oauth2/revoke` (RFC 7009).

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::errors;
use crate::http::call::Call;
use crate::http::shared::Shared;

/// POST `token=…` as a form, without a key or secret. A refresh token's access tokens end with it.
pub(crate) fn answer(shared: &Shared, call: &Call) -> Response {
    let form = call.form();
    if form.get("token").is_some_and(|token| shared.lock().revoke(token)) {
        return StatusCode::OK.into_response();
    }
    // ASSUMES: revoke-unknown
    let mut response = errors::TOKEN_UNKNOWN.bare();
    let form_type = header::HeaderValue::from_static("application/x-www-form-urlencoded");
    response.headers_mut().insert(header::CONTENT_TYPE, form_type);
    response
}
