//! The words of `words/failures.toml` and `words/checks.toml`.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, Mutex},
};

use memchr::memmem;
use serde::{Deserialize, de::DeserializeOwned};
use time::{Duration, OffsetDateTime};

use super::{
    Code,
    fill::{FACT_OF_LINES, fill},
    setup,
};
use crate::contract::view::{Acts, CheckId, CheckState, Exact, Failure, Finding, SetupPage};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureWords {
    message: String,
    fix: Vec<String>,
    /// What else can be done where the org's own words are shown.
    #[serde(default)]
    fix_if_said: Vec<String>,
    /// The fixes that only a command carries out, each by its index from 0.
    #[serde(default)]
    typed: Vec<usize>,
    retryable: bool,
    acts: Acts,
    /// The page of the org's Setup where something is done about it.
    #[serde(default)]
    page: Option<SetupPage>,
    /// Each placeholder of the words, with the text for a fact that the caller does not know.
    #[serde(default)]
    facts: BTreeMap<String, String>,
    /// Whether the lines at the end of a fix are to be entered into Callback URL.
    #[serde(default)]
    enters_lines: bool,
    /// The scopes that a fix wants selected, named as in Setup.
    #[serde(default)]
    scopes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckWords {
    title: String,
    pass: String,
    warn: String,
    fail: String,
    unknown: String,
    skip: String,
}

/// The words that were used, by their code. Each is read when it is needed: most commands need none, and none needs all.
static FAILURES: Mutex<BTreeMap<Code, Option<&'static FailureWords>>> = Mutex::new(BTreeMap::new());
static CHECKS: LazyLock<BTreeMap<CheckId, CheckWords>> =
    LazyLock::new(|| toml::from_str(include_str!("../words/checks.toml")).unwrap_or_default());

/// The words of a code, kept for as long as the program runs: their number is that of the codes.
fn words_of(code: Code) -> Option<&'static FailureWords> {
    let mut read = FAILURES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    *read.entry(code).or_insert_with(|| {
        let name = serde_json::to_value(code).ok()?;
        let words = section(include_str!("../words/failures.toml"), name.as_str()?)?;
        Some(Box::leak(Box::new(words)))
    })
}

/// The table of this name in a file of tables, read by itself.
pub(crate) fn section<T: DeserializeOwned>(file: &str, name: &str) -> Option<T> {
    let header = format!("\n[{name}]\n");
    let at = memmem::find(file.as_bytes(), header.as_bytes())?;
    let rest = file.get(at + header.len()..)?;
    let end = memmem::find(rest.as_bytes(), b"\n[").unwrap_or(rest.len());
    let table = rest.get(..end)?;
    toml::from_str(table).ok()
}

/// Who can do something about it, whether waiting helps, and the page of Setup where it is done.
pub fn way_out(code: Code) -> (Acts, bool, Option<SetupPage>) {
    words_of(code).map_or((Acts::You, false, None), |words| (words.acts, words.retryable, words.page))
}

/// The fixes of a code that only a command carries out, each by its index from 0: a face with buttons has another way.
pub fn typed_fixes(code: Code) -> &'static [usize] {
    words_of(code).map_or(&[], |words| &words.typed)
}

/// `code` in words, with the facts filled in: `failure(Code::KeyUnknown, &[("host", address.host())])`.
///
/// The facts of a code are listed with its words in `words/failures.toml`; a missing one is put in general words, a
/// surplus one is ignored. Facts may come from outside: they are cleaned and cut.
pub fn failure(code: Code, facts: &[(&str, &str)]) -> Failure {
    let Some(words) = words_of(code) else {
        let message = format!("{code:?}");
        let (fix, setup) = (Vec::new(), None);
        return Failure { code, message, fix, retryable: false, retry_at: None, acts: None, setup };
    };
    let put = |template: &String| fill(template, |name| fact(words, facts, name));
    let host = facts.iter().find(|(name, host)| *name == "host" && !host.is_empty()).map(|(_, host)| *host);
    // Nobody can search for what is not shown.
    let is_said = facts.iter().any(|(name, said)| *name == "said" && said.contains(char::is_alphanumeric));
    let fix = words.fix.iter().chain(words.fix_if_said.iter().filter(|_| is_said));
    Failure {
        code,
        message: put(&words.message),
        fix: fix.map(put).collect(),
        retryable: words.retryable,
        retry_at: None,
        acts: Some(words.acts),
        setup: words.page.map(|page| Box::new(setup::link(page, host))),
    }
}

