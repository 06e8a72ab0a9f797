//! Secrets in a text: found by their form or by the name that stands before them, named as what they are, and masked.

mod besides;

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use memchr::memmem;

use self::besides::{besides, in_narrow, spaced_runs};
use super::{
    beginning,
    blocks::{self, Block, assigns, bits, is_of_key},
};
use crate::{
    contract::view::SecretKind,
    org::{
        credentials,
        salesforce::{CODE_PREFIX, ORG_ID_PREFIX, REFRESH_TOKEN_PREFIX},
    },
};

/// What stands in place of a secret.
pub(super) const MASK: &str = "[hidden]";
/// The most lines that one secret is broken over.
const MOST_LINES: usize = 60;
/// The shortest secret that is known by its form, in bytes.
const SHORTEST_FORM: usize = 16;
/// The shortest word with a digit that is left out of a quotation, in bytes.
const SHORTEST_OF_QUOTE: usize = 8;
/// The longest text that may be secrets and nothing else, in bytes.
const LONGEST_BARE: usize = 4096;
/// The most blanks and marks of a quoted mail at the beginning of a line.
const MOST_INDENTED: usize = 24;
/// The most marks between a name and its value.
const MOST_MARKS: usize = 12;
/// The longest name before a value, in bytes.
const LONGEST_NAME: usize = 40;
/// `<saml`, the beginning of an assertion, in Base64.
const SAML_IN_BASE64: &str = "PHNhbW";
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const PRIVATE_KEY: &str = "PRIVATE KEY";

/// The kinds of secrets in a text.
pub(super) fn kinds(text: &str) -> BTreeSet<SecretKind> {
    kinds_of(found(text))
}

pub(super) fn kinds_of(found: Vec<(Range<usize>, SecretKind)>) -> BTreeSet<SecretKind> {
    found.into_iter().map(|(_, kind)| kind).collect()
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
        let mut runs = word.split(|character: char| !u8::try_from(character).is_ok_and(is_of_key));
        runs.any(|run| {
            let has_digit = run.bytes().any(|byte| byte.is_ascii_digit());
            (run.len() >= SHORTEST_OF_QUOTE && has_digit) || (run.len() >= SHORTEST_FORM && is_random(run))
        })
    };
    let mut unspaced = text.to_owned();
    for run in spaced_runs(text).into_iter().rev() {
        unspaced.replace_range(run, "…");
    }
    let words = unspaced.split_whitespace().map(|word| if is_key(word) { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// The secrets, by where they begin.
pub(super) fn found(text: &str) -> Vec<(Range<usize>, SecretKind)> {
    in_narrow(text, |text| {
        let mut search = Search::of(text);
        blocks::of(text).for_each(|block| search.look_at(&block));
        search.found()
    })
}

/// The search of a text for secrets, block by block.
///
/// A run of what keys are made of is a secret only where it is long, where a mark assigns it to a name that ends as those of
/// secrets do, or where it is the scheme of an address. Which runs are, the masks tell; nearly all words are none of that.
pub(super) struct Search<'a> {
    text: &'a str,
    found: Vec<(Range<usize>, SecretKind)>,
    /// Where the last one ends.
    done: usize,
    /// The block before.
    keys: u64,
    ends_of_names: u64,
    /// Whether the gap between two runs that reaches into the next block has a mark that assigns, and a name before it.
    is_assigned: bool,
    is_named: bool,
}

impl<'a> Search<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let (is_assigned, is_named) = (false, false);
        Self { text, found: Vec::new(), done: 0, keys: 0, ends_of_names: 0, is_assigned, is_named }
    }

    pub(super) fn look_at(&mut self, block: &Block) {
        let Block { start, keys, assigns, ends_of_names, .. } = *block;
        let behind_runs = !keys & (keys << 1 | self.keys >> 63);
        let behind_names = behind_runs & (ends_of_names << 1 | self.ends_of_names >> 63);
        let assigned = behind_gaps(assigns, keys, &mut self.is_assigned);
        let values = assigned & behind_gaps(behind_names, keys, &mut self.is_named);
        let schemes = behind_names & assigns;
        let long = behind_runs & behind_long(u128::from(keys) << 64 | u128::from(self.keys));
        (self.keys, self.ends_of_names) = (keys, ends_of_names);
        for bit in bits(values | schemes | long) {
            let at = start + bit as usize;
            let is = |mask: u64| mask >> bit & 1 == 1;
            if is(values) {
                self.try_run(at, end_of_run(self.text.as_bytes(), at));
            } else if is(long) || self.text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(b"://"))
            {
                self.try_run(start_of_run(self.text.as_bytes(), at), at);
            }
        }
    }

    fn try_run(&mut self, begin: usize, end: usize) {
        // What was found last may end with a run.
        if begin >= self.done
            && let Some((end, kind)) = secret(self.text, begin, end)
        {
            self.found.push((begin..end, kind));
            self.done = end;
        }
    }

    /// The secrets of a text whose blocks were all looked at, by where they begin.
    pub(super) fn found(self) -> Vec<(Range<usize>, SecretKind)> {
        let mut all = private_keys(self.text);
        all.extend(self.found);
        all.extend(besides(self.text));
        all.sort_by_key(|(range, _)| range.start);
        all
    }
}

