//! Finds a value in what stands around it where it was copied from: a file of settings, a command, a message, a shell.
//!
//! A generated value is known by its form, so whatever stands around it can go. One of somebody's own choosing may have any
//! form: it is taken only out of what names it.

use super::{clean::Label, form};

/// What may stand before a value, and after it. Anything else may be a part of it.
const BEFORE: &[char] = &[
    '=', ':', '>', '<', '~', '*', '`', '"', '\'', '(', '[', '{', '|', ',', ';', '&', '?', '\\', '/', '#', '-',
];
const AFTER: &[char] = &[
    '"', '\'', '<', '>', '~', '%', '*', '`', ')', ']', '}', '|', ',', ';', '$', '\\', '!', '#', '&', '@', ':',
];
/// What comes before a name in a file of settings or a command.
const COMMANDS: [&str; 8] = ["export ", "set ", "setx ", "$env:", "let ", "const ", "var ", "- "];
/// How the names of the values end, without what separates their words.
const NAMES: [(&str, Label); 4] = [
    ("consumerkey", Label::Key),
    ("clientid", Label::Key),
    ("consumersecret", Label::Secret),
    ("clientsecret", Label::Secret),
];

/// The one generated value of this kind in a text. A second one makes it uncertain which is meant.
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

/// The value that a tag or a line of settings names, and which of the two it is.
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

/// Whether a character is not part of a value that it stands beside.
fn ends(character: char, known: &[char]) -> bool {
    character.is_whitespace() || !character.is_ascii() || known.contains(&character)
}

/// The runs of these characters, each with its place.
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
