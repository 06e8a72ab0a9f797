//! The browser's pages: small, and without anything from a request. The last one names the org of the sign-in.

use std::{fmt::Write, sync::LazyLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::{contract::view::OrgKind, org::address::LINK_TO_WINDOW};

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

/// The org that the browser was sent to. Who signs in there is not known before the last page is served.
#[derive(Clone, Debug)]
pub struct SentTo {
    pub words: String,
    pub host: String,
    pub kind: OrgKind,
    /// Whether a link of ours leads to this program.
    pub opens_links: bool,
}

impl SentTo {
    fn card(&self) -> String {
        let (words, host, class) = (escaped(&self.words), escaped(&self.host), self.kind.word());
        let kind = class.to_uppercase();
        format!(
            "<div class=\"org {class}\"><p class=\"quiet\">Sign-in to</p>\
             <p><b>{words}</b> <span class=\"kind\">{kind}</span></p><p class=\"quiet\">{host}</p></div>"
        )
    }

    /// The way back to the window, where a click finds it.
    fn way_back(&self) -> String {
        if self.opens_links {
            format!("<p class=\"back\"><a href=\"{LINK_TO_WINDOW}\">Open Datatrax Connect</a></p>")
        } else {
            String::new()
        }
    }
}

/// Text as HTML shows it, also within quotation marks.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            other => shown.push(other),
        }
    }
    shown
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
            Self::PracticeOrg => "<p><span class=\"kind practice\">PRACTICE</span></p>",
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

/// The mark of the program, as its icon draws it.
const MARK: &str = "<svg viewBox=\"0 0 512 512\" width=\"32\" height=\"32\" aria-hidden=\"true\">\
<rect x=\"16\" y=\"16\" width=\"480\" height=\"480\" rx=\"108\" fill=\"#0a6f78\"/><g fill=\"#ffffff\">\
<rect x=\"92\" y=\"172\" width=\"148\" height=\"44\" rx=\"22\"/><rect x=\"92\" y=\"296\" width=\"148\" height=\"44\" rx=\"22\"/>\
<path d=\"M228 124a20 20 0 0 0-20 20v224a20 20 0 0 0 20 20h36a132 132 0 0 0 0-264z\"/>\
<rect x=\"384\" y=\"236\" width=\"112\" height=\"40\"/></g></svg>";

const STYLE: &str = "\
:root{color-scheme:light dark;--canvas:#fbfaf7;--panel:#fff;--ink:#1c2130;--quiet:#555c6e;--line:#dcd8cf;--accent:#0a6f78;\
--on:#fff;--production:#98203c;--sandbox:#1c5590;--practice:#7d5600}\
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--canvas);color:var(--ink);\
font:1.0625rem/1.55 system-ui,sans-serif}\
main{box-sizing:border-box;width:100%;max-width:34rem;padding:2rem;display:grid;gap:1.25rem;justify-items:start}\
.brand{display:flex;align-items:center;gap:.625rem;font-weight:600}\
h1{font-size:1.625rem;line-height:1.25;margin:0;text-wrap:balance}\
p{margin:0;overflow-wrap:anywhere}\
.quiet{color:var(--quiet);font-size:.875rem}\
.org{box-sizing:border-box;width:100%;padding:.75rem 1rem;background:var(--panel);border:1px solid var(--line);\
border-left-width:5px;border-radius:.625rem}\
.production{border-color:var(--production)}.practice{border-style:dashed}\
.kind{padding:.0625rem .5rem;border:1.5px solid;border-radius:1rem;font-size:.75rem;font-weight:700;letter-spacing:.05em;\
color:var(--quiet);white-space:nowrap}\
.production .kind{background:var(--production);border-color:var(--production);color:var(--canvas)}\
.sandbox .kind{color:var(--sandbox)}.practice .kind,.kind.practice{color:var(--practice);border-style:dashed}\
.back a{display:inline-block;padding:.625rem 1.25rem;border-radius:.5rem;background:var(--accent);color:var(--on);\
font-weight:600;text-decoration:none}\
.back a:focus-visible{outline:3px solid var(--ink);outline-offset:2px}\
@media(prefers-color-scheme:dark){:root{--canvas:#12151c;--panel:#1b1f29;--ink:#eceef2;--quiet:#a8afbd;--line:#353b48;\
--accent:#5fc8cd;--on:#08191b;--production:#f3a0b0;--sandbox:#93c0f0;--practice:#e6bd6a}}\
@media(forced-colors:active){.back a{border:2px solid LinkText}.production .kind{border:1.5px solid CanvasText}}";

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
    is_head_alone: bool,
    /// The org that the last page names.
    org: Option<SentTo>,
}

impl Reply {
    pub(super) fn page(status: u16, page: Page) -> Self {
        let extra = if status == 405 { "Allow: GET, OPTIONS\r\n".to_owned() } else { String::new() };
        Self { status, extra, page: Some(page), is_last: false, is_head_alone: false, org: None }
    }

