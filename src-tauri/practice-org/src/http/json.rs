//! JSON, as the org sends it.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

// ASSUMES: json-charset
const TYPE: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// A body of JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut response = axum::Json(self.0).into_response();
        if response.status().is_success() {
            response.headers_mut().insert(header::CONTENT_TYPE, TYPE);
        }
        response
    }
}
