//! The text of a sealed answer: letters and digits alone, so that a mail may wrap, indent and quote it and a chat may put
//! its own marks around it.
//!
//! Between `DTXANSWER1` and `1END` stands, in the base 32 of RFC 4648: a byte for the form, the request's id, the
//! encapsulated key, what is sealed, and the first four bytes of the SHA-256 of all that. No digit 1 is in base 32, so
//! nothing between the marks looks like one of them.

use sha2::{Digest, Sha256};

use super::mail;
use crate::{
    contract::view::Failure,
    explain::{self, Code},
    secret::hex,
};

pub const BEGIN: &str = "DTXANSWER1";
const END: &str = "1END";
/// What the page writes above an answer, as far as it is letters.
const ABOVE: &str = "SEALEDANSWERTOREQUEST";
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// How much of a text is looked through, in bytes: a mail as a file, with all that it quotes and carries.
pub const LONGEST: usize = 1024 * 1024;

/// The longest name before a mark of quoting.
const LONGEST_NAME: usize = 12;

const FORM: u8 = 1;
const ID: usize = 16;
const ENC: usize = 65;
const SUM: usize = 4;

/// What stands in the text of an answer, before it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The id of the request that it answers, as it says.
    pub request: String,
    pub(super) enc: [u8; ENC],
    pub(super) sealed: Vec<u8>,
}

impl Answer {
    /// By which the same answer is known again.
    pub fn sum(&self) -> [u8; 32] {
        Sha256::digest(self.bytes()).into()
    }

    /// Its text and nothing else, as the page writes it.
    pub fn alone(&self) -> String {
        written(&self.bytes())
    }

    fn bytes(&self) -> Vec<u8> {
        let digits = self.request.as_bytes().chunks(2);
        let id = digits.filter_map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
        std::iter::once(FORM).chain(id).chain(self.enc).chain(self.sealed.iter().copied()).collect()
    }
}

/// Why there is no answer in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nothing in it begins as one does.
    Nothing,
    /// It begins, and is cut off or was altered on the way.
    Damaged,
}

impl NoAnswer {
    pub fn failure(self) -> Failure {
        let code = match self {
            Self::Nothing => Code::AnswerUnreadable,
            Self::Damaged => Code::AnswerDamaged,
        };
        explain::failure(code, &[])
    }
}

/// Whether an answer begins in this line, or with the words that stand above one.
pub fn begins(line: &str) -> bool {
    let letters = letters(line.lines().map(unquoted));
    letters.contains(BEGIN) || letters.contains(ABOVE)
}

/// Whether the answer in this text has come to its end.
pub fn is_whole(text: &str) -> bool {
    let letters = letters(text.lines().map(unquoted));
    letters.rsplit_once(BEGIN).is_some_and(|(_, after)| after.contains(END))
}

/// The first answer in a text. One that somebody has just written comes before one that is quoted below or above it.
pub fn read(text: &str) -> Result<Answer, NoAnswer> {
    let cut = String::from_utf8_lossy(text.as_bytes().get(..LONGEST).unwrap_or(text.as_bytes()));
    let (coded, parts) = (mail::quoted_printable(&cut), mail::base64_parts(&cut));
    let mut why = NoAnswer::Nothing;
    for text in [&*cut, &*coded, &*parts] {
        let own = letters(text.lines().filter(|line| unquoted(line).len() == line.len()));
        let with_quoted = letters(text.lines().map(unquoted));
        let without_markup = letters(mail::without_markup(text).lines().map(unquoted));
        for reading in [own, with_quoted, without_markup] {
            match first(&reading) {
                Ok(answer) => return Ok(answer),
                Err(NoAnswer::Damaged) => why = NoAnswer::Damaged,
                Err(NoAnswer::Nothing) => {}
            }
        }
    }
    Err(why)
}

/// The first whole answer among these letters: somebody may have written of its marks before it.
fn first(letters: &str) -> Result<Answer, NoAnswer> {
    let mut why = NoAnswer::Nothing;
    for after in letters.split(BEGIN).skip(1) {
        why = NoAnswer::Damaged;
        let body = after.split_once(END).map(|(body, _)| body);
        if let Some(answer) = body.and_then(decoded).and_then(|bytes| parts(&bytes)) {
            return Ok(answer);
        }
    }
    Err(why)
}

/// The letters and digits of these lines, as capitals.
fn letters<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let letters = lines.flat_map(str::chars).filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_uppercase()).collect()
}

/// A line without what a mail puts before it to quote it: marks, and at times the name of whoever is quoted.
fn unquoted(mut line: &str) -> &str {
    while let Some((name, after)) = line.split_once('>') {
        let name = name.trim();
        let is_name = name.len() <= LONGEST_NAME && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_name || name.ends_with(END) || name.ends_with(BEGIN) {
            break;
        }
        line = after;
    }
    line
}

/// The bytes of a text in base 32. `None` for another letter, or for bits left over that are none of a byte.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(text.len() * 5 / 8), 0_u32, 0_u32);
    for letter in text.bytes() {
        let value = LETTERS.iter().position(|known| *known == letter)?;
        bits = ((bits << 5) | u32::try_from(value).ok()?) & 0xfff;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    let is_whole = held < 5 && bits & ((1 << held) - 1) == 0;
    is_whole.then_some(bytes)
}

fn parts(bytes: &[u8]) -> Option<Answer> {
    let (bytes, sum) = bytes.split_last_chunk::<SUM>()?;
    if Sha256::digest(bytes).get(..SUM)? != sum {
        return None;
    }
    let [FORM, rest @ ..] = bytes else { return None };
    let (id, rest) = rest.split_first_chunk::<ID>()?;
    let (enc, sealed) = rest.split_first_chunk::<ENC>()?;
    Some(Answer { request: hex(id), enc: *enc, sealed: sealed.to_vec() })
}

/// The text of these bytes, as the page writes it.
pub(super) fn written(bytes: &[u8]) -> String {
    let sum = Sha256::digest(bytes);
    let (mut text, mut bits, mut held) = (String::new(), 0_u32, 0);
    for byte in bytes.iter().chain(sum.iter().take(SUM)) {
        bits = ((bits << 8) | u32::from(*byte)) & 0xffff;
        held += 8;
        while held >= 5 {
            held -= 5;
            text.extend(letter(bits >> held));
        }
    }
    if held > 0 {
        text.extend(letter(bits << (5 - held)));
    }
    format!("{BEGIN}\n{text}\n{END}")
}

/// The letter of the last five bits.
fn letter(bits: u32) -> Option<char> {
    let letter = LETTERS.get(usize::try_from(bits & 31).ok()?)?;
    Some(char::from(*letter))
}
