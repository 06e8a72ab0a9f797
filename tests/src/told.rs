use std::sync::LazyLock;

use connect_core::explain::Code;

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
    }
}
