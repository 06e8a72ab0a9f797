//! From what was found in a text to what it means.

use std::{cell::LazyCell, collections::BTreeMap, ops::Range};

use memchr::memmem;

use super::{
    another, beginning,
    blocks::is_of_word,
    phrases::Kind,
    scan::{Found, Label},
    secrets, where_to,
};
use crate::{
    contract::view::{Acts, Cause, SetupPage, Sure},
    explain::{
        Code, Said,
        causes::{self, At, Sign, Told, plain, told, told_of_code, words_of},
    },
};

/// How far from its error a description may end, and how far before it may begin, in bytes.
const AFTER: usize = 400;
const BEFORE: usize = 240;
/// How often one error or description is looked at, and how many unknown ones are.
const MOST_LOOKS: usize = 8;
const MOST_UNKNOWN: usize = 200;
/// The longest error that is quoted.
const LONGEST_ERROR: usize = 100;
/// The fields of a description.
const DESCRIPTIONS: [&str; 6] = [
    "error_description",
    "error-description",
    "errordescription",
    "error description",
    "message",
    "faultstring",
];

/// What a clean text says went wrong, each once, in order. `found` is what is known in it.
pub(super) fn causes(text: &str, found: &[Found]) -> Vec<Cause> {
    // Most causes are found without a search of the whole text for that.
    let is_salesforces = LazyCell::new(|| names_salesforce(text));
    let mut told: Vec<Cause> = Vec::new();
    let mut looks: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut covered = 0;
    let mut of_another = 0;
    for (index, one) in found.iter().enumerate() {
        // What another system said to the org is no word of the org's about the app.
        if one.start < of_another {
            continue;
        }
        // A log says the same a thousand times.
        let looks = looks.entry(one.kind).or_default();
        *looks += 1;
        if *looks > MOST_LOOKS {
            continue;
        }
        let next = found.iter().skip(index + 1).find(|next| matches!(next.kind, Kind::Error { .. }));
        let window = Window {
            text,
            error: one.start..one.end,
            covered,
            until: next.map_or(text.len(), |next| next.start),
        };
        if let Kind::Error { error, .. } = one.kind
            && window.is_of_another(error, || *is_salesforces)
        {
            covered = window.after().end;
            of_another = covered;
            continue;
        }
        let cause = match one.kind {
            Kind::Error { is_common: true, .. } if one.label == Label::None => None,
            Kind::Error { error, begins, .. } => window.of_error(error, begins, one),
            // It was the description of the error before it.
            Kind::Description { .. } if one.start < covered => None,
            Kind::Description { .. } if another::ends_within_entras(window.before()) => None,
            Kind::Description { needs_salesforce: true, .. } if !*is_salesforces => None,
            Kind::Description { said, .. } => window.of_description(said),
        };
        let Some(cause) = cause else { continue };
        match one.kind {
            Kind::Error { .. } => covered = window.after().end,
            Kind::Description { said, .. } if said == causes::PROVIDER_PAGE => {
                of_another = end_of_address(text, one.end);
            }
            Kind::Description { .. } => {}
        }
        if told.iter().all(|other| other.cause != cause.cause || other.quoted != cause.quoted) {
            told.push(cause);
        }
    }
    if told.is_empty() { quoted_alone(text, *is_salesforces).into_iter().collect() } else { told }
}

/// Where an address that goes on here ends at the latest: a terminal may have wrapped it, and its blanks are written out by now.
fn end_of_address(text: &str, from: usize) -> usize {
    let end = beginning(text, from + AFTER).len();
    let rest = text.get(from..end).unwrap_or_default();
    from + rest.find("\n\n").or_else(|| rest.find("\r\n\r\n")).unwrap_or(rest.len())
}

/// Whether a text has to do with Salesforce, by its names.
pub(super) fn names_salesforce(text: &str) -> bool {
    ["alesforce", "ALESFORCE", ".force.com", "RemoteAccess", "sfdc", "SFDC"]
        .iter()
        .any(|name| memmem::find(text.as_bytes(), name.as_bytes()).is_some())
}

