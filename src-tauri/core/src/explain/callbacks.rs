//! The words of `words/callbacks.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{fill::fill, words::ending_in_lines};
use crate::contract::view::Exact;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    registered: String,
    missing: String,
    instead: String,
    later: String,
    unknown: String,
    fix: Vec<String>,
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../words/callbacks.toml")).unwrap_or_default());

/// The words for a line that the app has.
pub fn registered() -> String {
    WORDS.registered.clone()
}

/// The words for a line that the app does not have.
pub fn missing() -> String {
    WORDS.missing.clone()
}

/// The words for a line that the app has with a slip, as `found`.
pub fn instead(line: &str, found: &str) -> String {
    fill(&WORDS.instead, |name| match name {
        "line" => Some(line),
        "found" => Some(found),
        _ => None,
    })
}

/// The words for a line that the org was not asked about yet.
pub fn later() -> String {
    WORDS.later.clone()
}

/// The words for a line about which the answers tell nothing.
pub fn unknown() -> String {
    WORDS.unknown.clone()
}

/// What to do about lines with a slip; `lines` holds the correct ones, one a line.
pub fn fix(lines: &str) -> Vec<String> {
    WORDS.fix.iter().map(|words| fill(words, |name| (name == "lines").then_some(lines))).collect()
}

/// The lines of [`fix`] as values to enter, letter for letter.
pub fn exact(lines: &str) -> Vec<Exact> {
    let exact = WORDS.fix.iter().enumerate().map(|(of, words)| ending_in_lines(of, words, lines));
    exact.filter(|exact| !exact.lines.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_and_the_difference_is_told() {
        let words: Words =
            toml::from_str(include_str!("../words/callbacks.toml")).expect("callbacks.toml reads");
        for text in [words.registered, words.missing, words.later, words.unknown] {
            assert!(text.ends_with('.') && !text.contains(['{', '}', '!']), "{text}");
        }
        assert_eq!(
            instead("http://a/callback", "http://a/callback/"),
            "The app has http://a/callback/ where http://a/callback is needed.",
            "both, side by side"
        );
        let fix = fix("http://a/callback\nhttp://b/callback");
        assert!(fix[0].ends_with("\nhttp://a/callback\nhttp://b/callback"), "as they should be: {fix:?}");
        let exact = exact("http://a/callback\nhttp://b/callback");
        assert_eq!(exact.len(), 1, "one fix has lines: {exact:?}");
        assert_eq!(exact[0].lines, ["http://a/callback", "http://b/callback"], "as data too");
        assert_eq!([&exact[0].text, "\n", &exact[0].lines.join("\n")].concat(), fix[0], "and nothing lost");
    }
}
