//! Finds errors and descriptions in a text, in one pass, also where a line was broken within a word.

use super::{
    blocks::{self, Block, bits, is_of_word as is_letter},
    phrases::{HEAD, Head, Kind, PHRASES, Phrase, Phrases},
};

/// The most white space and marks between two words of a description.
const MOST_BETWEEN: usize = 12;
/// As much of a phrase has to be there where the text ends within it, in letters.
const LEAST_OF_CUT: usize = 14;
/// The longest beginning of a phrase at the end of a text, in bytes.
const LONGEST_CUT: usize = 120;
/// Behind a block of a length of this, nothing that begins in it is at the end of the text.
const FAR: usize = blocks::LENGTH + LONGEST_CUT;
/// The most bytes between an error and the name of its field.
const MOST_TO_LABEL: usize = 16;

/// A known error or description in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    pub(super) label: Label,
}

/// The field that an error stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// `error=` in an address or a form, or `ErrorCode=` in an address.
    Query,
    /// `"error":` in JSON, or the like.
    Error,
    /// `errorCode` of a call.
    ErrorCode,
    None,
}

/// The search of a text for everything known, block by block.
pub(super) struct Search<'a> {
    bytes: &'a [u8],
    known: &'static Phrases,
    /// In order. None of it overlaps.
    found: Vec<Found>,
    /// Where the last one ends.
    done: usize,
    /// The block before, whose words may go on in the next one, and whether its first byte is within a word.
    block: Block,
    is_within: u64,
}

impl<'a> Search<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let (found, block) = (Vec::new(), Block::default());
        Self { bytes: text.as_bytes(), known: &PHRASES, found, done: 0, block, is_within: 0 }
    }

    pub(super) fn look_at(&mut self, next: &Block) {
        let Block { start, words, letters, .. } = std::mem::replace(&mut self.block, *next);
        // No phrase begins with a digit, or beyond ASCII.
        let begins = letters & !(words << 1 | self.is_within);
        self.is_within = words >> 63;
        let known = self.known;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let Some(far) = rest.first_chunk::<FAR>() else {
            // What begins here may be cut off.
            for bit in bits(begins) {
                if known.may_begin(rest.get(bit as usize..).unwrap_or_default()) {
                    self.try_word(start + bit as usize);
                }
            }
            return;
        };
        // No phrase may begin with nearly every word.
        for bit in bits(begins) {
            let Some(head) = far.get(bit as usize..).and_then(<[u8]>::first_chunk::<HEAD>) else { break };
            let length = (words >> bit | next.words << 1 << (63 - bit)).trailing_ones();
            // Where a line is broken, the letters are elsewhere.
            let is_broken = || head.get(length as usize).is_some_and(|byte| matches!(byte, b'\n' | b'\r'));
            if known.has_head(*head, length)
                || (is_broken() && known.may_begin(rest.get(bit as usize..).unwrap_or_default()))
            {
                self.try_word(start + bit as usize);
            }
        }
    }

    /// Looks for what begins here, unless it is within what was found last, and for what follows it without a gap.
    fn try_word(&mut self, mut at: usize) {
        if at < self.done {
            return;
        }
        let bytes = self.bytes;
        while let Some(rest) = bytes.get(at..)
            && let Some((kind, end)) = longest(self.known, bytes, at, rest)
        {
            self.found.push(Found { start: at, end, kind, label: label(bytes, at) });
            (self.done, at) = (end, end);
            let is_within = bytes
                .get(end.wrapping_sub(1)..=end)
                .is_some_and(|two| two.iter().all(|byte| is_letter(*byte)));
            if !is_within || !self.known.may_begin(bytes.get(end..).unwrap_or_default()) {
                break;
            }
        }
    }

    /// Everything known in a text whose blocks were all looked at.
    pub(super) fn found(mut self) -> Vec<Found> {
        self.look_at(&Block::default());
        self.found
    }
}

