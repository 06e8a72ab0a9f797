//! Finds a value in the text it was copied with: a settings file, a command, a message, a shell.
//!
//! A generated value is known by its form, so all text around it is removed. A custom one may have any form: it is only
//! taken from a text that names it.

use super::{clean::Label, form};

/// The characters that may surround a value. Any other may be a part of it.
const BEFORE: &[char] = &[
    '=', ':', '>', '<', '~', '*', '`', '"', '\'', '(', '[', '{', '|', ',', ';', '&', '?', '\\', '/', '#', '-',
];
const AFTER: &[char] = &[
    '"', '\'', '<', '>', '~', '%', '*', '`', ')', ']', '}', '|', ',', ';', '$', '\\', '!', '#', '&', '@', ':',
];
/// The text before a name in a settings file or a command.
const COMMANDS: [&str; 8] = ["export ", "set ", "setx ", "$env:", "let ", "const ", "var ", "- "];
/// The endings of the values' names, without separators between words.
const NAMES: [(&str, Label); 4] = [
    ("consumerkey", Label::Key),
    ("clientid", Label::Key),
    ("consumersecret", Label::Secret),
    ("clientsecret", Label::Secret),
];

/// The only generated value of this kind in a text. With a second one it is uncertain which is meant.
pub(super) fn generated(texts: [&str; 2], wanted: Label) -> Option<&str> {
    let is_inside = |character: char| match wanted {
        Label::Key => character.is_ascii_alphanumeric() || matches!(character, '.' | '_'),
        Label::Secret => character.is_ascii_alphanumeric(),
    };
    let is_wanted = |value: &&str| match wanted {
        Label::Key => form::is_generated_key(value),
        Label::Secret => form::is_plain_secret(value),
    };
    let mut found = Vec::new();
    for text in texts {
        for (at, run) in runs(text, is_inside) {
            let value = [run, run.trim_matches(['.', '_'])].into_iter().find(is_wanted);
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + run.len()..).and_then(|after| after.chars().next());
            let is_free = before.is_none_or(|it| ends(it, BEFORE)) && after.is_none_or(|it| ends(it, AFTER));
            found.extend(value.filter(|value| is_free && !found.contains(value)));
        }
    }
    if let [only] = found.as_slice() { Some(only) } else { None }
}

/// The value that a tag or a line of settings names, and its kind.
pub(super) fn named(text: &str) -> Option<(Label, &str)> {
    let text = text.trim();
    tagged(text).or_else(|| assigned(text)).filter(|(_, value)| !value.is_empty())
}

/// `<consumerKey>…</consumerKey>`
fn tagged(text: &str) -> Option<(Label, &str)> {
    let (name, rest) = text.strip_prefix('<')?.split_once('>')?;
    let value = rest.strip_suffix('>')?.strip_suffix(name)?.strip_suffix("</")?;
    Some((label_of(name)?, value.trim()))
}

/// `export SF_CLIENT_ID='…'`, `"clientId": "…",`
fn assigned(text: &str) -> Option<(Label, &str)> {
    let line = COMMANDS.iter().find_map(|command| text.strip_prefix(command)).unwrap_or(text);
    let (name, value) = line.split_once(['=', ':'])?;
    let is_around =
        |character: char| character.is_whitespace() || matches!(character, '"' | '\'' | '`' | ',' | ';');
    Some((label_of(name.trim_matches(is_around))?, value.trim_matches(is_around)))
}

fn label_of(name: &str) -> Option<Label> {
    let is_name =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.' | ' ');
    if name.len() > 60 || !name.chars().all(is_name) {
        return None;
    }
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    NAMES.iter().find(|(end, _)| plain.ends_with(end)).map(|(_, label)| *label)
}

/// Whether a character cannot be part of a value beside it.
fn ends(character: char, known: &[char]) -> bool {
    character.is_whitespace() || !character.is_ascii() || known.contains(&character)
}

/// The runs of such characters, each with its position.
fn runs(text: &str, is_inside: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..)?;
        let start = from + rest.find(is_inside)?;
        let run = text.get(start..)?;
        let run = run.get(..run.find(|character| !is_inside(character)).unwrap_or(run.len()))?;
        from = start + run.len();
        Some((start, run))
    })
}
