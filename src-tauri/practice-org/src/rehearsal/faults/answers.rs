//! Answers that replace an endpoint's own.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::body::broken;
use super::fault::What;
use crate::http::pages;

const PROXY_SIGN_IN: &str = include_str!("proxy_sign_in.html");

/// The answer of a fault that replaces the endpoint; `None` for the other faults.
pub(super) fn in_place(what: &What) -> Option<Response> {
    match what {
        What::Maintenance => Some(pages::maintenance()),
        What::ProxySignIn => Some(Html(PROXY_SIGN_IN).into_response()),
        What::Answer { status, content_type, body, retry_after } => {
            Some(answer(*status, content_type.as_deref(), body, *retry_after))
        }
        What::Cut => Some(broken()),
        What::Undelivered
        | What::CutAfter { .. }
        | What::Truncated { .. }
        | What::Huge { .. }
        | What::Slow { .. }
        | What::Late { .. }
        | What::ContentType { .. }
        | What::ClockSkew { .. } => None,
    }
}

fn answer(status: u16, content_type: Option<&str>, body: &str, retry_after: Option<u32>) -> Response {
    let mut response = Response::new(Body::from(body.to_owned()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if let Some(value) = content_type.and_then(|value| HeaderValue::from_str(value).ok()) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