/// The surroundings of something found.
struct Window<'a> {
    text: &'a str,
    error: Range<usize>,
    /// Where what was explained before ends.
    covered: usize,
    /// Where the next error begins.
    until: usize,
}

impl Window<'_> {
    /// The text behind, up to the next error and to the end of the paragraph.
    fn after(&self) -> Range<usize> {
        let end = beginning(self.text, (self.error.end + AFTER).min(self.until)).len();
        let behind = self.text.get(self.error.end..end).unwrap_or_default();
        let paragraph = behind.find("\n\n").or_else(|| behind.find("\r\n\r\n")).unwrap_or(behind.len());
        self.error.end..self.error.end + paragraph
    }

    /// The text before, from the end of what was explained before.
    fn before(&self) -> &str {
        let start = self.error.start.saturating_sub(BEFORE).max(self.covered.min(self.error.start));
        let start = beginning(self.text, start).len();
        let before = self.text.get(start..self.error.start).unwrap_or_default();
        before.rsplit("\n\n").next().unwrap_or(before)
    }

    /// Whether the text shows that another service than Salesforce says this error.
    fn is_of_another(&self, error: &str, names_salesforce: impl FnOnce() -> bool) -> bool {
        // Errors of Salesforce's alone are that wherever they end.
        another::may_say(error) && self.is_said_elsewhere(names_salesforce)
    }

    /// The same of any error, where nothing is known to be Salesforce's.
    fn is_said_elsewhere(&self, is_salesforces: impl FnOnce() -> bool) -> bool {
        let (before, after) = (self.before(), self.text.get(self.after()).unwrap_or_default());
        another::is_of_entra(before)
            || another::is_of_entra(after)
            || (another::is_said_by_one(before, after) && !is_salesforces())
    }

    /// The meaning of a known error.
    fn of_error(&self, error: &'static str, begins: bool, found: &Found) -> Option<Cause> {
        let error = error.trim_end_matches('*');
        let written = plain(&squeezed_breaks(self.text.get(self.error.clone()).unwrap_or_default()));
        let error = if begins { written.as_str() } else { error };
        let first = match found.label {
            Label::Error => At::Token,
            Label::ErrorCode => At::Rest,
            Label::Query | Label::None => At::Authorize,
        };
        let after = self.text.get(self.after()).unwrap_or_default();
        let description = Description::behind(after, self.after().end == self.text.len());
        let before = Description::of(self.before());
        // Errors of calls are words of other services, too.
        let is_field =
            |place: At, sign: &Sign| place != At::Rest || !sign.common || found.label == Label::ErrorCode;
        let places =
            || std::iter::once(first).chain(causes::PLACES.into_iter().filter(move |at| *at != first));
        let by_words_that = |words: &Description, may_be_unsure: bool| {
            places().find_map(|place| {
                let of = |sign: &&Sign| {
                    let is_sure = may_be_unsure || sign.sure != Sure::Uncertain;
                    is_sure && !sign.says.is_empty() && fits(sign, error) && words.is_said(sign)
                };
                causes::at(place).iter().find(of)
            })
        };
        // Where the text is from is less sure than what it says.
        let by_words =
            |words: &Description| by_words_that(words, false).or_else(|| by_words_that(words, true));
        let by_error = || {
            places().find_map(|place| {
                let of = |sign: &&Sign| sign.names(error) && sign.says.is_empty() && is_field(place, sign);
                causes::at(place).iter().find(of)
            })
        };
        let by_silence = || {
            let is_silent = !description.is_given;
            places().find_map(|place| {
                let of = |sign: &&Sign| sign.names(error) && is_silent && sign.says.contains(&"");
                causes::at(place).iter().find(of)
            })
        };
        let sign = by_words(&description).or_else(|| by_words(&before)).or_else(by_error).or_else(by_silence);
        match sign {
            Some(sign) => Some(self.told(sign)),
            None => self.quoted(&written, found.label),
        }
    }

    /// The meaning of a description without its error.
    fn of_description(&self, said: &str) -> Option<Cause> {
        let after = self.after();
        let around = self.text.get(self.error.start..after.end).unwrap_or_default();
        let around = Description::behind(around, after.end == self.text.len());
        let all = said.split('…').all(|part| around.says(part));
        let signs = [At::Elsewhere, At::Computer].into_iter().flat_map(causes::at);
        let sign = signs.filter(|sign| sign.errors.is_empty()).find(|sign| sign.says.contains(&said));
        sign.filter(|_| all).map(|sign| self.told(sign))
    }

    fn told(&self, sign: &Sign) -> Cause {
        let org = where_to::org(self.text, &self.error);
        let host = org.as_ref().map(|org| ("host", org.host()));
        let Told { message, fix, acts, waiting, page } = told(sign, host.as_slice());
        Cause {
            cause: sign.id.to_owned(),
            code: sign.code,
            known: true,
            message: of_paste(&message),
            fix: fix.iter().map(|fix| of_paste(fix)).collect(),
            acts,
            waiting,
            sure: sign.sure,
            source: sign.source.to_owned(),
            setup: page.map(|page| where_to::link(page, org.as_ref())),
            quoted: None,
        }
    }

    /// A well-formed error that nobody knows is Salesforce's own: its words are shown.
    fn quoted(&self, error: &str, label: Label) -> Option<Cause> {
        let description = description(self.text.get(self.error.end..).unwrap_or_default())
            .or_else(|| (label == Label::ErrorCode).then(|| description_before(self.before())).flatten())?;
        let description = secrets::without_keys(&secrets::masked(&description));
        let said = Said::of(error, &description)?;
        let org = where_to::org(self.text, &self.error);
        let code = if label == Label::Query { Code::AuthorizeRefused } else { Code::SalesforceRefused };
        let (message, fix) = unknown(&said, &told_of_code(code, &[("said", said.as_str())]));
        Some(Cause {
            cause: "quoted".to_owned(),
            code,
            known: false,
            message,
            fix,
            acts: Acts::You,
            waiting: false,
            sure: Sure::Uncertain,
            source: "the pasted text alone".to_owned(),
            setup: Some(where_to::link(SetupPage::LoginHistory, org.as_ref())),
            quoted: Some(said.as_str().to_owned()),
        })
    }
}

