//! Secrets in a text: found by their form or by the name that stands before them, named as what they are, and masked.

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use super::beginning;
use crate::{
    contract::view::SecretKind,
    org::salesforce::{CODE_PREFIX, ORG_ID_PREFIX},
};

/// What stands in place of a secret.
const MASK: &str = "[hidden]";
/// The most lines that one secret is broken over.
const MOST_LINES: usize = 60;
/// The shortest secret that is known by its form, in bytes.
const SHORTEST_FORM: usize = 16;
/// The shortest word with a digit that is left out of a quotation, in bytes.
const SHORTEST_OF_QUOTE: usize = 8;
/// The longest name before a value, in bytes.
const LONGEST_NAME: usize = 40;
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const PRIVATE_KEY: &str = "PRIVATE KEY";

/// The kinds of secrets in a text.
pub(super) fn kinds(text: &str) -> BTreeSet<SecretKind> {
    found(text).into_iter().map(|(_, kind)| kind).collect()
}

/// The text with every secret masked.
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (range, _) in found(text) {
        // One secret may lie within another.
        if range.start >= from {
            out.push_str(text.get(from..range.start).unwrap_or_default());
            out.push_str(MASK);
        }
        from = from.max(range.end);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// The text without words that may be a key of an unknown form: a quotation needs none.
pub(super) fn without_keys(text: &str) -> String {
    let is_key = |word: &str| {
        let runs = word.split(|character: char| !u8::try_from(character).is_ok_and(is_of_key));
        runs.filter(|run| run.len() >= SHORTEST_OF_QUOTE)
            .any(|run| run.bytes().any(|byte| byte.is_ascii_digit()))
    };
    let words = text.split_whitespace().map(|word| if is_key(word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// The secrets, by where they begin.
fn found(text: &str) -> Vec<(Range<usize>, SecretKind)> {
    let bytes = text.as_bytes();
    let mut all: Vec<(Range<usize>, SecretKind)> = private_keys(text);
    let mut at = 0;
    while at < bytes.len() {
        at += bytes.iter().skip(at).take_while(|byte| !is_of_key(**byte)).count();
        let end = end_of_run(bytes, at);
        let run = text.get(at..end).unwrap_or_default();
        if let Some(end) = sign_in_url(text, run, end) {
            all.push((at..end, SecretKind::SignInUrl));
            at = end;
            continue;
        }
        let kind = by_form(run).or_else(|| name_before(bytes, at, run).and_then(|name| by_name(&name, run)));
        match kind {
            Some(kind) => {
                let end = end_of_value(bytes, end);
                let kind = if is_link(text, at) && kind == SecretKind::AccessToken {
                    SecretKind::SessionLink
                } else {
                    kind
                };
                all.push((at..end, kind));
                at = end;
            }
            None => at = end,
        }
    }
    all.sort_by_key(|(range, _)| range.start);
    all
}

/// Whether a byte may stand within a token or a key.
fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'-' | b'!' | b'%')
}

fn end_of_run(bytes: &[u8], start: usize) -> usize {
    start + bytes.iter().skip(start).take_while(|byte| is_of_key(**byte)).count()
}

/// The end of a secret whose first run ends here: padding, further runs of Base64, and what a broken line took to the next.
fn end_of_value(bytes: &[u8], end: usize) -> usize {
    let mut end = end;
    for _ in 0..MOST_LINES {
        end += bytes
            .iter()
            .skip(end)
            .take_while(|byte| is_of_key(**byte) || matches!(byte, b'=' | b'+' | b'/'))
            .count();
        let Some(next) = next_line(bytes, end) else { break };
        let run = end_of_run(bytes, next);
        if !goes_on(bytes, next, run) {
            break;
        }
        end = run;
    }
    end
}

/// Where the text goes on behind a line break here: behind the marks of a quoted mail.
fn next_line(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let mut start = at + if rest.starts_with(b"\r\n") { 2 } else { usize::from(rest.starts_with(b"\n")) };
    if start == at {
        return None;
    }
    start += bytes.iter().skip(start).take(12).take_while(|byte| matches!(byte, b'>' | b' ' | b'|')).count();
    bytes.get(start).filter(|byte| is_of_key(**byte)).map(|_| start)
}

/// Whether a run on the next line belongs to the secret: it has letters and digits, or the line to itself.
fn goes_on(bytes: &[u8], start: usize, end: usize) -> bool {
    let run = bytes.get(start..end).unwrap_or_default();
    let is_alone =
        bytes.get(end).is_none_or(|byte| matches!(byte, b'\r' | b'\n' | b'"' | b'&' | b'\'' | b'<'));
    let is_mixed = run.iter().any(u8::is_ascii_digit) && run.iter().any(u8::is_ascii_alphabetic);
    // The next field of a form.
    let is_name =
        bytes.get(end).is_some_and(|byte| matches!(byte, b'=' | b':')) && !run.iter().any(u8::is_ascii_digit);
    !is_name && (is_alone || (is_mixed && run.len() >= 6))
}

/// The kind of a secret that its form shows.
fn by_form(run: &str) -> Option<SecretKind> {
    if run.len() < SHORTEST_FORM {
        return None;
    }
    // What was encoded in an address may be escaped once or twice.
    let plain = if run.contains('%') {
        Cow::Owned(run.replace("%25", "%").replace("%21", "!").replace("%2E", "."))
    } else {
        Cow::Borrowed(run)
    };
    let token = plain.split_once('!').filter(|(org, rest)| {
        let start = org.rfind(ORG_ID_PREFIX).map_or("", |at| org.get(at..).unwrap_or_default());
        (12..=18).contains(&start.len()) && rest.len() >= 8
    });
    let is_long = |least: usize| plain.len() >= least;
    let is_refresh = (plain.starts_with("5Aep") && is_long(20)) || (plain.starts_with("5A") && is_long(42));
    let is_jwt = plain.find("eyJ").is_some_and(|at| {
        let jwt = plain.get(at..).unwrap_or_default();
        jwt.len() >= 30 && jwt.matches('.').count() >= 1
    });
    match () {
        () if token.is_some() => Some(SecretKind::AccessToken),
        () if is_refresh => Some(SecretKind::RefreshToken),
        () if plain.starts_with(CODE_PREFIX) && is_long(16) => Some(SecretKind::AuthorizationCode),
        () if is_jwt => Some(SecretKind::Jwt),
        () => None,
    }
}

/// The kind of a secret that the name before it tells.
fn by_name(name: &Name, run: &str) -> Option<SecretKind> {
    let kind = match name.name.as_str() {
        "accesstoken" | "sid" | "sessionid" | "sessiontoken" | "bearer" | "lightningsid"
        | "visualforcesid" | "contentsid" | "parentsid" => SecretKind::AccessToken,
        "refreshtoken" => SecretKind::RefreshToken,
        "clientsecret" | "consumersecret" | "appsecret" | "secret" => SecretKind::ConsumerSecret,
        "idtoken" | "assertion" | "clientassertion" => SecretKind::Jwt,
        "codeverifier" => SecretKind::AuthorizationCode,
        "code" if run.len() >= 20 && is_mixed(run) => SecretKind::AuthorizationCode,
        "otp" | "otc" => SecretKind::SessionLink,
        "password" | "passwd" | "pwd" | "pw" | "passwort" | "contraseña" | "securitytoken" | "basic" => {
            SecretKind::Password
        }
        _ => return None,
    };
    let is_placeholder = run.bytes().all(|byte| matches!(byte, b'.' | b'-' | b'_' | b'~'));
    let is_word = run.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_long = if kind == SecretKind::Password {
        !is_word || run.len() >= 8
    } else {
        run.len() >= 8 && (!is_word || run.len() >= 16)
    };
    let is_value = if name.is_assigned {
        is_long && run.len() >= 4 && !is_placeholder
    } else {
        // Else it is a word of a sentence, such as `refresh_token expired`.
        run.len() >= 16 && is_mixed(run)
    };
    is_value.then_some(kind)
}

fn is_mixed(run: &str) -> bool {
    run.bytes().any(|byte| byte.is_ascii_digit()) && run.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The name that stands before a value.
struct Name {
    /// In small letters, without what joins its words.
    name: String,
    /// Whether `=`, `:` or a tag stands between.
    is_assigned: bool,
}

/// The name before this value; none where it can be none's value.
fn name_before(bytes: &[u8], at: usize, run: &str) -> Option<Name> {
    let before = bytes.get(..at).unwrap_or_default();
    let is_mark = |byte: &u8| {
        matches!(byte, b'=' | b':' | b'"' | b'\'' | b' ' | b'>' | b'\\' | b'\n' | b'\r' | b'\t' | b'`')
    };
    let marks = before.iter().rev().take(12).take_while(|byte| is_mark(byte)).count();
    let (name, marks) = before.split_at(before.len() - marks);
    let is_assigned = marks.iter().any(|mark| matches!(mark, b'=' | b':' | b'>'));
    let may_stand_alone = run.len() >= SHORTEST_FORM && is_mixed(run);
    if !is_assigned && !may_stand_alone {
        return None;
    }
    let is_of_name =
        |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b' ') || *byte >= 0x80;
    let length = name.iter().rev().take(LONGEST_NAME).take_while(|byte| is_of_name(byte)).count();
    let name = String::from_utf8_lossy(name.get(name.len() - length..).unwrap_or_default()).to_lowercase();
    Some(Name { name: known_end(&name), is_assigned })
}

/// The name at the end of some words: `the Consumer Secret` is `consumersecret`.
fn known_end(words: &str) -> String {
    let mut parts = words.rsplit(['_', '-', ' ']).filter(|part| !part.is_empty());
    let (last, before) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match (before, last) {
        ("access" | "refresh" | "id" | "session" | "security", "token")
        | ("client" | "consumer" | "app", "secret")
        | ("session", "id")
        | ("client", "assertion")
        | ("code", "verifier")
        | ("lightning" | "visualforce" | "content" | "parent", "sid") => format!("{before}{last}"),
        _ => last.to_owned(),
    }
}

/// The end of a `force://` address whose scheme is this run.
fn sign_in_url(text: &str, run: &str, end: usize) -> Option<usize> {
    let after = text.get(end..)?;
    let after = after.strip_prefix("://").filter(|_| run.to_ascii_lowercase().ends_with("force"))?;
    let length = after
        .find(|character: char| character.is_whitespace() || matches!(character, '"' | '\'' | '<' | ','))
        .unwrap_or(after.len());
    Some(end_of_value(text.as_bytes(), text.len() - after.len() + length))
}

/// The private keys in a text.
fn private_keys(text: &str) -> Vec<(Range<usize>, SecretKind)> {
    let mut keys = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(BEGIN)) {
        let start = from + at;
        from = start + BEGIN.len();
        if let Some(end) = private_key(text, start) {
            keys.push((start..end, SecretKind::PrivateKey));
            from = end;
        }
    }
    keys
}

/// The end of a private key that begins here.
fn private_key(text: &str, at: usize) -> Option<usize> {
    let body = after_header(text.get(at..)?.strip_prefix(BEGIN)?)?;
    let mut ends = body.match_indices(END).filter_map(|(at, _)| after_header(body.get(at + END.len()..)?));
    // One that was cut off is one to the end of the text.
    Some(text.len() - ends.next().map_or(0, str::len))
}

/// The text behind the rest of a line such as `RSA PRIVATE KEY-----`.
fn after_header(text: &str) -> Option<&str> {
    let kind = text.find(|character: char| !(character.is_ascii_uppercase() || character == ' '))?;
    let (kind, rest) = text.split_at(kind);
    rest.strip_prefix("-----").filter(|_| kind.ends_with(PRIVATE_KEY))
}

/// Whether a value stands in a link that signs its reader in.
fn is_link(text: &str, at: usize) -> bool {
    let start = beginning(text, at.saturating_sub(60)).len();
    text.get(start..at).is_some_and(|before| before.contains("frontdoor.jsp"))
}
