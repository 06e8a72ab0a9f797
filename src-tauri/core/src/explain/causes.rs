//! What Salesforce, the way to it and this computer say when something fails, and what it means: one table as data.
//!
//! The first row that fits decides, and rows with a description stand before those without: where an error and its
//! description disagree, the description decides. A row whose cause is more exact than its code has words of its own in
//! `words/causes.toml`; any other is told in the words of its code.

mod authorize;
mod computer;
mod elsewhere;
mod rest;
mod token;
mod words;

pub use self::{
    elsewhere::PROVIDER_PAGE,
    words::{Told, told, told_of_code},
};
use super::Code;
use crate::contract::view::Sure::{self, Certain, Reported};

/// Where an error is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The authorize endpoint, its error page, or the address that a sign-in ends on.
    Authorize,
    /// The token endpoint and its like.
    Token,
    /// A call of the API.
    Rest,
    /// Anything else of an org's: Setup, Login History, the other APIs.
    Elsewhere,
    /// The way to the org, the browser, and this computer.
    Computer,
}

/// One row: what is said, and what it means.
#[derive(Debug)]
pub struct Sign {
    /// Its name, and the one of its words where it has some.
    pub id: &'static str,
    /// The errors that it may stand with, in small letters; none stands for any. `*` at the end: what begins so.
    pub errors: &'static [&'static str],
    /// Descriptions of which one is said, in small letters, without punctuation; `…` stands between parts that all are. An
    /// empty one stands for no description, none at all for any.
    pub says: &'static [&'static str],
    pub code: Code,
    /// Whether it confirms that this token or pair will never work again.
    pub ends: bool,
    /// Whether one refresh may cure it.
    pub refresh: bool,
    /// The first and the last status of a REST answer that it stands with.
    pub status: (u16, u16),
    /// Whether its errors are words that other services use in the same form: read from a text only where they are
    /// labelled as an error.
    pub common: bool,
    /// How sure the meaning is, and where it is from.
    pub sure: Sure,
    pub source: &'static str,
}

/// A row by what it says and means.
const fn sign(
    id: &'static str,
    errors: &'static [&'static str],
    says: &'static [&'static str],
    code: Code,
    sure: Sure,
    source: &'static str,
) -> Sign {
    let (ends, refresh, status, common) = (false, false, (0, 999), false);
    Sign { id, errors, says, code, ends, refresh, status, common, sure, source }
}

/// Sources of several endpoints.
const OLD_HELP: &str = "Salesforce help, OAuth 2.0 Authorization Errors";
const FLOW_HELP: &str = "Salesforce help remoteaccess_oauth_flow_errors";
const SERVER_LIST: &str = "the server's list of codes in the Mobile SDK for Android (OAuthErrorCode.kt)";

/// What the description decides at every endpoint of OAuth, whatever the error is.
#[rustfmt::skip]
const CROSS_ORG: Sign =
    sign("cross_org", &[], &["cross org"], Code::BrowserElsewhere, Reported, "nine field reports, two of them confirmed live");
#[rustfmt::skip]
const NOT_INSTALLED: Sign =
    sign("app_not_installed", &[],
        &["must be installed", "has not been installed", "app is not installed into", "uninstalled"],
        Code::AppNotInstalled, Certain, "a live test of September 2026, written down; Salesforce's knowledge article 005132365");

impl Sign {
    const fn ends(self) -> Self {
        Self { ends: true, ..self }
    }

    const fn refreshed(self) -> Self {
        Self { refresh: true, ..self }
    }

    const fn with(self, first: u16, last: u16) -> Self {
        Self { status: (first, last), ..self }
    }

    const fn common(self) -> Self {
        Self { common: true, ..self }
    }

    fn is_of(&self, error: &str) -> bool {
        self.errors.is_empty() || self.names(error)
    }

    /// Whether the error is one of its own.
    pub fn names(&self, error: &str) -> bool {
        self.errors.iter().any(|known| match known.strip_suffix('*') {
            Some(start) => error.starts_with(start),
            None => *known == error,
        })
    }

    /// Whether one of its descriptions is said, `says` telling of a part whether it is.
    pub fn is_said(&self, is_empty: bool, says: impl Fn(&str) -> bool) -> bool {
        self.says.is_empty()
            || self.says.iter().any(|said| match *said {
                "" => is_empty,
                said => said.split('…').all(&says),
            })
    }
}

/// All rows of a place, in order.
pub fn at(place: At) -> &'static [Sign] {
    match place {
        At::Authorize => authorize::SIGNS,
        At::Token => token::SIGNS,
        At::Rest => rest::SIGNS,
        At::Elsewhere => elsewhere::SIGNS,
        At::Computer => computer::SIGNS,
    }
}

/// The places, in the order in which a text is looked up where it does not say where it is from.
pub const PLACES: [At; 5] = [At::Authorize, At::Token, At::Rest, At::Elsewhere, At::Computer];

/// The meaning of an error and its description, as words in small letters.
pub(super) fn find(place: At, error: &str, description: &str) -> Option<&'static Sign> {
    let says = |part: &str| description.contains(part);
    at(place).iter().find(|sign| sign.is_of(error) && sign.is_said(description.is_empty(), says))
}

/// The meaning of an error of a REST call.
pub(super) fn find_call(status: u16, error: &str) -> Option<&'static Sign> {
    at(At::Rest).iter().find(|sign| {
        let is_of_status = (sign.status.0..=sign.status.1).contains(&status);
        is_of_status && sign.is_of(error) && sign.is_said(error.is_empty(), |_| false)
    })
}

/// An error as the rows have it: Salesforce writes `access-denied` beside `access_denied`, and capitals here and there.
pub fn plain(error: &str) -> String {
    let text: String = error.trim().chars().take(200).collect();
    let lower = text.to_ascii_lowercase();
    if lower.contains(' ') { lower } else { lower.replace('-', "_") }
}

/// A description as the rows have it: words in small letters with single spaces between them.
pub fn words_of(description: &str) -> String {
    let mut words = String::new();
    let mut is_space_due = false;
    for character in description.chars().take(1000) {
        if character.is_alphanumeric() || character == '/' {
            if std::mem::take(&mut is_space_due) && !words.is_empty() {
                words.push(' ');
            }
            words.extend(character.to_lowercase());
        } else {
            is_space_due = true;
        }
    }
    words
}

#[cfg(test)]
mod tests;