/// Whether a row is of this error: one of its own, or one that its description alone decides.
fn fits(sign: &Sign, error: &str) -> bool {
    sign.errors.is_empty() || sign.names(error)
}

/// What is told of an error that nobody knows.
fn unknown(said: &Said, general: &Told) -> (String, Vec<String>) {
    let message = format!(
        "This is an error of Salesforce's that is not known here. The pasted text says: {}.",
        said.as_str()
    );
    let in_general =
        general.fix.iter().filter(|fix| fix.contains("Login History") || fix.contains("Salesforce's help"));
    let fix = in_general.map(|fix| of_paste(fix)).collect();
    (message, fix)
}

/// Words about an answer of Salesforce's as words about a text that somebody pasted: who wrote that, nobody knows.
pub(super) fn of_paste(words: &str) -> String {
    let words = words.replace(". Salesforce says: nothing more.", ".");
    words.replace(". Salesforce says", ". The pasted text says").replace(
        "Salesforce says",
        if words.starts_with("Salesforce says") { "The pasted text says" } else { "the pasted text says" },
    )
}

/// The error of a text in which none is known: well formed, with a description.
fn quoted_alone(text: &str, is_salesforces: bool) -> Option<Cause> {
    for (at, _) in text.match_indices("rror").take(MOST_UNKNOWN) {
        let after = text.get(at + 4..).unwrap_or_default();
        let (label, after) = match after.strip_prefix("Code") {
            Some(after) => (Label::ErrorCode, after),
            None if after.starts_with('=') => (Label::Query, after),
            None => (Label::Error, after),
        };
        let value = after.trim_start_matches(['"', '\'', ' ', '=', ':', '>', '\n', '\r']);
        let gap = after.get(..after.len() - value.len()).unwrap_or_default();
        let is_field = gap.contains(['=', ':', '>']) && gap.len() < 8;
        let is_code = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let length = value.bytes().take(LONGEST_ERROR + 1).take_while(|byte| is_code(byte)).count();
        let error = value.get(..length).unwrap_or_default();
        let is_error =
            (3..=LONGEST_ERROR).contains(&length) && error.bytes().any(|byte| byte.is_ascii_alphabetic());
        let is_whole = error.contains('_') || is_salesforces;
        if is_field && is_error && is_whole {
            let begin = text.len() - value.len();
            let window = Window { text, error: begin..begin + length, covered: 0, until: text.len() };
            // Only what is Salesforce's own is quoted as that.
            let is_of_another = window.is_said_elsewhere(|| is_salesforces);
            if let Some(cause) = window.quoted(error, label).filter(|_| !is_of_another) {
                return Some(cause);
            }
        }
    }
    None
}

