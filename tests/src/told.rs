use std::{collections::BTreeMap, sync::LazyLock};

use connect_core::{contract::view::Failure, explain::Code, org::address};
use serde_json::Value;

use crate::Ended;

/// The words of every code, as the product ships them.
static WORDS: &str = include_str!("../../src-tauri/core/src/words/failures.toml");
/// They stand for whatever a command line got wrong, and have a sentence of their own for each mistake.
const OF_MANY_WORDS: [Code; 1] = [Code::UsageInvalid];

/// The message of every code, with its open places as `{name}`.
static MESSAGES: LazyLock<Vec<(Code, String)>> = LazyLock::new(|| {
    let message = |code: &Code| {
        let header = format!("\n[{}]\nmessage = ", name(*code));
        let (_, after) = WORDS.split_once(&header).unwrap_or_else(|| panic!("{code:?} has words"));
        serde_json::from_str(after.lines().next().unwrap()).unwrap()
    };
    Code::ALL.iter().map(|code| (*code, message(code))).collect()
});

/// Each code with the page of Setup that it leads to, as Quick Find calls it, by the table that people read.
static PAGES: LazyLock<BTreeMap<&str, Option<&str>>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(|cell| cell.trim().trim_end_matches('`'));
        let (code, _exit, page) = (cells.next()?, cells.next()?, cells.next()?);
        Some((code, Some(page).filter(|page| *page != "none")))
    };
    include_str!("../../docs/codes.md").lines().filter_map(row).collect()
});

/// Asserts that what failed leads to the page of Setup that docs/codes.md has for its code, in the org that it is about.
pub fn assert_way_into_setup(told: &Value) {
    let Some(code) = told["code"].as_str() else { return };
    let page = PAGES.get(code).unwrap_or_else(|| panic!("docs/codes.md has {code}: {told}"));
    let link = &told["setup"];
    assert_eq!(link["label"].as_str(), *page, "the way into Setup of {code}: {told}");
    let Some(host) = link["host"].as_str() else { return };
    let org = host.split(['.', ':']).next().unwrap_or_default();
    let url = link["url"].as_str().unwrap_or_else(|| panic!("{host} is known, and its page: {told}"));
    let path = link["path"].as_str().unwrap_or_default();
    assert!(path.len() > 1 && url.ends_with(path) && url.contains(org), "that org's own page: {told}");
}

/// The same of all that a line of JSON says.
pub(crate) fn assert_ways_into_setup(line: &Value) {
    if line["event"] == "failed" {
        assert_way_into_setup(line);
    }
    line["checks"].as_array().into_iter().flatten().for_each(assert_way_into_setup);
}

/// The same of a failure that no face has shown yet.
pub(crate) fn assert_failure_leads_into_setup(failure: &Failure) {
    assert_way_into_setup(&serde_json::to_value(address::in_setup(failure.clone())).unwrap());
}

/// The name of a code in JSON.
pub fn name(code: Code) -> String {
    serde_json::to_value(code).unwrap().as_str().unwrap().to_owned()
}

/// The code of this name.
pub fn code_of(name: &str) -> Option<Code> {
    serde_json::from_value(name.into()).ok()
}

/// Whether a text holds the message of a code, whatever the facts in it are.
pub fn is_told(code: Code, text: &str) -> bool {
    if OF_MANY_WORDS.contains(&code) {
        return true;
    }
    let (_, message) = MESSAGES.iter().find(|(known, _)| *known == code).unwrap();
    let mut rest = text;
    message.split('{').enumerate().all(|(number, part)| {
        let fixed = if number == 0 { part } else { part.split_once('}').map_or(part, |(_, after)| after) };
        let found = rest.split_once(fixed);
        rest = found.map_or(rest, |(_, after)| after);
        found.is_some()
    })
}

impl Ended {
    /// Asserts that it ended with the exit code of this code and said its words, with something to do.
    pub fn said(&self, code: Code) {
        assert_eq!(self.code, i32::from(code.exit()), "{code:?}: {self:?}");
        assert!(is_told(code, &self.error), "in the words of {code:?}: {self:?}");
        assert!(self.error.contains("\n  - "), "{code:?}: and what to do: {self:?}");
        let way = PAGES.get(name(code).as_str()).copied().flatten();
        let is_shown = |page: &str| self.error.contains(&format!("\n  In Setup: {page}"));
        assert!(way.map_or(!self.error.contains("In Setup: "), is_shown), "{code:?}: and where: {self:?}");
    }
}
