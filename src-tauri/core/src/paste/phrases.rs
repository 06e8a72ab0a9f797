//! What a text is searched for: the errors of the table of causes, and descriptions that mean something by themselves.

use std::sync::{LazyLock, OnceLock};

use super::blocks::is_of_word;
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

/// As many letters as a head has.
pub(super) const HEAD: usize = 8;
/// Makes every letter of ASCII a small one, and no two of them alike.
const SMALL: u64 = 0x2020_2020_2020_2020;

/// The first letters of a word, in small letters. Those of a word that is not there fit every text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    letters: u64,
    /// Which of them there are.
    mask: u64,
}

impl Head {
    fn of(word: &str) -> Self {
        let (mut letters, mut mask) = ([0; HEAD], [0; HEAD]);
        for ((letter, is_there), byte) in letters.iter_mut().zip(&mut mask).zip(word.bytes()) {
            (*letter, *is_there) = (byte, u8::MAX);
        }
        Self { letters: u64::from_le_bytes(letters) | SMALL, mask: u64::from_le_bytes(mask) }
    }

    /// Of the text that begins here. `None` near its end, and where a line is broken within.
    pub(super) fn at(text: &[u8]) -> Option<u64> {
        let head = text.first_chunk::<HEAD>()?;
        let is_broken = head.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        (!is_broken).then_some(u64::from_le_bytes(*head) | SMALL)
    }
}

impl Phrase {
    /// Whether a text may begin with this phrase: `next` are the heads of its words, as far as they are known.
    pub(super) fn may_be(&self, word: usize, next: Option<u64>) -> bool {
        let differs = |head: &Head| next.is_some_and(|next| (next ^ head.letters) & head.mask != 0);
        !self.heads.get(word).is_some_and(differs)
    }
}

/// One thing to look for, as the table of causes has it.
struct Known {
    text: &'static str,
    kind: Kind,
    /// The one of the same list before it.
    before: Option<usize>,
}

/// The list that a text belongs to, its third letter, and the place of its head. `None` where it has no word to be known by.
fn place_of(text: &str) -> Option<(usize, u32, usize)> {
    let word = text.split(BETWEEN_WORDS).find(|word| !word.is_empty())?.as_bytes();
    let [first, second, ..] = word else { return None };
    let (mut head, mut length) = ([0; HEAD], 0);
    for (letter, byte) in head.iter_mut().zip(word.iter().take_while(|byte| is_of_word(**byte))) {
        (*letter, length) = (*byte, length + 1);
    }
    // Any, where the word has no third one.
    let third = word.get(2).map_or(u32::MAX, |letter| bit(*letter));
    Some((place(*first, *second), third, place_of_head(head, length)))
}

/// What stands between the words of a text to look for.
const BETWEEN_WORDS: [char; 4] = ['_', ' ', '/', '*'];

/// Room for everything known, and for its lists: memory that grows is copied, and zeroed where it was.
const ROOM: usize = 512;
const ROOM_FOR_LISTS: usize = 128;

/// The phrases whose first two letters have the same place.
struct List {
    /// The last one of them that is known.
    last: usize,
    /// Their third letters, which most words are told from them by.
    thirds: u32,
    /// Made once it is needed: most texts need few lists.
    phrases: OnceLock<Vec<Phrase>>,
}

pub(super) struct Phrases {
    known: Vec<Known>,
    lists: Vec<List>,
    /// The list of each place. [`NO_LIST`] where there is none.
    places: [u16; LISTS],
    /// One bit for the head of each phrase's first word, as [`place_of_head`] spreads them: all words of a text but a few
    /// are told from them by.
    heads: [u64; HEADS / 64],
}

const NO_LIST: u16 = u16::MAX;

pub(super) static PHRASES: LazyLock<Phrases> = LazyLock::new(Phrases::new);

impl Phrases {
    fn new() -> Self {
        let (known, lists) = (Vec::with_capacity(ROOM), Vec::with_capacity(ROOM_FOR_LISTS));
        let mut all = Self { known, lists, places: [NO_LIST; LISTS], heads: [0; HEADS / 64] };
        for place in causes::PLACES {
            for sign in causes::at(place) {
                for error in sign.errors {
                    let begins = error.ends_with('*');
                    all.add(error, Kind::Error { error, begins, is_common: sign.common });
                }
                if !matches!(place, At::Elsewhere | At::Computer) || !sign.errors.is_empty() {
                    continue;
                }
                for said in sign.says {
                    let first = said.split('…').next().unwrap_or(said);
                    all.add(first, Kind::Description { said, needs_salesforce: sign.common });
                }
            }
        }
        all
    }

