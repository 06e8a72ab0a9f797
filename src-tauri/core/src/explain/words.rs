//! The words of `words/failures.toml` and `words/checks.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use time::{Duration, OffsetDateTime};

use super::{
    Code,
    fill::{FACT_OF_LINES, fill},
};
use crate::contract::view::{CheckId, CheckState, Exact, Failure, Finding};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureWords {
    message: String,
    fix: Vec<String>,
    retryable: bool,
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

static FAILURES: LazyLock<BTreeMap<Code, FailureWords>> =
    LazyLock::new(|| toml::from_str(include_str!("../words/failures.toml")).unwrap_or_default());
static CHECKS: LazyLock<BTreeMap<CheckId, CheckWords>> =
    LazyLock::new(|| toml::from_str(include_str!("../words/checks.toml")).unwrap_or_default());

/// `code` in words, with the facts filled in: `failure(Code::KeyUnknown, &[("host", address.host())])`.
///
/// The facts of a code are listed with its words in `words/failures.toml`; a missing one is put in general words, a
/// surplus one is ignored. Facts may come from outside: they are cleaned and cut.
pub fn failure(code: Code, facts: &[(&str, &str)]) -> Failure {
    let Some(words) = FAILURES.get(&code) else {
        let message = format!("{code:?}");
        return Failure { code, message, fix: Vec::new(), retryable: false, retry_at: None };
    };
    let put = |template: &String| fill(template, |name| fact(words, facts, name));
    Failure {
        code,
        message: put(&words.message),
        fix: words.fix.iter().map(put).collect(),
        retryable: words.retryable,
        retry_at: None,
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
        let Failure { message, fix, .. } = failure(code, facts);
        return Finding { id, title, state, message, fix, code: Some(code), exact: exact(code, facts) };
    }
    let message = words.map(|words| match state {
        CheckState::Pass => words.pass.clone(),
        CheckState::Warn => words.warn.clone(),
        CheckState::Fail => words.fail.clone(),
        CheckState::Unknown => words.unknown.clone(),
        CheckState::Skip => words.skip.clone(),
    });
    let message = message.unwrap_or_default();
    Finding { id, title, state, message, fix: Vec::new(), code: None, exact: Vec::new() }
}

/// The values that the fixes of `code` ask for, letter for letter. Lines are included only where `facts` has them.
pub fn exact(code: Code, facts: &[(&str, &str)]) -> Vec<Exact> {
    let Some(words) = FAILURES.get(&code) else { return Vec::new() };
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
