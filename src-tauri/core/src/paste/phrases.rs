//! What a text is searched for: the errors of the table of causes, and descriptions that mean something by themselves.

use std::sync::LazyLock;

use crate::explain::causes::{self, At};

/// The number of lists that the phrases are spread over, by their first two letters.
const LISTS: usize = 2048;

/// One thing to look for.
pub(super) struct Phrase {
    /// In small letters, without what stands between them. Its letters are compared one by one.
    pub(super) words: Vec<&'static str>,
    pub(super) kind: Kind,
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

pub(super) struct Phrases {
    lists: Vec<Vec<Phrase>>,
}

pub(super) static PHRASES: LazyLock<Phrases> = LazyLock::new(Phrases::new);

impl Phrases {
    fn new() -> Self {
        let mut lists: Vec<Vec<Phrase>> = std::iter::repeat_with(Vec::new).take(LISTS).collect();
        let mut add = |text: &'static str, kind| {
            let words: Vec<&str> = text.split(['_', ' ', '/', '*']).filter(|word| !word.is_empty()).collect();
            let list = words.first().and_then(|word| place(word.as_bytes()));
            let Some(list) = list.and_then(|list| lists.get_mut(list)) else { return };
            if list.iter().all(|known| known.kind != kind) {
                list.push(Phrase { words, kind, may_have_spaces: false });
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
        let described: Vec<Vec<&str>> = lists
            .iter()
            .flatten()
            .filter(|phrase| matches!(phrase.kind, Kind::Description { .. }))
            .map(|phrase| phrase.words.clone())
            .collect();
        for phrase in lists.iter_mut().flatten() {
            let is_long =
                phrase.words.len() > 2 && matches!(phrase.kind, Kind::Error { is_common: false, .. });
            phrase.may_have_spaces = is_long && !described.contains(&phrase.words);
        }
        // The longest first: `invalid_client_id` before `invalid_client`.
        for list in &mut lists {
            list.sort_by_key(|phrase| {
                std::cmp::Reverse(phrase.words.iter().map(|word| word.len()).sum::<usize>())
            });
        }
        Self { lists }
    }

    /// The phrases that may begin with these letters, the longest first.
    pub(super) fn beginning(&self, text: &[u8]) -> &[Phrase] {
        place(text).and_then(|place| self.lists.get(place)).map_or(&[], Vec::as_slice)
    }
}

/// The list of a word that begins so.
fn place(word: &[u8]) -> Option<usize> {
    let [first, second] = [word.first()?, word.get(1)?].map(|byte| usize::from(byte.to_ascii_lowercase()));
    Some((first * 37 + second) % LISTS)
}
