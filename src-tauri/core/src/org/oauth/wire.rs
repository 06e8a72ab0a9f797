//! Requests to an org and its answers, below what they mean: form bodies, bearer tokens, error bodies, and the adapter
//! that lets the `oauth2` crate speak over our [`Http`] port.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::{
    HeaderMap, HeaderValue, Request, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, RETRY_AFTER},
};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, RequestTokenError, basic::BasicErrorResponse};
use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};
use url::{Url, form_urlencoded};

use super::Trouble;
use crate::{
    explain::{self, Code},
    ports::{BoxFuture, Http, HttpError},
    secret::Secret,
};

/// A server that asks to be left alone for longer is asked again after this.
pub(crate) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// A POST with a form body.
pub(crate) fn form(url: &Url, fields: &[(&str, &str)]) -> Result<Request<Vec<u8>>, Trouble> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Request::post(url.as_str())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        .body(body.into_bytes())
        .map_err(|_| Trouble::passing(Code::Unexpected))
}

/// A GET, with the access token where one is needed.
pub(crate) fn get(url: &Url, access: Option<&Secret>) -> Result<Request<Vec<u8>>, Trouble> {
    let mut request = Request::get(url.as_str());
    if let Some(access) = access {
        // EXPOSE: the header that proves who asks (RFC 6750, section 2.1); marked so that no debug output shows it.
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", access.expose()))
            .map_err(|_| Trouble::passing(Code::SalesforceUnreadable))?;
        bearer.set_sensitive(true);
        request = request.header(AUTHORIZATION, bearer).header(ACCEPT, "application/json");
    }
    request.body(Vec::new()).map_err(|_| Trouble::passing(Code::Unexpected))
}

/// The body of an error (RFC 6749, section 5.2), kept only to look up what it means.
#[derive(Default, Deserialize)]
pub(crate) struct ErrorBody {
    pub(crate) error: String,
    #[serde(default)]
    pub(crate) error_description: String,
}

impl ErrorBody {
    /// Reads JSON, or the form encoding that some endpoints answer in.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok().or_else(|| Self::from_form(body))
    }

    fn from_form(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?.trim();
        if !text.starts_with("error=") {
            return None;
        }
        let mut found = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            match name.as_ref() {
                "error" => found.error = value.into_owned(),
                "error_description" => found.error_description = value.into_owned(),
                _ => {}
            }
        }
        Some(found)
    }
}

/// Trouble that a status alone tells of, whatever the body says: it will pass.
pub(crate) fn passing_trouble(status: StatusCode, headers: &HeaderMap) -> Option<Trouble> {
    let code = if status == StatusCode::TOO_MANY_REQUESTS {
        Code::RateLimited
    } else if status.is_server_error() {
        Code::SalesforceUnavailable
    } else {
        return None;
    };
    Some(Trouble { retry_after: retry_after(headers), ..Trouble::passing(code) })
}

/// What an answer that is no success of an OAuth endpoint means.
pub(crate) fn refusal(response: &Response<Vec<u8>>) -> Trouble {
    passing_trouble(response.status(), response.headers()).unwrap_or_else(|| {
        ErrorBody::read(response.body()).map_or_else(
            || Trouble::passing(Code::SalesforceUnreadable),
            |body| explain::token_error(&body.error, &body.error_description).into(),
        )
    })
}

/// RFC 9110, section 10.2.3: seconds, or a date, which is measured against the answer's own `Date`.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => (date(text)? - date(headers.get(DATE)?.to_str().ok()?)?).try_into().ok()?,
    };
    Some(wait.min(LONGEST_RETRY_AFTER))
}

fn date(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc2822).ok()
}

/// The `oauth2` crate's HTTP client. It keeps what that crate leaves out of its errors.
pub(super) struct Wire<'a> {
    http: &'a dyn Http,
    seen: Mutex<Seen>,
}

/// What the last answer's head said.
#[derive(Clone, Copy, Default)]
struct Seen {
    status: Option<StatusCode>,
    passing: Option<Trouble>,
}

impl<'a> Wire<'a> {
    pub(super) fn new(http: &'a dyn Http) -> Self {
        Self { http, seen: Mutex::default() }
    }

    /// What a failed request means. Nothing of the error's own text is kept: it may hold bytes from the wire.
    pub(super) fn trouble(&self, error: &RequestTokenError<HttpError, BasicErrorResponse>) -> Trouble {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(passing) = seen.passing {
            return passing;
        }
        match error {
            RequestTokenError::Request(error) => (*error).into(),
            RequestTokenError::ServerResponse(body) => {
                let description = body.error_description().map_or("", String::as_str);
                explain::token_error(body.error().as_ref(), description).into()
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                Trouble::passing(Code::SalesforceUnreadable)
            }
        }
    }

    /// The status of the last answer.
    pub(super) fn status(&self) -> Option<StatusCode> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).status
    }
}

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = HttpError;
    type Future = BoxFuture<'c, Result<HttpResponse, HttpError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let response = self.http.send(request).await?;
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Seen {
                status: Some(response.status()),
                passing: passing_trouble(response.status(), response.headers()),
            };
            Ok(response)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(http::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn reads_retry_after_in_both_forms() {
        let now = (DATE, "Wed, 21 Oct 2026 07:28:00 GMT");
        for (given, expected) in [
            (headers(&[(RETRY_AFTER, "120")]), Some(120)),
            (headers(&[(RETRY_AFTER, "9999999999")]), Some(24 * 60 * 60)),
            (headers(&[now.clone(), (RETRY_AFTER, "Wed, 21 Oct 2026 07:30:00 GMT")]), Some(120)),
            (headers(&[now, (RETRY_AFTER, "Wed, 21 Oct 2026 07:20:00 GMT")]), None),
            (headers(&[(RETRY_AFTER, "Wed, 21 Oct 2026 07:30:00 GMT")]), None),
            (headers(&[(RETRY_AFTER, "soon")]), None),
            (headers(&[]), None),
        ] {
            assert_eq!(retry_after(&given), expected.map(Duration::from_secs), "{given:?}");
        }
    }

    #[test]
    fn reads_errors_in_both_encodings() {
        let json =
            ErrorBody::read(br#"{"error":"invalid_grant","error_description":"expired"}"#).expect("JSON");
        assert_eq!(
            (json.error.as_str(), json.error_description.as_str()),
            ("invalid_grant", "expired"),
            "JSON"
        );
        let form =
            ErrorBody::read(b"error=invalid_client_id&error_description=client%20identifier%20invalid\n");
        let form = form.expect("a form");
        assert_eq!(form.error_description, "client identifier invalid", "form encoding, decoded");
        assert!(ErrorBody::read(b"<html>error=x</html>").is_none(), "a page is no error body");
        assert!(ErrorBody::read(b"").is_none(), "nothing is no error body");
    }

    #[test]
    fn a_bearer_token_is_never_in_debug_output() {
        let url = Url::parse("https://acme.my.salesforce.com/services/data").expect("a URL");
        let request = get(&url, Some(&Secret::new("00Dhushhush"))).expect("a request");
        assert!(!format!("{request:?}").contains("hushhush"), "marked as sensitive");
        let broken = get(&url, Some(&Secret::new("00D\r\nX: y"))).expect_err("no header");
        assert_eq!(broken.code, Code::SalesforceUnreadable, "a token cannot bring headers of its own");
    }
}