    /// The page that ends a sign-in in the browser.
    pub(super) fn last_page(page: Page, org: Option<SentTo>) -> Self {
        Self { is_last: true, org, ..Self::page(200, page) }
    }

    /// Redirects to a clean address, so that code and state leave the address bar.
    pub(super) fn see_other(path: &str) -> Self {
        Self { extra: format!("Location: {path}\r\n"), ..Self::empty(303) }
    }

    /// Lets a page from the internet lead the browser here. Scripts may read only this empty answer from elsewhere, no
    /// other.
    pub(super) fn preflight() -> Self {
        let extra = "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: GET\r\n\
                     Access-Control-Allow-Private-Network: true\r\n";
        Self { extra: extra.to_owned(), ..Self::empty(204) }
    }

    fn empty(status: u16) -> Self {
        Self { status, extra: String::new(), page: None, is_last: false, is_head_alone: false, org: None }
    }

    /// Whether what was asked is not taken as it is.
    pub(super) fn refuses(&self) -> bool {
        matches!(self.status, 400 | 404 | 405)
    }

    /// The same answer to somebody who asked for its head alone.
    pub(super) fn without_body(self) -> Self {
        Self { is_head_alone: true, ..self }
    }

    /// Whether this is the page that ends a sign-in in the browser.
    pub(super) fn is_last_page(&self) -> bool {
        self.is_last
    }

    /// The last page holds nothing of the sign-in but its org. The browser loads it anew each time, and a restored tab
    /// shows it as it was.
    fn caching(&self) -> &'static str {
        if self.is_last { "private, max-age=0" } else { "no-store" }
    }

    pub(super) fn into_bytes(self, sender: Sender) -> Vec<u8> {
        let caching = self.caching();
        let body = self.page.map(|page| html(page, sender, self.org.as_ref())).unwrap_or_default();
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
             X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n\r\n",
            *POLICY
        );
        if !self.is_head_alone {
            text.push_str(&body);
        }
        text.into_bytes()
    }
}

fn html(page: Page, sender: Sender, org: Option<&SentTo>) -> String {
    let (title, text) = page.words(sender);
    let (whose, back) =
        org.map_or_else(|| (sender.mark().to_owned(), String::new()), |org| (org.card(), org.way_back()));
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title} - Datatrax Connect</title><style>{STYLE}</style></head>\
         <body><main><p class=\"brand\">{MARK}Datatrax Connect</p>{whose}<h1>{title}</h1><p>{text}</p>{back}</main></body></html>"
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

#[cfg(test)]
mod tests {
    use super::*;

    fn org(words: &str, opens_links: bool) -> SentTo {
        let host = "acme--uat.sandbox.my.salesforce.com".to_owned();
        SentTo { words: words.to_owned(), host, kind: OrgKind::Sandbox, opens_links }
    }

    fn last(org: SentTo) -> String {
        let bytes = Reply::last_page(Page::Answered, Some(org)).into_bytes(Sender::Salesforce);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_last_page_names_the_org_of_the_sign_in_and_a_way_back_where_links_lead_here() {
        let page = last(org("Sandbox uat of acme", true));
        for part in ["Sandbox uat of acme", ">SANDBOX<", "acme--uat.sandbox.my.salesforce.com"] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert_eq!(page.matches("href=").count(), 1, "one link: {page}");
        assert!(page.contains(&format!("href=\"{LINK_TO_WINDOW}\">Open Datatrax Connect<")), "{page}");
        let page = last(org("Sandbox uat of acme", false));
        assert!(!page.contains("href="), "no link where it would lead nowhere: {page}");
        let other = Reply::page(404, Page::NothingHere).into_bytes(Sender::Salesforce);
        assert!(!String::from_utf8(other).unwrap().contains("href="), "nor for who asks for anything else");
    }

    #[test]
    fn what_names_an_org_is_text_whatever_is_in_it() {
        let page = last(org("</p><script>alert(1)</script><img src='x' onerror=\"a\">&", true));
        for markup in ["<script", "<img", "onerror=\"", "</p><script"] {
            assert!(!page.contains(markup), "{markup} in {page}");
        }
        assert!(
            page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("&#39;x&#39;"),
            "{page}"
        );
    }

    #[test]
    fn the_page_loads_nothing_and_runs_nothing() {
        let outs =
            ["<script", "src=", "url(", "@import", "http:", "https:", "<link", "<form", " onload", " style="];
        for (page, org) in
            [(Page::Answered, Some(org("a", true))), (Page::Refused, None), (Page::TooLong, None)]
        {
            let text = html(page, Sender::Salesforce, org.as_ref());
            let found: Vec<_> = outs.into_iter().filter(|out| text.contains(out)).collect();
            assert_eq!(found, Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn the_mark_is_the_one_of_the_icon() {
        let icon = include_str!("../../../../../../icons/icon.svg");
        for shape in MARK.split('<').filter(|part| part.starts_with("rect") || part.starts_with("path")) {
            assert!(icon.contains(shape.trim_end()), "{shape} is in the icon");
        }
    }
}
