//! The REST API's refusals.

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::http::json::Json;
use crate::world::refusals::RestRefusal;

impl RestRefusal {
    // ASSUMES: rest-texts
    const fn words(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::SessionExpired => {
                (StatusCode::UNAUTHORIZED, "INVALID_SESSION_ID", "Session expired or invalid")
            }
            Self::SessionNotValid => (
                StatusCode::UNAUTHORIZED,
                "INVALID_SESSION_ID",
                "This session is not valid for use with the REST API",
            ),
            Self::NotAttachedToAgent => {
                (StatusCode::UNAUTHORIZED, "INVALID_SESSION_ID", "Connected app is not attached to Agent")
            }
            // ASSUMES: api-disabled-text
            Self::ApiDisabled => (
                StatusCode::FORBIDDEN,
                "API_DISABLED_FOR_ORG",
                "The REST API is not enabled for this Organization or user type",
            ),
            Self::RequestLimit => {
                (StatusCode::FORBIDDEN, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
            }
            Self::PasswordExpired => (
                StatusCode::FORBIDDEN,
                "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
                "The users password has expired, you must call SetPassword before attempting any other API operations",
            ),
            Self::ApiCurrentlyDisabled => {
                (StatusCode::FORBIDDEN, "API_CURRENTLY_DISABLED", "API is currently disabled")
            }
            Self::ServerUnavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "SERVER_UNAVAILABLE", "The server is unavailable")
            }
            // ASSUMES: url-not-reset
            Self::UrlNotReset => (
                StatusCode::NOT_FOUND,
                "URL_NOT_RESET",
                "Destination URL not reset. The URL returned from login must be set",
            ),
        }
    }
}

impl IntoResponse for RestRefusal {
    fn into_response(self) -> Response {
        let (status, code, message) = self.words();
        error(status, code, message)
    }
}

/// A request that would change something. Salesforce says the first sentence of a method that a resource does not have; here
/// none has any.
// ASSUMES: method-not-allowed
pub(crate) fn read_only(method: &Method) -> Response {
    let words = format!(
        "HTTP Method '{method}' not allowed. Allowed are HEAD,GET. PRACTICE: this org can be read, and does not write."
    );
    let mut response = error(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", &words);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("HEAD,GET"));
    response
}

/// An error in the REST API's form: a list of one.
pub(crate) fn error(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!([{"message": message, "errorCode": code}]))).into_response()
}
