//! The practice inbox: the mails the org sends to its users, who all read them here.

use std::fmt::Write;

use axum::response::{IntoResponse, Response};

use crate::http::call::Call;
use crate::http::clock_words;
use crate::http::pages::{Page, escape};
use crate::http::shared::Shared;

/// The page's path.
pub(crate) const PATH: &str = "/practice/inbox";
/// How many mails are kept.
const KEPT: usize = 50;

/// A mail.
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    /// What stands before the code.
    pub(crate) text: String,
    pub(crate) code: String,
    /// Milliseconds since 1970.
    pub(crate) sent_at: u64,
}

/// The mails, the newest last.
#[derive(Default)]
pub(crate) struct Inbox {
    mails: Vec<Mail>,
}

impl Inbox {
    pub(crate) fn deliver(&mut self, mail: Mail) {
        if self.mails.len() >= KEPT {
            self.mails.remove(0);
        }
        self.mails.push(mail);
    }

    /// The code of the newest mail.
    pub(crate) fn newest_code(&self) -> Option<&str> {
        self.mails.last().map(|mail| mail.code.as_str())
    }
}

/// GET: the mails, the newest first. Whoever sits at this computer may read them.
pub(crate) fn show(shared: &Shared, _: &Call) -> Response {
    let state = shared.lock();
    let mut mails = String::new();
    for mail in state.inbox.mails.iter().rev() {
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
