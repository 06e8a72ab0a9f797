//! Invisible or unintended characters that copying and pasting leave around a text.

use url::form_urlencoded;

use crate::explain;

/// The marks of a terminal around a paste ("bracketed paste"), raw and as programs show them that do not know them.
const BEFORE: [&str; 5] = ["\u{1b}[200~", "\u{9b}200~", "^[[200~", "[200~", "200~"];
const AFTER: [&str; 5] = ["\u{1b}[201~", "\u{9b}201~", "^[[201~", "[201~", "201~"];
/// The remains of these marks when a shell has swallowed their beginnings. Removed in pairs only: each alone may belong
/// to a value.
const PAIRS: [(&str, &str); 2] = [("00~", "01~"), ("0~", "1~")];

/// Whether a character is an invisible one that copying adds. Line breaks count as white space instead.
pub(crate) fn is_invisible(character: char) -> bool {
    explain::is_bidi_or_invisible(character) && !character.is_whitespace()
}

/// The text without white space and a terminal's marks around it.
pub(crate) fn unbracketed(text: &str) -> &str {
    let text = text.trim();
    let before = BEFORE.iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text);
    let after = AFTER.iter().find_map(|mark| before.strip_suffix(mark)).unwrap_or(before).trim();
    let inner = |(first, last)| after.strip_prefix(first)?.strip_suffix(last);
    PAIRS.into_iter().find_map(inner).unwrap_or(after).trim()
}

/// The text with each `%` escape decoded once; invalid escapes stay.
pub(super) fn decoded(text: &str) -> String {
    // The library decodes queries, so their separators are escaped first.
    let one_name = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(one_name.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_puts_around_a_paste_is_taken_away() {
        for pasted in [
            "\u{1b}[200~text\u{1b}[201~",
            " \u{1b}[200~text\u{1b}[201~\r\n",
            "^[[200~text^[[201~",
            "[200~text[201~",
            "\u{1b}[200~text",
            "text\u{1b}[201~",
            "200~text201~",
            "00~text01~",
            "0~text1~",
            "text",
        ] {
            assert_eq!(unbracketed(pasted), "text", "{pasted:?}");
        }
        for kept in ["text1~", "0~text", "~text~", "te[200~xt"] {
            assert_eq!(unbracketed(kept), kept, "it may belong to the text");
        }
    }

    #[test]
    fn escapes_are_read_once() {
        assert_eq!(decoded("a%2Fb+c=d&e%253A%zz\u{fc}"), "a/b+c=d&e%3A%zz\u{fc}", "and nothing else changes");
    }
}