/// The longest phrase that begins here, and its end.
fn longest(known: &Phrases, bytes: &[u8], at: usize, rest: &[u8]) -> Option<(Kind, usize)> {
    // A line may have been broken after the first letter.
    let begin = match rest {
        [first, b'\n', second, ..] | [first, b'\r', b'\n', second, ..] | [first, second, ..] => {
            [*first, *second]
        }
        _ => return None,
    };
    let phrases = known.beginning(begin);
    let head = Head::at(rest);
    let mut next = None;
    let mut may_be = |phrase: &&Phrase| {
        phrase.may_be(0, head) && phrase.may_be(1, *next.get_or_insert_with(|| head_of_next(rest)))
    };
    let mut likely = phrases.iter().filter(|phrase| may_be(phrase));
    let whole = likely.find_map(|phrase| Some((phrase.kind, end_of(bytes, at, phrase)?)));
    whole.or_else(|| cut_off(bytes, at, phrases))
}

/// The first letters of the next word. `None` where a line is broken before it.
fn head_of_next(text: &[u8]) -> Option<u64> {
    let word = text.iter().take_while(|byte| is_letter(**byte)).count();
    let gap = text.iter().skip(word).take(MOST_BETWEEN).take_while(|byte| !is_letter(**byte)).count();
    let is_broken = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let (before, next) = text.split_at_checked(word + gap)?;
    if before.iter().any(is_broken) { None } else { Head::at(next) }
}

/// The one phrase whose beginning the text ends with.
fn cut_off(bytes: &[u8], at: usize, phrases: &[Phrase]) -> Option<(Kind, usize)> {
    if bytes.len() - at > LONGEST_CUT {
        return None;
    }
    let mut cut = phrases.iter().filter(|phrase| is_cut(bytes, at, phrase));
    let only = cut.next()?;
    cut.next().is_none().then_some((only.kind, bytes.len()))
}

/// Whether the text ends within this phrase.
fn is_cut(bytes: &[u8], start: usize, phrase: &Phrase) -> bool {
    let left = bytes.iter().skip(start).filter(|byte| is_letter(**byte)).map(u8::to_ascii_lowercase);
    let left: Vec<u8> = left.collect();
    let letters: Vec<u8> = phrase.words.iter().flat_map(|word| word.bytes()).collect();
    left.len() >= LEAST_OF_CUT && letters.starts_with(&left) && !is_joined_before(bytes, start)
}

/// The end of this phrase, if it stands here.
fn end_of(bytes: &[u8], start: usize, phrase: &Phrase) -> Option<usize> {
    let is_error = matches!(phrase.kind, Kind::Error { .. });
    if is_error && is_joined_before(bytes, start) {
        return None;
    }
    let mut at = start;
    for (index, word) in phrase.words.iter().enumerate() {
        if index > 0 {
            at = between(bytes, at, phrase)?;
        }
        for letter in word.bytes() {
            at += break_at(bytes, at);
            let same = bytes.get(at).is_some_and(|byte| byte.to_ascii_lowercase() == letter);
            if !same {
                return None;
            }
            at += 1;
        }
    }
    let follows = bytes.get(at).copied().unwrap_or_default();
    if is_letter(follows) && !(phrase.begins() && is_error) {
        return None;
    }
    if is_error && matches!(follows, b'_' | b'-') && bytes.get(at + 1).is_some_and(|byte| is_letter(*byte)) {
        if !phrase.begins() {
            return None;
        }
        at += bytes.iter().skip(at).take_while(|byte| is_letter(**byte) || **byte == b'_').count();
    }
    Some(at)
}

impl Phrase {
    fn begins(&self) -> bool {
        matches!(self.kind, Kind::Error { begins: true, .. })
    }
}

