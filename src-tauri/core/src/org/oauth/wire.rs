//! Requests and answers as bytes, without their meaning: form bodies, bearer tokens, error bodies.

use std::time::Duration;

use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode,
    header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER},
};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};
use url::{Url, form_urlencoded};

use super::{Trouble, answer::Answer};
use crate::{
    explain::{self, Code, Said},
    org::{address::is_listed, salesforce},
    secret::Secret,
};

/// The longest pause a server can ask for; after it the server is asked again.
pub(crate) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// A POST with a form body.
pub(crate) fn form(url: &Url, fields: &[(&str, &str)]) -> Result<Request<Vec<u8>>, Trouble> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Request::post(url.as_str())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        // Nothing is unpacked here, and a proxy may pack what it was not told to leave alone.
        .header(ACCEPT_ENCODING, "identity")
        .body(body.into_bytes())
        .map_err(|_| Trouble::unexpected("a request that cannot be made"))
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
    request.body(Vec::new()).map_err(|_| Trouble::unexpected("a request that cannot be made"))
}

/// A request that changes something, with the access token and a body of JSON.
pub(crate) fn change(
    method: Method,
    url: &Url,
    access: &Secret,
    json: &str,
) -> Result<Request<Vec<u8>>, Trouble> {
    let mut request = get(url, Some(access))?;
    *request.method_mut() = method;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *request.body_mut() = json.as_bytes().to_vec();
    Ok(request)
}

/// An error in an org's words (RFC 6749, section 5.2; the REST API names the fields differently).
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub(crate) error: String,
    pub(crate) error_description: String,
}

impl ErrorBody {
    /// `None` if the body names no error.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let answer = Answer::read(body);
        let error = answer.text("error").or_else(|| answer.text("errorCode"))?;
        let description = answer.text("error_description").or_else(|| answer.text("message"));
        Some(Self { error, error_description: description.unwrap_or_default() })
    }

    /// The org's own words, made fit to show.
    pub(crate) fn said(&self) -> Option<Said> {
        Said::of(&self.error, &self.error_description)
    }
}

/// The passing trouble that a status alone shows, whatever the body says.
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

/// The other listed host that the org says it is at. A practice org never moves.
pub(crate) fn moved_to(asked: &Url, response: &Response<Vec<u8>>) -> Option<Url> {
    let location = response.headers().get(LOCATION).filter(|_| response.status().is_redirection())?;
    let target = asked.join(location.to_str().ok()?).ok()?;
    let is_generic = target.host_str().is_none_or(|host| salesforce::GENERIC_HOSTS.contains(&host));
    let is_new = is_listed(asked) && is_listed(&target) && target.origin() != asked.origin();
    (is_new && !is_generic).then_some(target)
}

/// The trouble that the org is at another host.
pub(crate) fn moved(target: &Url) -> Trouble {
    let said = target.host_str().and_then(Said::of_host);
    Trouble { said, ..Trouble::passing(Code::OrgMoved) }
}

/// The meaning of an OAuth endpoint's unsuccessful answer.
pub(crate) fn refusal(asked: &Url, response: &Response<Vec<u8>>) -> Trouble {
    if let Some(passing) = passing_trouble(response.status(), response.headers()) {
        return passing;
    }
    if let Some(target) = moved_to(asked, response) {
        return moved(&target);
    }
    match ErrorBody::read(response.body()) {
        Some(body) => {
            let meaning: Trouble = explain::token_error(&body.error, &body.error_description).into();
            // A final refusal has a client error's status.
            let terminal = meaning.terminal && response.status().is_client_error();
            // For an org that moved, `said` is a host; here none is named.
            let said = body.said().filter(|_| meaning.code != Code::OrgMoved);
            Trouble { terminal, said, ..meaning }
        }
        None => Trouble::passing(Code::SalesforceUnreadable),
    }
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

/// A time as HTTP writes it.
pub(crate) fn date(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc2822).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(http::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
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
    fn oauth_errors_are_read_in_both_encodings() {
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
        let rest = ErrorBody::read(br#"[{"message":"gone","errorCode":"URL_NOT_RESET"}]"#).expect("a list");
        assert_eq!(rest.error, "URL_NOT_RESET", "as the REST API words it");
        let xml = b"<?xml version=\"1.0\"?><Errors><Error><errorCode>URL_NOT_RESET</errorCode><message>gone</message></Error></Errors>";
        assert_eq!(ErrorBody::read(xml), Some(rest), "the same as XML");
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
