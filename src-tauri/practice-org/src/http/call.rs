//! A request with its body, so that every endpoint is a plain function from a request to an answer.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use url::form_urlencoded;

use super::pages::redirect;
use super::shared::Shared;

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

/// A function that answers the requests of a route.
pub(crate) type Handler = fn(&Shared, &Call) -> Response;

/// Routes methods to their handler.
pub(crate) fn route(methods: MethodFilter, handler: Handler) -> MethodRouter<Arc<Shared>> {
    on(methods, move |State(shared): State<Arc<Shared>>, call: Call| async move { handler(&shared, &call) })
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

    /// A redirect to another page of this org.
    pub(crate) fn redirect(&self, path: &str) -> Response {
        redirect(&format!("{}{path}", self.base))
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

impl<S: Send + Sync> FromRequest<S> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let Some(Base(base)) = request.extensions().get::<Base>().cloned() else {
            return Err(StatusCode::MISDIRECTED_REQUEST.into_response());
        };
        let (method, uri, headers) =
            (request.method().clone(), request.uri().clone(), request.headers().clone());
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
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

    /// A field's value without the spaces around it; nothing when it is absent.
    pub(crate) fn trimmed(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().trim().to_owned()
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}