    fn add(&mut self, text: &'static str, kind: Kind) {
        let Some((of, letter, head)) = place_of(text) else { return };
        let (Some(place), Some(heads)) = (self.places.get_mut(of), self.heads.get_mut(head / 64)) else {
            return;
        };
        *heads |= 1 << (head % 64);
        let last = self.known.len();
        let before = if let Some(list) = self.lists.get_mut(usize::from(*place)) {
            list.thirds |= letter;
            Some(std::mem::replace(&mut list.last, last))
        } else {
            *place = u16::try_from(self.lists.len()).unwrap_or(NO_LIST);
            self.lists.push(List { last, thirds: letter, phrases: OnceLock::new() });
            None
        };
        self.known.push(Known { text, kind, before });
    }

    fn list_of(&self, first: u8, second: u8) -> Option<&List> {
        self.lists.get(usize::from(*self.places.get(place(first, second))?))
    }

    /// The phrases of a list, the longest first: `invalid_client_id` before `invalid_client`.
    fn phrases(&self, newest: usize) -> Vec<Phrase> {
        let newest = self.known.get(newest);
        let before = |newer: &&Known| self.known.get(newer.before?);
        let backwards: Vec<_> = std::iter::successors(newest, before).collect();
        let mut list: Vec<Phrase> = Vec::with_capacity(backwards.len());
        for Known { text, kind, .. } in backwards.into_iter().rev() {
            if list.iter().all(|known| known.kind != *kind) {
                let words: Vec<&str> = text.split(BETWEEN_WORDS).filter(|word| !word.is_empty()).collect();
                let heads = [0, 1].map(|word| Head::of(words.get(word).copied().unwrap_or_default()));
                list.push(Phrase { words, kind: *kind, heads, may_have_spaces: false });
            }
        }
        // The same words begin alike, and so are in the same list.
        let is_described = |phrase: &&Phrase| matches!(phrase.kind, Kind::Description { .. });
        let described: Vec<Vec<&str>> =
            list.iter().filter(is_described).map(|phrase| phrase.words.clone()).collect();
        for phrase in &mut list {
            let is_long =
                phrase.words.len() > 2 && matches!(phrase.kind, Kind::Error { is_common: false, .. });
            phrase.may_have_spaces = is_long && !described.contains(&phrase.words);
        }
        list.sort_by_key(|phrase| {
            std::cmp::Reverse(phrase.words.iter().map(|word| word.len()).sum::<usize>())
        });
        list
    }

    /// Whether a phrase may begin with this word: with a head, of which `length` belong to the word. No line may be broken
    /// within it, and whatever the phrase is, its first word ends where this one does.
    pub(super) fn has_head(&self, letters: [u8; HEAD], length: u32) -> bool {
        let head = place_of_head(letters, length);
        self.heads.get(head / 64).is_some_and(|heads| heads >> (head % 64) & 1 == 1)
    }

    /// Whether a phrase may begin with this text: no, for most words.
    pub(super) fn may_begin(&self, text: &[u8]) -> bool {
        match text {
            // Where a line is broken, the letters are elsewhere.
            [_, b'\n' | b'\r', ..] => true,
            [first, second, b'\n' | b'\r', ..] | [first, second] => self.list_of(*first, *second).is_some(),
            [first, second, third, ..] => {
                self.list_of(*first, *second).is_some_and(|list| list.thirds & bit(*third) != 0)
            }
            _ => false,
        }
    }

    /// The phrases that may begin with these two letters, the longest first.
    pub(super) fn beginning(&self, [first, second]: [u8; 2]) -> &[Phrase] {
        let list = self.list_of(first, second);
        list.map_or(&[], |list| list.phrases.get_or_init(|| self.phrases(list.last)).as_slice())
    }
}

/// The number of places that heads are spread over.
const HEADS: usize = 1 << 13;

/// The place of a word's first letters, small or not, of which it has `length`.
fn place_of_head(letters: [u8; HEAD], length: u32) -> usize {
    let beyond = 64_u32.saturating_sub(8 * length);
    let word = u64::from_le_bytes(letters) | SMALL;
    // What stands behind the word goes.
    let spread = (word << (beyond & 63)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(spread >> (64 - HEADS.trailing_zeros())).unwrap_or_default()
}

fn bit(letter: u8) -> u32 {
    1 << (letter & 31)
}

/// The list of a word that begins with these letters, small or not.
fn place(first: u8, second: u8) -> usize {
    (usize::from(first | 0x20) * 37 + usize::from(second | 0x20)) % LISTS
}
