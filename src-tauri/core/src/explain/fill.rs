//! Puts facts into words. A fact may come from outside, so it is cleaned and cut first.

/// The longest fact in a message, in characters. A host has at most 253, a username 80.
const LONGEST_FACT: usize = 300;
/// The one fact with several lines: our own addresses, to be pasted.
pub(super) const FACT_OF_LINES: &str = "lines";

/// `template` with each `{name}` replaced by its fact. A fact is never read as a template itself.
///
/// A name that `fact` does not know stays in the text; the test of the words proves that there is none.
pub(super) fn fill<'a>(template: &str, fact: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, beyond)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match fact(name) {
            Some(value) => filled.push_str(&clean(name, value)),
            None => filled.extend(["{", name, "}"]),
        }
        rest = beyond;
    }
    filled.push_str(rest);
    filled
}

/// A text from outside as one line that can be shown.
pub fn shown(text: &str) -> String {
    clean("", text)
}

/// The value without control characters and characters that turn or hide text, white space as single spaces, cut.
fn clean(name: &str, value: &str) -> String {
    let mut cleaned = String::with_capacity(value.len());
    let (mut length, mut space_due) = (0, false);
    for character in value.chars() {
        if name == FACT_OF_LINES && character == '\n' {
            cleaned.push('\n');
            length += 1;
            space_due = false;
        } else if character.is_whitespace() || character.is_control() {
            space_due = !cleaned.is_empty() && !cleaned.ends_with('\n');
        } else if !is_bidi_or_invisible(character) {
            if std::mem::take(&mut space_due) {
                cleaned.push(' ');
                length += 1;
            }
            cleaned.push(character);
            length += 1;
        }
        if length >= LONGEST_FACT {
            cleaned.push('…');
            break;
        }
    }
    cleaned
}

/// A wide letter or mark of ASCII, as Japanese and Chinese keyboards write it, as the plain one; any other as it is.
pub(crate) fn narrow(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => {
            u8::try_from(u32::from(character) - 0xff01 + 0x21).map_or(character, char::from)
        }
        _ => character,
    }
}

/// Whether a character is invisible, breaks a line without being a control character, or steers Unicode's bidirectional
/// algorithm: with these a text from outside can disguise itself.
pub(crate) fn is_bidi_or_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(template: &str, value: &str) -> String {
        fill(template, |name| (name == "host").then_some(value))
    }

    #[test]
    fn a_fact_is_put_where_its_name_stands() {
        assert_eq!(one("At {host}, yes {host}.", "acme"), "At acme, yes acme.", "every place is filled");
        assert_eq!(one("{ {other} {host", "acme"), "{ {other} {host", "what is no known fact stays");
    }

    #[test]
    fn a_fact_is_not_a_template() {
        assert_eq!(one("{host}", "{host}{host}"), "{host}{host}", "braces of a fact are text");
    }

    #[test]
    fn a_fact_cannot_command_the_terminal_or_turn_the_text() {
        let hostile = "a\u{1b}[31m\u{202e}b\r\n\tc\u{200b}d\u{7}";
        assert_eq!(
            one("<{host}>", hostile),
            "<a [31mb cd>",
            "only visible characters and single spaces are left"
        );
    }

    #[test]
    fn text_to_be_shown_holds_no_character_that_turns_or_hides_it() {
        let hidden = "\u{ad}\u{61c}\u{180e}\u{200b}\u{200f}\u{2028}\u{2029}\u{202e}\u{2060}\u{2064}\u{206a}\u{206f}\u{3164}\u{feff}\u{e0041}";
        for character in hidden.chars() {
            assert!(is_bidi_or_invisible(character), "{character:?}");
        }
        for character in "aé日 -_.@ß\u{1f600}".chars() {
            assert!(!is_bidi_or_invisible(character), "{character:?} is read as it is");
        }
    }

    #[test]
    fn a_fact_is_cut() {
        let filled = one("{host}", &"x".repeat(10_000));
        assert_eq!(filled.chars().count(), LONGEST_FACT + 1, "the longest fact and the mark that it was cut");
    }

    #[test]
    fn lines_keep_their_breaks() {
        let filled = fill("{lines}", |_| Some("one\ntwo\r\nthree"));
        assert_eq!(filled, "one\ntwo\nthree", "each address stands on its own line");
    }
}