/// The place behind what stands between two words of this phrase.
fn between(bytes: &[u8], at: usize, phrase: &Phrase) -> Option<usize> {
    let mut place = at;
    if matches!(phrase.kind, Kind::Description { .. }) {
        place += bytes.iter().skip(at).take(MOST_BETWEEN).take_while(|byte| !is_letter(**byte)).count();
        return (place > at).then_some(place);
    }
    place += break_at(bytes, place);
    match bytes.get(place)? {
        b'_' | b'-' => place += 1,
        b' ' if phrase.may_have_spaces => {
            place += bytes.iter().skip(place).take(MOST_BETWEEN).take_while(|byte| **byte == b' ').count();
        }
        _ if place > at && phrase.may_have_spaces => {}
        _ => return None,
    }
    Some(place)
}

/// The length of a line break here, with the space that begins the next line.
fn break_at(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let line_end = match rest {
        [b'\n', ..] => 1,
        [b'\r', b'\n', ..] => 2,
        _ => return 0,
    };
    line_end + rest.iter().skip(line_end).take(MOST_BETWEEN).take_while(|byte| **byte == b' ').count()
}

/// Whether the word goes on before this place: `APP_` before `ACCESS_DENIED`.
fn is_joined_before(bytes: &[u8], at: usize) -> bool {
    let mut before = bytes.get(..at).unwrap_or_default();
    before = before.strip_suffix(b"\n").unwrap_or(before);
    before = before.strip_suffix(b"\r").unwrap_or(before);
    match before {
        [.., letter, b'_' | b'-'] => is_letter(*letter),
        _ => false,
    }
}

/// The field whose value begins here.
fn label(bytes: &[u8], at: usize) -> Label {
    let mut before = bytes.get(..at).unwrap_or_default();
    // A namespace, as in `sf:INVALID_LOGIN`.
    before = before.strip_suffix(b"sf:").unwrap_or(before);
    let marks = before.iter().rev().take(MOST_TO_LABEL).take_while(|byte| !is_letter(**byte)).count();
    let (name, marks) = before.split_at(before.len() - marks);
    let length = name.iter().rev().take(MOST_TO_LABEL).take_while(|byte| is_letter(**byte)).count();
    let (rest, name) = name.split_at(name.len() - length);
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let has = |mark: u8| marks.contains(&mark);
    let is_in_address = matches!(rest.last(), Some(b'?' | b'&'));
    match name.as_str() {
        "error" if has(b'=') => Label::Query,
        // Some pages of Salesforce's write it so: `?ErrorCode=…&ErrorDescription=…`.
        "errorcode" if has(b'=') && is_in_address => Label::Query,
        "error" if has(b':') || has(b'>') => Label::Error,
        "errorcode" | "exceptioncode" | "faultcode" | "statuscode" => Label::ErrorCode,
        _ => Label::None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::paste::tests::texts::{any_text, known};

    fn found(text: &str) -> Vec<Found> {
        let mut search = Search::of(text);
        blocks::of(text).for_each(|block| search.look_at(&block));
        search.found()
    }

    /// The same, word by word.
    fn found_plainly(text: &str) -> Vec<Found> {
        let bytes = text.as_bytes();
        let mut all = Vec::new();
        let (mut at, mut is_within) = (0, false);
        while at < bytes.len() {
            let is_of_word = is_letter(bytes[at]);
            if is_of_word
                && !is_within
                && PHRASES.may_begin(&bytes[at..])
                && let Some((kind, end)) = longest(&PHRASES, bytes, at, &bytes[at..])
            {
                all.push(Found { start: at, end, kind, label: label(bytes, at) });
                (at, is_within) = (end, false);
                continue;
            }
            is_within = is_of_word;
            at += 1;
        }
        all
    }

    proptest! {
        #[test]
        fn masks_find_what_a_search_word_by_word_finds(text in any_text()) {
            prop_assert_eq!(found(&text), found_plainly(&text), "{:?}", text);
        }
    }

    #[test]
    fn everything_known_is_found_wherever_it_stands() {
        for known in known() {
            for before in 0..66 {
                let text = format!("{}{known}{}", " ".repeat(before), " .".repeat(100));
                assert_eq!(found(&text).first().map(|found| found.start), Some(before), "{known}");
            }
        }
    }
}
