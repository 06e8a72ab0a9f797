//! The text of a sealed answer: letters and digits alone, so that a mail may wrap, indent and quote it and a chat may put
//! its own marks around it.
//!
//! Between `DTXANSWER1` and `1END` stands, in the base 32 of RFC 4648: a byte for the form, the request's id, the
//! encapsulated key, what is sealed, and the first four bytes of the SHA-256 of all that. No digit 1 is in base 32, so
//! nothing between the marks looks like one of them.

use sha2::{Digest, Sha256};

use crate::secret::hex;

const BEGIN: &str = "DTXANSWER1";
const END: &str = "1END";
/// What the page writes above an answer, as far as it is letters.
const ABOVE: &str = "SEALEDANSWERTOREQUEST";
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The longest text that is looked through: a mail with all that it quotes.
const LONGEST: usize = 64 * 1024;

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

/// Why there is no answer in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nothing in it begins as one does.
    Nothing,
    /// It begins, and is cut off or was altered on the way.
    Damaged,
}

/// Whether an answer begins in this line, or with the words that stand above one.
pub fn begins(line: &str) -> bool {
    let letters = letters(line);
    letters.contains(BEGIN) || letters.contains(ABOVE)
}

/// Whether the answer in this text has come to its end.
pub fn is_whole(text: &str) -> bool {
    letters(text).split_once(BEGIN).is_some_and(|(_, after)| after.contains(END))
}

/// The first answer in a text.
pub fn read(text: &str) -> Result<Answer, NoAnswer> {
    if text.len() > LONGEST {
        return Err(NoAnswer::Nothing);
    }
    let letters = letters(text);
    let (_, after) = letters.split_once(BEGIN).ok_or(NoAnswer::Nothing)?;
    let (body, _) = after.split_once(END).ok_or(NoAnswer::Damaged)?;
    decoded(body).and_then(|bytes| parts(&bytes)).ok_or(NoAnswer::Damaged)
}

/// The letters and digits of a text, without what a mail puts before a line to quote it.
fn letters(text: &str) -> String {
    let unquoted = text.lines().map(|line| line.rsplit('>').next().unwrap_or_default());
    unquoted
        .flat_map(str::chars)
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
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
#[cfg(test)]
pub(super) fn written(bytes: &[u8]) -> String {
    let sum = Sha256::digest(bytes);
    let whole = [bytes, &sum[..SUM]].concat();
    let mut text = String::new();
    let (mut bits, mut held) = (0_u32, 0);
    for byte in whole {
        bits = ((bits << 8) | u32::from(byte)) & 0xffff;
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(LETTERS[((bits >> held) & 31) as usize]));
        }
    }
    if held > 0 {
        text.push(char::from(LETTERS[((bits << (5 - held)) & 31) as usize]));
    }
    format!("{BEGIN}\n{text}\n{END}")
}
