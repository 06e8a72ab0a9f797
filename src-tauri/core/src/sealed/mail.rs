//! What a mail does to a text when it is kept as a file: two codings for its way (RFC 2045), and HTML.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// The shortest first line that is taken for base 64. Mails break it at 76.
const SHORTEST_CODED: usize = 40;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The text as quoted-printable has it: `=20` is a space, and a line that ends with `=` goes on in the next one.
pub(super) fn quoted_printable(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        plain.push_str(before);
        let soft = after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n'));
        let coded = after.split_at_checked(2).and_then(|(code, beyond)| {
            let byte = u8::from_str_radix(code, 16).ok()?;
            Some((char::from(byte), beyond))
        });
        rest = match (soft, coded) {
            (Some(beyond), _) => beyond,
            (None, Some((letter, beyond))) => {
                plain.push(letter);
                beyond
            }
            (None, None) => after,
        };
    }
    plain.push_str(rest);
    plain
}

/// What the parts of a mail hold that are in base 64.
pub(super) fn base64_parts(text: &str) -> String {
    let (mut plain, mut block) = (String::new(), String::new());
    for line in text.lines().chain([""]) {
        let line = line.trim();
        let shortest = if block.is_empty() { SHORTEST_CODED } else { 1 };
        let is_coded = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
        if line.len() >= shortest && line.bytes().all(is_coded) {
            block.push_str(line);
        } else if !block.is_empty() {
            if let Ok(bytes) = LENIENT.decode(&block) {
                plain.push_str(&String::from_utf8_lossy(&bytes));
                plain.push('\n');
            }
            block.clear();
        }
    }
    plain
}

/// A text of HTML without its tags and named letters.
pub(super) fn without_markup(text: &str) -> String {
    let (before, tagged) = text.split_once('<').unwrap_or((text, ""));
    let after_tag = |part: &'_ str| part.split_once('>').map_or(part.len(), |(tag, _)| tag.len() + 1);
    let tagged = tagged.split('<').filter_map(|part| part.get(after_tag(part)..));
    let untagged: String = std::iter::once(before).chain(tagged).collect();
    let mut plain = String::with_capacity(untagged.len());
    for (at, part) in untagged.split('&').enumerate() {
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
        let after = part.split_once(';').filter(|(name, _)| at > 0 && name.len() <= 8 && is_name(name));
        plain.push_str(after.map_or(part, |(_, after)| after));
    }
    plain
}
