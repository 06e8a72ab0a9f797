//! The frame of every page a person sees: plain HTML, one style sheet, no script, and the PRACTICE mark.

use std::fmt::Write;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use url::Url;

/// The content policy of answers that are not pages.
pub(crate) const NOTHING_ALLOWED: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The sentence on every page that marks it as practice.
pub(crate) const MARK: &str =
    "<strong>PRACTICE</strong> This is a rehearsal on your own computer, not Salesforce.";

/// A page without its frame.
pub(crate) struct Page {
    pub(crate) title: &'static str,
    /// HTML; every value in it must have gone through [`escape`].
    pub(crate) body: String,
    pub(crate) status: StatusCode,
    /// Where a form of the page may lead besides the org itself: the callback after it.
    pub(crate) leads_to: Option<String>,
    /// Whether it is a page to read, wider than a form.
    pub(crate) is_wide: bool,
}

impl Page {
    pub(crate) fn new(title: &'static str, body: String) -> Self {
        Self { title, body, status: StatusCode::OK, leads_to: None, is_wide: false }
    }

    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn wide(self) -> Self {
        Self { is_wide: true, ..self }
    }

    pub(crate) fn leading_to(self, callback: Option<String>) -> Self {
        Self { leads_to: callback, ..self }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let policy = content_policy(self.leads_to.as_deref());
        let mut response = (self.status, Html(framed(self.title, &self.body, self.is_wide))).into_response();
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        response
    }
}

/// The page of a planned outage: HTML where a program expects JSON.
pub(crate) fn maintenance() -> Response {
    let body =
        "<h1>Down for maintenance</h1><p>This practice org plays an org that is down for maintenance.</p>";
    Page::new("Maintenance", body.to_owned()).with_status(StatusCode::SERVICE_UNAVAILABLE).into_response()
}

/// A redirect as the org sends it.
pub(crate) fn redirect(location: &str) -> Response {
    HeaderValue::from_str(location).map_or_else(
        |_| StatusCode::BAD_REQUEST.into_response(),
        |location| (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
    )
}

/// Text made safe between tags and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A list of texts as HTML list items.
pub(crate) fn items<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().fold(String::new(), |mut html, text| {
        let _ = write!(html, "<li>{}</li>", escape(text));
        html
    })
}

fn framed(title: &str, body: &str, is_wide: bool) -> String {
    let wide = if is_wide { " class=\"wide\"" } else { "" };
    format!(
        "{head}</head>\n<body>\n<header class=\"mark\">{MARK}</header>\n\
         <main{wide}>\n<div class=\"sheet\">\n{body}\n</div>\n</main>\n</body>\n</html>\n",
        head = head(title),
    )
}

/// The beginning of every page: its title, which must have gone through [`escape`], the icon, and the common style. The
/// head is left open.
pub(crate) fn head(title: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} | PRACTICE org</title>\n<link rel=\"icon\" href=\"/practice.svg\">\n<link rel=\"stylesheet\" href=\"/practice.css\">\n"
    )
}

/// The content policy of a page. Browsers apply `form-action` to redirects as well, so the callback is part of it.
fn content_policy(callback: Option<&str>) -> HeaderValue {
    let target = callback.and_then(|callback| Url::parse(callback).ok()).map(|address| {
        let origin = address.origin();
        if origin.is_tuple() { origin.ascii_serialization() } else { format!("{}:", address.scheme()) }
    });
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {}",
        target.unwrap_or_default()
    );
    HeaderValue::from_str(policy.trim_end()).unwrap_or(HeaderValue::from_static(NOTHING_ALLOWED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_can_become_markup() {
        assert_eq!(
            escape("<a href='x'>\"&"),
            "&lt;a href=&#39;x&#39;&gt;&quot;&amp;",
            "all five are replaced"
        );
    }

    #[test]
    fn a_form_may_lead_to_its_callback_and_nowhere_else() {
        let policy = content_policy(Some("http://localhost:17177/practice/callback"));
        assert!(
            policy.to_str().unwrap().ends_with("form-action 'self' http://localhost:17177"),
            "{policy:?}"
        );
        let policy = content_policy(Some("com.example.app://back"));
        assert!(policy.to_str().unwrap().ends_with("form-action 'self' com.example.app:"), "{policy:?}");
        let policy = content_policy(None);
        assert!(policy.to_str().unwrap().ends_with("form-action 'self'"), "{policy:?}");
    }
}
