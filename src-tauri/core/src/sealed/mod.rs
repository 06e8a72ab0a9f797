//! Key and secret that somebody with the rights sends back, sealed to a key made for one request (RFC 9180): what the
//! seal is bound to, the text that comes back, and the page in which it is made.

mod file;
mod hpke;
mod mail;
mod page;
mod text;

use serde::Deserialize;
use time::OffsetDateTime;
use zeroize::Zeroizing;

pub use self::{
    file::{Written, write},
    hpke::{KeyPair, NoRandom},
    page::{file_name, html},
    text::{Answer, BEGIN, LONGEST as LONGEST_TEXT, NoAnswer, begins, is_whole, read},
};
use crate::secret::Secret;

/// For how many days a request can be answered.
pub const DAYS: u16 = 7;
pub const MOST_DAYS: u16 = 30;

/// The digits of a request's number.
const NUMBER: usize = 8;

/// The longest name of who asks, in characters.
pub const LONGEST_NAME: usize = 80;

/// What an answer is sealed for. It opens for nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'a> {
    /// The request's id.
    pub request: &'a str,
    /// The org's host.
    pub host: &'a str,
    pub expires_at: OffsetDateTime,
}

impl Bound<'_> {
    /// The `info` of RFC 9180. None of its parts has a line end in it.
    fn info(&self) -> Vec<u8> {
        let Self { request, host, expires_at } = self;
        let expires = expires_at.unix_timestamp();
        format!("datatrax-connect sealed answer 1\n{request}\n{host}\n{expires}\n").into_bytes()
    }
}

/// The two values inside an answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    pub key: Secret,
    pub secret: Secret,
}

/// Opens an answer with the private half of its request's key. `None` where it was sealed to another key, for another
/// request, org or time, was altered since, or does not hold the two values.
pub fn open(private: &[u8], bound: &Bound<'_>, answer: &Answer) -> Option<Values> {
    let opened: Zeroizing<Vec<u8>> = hpke::open(private, &answer.enc, &bound.info(), &answer.sealed)?;
    serde_json::from_slice(&opened).ok()
}

/// The answer in a text and nothing else, which is all that has to be handed on to have it opened.
pub fn alone(text: &Secret) -> Result<Secret, NoAnswer> {
    // EXPOSE: looked through for the answer, which is sealed.
    read(text.expose()).map(|answer| Secret::new(answer.alone()))
}

/// Whether somebody means this request: by its number, with or without the hyphen, or by its id.
pub fn is_called(request: &str, named: &str) -> bool {
    let typed = named.trim().to_lowercase();
    let digits = typed.replace('-', "");
    request == typed || (digits.len() == NUMBER && request.starts_with(&digits))
}

/// What people call a request by: the beginning of its id.
pub fn number(request: &str) -> String {
    let digits: Vec<char> = request.chars().take(NUMBER).collect();
    digits.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests;