/// The beginnings of those runs before which one of these marks stands, in the gap behind the run before. A sum carries each
/// mark through its gap. `carried`: whether the gap that begins the block had one already, then whether the one that ends it has.
fn behind_gaps(marks: u64, runs: u64, carried: &mut bool) -> u64 {
    let (sum, is_over) = marks.overflowing_add(!runs);
    let (sum, is_still_over) = sum.overflowing_add(u64::from(*carried));
    *carried = is_over || is_still_over;
    sum & runs
}

/// The bytes of the upper half that have at least [`SHORTEST_FORM`] of these before them.
fn behind_long(keys: u128) -> u64 {
    let mut ends = keys;
    let mut length = 1;
    while length < SHORTEST_FORM {
        ends &= ends << length;
        length *= 2;
    }
    u64::try_from((ends << 1) >> 64).unwrap_or_default()
}

/// The secret that begins with this run, and its end.
fn secret(text: &str, begin: usize, end: usize) -> Option<(usize, SecretKind)> {
    let bytes = text.as_bytes();
    let run = text.get(begin..end).unwrap_or_default();
    if let Some(end) = sign_in_url(text, run, end) {
        return Some((end, SecretKind::SignInUrl));
    }
    let is_link = || is_link(text, begin);
    let named = || name_before(bytes, begin, run).and_then(|name| by_name(&name, run));
    // In a link that signs in, what the parameter is decides, not what its value looks like.
    let opens = |named: &SecretKind| {
        *named == SecretKind::SessionLink || (*named == SecretKind::AccessToken && is_link())
    };
    let kind = match by_form(run) {
        Some(kind) => named().filter(opens).unwrap_or(kind),
        None => named()?,
    };
    let is_link = kind == SecretKind::AccessToken && is_link();
    Some((end_of_value(bytes, end), if is_link { SecretKind::SessionLink } else { kind }))
}

/// The secrets of a text that has values in it and no words, each on a line of its own: one that was pasted alone, or beside
/// its key. One that a terminal broke over lines is one.
fn bare(text: &str) -> Vec<(Range<usize>, SecretKind)> {
    if text.len() > LONGEST_BARE {
        return Vec::new();
    }
    let is_around = |character: char| {
        character.is_whitespace() || matches!(character, '"' | '\'' | '`' | ',' | ';' | '<' | '>' | '|')
    };
    let (mut values, mut line_start) = (Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start_matches(is_around);
        let value = rest.trim_end_matches(is_around);
        let start = line_start + line.len() - rest.len();
        line_start += line.len();
        if value.contains(char::is_whitespace) {
            return Vec::new();
        }
        if !value.is_empty() {
            values.push(start..start + value.len());
        }
    }
    let text_of = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    let each = values.iter().filter_map(|range| Some((range.clone(), kind_of_bare(text_of(range))?)));
    let each: Vec<_> = each.collect();
    if !each.is_empty() {
        return each;
    }
    let [first, .., last] = values.as_slice() else { return Vec::new() };
    let whole: String = values.iter().map(text_of).collect();
    kind_of_bare(&whole).map(|kind| (first.start..last.end, kind)).into_iter().collect()
}

