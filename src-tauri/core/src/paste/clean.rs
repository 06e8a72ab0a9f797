//! Takes away what terminals, mail programs, browsers and encoders leave in a text.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memchr3, memmem};

use crate::explain::{is_bidi_or_invisible, narrow};

/// How often a text may be encoded.
const LAYERS: usize = 4;

/// The text as it was before it was copied, as far as that can be told. Its lines stay.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let mut text = visible(text);
    let mut is_decoded = has(&text, "=3D");
    if is_decoded {
        text = Cow::Owned(printable(&text));
    }
    if may_be_quoted(&text) {
        text = Cow::Owned(unquoted(&text));
    }
    for _ in 0..LAYERS {
        match decoded(&text) {
            Some(inner) => (text, is_decoded) = (Cow::Owned(inner), true),
            None => break,
        }
    }
    if matches!(text, Cow::Borrowed(_)) || (!is_decoded && !has_commands(&text)) {
        return text;
    }
    // Encoded marks of other scripts have come to light.
    let shown = match visible(&text) {
        Cow::Owned(shown) => Some(shown),
        Cow::Borrowed(_) => None,
    };
    shown.map_or(text, Cow::Owned)
}

/// Whether a text has commands to a terminal in it.
fn has_commands(text: &str) -> bool {
    memchr2(0x1b, b'^', text.as_bytes()).is_some()
        && (memchr(0x1b, text.as_bytes()).is_some() || has(text, "^["))
}

/// Whether a text may have marks of a quoted mail.
fn may_be_quoted(text: &str) -> bool {
    let begins = |mark: usize| {
        let before = text.as_bytes().get(..mark).unwrap_or_default();
        before.ends_with(b"\n") || before.ends_with(b"\n ")
    };
    text.starts_with(['>', ' ']) || memchr_iter(b'>', text.as_bytes()).any(begins)
}

/// Whether a text has this in it: a megabyte is looked through by vectors.
fn has(text: &str, part: &str) -> bool {
    memmem::find(text.as_bytes(), part.as_bytes()).is_some()
}

/// Without commands to a terminal and invisible characters; marks of other scripts as spaces.
fn visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !has_commands(text) {
        return Cow::Borrowed(text);
    }
    let is_plain = |byte: u8| byte.is_ascii() && !matches!(byte, 0x1b | b'^');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let plain = rest.bytes().take_while(|byte| is_plain(*byte)).count();
        out.push_str(rest.get(..plain).unwrap_or_default());
        rest = rest.get(plain..).unwrap_or_default();
        let Some(character) = rest.chars().next() else { break };
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        rest = match narrow(character) {
            '\u{1b}' => after_command(after),
            '\u{9b}' => after_parameters(after),
            '^' if after.starts_with("[[") => after_command(after.get(1..).unwrap_or_default()),
            character => {
                if character.is_ascii() || character.is_alphanumeric() {
                    out.push(character);
                } else if !is_bidi_or_invisible(character) {
                    out.push(' ');
                }
                after
            }
        };
    }
    Cow::Owned(out)
}

/// The text after a command whose escape character was read.
fn after_command(text: &str) -> &str {
    let mut characters = text.chars();
    match characters.next() {
        Some('[') => after_parameters(characters.as_str()),
        // A title or a link: to its end on the same line.
        Some(']') => {
            let rest = characters.as_str();
            let end = rest.find(['\u{7}', '\u{1b}', '\n']).unwrap_or(rest.len());
            let rest = rest.get(end..).unwrap_or_default();
            rest.strip_prefix('\u{7}').or_else(|| rest.strip_prefix("\u{1b}\\")).unwrap_or(rest)
        }
        Some(character) if character.is_ascii() && !character.is_control() => characters.as_str(),
        _ => text,
    }
}

fn after_parameters(text: &str) -> &str {
    let is_parameter = |character: char| matches!(character, '\u{20}'..='\u{3f}');
    let rest = text.trim_start_matches(is_parameter);
    let mut characters = rest.chars();
    match characters.next() {
        Some('\u{40}'..='\u{7e}') => characters.as_str(),
        _ => rest,
    }
}

/// Quoted-printable (RFC 2045, section 6.7) taken back.
fn printable(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        if *byte != b'=' {
            out.push(*byte);
            continue;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")) {
            at = bytes.len() - after.len();
        } else if let Some(byte) = hex_pair(rest) {
            out.push(byte);
            at += 2;
        } else {
            out.push(b'=');
        }
    }
    text_of(out)
}

