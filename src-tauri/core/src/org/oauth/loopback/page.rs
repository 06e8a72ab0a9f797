//! The browser's pages: small and fixed, without anything from the request.

use std::{fmt::Write, sync::LazyLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// The sign-in came back with a code.
    Answered,
    /// The sign-in came back with a refusal.
    Refused,
    NotOfThisSignIn,
    NobodyWaits,
    NothingHere,
    /// The request has more cookies than are accepted.
    TooLong,
    Unreadable,
}

/// The sender of the browser, as the pages call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    Salesforce,
    PracticeOrg,
}

impl Sender {
    fn name(self) -> &'static str {
        match self {
            Self::Salesforce => "Salesforce",
            Self::PracticeOrg => "the practice org",
        }
    }

    fn name_that_begins(self) -> &'static str {
        match self {
            Self::Salesforce => "Salesforce",
            Self::PracticeOrg => "The practice org",
        }
    }

    /// The sign at the top of the page.
    fn mark(self) -> &'static str {
        match self {
            Self::Salesforce => "",
            Self::PracticeOrg => "<p class=\"mark\">PRACTICE</p>",
        }
    }
}

impl Page {
    fn words(self, sender: Sender) -> (String, String) {
        let (name, begins) = (sender.name(), sender.name_that_begins());
        let (title, text) = match self {
            Self::Answered => (
                format!("{begins} has answered"),
                "Go back to Datatrax Connect: it looks at who signed in, and may have a question before anything is \
                 stored. You can close this tab."
                    .to_owned(),
            ),
            Self::Refused => (
                format!("{begins} did not allow the sign-in"),
                "Nothing was connected. Datatrax Connect says why, and what to do. \
                 You can close this tab and go back to Datatrax Connect."
                    .to_owned(),
            ),
            Self::NotOfThisSignIn => (
                "This does not belong to the sign-in under way".to_owned(),
                format!(
                    "Nothing has changed: Datatrax Connect is still waiting. \
                     Go on in the tab in which you sign in to {name}, or start again from Datatrax Connect."
                ),
            ),
            Self::NobodyWaits => (
                "No sign-in is waiting for this".to_owned(),
                "It was finished, cancelled, or took too long. Start again from Datatrax Connect.".to_owned(),
            ),
            Self::NothingHere => (
                "There is nothing at this address".to_owned(),
                format!("Datatrax Connect listens here only for sign-ins to {name}."),
            ),
            Self::TooLong => (
                "The browser sent too many cookies".to_owned(),
                "Other programs that ran on localhost have left them, and they come along with every visit there. \
                 The sign-in still waits: copy the whole address of this page from the address bar, and paste it in \
                 Datatrax Connect where it waits. For the next time, delete the cookies of localhost in the browser's \
                 settings."
                    .to_owned(),
            ),
            Self::Unreadable => (
                "This request cannot be read".to_owned(),
                format!(
                    "Datatrax Connect listens here only for the answer to a sign-in to {name}. If this is one, copy the \
                     whole address of this page from the address bar, and paste it in Datatrax Connect where it waits."
                ),
            ),
        };
        (title, text)
    }
}

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#fbfaf7;color:#1c2130;\
font:1.0625rem/1.55 system-ui,sans-serif}\
main{max-width:32rem;padding:2rem}\
h1{font-size:1.625rem;line-height:1.25;margin:0 0 .75rem;text-wrap:balance}\
p{margin:0}\
.mark{display:inline-block;margin:0 0 1rem;padding:.125rem .625rem;border:1px solid;border-radius:.375rem;\
font-size:.8125rem;font-weight:600;letter-spacing:.06em}\
@media(prefers-color-scheme:dark){body{background:#12151c;color:#eceef2}}\
@media(forced-colors:active){body{background:Canvas;color:CanvasText}}";

/// Forbids loading, sending and framing; only this one style applies.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// A complete HTTP answer.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    extra: String,
    page: Option<Page>,
    is_last: bool,
}

impl Reply {
    pub(super) fn page(status: u16, page: Page) -> Self {
        let extra = if status == 405 { "Allow: GET, OPTIONS\r\n".to_owned() } else { String::new() };
        Self { status, extra, page: Some(page), is_last: false }
    }

    /// The page that ends a sign-in in the browser.
    pub(super) fn last_page(page: Page) -> Self {
        Self { is_last: true, ..Self::page(200, page) }
    }

    /// Redirects to a clean address, so that code and state leave the address bar.
    pub(super) fn see_other(path: &str) -> Self {
        Self { status: 303, extra: format!("Location: {path}\r\n"), page: None, is_last: false }
    }

    /// Lets a page from the internet lead the browser here. Scripts may read only this empty answer from elsewhere, no
    /// other.
    pub(super) fn preflight() -> Self {
        let extra = "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: GET\r\n\
                     Access-Control-Allow-Private-Network: true\r\n";
        Self { status: 204, extra: extra.to_owned(), page: None, is_last: false }
    }

    /// Whether what was asked is not taken as it is.
    pub(super) fn refuses(&self) -> bool {
        self.status == 400
    }

    /// Whether this is the page that ends a sign-in in the browser.
    pub(super) fn is_last_page(&self) -> bool {
        self.is_last
    }

    /// The last page holds nothing of the sign-in. The browser loads it anew each time, and a restored tab shows it as
    /// it was.
    fn caching(&self) -> &'static str {
        if self.is_last { "private, max-age=0" } else { "no-store" }
    }

    pub(super) fn into_bytes(self, sender: Sender) -> Vec<u8> {
        let caching = self.caching();
        let body = self.page.map(|page| html(page, sender)).unwrap_or_default();
        let mut text = format!("HTTP/1.1 {} {}\r\n{}", self.status, reason(self.status), self.extra);
        if self.page.is_some() {
            text.push_str("Content-Type: text/html; charset=utf-8\r\n");
        }
        if self.status != 204 {
            // Writing to a string cannot fail.
            let _ = write!(text, "Content-Length: {}\r\n", body.len());
        }
        let _ = write!(
            text,
            "Content-Security-Policy: {}\r\nCache-Control: {caching}\r\nReferrer-Policy: no-referrer\r\n\
             X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n\r\n{body}",
            *POLICY
        );
        text.into_bytes()
    }
}

fn html(page: Page, sender: Sender) -> String {
    let (title, text) = page.words(sender);
    let mark = sender.mark();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title} - Datatrax Connect</title><style>{STYLE}</style></head>\
         <body><main>{mark}<h1>{title}</h1><p>{text}</p></main></body></html>"
    )
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        303 => "See Other",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        431 => "Request Header Fields Too Large",
        _ => "Bad Request",
    }
}