/// The kind of a secret that stands alone, by its form.
fn kind_of_bare(value: &str) -> Option<SecretKind> {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    // Neither an address nor a value with its name before it.
    let is_value = |byte: u8| byte.is_ascii_alphanumeric() || b"._+/!-".contains(&byte);
    let is_one = value.trim_end_matches('=').bytes().all(is_value) && (is_number || is_mixed(value));
    if value.len() < SHORTEST_FORM || !is_one || !credentials::is_secret(value) {
        return None;
    }
    Some(if value.starts_with(REFRESH_TOKEN_PREFIX) {
        SecretKind::RefreshToken
    } else if value.starts_with(CODE_PREFIX) {
        SecretKind::AuthorizationCode
    } else if value.starts_with(ORG_ID_PREFIX) && value.contains('!') {
        SecretKind::AccessToken
    } else {
        SecretKind::ConsumerSecret
    })
}

fn end_of_run(bytes: &[u8], start: usize) -> usize {
    start + bytes.iter().skip(start).take_while(|byte| is_of_key(**byte)).count()
}

fn start_of_run(bytes: &[u8], end: usize) -> usize {
    let before = bytes.get(..end).unwrap_or_default();
    end - before.iter().rev().take_while(|byte| is_of_key(**byte)).count()
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

/// Where the text goes on behind a line break here: behind its indentation and the marks of a quoted mail. Those may also be
/// what is left of the break.
fn next_line(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let breaks: [&[u8]; 5] = [b"\r\n", b"\n", b"\\r\\n", b"\\n", b" >"];
    let broken = breaks.iter().find(|line_end| rest.starts_with(line_end))?;
    let is_margin = |byte: &u8| matches!(byte, b'>' | b' ' | b'\t' | b'|');
    let start = at + broken.len();
    let start =
        start + bytes.iter().skip(start).take(MOST_INDENTED).take_while(|byte| is_margin(byte)).count();
    bytes.get(start).filter(|byte| is_of_key(**byte)).map(|_| start)
}

/// Whether a run on the next line belongs to the secret: it looks random, is padded, or has the line to itself.
fn goes_on(bytes: &[u8], start: usize, end: usize) -> bool {
    let run = bytes.get(start..end).unwrap_or_default();
    let is_alone =
        bytes.get(end).is_none_or(|byte| matches!(byte, b'\r' | b'\n' | b'"' | b'&' | b'\'' | b'<'));
    let is_random = std::str::from_utf8(run).is_ok_and(is_random);
    let padding = bytes.iter().skip(end).take_while(|byte| **byte == b'=').count();
    let behind = bytes.get(end + padding..).unwrap_or_default();
    let has_value = matches!(behind, [b'"', byte, ..] | [byte, ..] if is_of_key(*byte));
    let is_padded = padding > 0 && !has_value;
    // The next field of a form.
    let is_name =
        bytes.get(end).is_some_and(|byte| matches!(byte, b'=' | b':')) && !run.iter().any(u8::is_ascii_digit);
    is_padded || (!is_name && (is_alone || (is_random && run.len() >= 6)))
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
    let is_jwt = memmem::find(plain.as_bytes(), b"eyJ").is_some_and(|at| {
        let jwt = plain.get(at..).unwrap_or_default();
        jwt.len() >= 30 && jwt.matches('.').count() >= 1
    });
    // As the source of a page has it, where the name stands elsewhere.
    let is_saml = plain.starts_with(SAML_IN_BASE64) && is_long(64);
    match () {
        () if token.is_some() => Some(SecretKind::AccessToken),
        () if is_refresh => Some(SecretKind::RefreshToken),
        () if plain.starts_with(CODE_PREFIX) && is_long(16) => Some(SecretKind::AuthorizationCode),
        () if is_jwt || is_saml => Some(SecretKind::Jwt),
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
        "idtoken" | "assertion" | "clientassertion" | "samlresponse" => SecretKind::Jwt,
        "codeverifier" => SecretKind::AuthorizationCode,
        "code" if run.len() >= 20 && is_random(run) => SecretKind::AuthorizationCode,
        "otp" | "otc" => SecretKind::SessionLink,
        "password" | "passwd" | "pwd" | "pw" | "passwort" | "kennwort" | "depasse" | "palavrapasse"
        | "contraseña" | "senha" | "wachtwoord" | "hasło" | "heslo" | "lösenord" | "adgangskode"
        | "passord" | "salasana" | "parola" | "şifre" | "securitytoken" | "basic" => SecretKind::Password,
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
        run.len() >= SHORTEST_FORM && is_random(run)
    };
    is_value.then_some(kind)
}

fn is_mixed(run: &str) -> bool {
    run.bytes().any(|byte| byte.is_ascii_digit()) && run.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Whether a run has letters and digits, or small and large letters in turns that no joined words have.
fn is_random(run: &str) -> bool {
    let is_turn = |two: &&[u8]| matches!(two, [b'a'..=b'z', b'A'..=b'Z']);
    is_mixed(run) || run.as_bytes().windows(2).filter(is_turn).count() >= (run.len() / 6).max(2)
}

/// The name that stands before a value.
struct Name {
    /// In small letters, without what joins its words.
    name: String,
    /// Whether `=`, `:` or a tag stands between.
    is_assigned: bool,
}

/// How every name of a secret ends, but those with letters beyond ASCII.
const ENDS_OF_NAMES: [&str; 26] = [
    "token",
    "secret",
    "sid",
    "id",
    "bearer",
    "assertion",
    "verifier",
    "code",
    "otp",
    "otc",
    "password",
    "passwd",
    "pwd",
    "pw",
    "passwort",
    "basic",
    "kennwort",
    "passe",
    "senha",
    "wachtwoord",
    "heslo",
    "adgangskode",
    "passord",
    "salasana",
    "parola",
    "samlresponse",
];

/// Whether a name ends as that of a secret does: it takes longer to read one than to tell most of them apart.
fn may_be_of_a_secret(name: &[u8]) -> bool {
    let joins = name.iter().rev().take_while(|byte| matches!(byte, b'_' | b'-' | b' ')).count();
    let name = name.get(..name.len() - joins).unwrap_or_default();
    let ends = |known: &&str| {
        let end = name.len().checked_sub(known.len()).and_then(|from| name.get(from..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(known.as_bytes()))
    };
    // The last letter alone is none of theirs for most.
    let may_end = name.last().is_some_and(|last| b"acdenoprtw".contains(&last.to_ascii_lowercase()));
    may_end && (!name.is_ascii() || ENDS_OF_NAMES.iter().any(ends))
}

/// The name before this value; none where it can be none's value.
fn name_before(bytes: &[u8], at: usize, run: &str) -> Option<Name> {
    let before = bytes.get(..at).unwrap_or_default();
    let marks = before.iter().rev().take(MOST_MARKS).take_while(|byte| is_mark(**byte)).count();
    let (name, marks) = before.split_at(before.len() - marks);
    let is_assigned = marks.iter().any(|mark| assigns(*mark));
    let may_stand_alone = || run.len() >= SHORTEST_FORM && is_random(run);
    if !is_assigned && !may_stand_alone() {
        return None;
    }
    // As Salesforce's mail with a new token has it.
    let name = name.strip_suffix(b"(case-sensitive)").unwrap_or(name);
    Some(Name { name: name_at_end_of(name)?, is_assigned })
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b'=' | b':' | b'"' | b'\'' | b' ' | b'>' | b'\\' | b'\n' | b'\r' | b'\t' | b'`')
}

/// The name of a secret that a text ends with.
fn name_at_end_of(name: &[u8]) -> Option<String> {
    let is_of_name =
        |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b' ') || *byte >= 0x80;
    let length = name.iter().rev().take(LONGEST_NAME).take_while(|byte| is_of_name(byte)).count();
    let name = name.get(name.len() - length..).unwrap_or_default();
    if !may_be_of_a_secret(name) {
        return None;
    }
    Some(known_end(&String::from_utf8_lossy(name).to_lowercase()))
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
        | ("de" | "palavra", "passe")
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
    while let Some(at) = text.get(from..).and_then(|rest| memmem::find(rest.as_bytes(), BEGIN.as_bytes())) {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::paste::tests::texts::any_text;

    /// As [`found`], run by run.
    fn found_plainly(text: &str) -> Vec<(Range<usize>, SecretKind)> {
        let bytes = text.as_bytes();
        let mut all = private_keys(text);
        let mut at = 0;
        while at < bytes.len() {
            let end = end_of_run(bytes, at);
            match secret(text, at, end).filter(|_| at < end) {
                Some((end, kind)) => {
                    all.push((at..end, kind));
                    at = end;
                }
                None => at = end.max(at + 1),
            }
        }
        all.extend(besides(text));
        all.sort_by_key(|(range, _)| range.start);
        all
    }

    proptest! {
        #[test]
        fn masks_find_what_a_search_run_by_run_finds(text in any_text()) {
            prop_assert_eq!(found(&text), in_narrow(&text, found_plainly), "{:?}", text);
        }
    }
}