/// [`failure`] of what may be tried again from that time on, which stands in its words.
pub fn failure_until(code: Code, facts: &[(&str, &str)], at: OffsetDateTime, now: OffsetDateTime) -> Failure {
    let when = until(at, now);
    let facts: Vec<_> = facts.iter().copied().chain([("when", when.as_str())]).collect();
    Failure { retry_at: Some(at), ..failure(code, &facts) }
}

/// The fact `when`: from which time on something may be tried again, to the second, in UTC.
pub fn until(at: OffsetDateTime, now: OffsetDateTime) -> String {
    if at <= now {
        return "now".to_owned();
    }
    // Whoever comes at the second that is named comes late enough.
    let at = at + Duration::nanoseconds(999_999_999);
    format!("after {} {:02}:{:02}:{:02} UTC", at.date(), at.hour(), at.minute(), at.second())
}

/// The result of one check in words: those of `code` if there is one, else those of `words/checks.toml` for the state.
pub fn finding(id: CheckId, state: CheckState, code: Option<Code>, facts: &[(&str, &str)]) -> Finding {
    let words = CHECKS.get(&id);
    let title = words.map(|words| words.title.clone()).unwrap_or_default();
    if let Some(code) = code {
        let Failure { message, fix, setup, .. } = failure(code, facts);
        return Finding {
            id,
            title,
            state,
            message,
            fix,
            code: Some(code),
            exact: exact(code, facts),
            setup,
        };
    }
    let template = words.map(|words| match state {
        CheckState::Pass => &words.pass,
        CheckState::Warn => &words.warn,
        CheckState::Fail => &words.fail,
        CheckState::Unknown => &words.unknown,
        CheckState::Skip => &words.skip,
    });
    let given = |name: &str| facts.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let message = template.map(|template| fill(template, given).trim_end().to_owned());
    let message = message.unwrap_or_default();
    Finding { id, title, state, message, fix: Vec::new(), code: None, exact: Vec::new(), setup: None }
}

/// The values that the fixes of `code` ask for, letter for letter. Lines are included only where `facts` has them.
pub fn exact(code: Code, facts: &[(&str, &str)]) -> Vec<Exact> {
    let Some(words) = words_of(code) else { return Vec::new() };
    let lines = facts.iter().find(|(name, _)| *name == FACT_OF_LINES && words.enters_lines);
    let lines = lines.map_or("", |(_, lines)| *lines);
    let exact = words.fix.iter().enumerate().map(|(of, template)| {
        let mut exact = ending_in_lines(of, template, lines);
        exact.text = fill(&exact.text, |name| fact(words, facts, name));
        exact.scopes = words.scopes.iter().filter(|scope| template.contains(*scope)).cloned().collect();
        exact
    });
    exact.filter(|exact| !exact.lines.is_empty() || !exact.scopes.is_empty()).collect()
}

/// A fix without the lines at its end.
pub(super) fn ending_in_lines(of: usize, template: &str, lines: &str) -> Exact {
    let text = template.strip_suffix("\n{lines}").filter(|_| !lines.trim().is_empty());
    let lines = text.map(|_| lines.lines().map(str::to_owned).collect());
    Exact {
        of,
        text: text.unwrap_or(template).to_owned(),
        lines: lines.unwrap_or_default(),
        scopes: Vec::new(),
    }
}

fn fact<'a>(words: &'a FailureWords, facts: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    let given = facts.iter().find(|(given, value)| *given == name && !value.trim().is_empty());
    given.map(|(_, value)| *value).or_else(|| words.facts.get(name).map(String::as_str))
}

#[cfg(test)]
mod tests;