/// The value of the description's field that follows an error, if one does.
fn description(after: &str) -> Option<String> {
    let near = beginning(after, 2 * AFTER);
    let lower = near.to_ascii_lowercase();
    let (at, name) = DESCRIPTIONS.iter().filter_map(|name| Some((lower.find(name)?, name))).min()?;
    value(near.get(at + name.len()..)?)
}

/// The value of the last such field before an error.
fn description_before(before: &str) -> Option<String> {
    let lower = before.to_ascii_lowercase();
    let (at, name) = DESCRIPTIONS.iter().filter_map(|name| Some((lower.rfind(name)?, name))).max()?;
    value(before.get(at + name.len()..)?)
}

/// The value behind a field's name.
fn value(after: &str) -> Option<String> {
    let mark = after.trim_start_matches(['"', '\'', ' ']);
    let value = mark.strip_prefix(['=', ':', '>'])?.trim_start();
    if after.len() - value.len() > 12 {
        return None;
    }
    let in_quotes = value.starts_with('"');
    let value = value.strip_prefix(['"', '\'']).unwrap_or(value);
    let end = value.find(|character| match character {
        '"' | '<' => true,
        '&' | '\n' => !in_quotes,
        _ => false,
    });
    let value = value.get(..end.unwrap_or(value.len()))?;
    let value: String = value.chars().take(1000).collect();
    let value = value.replace('+', " ").trim().to_owned();
    (!value.is_empty()).then_some(value)
}

/// A description, to be compared with those of the rows.
struct Description {
    words: String,
    /// Its letters alone: a line may have been broken within a word.
    letters: String,
    is_given: bool,
    /// Whether the text ends with it: the rest of it may have been cut off.
    is_last: bool,
}

/// The shortest beginning of a description that is taken for all of it, where the text was cut off there.
const LEAST_OF_CUT: usize = 7;

impl Description {
    fn of(text: &str) -> Self {
        let words = words_of(text);
        let letters = words.chars().filter(|character| *character != ' ').collect();
        Self { words, letters, is_given: description(text).is_some(), is_last: false }
    }

    /// The description behind an error, up to the end of the text where `is_last`.
    fn behind(text: &str, is_last: bool) -> Self {
        Self { is_last, ..Self::of(text) }
    }

    fn is_said(&self, sign: &Sign) -> bool {
        sign.is_said(false, |part| self.says(part))
    }

    fn says(&self, part: &str) -> bool {
        let letters: String = part.chars().filter(|character| *character != ' ').collect();
        self.words.contains(part)
            || (letters.len() > 11 && self.letters.contains(&letters))
            || (self.is_last && self.ends_within(&letters))
    }

    /// Whether it ends with the beginning of these letters.
    fn ends_within(&self, letters: &str) -> bool {
        let lengths = LEAST_OF_CUT.max(letters.len() * 2 / 3)..letters.len();
        lengths
            .into_iter()
            .filter_map(|length| letters.get(..length))
            .any(|begin| self.letters.ends_with(begin))
    }
}

/// An error without the line breaks within it.
fn squeezed_breaks(error: &str) -> String {
    let is_of = |character: &char| {
        character.is_ascii() && (is_of_word(*character as u8) || matches!(character, '_' | '-'))
    };
    let kept: String = error.chars().filter(is_of).collect();
    if kept.contains(['_', '-']) { kept } else { error.split_whitespace().collect::<Vec<_>>().join("_") }
}
