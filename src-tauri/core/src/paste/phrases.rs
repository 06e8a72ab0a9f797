//! What a text is searched for: the errors of the table of causes, and descriptions that mean something by themselves.

use std::sync::LazyLock;

use crate::explain::causes::{self, At};

/// The number of lists that the phrases are spread over, by their first two letters.
const LISTS: usize = 512;

/// One thing to look for.
pub(super) struct Phrase {
    /// In small letters, without what stands between them. Its letters are compared one by one.
    pub(super) words: Vec<&'static str>,
    pub(super) kind: Kind,
    /// The first letters of its first two words, which nearly all other words are told from by.
    heads: [Head; 2],
    /// Whether a screenshot's text may have it with spaces: an error that is long, of no other service, and no description.
    pub(super) may_have_spaces: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// An error, in the form of the rows. `begins`: more words of it may follow.
    Error { error: &'static str, begins: bool, is_common: bool },
    /// A description.
    Description { said: &'static str, needs_salesforce: bool },
}

/// The first letters of a word, as far as four, in small letters. Those of a word that is not there fit every text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    letters: u32,
    /// Which of them there are.
    mask: u32,
}

impl Head {
    fn of(word: &str) -> Self {
        let (mut letters, mut mask) = ([0; 4], [0; 4]);
        for ((letter, is_there), byte) in letters.iter_mut().zip(&mut mask).zip(word.bytes()) {
            (*letter, *is_there) = (byte.to_ascii_lowercase(), u8::MAX);
        }
        Self { letters: u32::from_le_bytes(letters), mask: u32::from_le_bytes(mask) }
    }

    /// Of the text that begins here. `None` near its end, and where a line is broken within.
    pub(super) fn at(text: &[u8]) -> Option<u32> {
        let head =
            text.first_chunk::<4>().filter(|head| !head.iter().any(|byte| matches!(byte, b'\n' | b'\r')))?;
        Some(u32::from_le_bytes(head.map(|byte| byte.to_ascii_lowercase())))
    }
}

impl Phrase {
    /// Whether a text may begin with this phrase: `next` are the heads of its words, as far as they are known.
    pub(super) fn may_be(&self, word: usize, next: Option<u32>) -> bool {
        let differs = |head: &Head| next.is_some_and(|next| (next ^ head.letters) & head.mask != 0);
        !self.heads.get(word).is_some_and(differs)
    }
}

pub(super) struct Phrases {
    lists: Vec<Vec<Phrase>>,
    /// The third letters of each list's phrases, which most words are told from them by.
    thirds: [u32; LISTS],
}

pub(super) static PHRASES: LazyLock<Phrases> = LazyLock::new(Phrases::new);

impl Phrases {
    fn new() -> Self {
        let mut lists: Vec<Vec<Phrase>> = std::iter::repeat_with(Vec::new).take(LISTS).collect();
        let mut add = |text: &'static str, kind| {
            let words: Vec<&str> = text.split(['_', ' ', '/', '*']).filter(|word| !word.is_empty()).collect();
            let Some([first, second, ..]) = words.first().map(|word| word.as_bytes()) else { return };
            let Some(list) = lists.get_mut(place(*first, *second)) else { return };
            if list.iter().all(|known| known.kind != kind) {
                let heads = [0, 1].map(|word| Head::of(words.get(word).copied().unwrap_or_default()));
                list.push(Phrase { words, kind, heads, may_have_spaces: false });
            }
        };
        for place in causes::PLACES {
            for sign in causes::at(place) {
                for error in sign.errors {
                    let begins = error.ends_with('*');
                    add(error, Kind::Error { error, begins, is_common: sign.common });
                }
                if !matches!(place, At::Elsewhere | At::Computer) || !sign.errors.is_empty() {
                    continue;
                }
                for said in sign.says {
                    let first = said.split('…').next().unwrap_or(said);
                    add(first, Kind::Description { said, needs_salesforce: sign.common });
                }
            }
        }
        // The same words begin alike, and so are in the same list.
        for list in &mut lists {
            let is_described = |phrase: &Phrase| matches!(phrase.kind, Kind::Description { .. });
            let described: Vec<Vec<&str>> = list
                .iter()
                .filter(|phrase| is_described(phrase))
                .map(|phrase| phrase.words.clone())
                .collect();
            for phrase in list {
                let is_long =
                    phrase.words.len() > 2 && matches!(phrase.kind, Kind::Error { is_common: false, .. });
                phrase.may_have_spaces = is_long && !described.contains(&phrase.words);
            }
        }
        // The longest first: `invalid_client_id` before `invalid_client`.
        for list in &mut lists {
            list.sort_by_key(|phrase| {
                std::cmp::Reverse(phrase.words.iter().map(|word| word.len()).sum::<usize>())
            });
        }
        let thirds =
            |list: usize| lists.get(list).into_iter().flatten().map(third).fold(0, |all, one| all | one);
        let thirds = std::array::from_fn(thirds);
        Self { lists, thirds }
    }

    /// Whether a phrase may begin with this text: no, for nearly every word.
    pub(super) fn may_begin(&self, text: &[u8]) -> bool {
        match text {
            // Where a line is broken, the letters are elsewhere.
            [_, b'\n' | b'\r', ..] | [_, _, b'\n' | b'\r', ..] | [_, _] => true,
            [first, second, third, ..] => {
                let thirds = self.thirds.get(place(*first, *second));
                thirds.is_some_and(|thirds| thirds & bit(*third) != 0)
            }
            _ => false,
        }
    }

    /// The phrases that may begin with these two letters, the longest first.
    pub(super) fn beginning(&self, [first, second]: [u8; 2]) -> &[Phrase] {
        self.lists.get(place(first, second)).map_or(&[], Vec::as_slice)
    }
}

/// The third letter of a phrase, small or not. Any, where its first word has none.
fn third(phrase: &Phrase) -> u32 {
    phrase.words.first().and_then(|word| word.as_bytes().get(2)).map_or(u32::MAX, |letter| bit(*letter))
}

fn bit(letter: u8) -> u32 {
    1 << (letter & 31)
}

/// The list of a word that begins with these letters, small or not.
fn place(first: u8, second: u8) -> usize {
    (usize::from(first | 0x20) * 37 + usize::from(second | 0x20)) % LISTS
}
