//! The page of the practice inbox, where all users read their mails.

use std::fmt::Write;

use axum::response::{IntoResponse, Response};

use crate::http::call::Call;
use crate::http::clock_words;
use crate::http::pages::{Page, escape};
use crate::http::shared::Shared;

/// GET: the mails, the newest first. Any person at this computer may read them.
pub(crate) fn show(shared: &Shared, _: &Call) -> Response {
    let state = shared.lock();
    let mut mails = String::new();
    for mail in state.inbox.newest_first() {
        let _ = writeln!(
            mails,
            "<article class=\"mail\"><h2>{subject}</h2>\n<p class=\"weak\">To {to}, {at}</p>\n<p>{text}</p>\n\
             <p>Verification Code: <strong class=\"code\">{code}</strong></p></article>",
            subject = escape(&mail.subject),
            to = escape(&mail.to),
            at = clock_words::moment(mail.sent_at),
            text = escape(&mail.text),
            code = escape(&mail.code),
        );
    }
    if mails.is_empty() {
        mails.push_str(
            "<p>No mail yet. When the practice org asks for a verification code, the mail with the code arrives here. \
             Then load this page again.</p>",
        );
    }
    Page::new("Practice inbox", format!("<h1>Practice inbox</h1>\n{mails}")).wide().into_response()
}
