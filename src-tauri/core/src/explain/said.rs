//! Salesforce's own words for a refusal, made fit to show: they come from outside, and may hold anything.

use std::fmt;

use super::is_bidi_or_invisible;

/// The longest text, in characters.
const LONGEST: usize = 200;
/// The longest error code shown, in characters.
const LONGEST_CODE: usize = 60;
/// The longest word shown, in characters: words of letters and digits that are longer are keys, tokens and codes.
const LONGEST_WORD: usize = 20;

/// One line of text without links and without anything that looks like a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Said(Box<str>);

impl Said {
    /// From an answer's `error` and `error_description`, or a REST call's code and message. `None` when both are empty.
    pub fn of(error: &str, description: &str) -> Option<Self> {
        // A code of another form is not repeated as one.
        let is_code = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let is_code = error.len() <= LONGEST_CODE && error.bytes().all(is_code);
        let error = if is_code { clean(error) } else { String::new() };
        let description = clean(description);
        let whole = match (error.is_empty(), description.is_empty()) {
            (true, true) => return None,
            (false, true) => error,
            (true, false) => description,
            (false, false) => format!("{error}: {description}"),
        };
        let cut = whole.chars().count() > LONGEST;
        let kept = whole.chars().take(if cut { LONGEST - 1 } else { LONGEST });
        Some(Self(kept.chain(cut.then_some('…')).collect()))
    }

    /// The name of a listed host, which cannot be a stranger's link.
    pub(crate) fn of_host(host: &str) -> Option<Self> {
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        host.bytes().all(is_host).then(|| Self(host.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

/// Text from outside as one line, without markup, links, and possible tokens.
fn clean(text: &str) -> String {
    let text: String = text.chars().take(8 * LONGEST).collect();
    let words = without_markup(&text);
    let words = words.split_whitespace().filter_map(|word| {
        let word: String =
            word.chars().filter(|letter| !letter.is_control() && !is_bidi_or_invisible(*letter)).collect();
        if word.is_empty() {
            None
        } else {
            Some(if is_link(&word) || is_key(&word) { "…".to_owned() } else { word })
        }
    });
    words.collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

fn without_markup(text: &str) -> String {
    let mut inside = false;
    let mut left = String::new();
    for letter in text.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                left.push(' ');
            }
            _ if inside => {}
            _ => left.push(if letter.is_control() { ' ' } else { letter }),
        }
    }
    left
}

/// Whether the word is an address: with a scheme, with `www.`, or labels of which the last is letters.
fn is_link(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    if lower.contains("://") || lower.contains("www.") || lower.contains("mailto:") || lower.contains("](") {
        return true;
    }
    let within = |character: char| !character.is_alphanumeric() && !matches!(character, '.' | '-');
    lower.split(within).any(|part| {
        let labels: Vec<&str> = part.trim_matches('.').split('.').collect();
        let last = labels.last().copied().unwrap_or_default();
        labels.len() > 1
            && last.chars().count() > 1
            && last.chars().all(char::is_alphabetic)
            && labels.iter().all(|label| !label.is_empty())
    })
}

/// Whether the word may hold a token, a key or a code. Error codes have no digits.
fn is_key(word: &str) -> bool {
    let parts = word.split(['"', '\'', ',', ';', '(', ')', ':']);
    parts.map(|part| part.trim_matches('=')).any(|part| {
        let has = |of: fn(char) -> bool| part.chars().any(of);
        part.chars().count() >= LONGEST_WORD
            && has(|letter| letter.is_ascii_digit())
            && has(char::is_alphabetic)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(error: &str, description: &str) -> String {
        Said::of(error, description).map(|said| said.as_str().to_owned()).unwrap_or_default()
    }

    #[test]
    fn the_words_of_salesforce_are_kept_as_they_are() {
        for (error, description, kept) in [
            ("invalid_grant", "no valid scopes defined", "invalid_grant: no valid scopes defined"),
            ("restricted_access", "", "restricted_access"),
            ("", "利用できません", "利用できません"),
            (
                "INVALID_TYPE",
                "sObject type 'X' is not supported.",
                "INVALID_TYPE: sObject type 'X' is not supported",
            ),
            ("OAUTH_APPROVAL_ERROR_GENERIC", "", "OAUTH_APPROVAL_ERROR_GENERIC"),
            ("UNHEARD", "https://evil.example 5Aep861abcdefghijklmnop", "UNHEARD: … …"),
            ("A".repeat(61).as_str(), "so long", "so long"),
            ("", "", ""),
            (" \n", "\t", ""),
            ("<script>alert(1)</script>", "<b>\u{1b}[31m", "[31m"),
        ] {
            assert_eq!(said(error, description), kept, "{error}: {description}");
        }
    }

    #[test]
    fn nothing_of_them_leads_anywhere_breaks_the_line_or_is_a_token() {
        for (description, kept) in [
            ("see https://evil.example/a?b now", "see … now"),
            ("see www.evil.example", "see …"),
            ("<a href=\"https://evil.example\">press here</a>", "press here"),
            ("[press](javascript:x) acme.my.salesforce.com", "… …"),
            ("one\r\ntwo\u{1b}[31m\u{202e}three\u{7}", "one two [31mthree"),
            ("token 00Dxx0000001gPL!AQ.abcdefghij refused", "token … refused"),
            ("refresh_token=5Aep861abcdefghijklmnop", "…"),
            ("version 67.0, e.g. this", "version 67.0, e.g. this"),
        ] {
            assert_eq!(said("", description), kept, "{description}");
        }
    }

    #[test]
    fn a_long_text_is_cut_at_two_hundred_characters() {
        let long = "word ".repeat(500);
        assert_eq!(said("error", &long).chars().count(), LONGEST, "cut, with a mark that it was");
        assert!(said("error", &long).ends_with('…'), "the mark");
    }
}