/// Without the marks of a quoted mail at the beginning of lines.
fn unquoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        while let Some(inner) = rest.trim_start_matches([' ', '\t']).strip_prefix('>') {
            rest = inner;
        }
        let rest = if rest.len() < line.len() { rest.strip_prefix(' ').unwrap_or(rest) } else { rest };
        out.push_str(rest);
    }
    out
}

/// One layer of URL encoding, HTML and JSON escapes taken away; `None` where there is none.
fn decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let (mut out, mut found) = (Vec::new(), Vec::new());
    // As far as nothing was an escape, the text stands for itself, and is copied only once one is found.
    let (mut at, mut copied) = (0, 0);
    while let Some(rest) = bytes.get(at..) {
        let Some(plain) = memchr3(b'%', b'&', b'\\', rest) else { break };
        let mark = at + plain;
        let length = escape(bytes.get(mark..).unwrap_or_default(), &mut found);
        if let Some(length) = length {
            if copied == 0 {
                out.reserve(bytes.len());
            }
            out.extend_from_slice(bytes.get(copied..mark).unwrap_or_default());
            out.append(&mut found);
            copied = mark + length;
        }
        at = mark + length.unwrap_or(1);
    }
    if copied == 0 {
        return None;
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    Some(text_of(out))
}

/// Writes what the escape at the beginning stands for, and returns its length.
fn escape(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    match text {
        [b'%', rest @ ..] => {
            let byte = hex_pair(rest)?;
            out.push(if byte.is_ascii_control() && byte != b'\n' { b' ' } else { byte });
            Some(3)
        }
        [b'&', rest @ ..] => entity(rest, out).map(|length| length + 1),
        [b'\\', b'u', rest @ ..] => {
            let digits = std::str::from_utf8(rest.get(..4)?).ok()?;
            let character = char::from_u32(u32::from_str_radix(digits, 16).ok()?).unwrap_or(' ');
            push(character, out);
            Some(6)
        }
        [b'\\', mark @ (b'"' | b'\'' | b'/' | b'\\'), ..] => {
            out.push(*mark);
            Some(2)
        }
        [b'\\', b'r', b'\\', b'n', ..] => {
            out.push(b'\n');
            Some(4)
        }
        [b'\\', b'n' | b'r', ..] => {
            out.push(b'\n');
            Some(2)
        }
        _ => None,
    }
}

/// The character of an entity whose `&` was read, and its length.
fn entity(text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let end = text.iter().take(10).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(text.get(..end)?).ok()?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "equals" => '=',
        "lowbar" => '_',
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']);
            let number = hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16)).ok()?;
            char::from_u32(number)?
        }
    };
    push(character, out);
    Some(end + 1)
}

fn push(character: char, out: &mut Vec<u8>) {
    let character = narrow(character);
    let shown = if character.is_ascii() || character.is_alphanumeric() { character } else { ' ' };
    out.extend_from_slice(shown.encode_utf8(&mut [0; 4]).as_bytes());
}

fn hex_pair(text: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let (first, second) = (digit(text.first()?)?, digit(text.get(1)?)?);
    u8::try_from(first * 16 + second).ok()
}

/// The bytes as text; what is none as spaces.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).replace('\u{fffd}', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copying_leaves_is_taken_away() {
        for (pasted, meant) in [
            ("error=a_b", "error=a_b"),
            ("\u{1b}[31merror\u{1b}[0m=\u{1b}]8;;http://x\u{7}a", "error=a"),
            ("^[[1merror^[[0m", "error"),
            ("e\u{200b}rr\u{202e}or\u{a0}x \u{201c}y\u{201d}", "error x  y "),
            ("error=3Dinvalid_cli=\r\nent&e=3D1", "error=invalid_client&e=1"),
            ("a=\nb", "a=\nb"),
            ("> > error=a\n>b\n c", "error=a\nb\n c"),
            ("error%3Da%26b", "error=a&b"),
            ("error%253Da", "error=a"),
            ("a&amp;amp;b &quot;x&#34;&#x27;", "a&b \"x\"'"),
            (r#"{\"error\":\"a\/b\"}\n\u0026"#, "{\"error\":\"a/b\"}\n&"),
            ("100% of it & more \\ %zz &unknown; %", "100% of it & more \\ %zz &unknown; %"),
            ("%E2%80%9Cx%FF", " x "),
            ("ｅｒｒｏｒ＝ａ＿ｂ：\u{3000}日本", "error=a_b: 日本"),
            ("error&#xFF1A;a", "error:a"),
        ] {
            assert_eq!(clean(pasted), meant, "{pasted:?}");
        }
    }

    #[test]
    fn a_text_that_encodes_itself_for_ever_ends() {
        let deep = format!("%{}41", "25".repeat(10_000));
        assert!(clean(&deep).len() < deep.len(), "a few layers are taken away");
    }
}
