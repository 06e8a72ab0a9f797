//! Removes the additions of copying and pasting from a value. Never changes a character of it.

use zeroize::Zeroizing;

use super::{around, form};
use crate::{
    org::address::{is_invisible, unbracketed},
    secret::Secret,
};

/// The longest text read, in bytes: a whole page around a value.
const LONGEST_PASTE: usize = 8192;
/// The longest value accepted: four times the longest key or secret known.
const LONGEST_VALUE: usize = 1024;

/// The words beside the values in Setup and in other programs' files.
const LABELS: [(&[&str], Label); 6] = [
    (&["consumer", "key"], Label::Key),
    (&["consumer", "secret"], Label::Secret),
    (&["client", "id"], Label::Key),
    (&["client", "secret"], Label::Secret),
    (&["client_id"], Label::Key),
    (&["client_secret"], Label::Secret),
];
/// The texts of the button beside a value, for a selection that included it.
const BUTTONS: [&str; 2] = ["Copy", "Copied"];

/// The kind of value, by a copied label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Key,
    Secret,
}

#[derive(Debug)]
pub(super) struct Cleaned {
    pub(super) value: Secret,
    pub(super) label: Option<Label>,
    /// Whether more was removed than copying adds to every value.
    pub(super) is_stripped: bool,
}

impl Default for Cleaned {
    fn default() -> Self {
        Self { value: Secret::new(""), label: None, is_stripped: false }
    }
}

/// The value alone, or `None` when it is too long. `wanted`: the kind expected.
pub(super) fn value(pasted: &Secret, wanted: Label) -> Option<Cleaned> {
    // EXPOSE: cleaned in memory that is zeroed afterwards.
    let pasted = pasted.expose();
    if pasted.len() > LONGEST_PASTE {
        return None;
    }
    let visible: Zeroizing<String> = Zeroizing::new(
        unbracketed(pasted)
            .chars()
            .filter(|character| !is_invisible(*character) && *character != '\0')
            .collect(),
    );
    let (label, rest) = without_label(unquoted(&visible));
    let mut words: Vec<&str> = rest.split_whitespace().collect();
    if words.len() > 1 && words.last().is_some_and(|last| BUTTONS.contains(last)) {
        words.pop();
    }
    // A value has no white space: any in it came from a wrapped line.
    let joined = Zeroizing::new(words.concat());
    let value = unquoted(&joined);
    if !form::is_generated(value)
        && let Some((label, value)) = value_within(&visible, &joined, wanted)
    {
        return Some(Cleaned { value: Secret::new(value), label, is_stripped: true });
    }
    (value.len() <= LONGEST_VALUE).then(|| Cleaned { value: Secret::new(value), label, is_stripped: false })
}

/// A value within other text, where it is clear which part is the value.
fn value_within<'a>(text: &'a str, joined: &'a str, wanted: Label) -> Option<(Option<Label>, &'a str)> {
    let other = if wanted == Label::Key { Label::Secret } else { Label::Key };
    let generated = [wanted, other].into_iter().find_map(|label| around::generated([text, joined], label));
    let named = || around::named(text).filter(|(_, value)| !value.contains(char::is_whitespace));
    match generated {
        Some(value) => Some((None, value)),
        None => named()
            .filter(|(_, value)| value.len() <= LONGEST_VALUE)
            .map(|(label, value)| (Some(label), value)),
    }
}

fn without_label(text: &str) -> (Option<Label>, &str) {
    for (words, label) in LABELS {
        let after = words.iter().try_fold(text, |rest, word| without_word(rest.trim_start(), word));
        let Some(after) = after else { continue };
        if after.starts_with(|character: char| character.is_ascii_alphanumeric()) {
            continue;
        }
        let between =
            |character: char| character.is_whitespace() || matches!(character, ':' | '=' | '"' | '\'');
        return (Some(label), after.trim_start_matches(between));
    }
    (None, text)
}

/// `text` after `word`, ignoring case.
fn without_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

/// The text without quotes, and without separators after it.
fn unquoted(text: &str) -> &str {
    let is_quote =
        |character| matches!(character, '"' | '\'' | '`' | '“' | '”' | '„' | '‘' | '’' | '«' | '»');
    let is_before = |character: char| character.is_whitespace() || is_quote(character);
    text.trim_start_matches(is_before)
        .trim_end_matches(|character| is_before(character) || matches!(character, ',' | ';'))
}
