//! One request, read whole, so that every endpoint is a plain function from a request to an answer.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use url::form_urlencoded;

use crate::http::shared::Shared;

/// The address under which the client sees the org, such as `http://localhost:8080`. Set once `Host` was checked.
#[derive(Clone)]
pub(crate) struct Base(pub(crate) String);

/// A request with its body.
pub(crate) struct Call {
    pub(crate) base: String,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An endpoint.
pub(crate) type Endpoint = fn(&Shared, &Call) -> Response;

/// Routes one method to an endpoint.
pub(crate) fn route(method: MethodFilter, endpoint: Endpoint) -> MethodRouter<Arc<Shared>> {
    on(method, move |State(shared): State<Arc<Shared>>, call: Call| async move { endpoint(&shared, &call) })
}

impl Call {
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    pub(crate) fn query(&self) -> Fields {
        Fields::parse(self.uri.query().unwrap_or_default().as_bytes())
    }

    /// The fields of a form body. A body of another type has none: it was not sent as a form.
    pub(crate) fn form(&self) -> Fields {
        let media_type = self.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            Fields::parse(&self.body)
        } else {
            Fields::default()
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The token of `Authorization: Bearer TOKEN`. Salesforce takes the older word `OAuth` as well.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header(header::AUTHORIZATION.as_str())?.split_once(' ')?;
        (scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth")).then(|| token.trim())
    }
}

impl FromRequest<Arc<Shared>> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<Self, Response> {
        let base = request.extensions().get::<Base>().map(|base| base.0.clone());
        let base = base.unwrap_or_else(|| shared.address());
        let (method, uri, headers) =
            (request.method().clone(), request.uri().clone(), request.headers().clone());
        let body = Bytes::from_request(request, shared).await.map_err(IntoResponse::into_response)?;
        Ok(Self { base, method, uri, headers, body })
    }
}

/// The fields of a query or a form. Of a repeated field the first counts.
#[derive(Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// A field's value; an empty field counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// The values of a field that is there several times.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}
