//! The work around every request: the host check, counting, faults, and the headers of every answer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use crate::http::call::Base;
use crate::http::pages;
use crate::http::paths::endpoint_of;
use crate::rehearsal::rehearsed::Rehearsed;
use crate::rehearsal::{control, faults};
use crate::world::endpoint::Endpoint;

/// Header of every answer, so that no program mistakes this org for a real one.
const MARK: HeaderName = HeaderName::from_static("x-practice-org");

pub(crate) async fn around(
    State(rehearsed): State<Arc<Rehearsed>>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut response = match admit(&rehearsed, &mut request) {
        Ok(None) => next.run(request).await,
        Ok(Some(endpoint)) => faults::carry_out(&rehearsed.faults, endpoint, request, next).await,
        Err(Refusal::Misdirected) => {
            (StatusCode::MISDIRECTED_REQUEST, "This practice org answers only to its own address.\n")
                .into_response()
        }
        Err(Refusal::Maintenance) => pages::maintenance(),
    };
    let headers = response.headers_mut();
    headers.insert(MARK, HeaderValue::from_static("1"));
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, pages::NOTHING_ALLOWED),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Takes a path that begins with several slashes for the same path with one. Clients make such paths of an address of the
/// org that ends in a slash.
// ASSUMES: leading-slashes
pub(crate) async fn with_one_slash(mut request: Request, next: Next) -> Response {
    let asked = request.uri().path_and_query().map(PathAndQuery::as_str).unwrap_or_default();
    if asked.starts_with("//")
        && let Ok(meant) = format!("/{}", asked.trim_start_matches('/')).parse()
    {
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(meant);
        // Only the path is another one, so it stays an address.
        *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
    }
    next.run(request).await
}

/// Why a request reaches no endpoint.
enum Refusal {
    Misdirected,
    Maintenance,
}

/// The endpoint a request is for; none when it is for the control API.
fn admit(rehearsed: &Rehearsed, request: &mut Request) -> Result<Option<Endpoint>, Refusal> {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let base = rehearsed.shared.base_for(host).ok_or(Refusal::Misdirected)?;
    let path = request.uri().path();
    tracing::debug!(method = %request.method(), path, "practice org asked");
    let endpoint = (!path.starts_with(control::PATH)).then(|| endpoint_of(path));
    if let Some(endpoint) = endpoint {
        rehearsed.play_what_is_due();
        let mut state = rehearsed.shared.lock();
        state.counters.count(endpoint);
        if carries_secret(request.uri()) {
            state.counters.secrets_in_query += 1;
        }
        if state.switches.maintenance {
            return Err(Refusal::Maintenance);
        }
    }
    request.extensions_mut().insert(Base(base));
    Ok(endpoint)
}

/// Whether a query holds a value that belongs into a body or a header.
fn carries_secret(uri: &Uri) -> bool {
    let secret = [
        "client_secret",
        "token",
        "access_token",
        "refresh_token",
        "code",
        "code_verifier",
        "password",
        "pw",
    ];
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .any(|(name, _)| secret.contains(&&*name))
}
