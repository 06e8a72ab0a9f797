//! The words of `words/doctor.toml`: what is said of this computer.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::{Code, fill::fill};
use crate::contract::view::{Failure, Look, LookId, LookState};

/// A fact for a placeholder of the words.
pub type Fact = (&'static str, String);

macro_rules! outcomes {
    ($( $name:ident, )*) => {
        /// How something can stand that has no code: the words for it are of the same name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Outcome { $( $name, )* }

        impl Outcome {
            #[cfg(test)]
            const ALL: &[Self] = &[ $( Self::$name, )* ];
        }
    };
}

outcomes! {
    Late, NotAsked, NoDesktop, ProgramHere, CopiesNone, CopiesFound, AgentRuns, AgentOther, AgentNone,
    FilesRoom, FilesLow, FilesFull, FilesShared, FilesUnknown,
    KeychainOpen, KeychainPlain, KeychainLocked, KeychainTried, KeychainTriedLeft, KeychainNotTried,
    KeychainNotNeeded, KeychainNotUsed,
    PortFree, PortFreeV4, PortOurs, PortTaken, PortRefused, BrowserNamed, BrowserNone, BrowserUnknown,
    ProxyNone, ProxyUsed, ProxyExcepted, AuthoritiesOwn, AuthoritiesAdded, SalesforceAnswers,
    CertificatePublic, CertificateOther, CertificateUnseen, CertificateUnreadable,
    ClockRight, ClockOff, ClockWrong, ClockUnknown, TrayThere, TrayNone, TrayUnknown,
    NotificationsBy, NotificationsNone, NotificationsUnknown, LinksHere, LinksElsewhere,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    state: LookState,
    message: String,
    #[serde(default)]
    fix: Vec<String>,
    #[serde(default)]
    code: Option<Code>,
}

#[derive(Debug, Default, Deserialize)]
struct Words {
    title: BTreeMap<LookId, String>,
    #[serde(flatten)]
    said: BTreeMap<Outcome, Said>,
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../words/doctor.toml")).unwrap_or_default());

/// What was found of one thing, in words with these facts. They may come from outside: they are cleaned and cut.
pub fn look(id: LookId, outcome: Outcome, facts: &[Fact]) -> Look {
    let put = |template: &str| fill(template, |name| fact(facts, name));
    let Some(said) = WORDS.said.get(&outcome) else {
        return Look {
            id,
            title: title(id, facts),
            state: LookState::CannotTell,
            message: String::new(),
            fix: Vec::new(),
            code: None,
        };
    };
    Look {
        id,
        title: title(id, facts),
        state: said.state,
        message: put(&said.message),
        fix: said.fix.iter().map(|fix| put(fix)).collect(),
        code: said.code,
    }
}

/// What a failure says of one thing, in its own words.
pub fn failed(id: LookId, state: LookState, failure: Failure, facts: &[Fact]) -> Look {
    let Failure { code, message, fix, .. } = failure;
    Look { id, title: title(id, facts), state, message, fix, code: Some(code) }
}

fn title(id: LookId, facts: &[Fact]) -> String {
    let title = WORDS.title.get(&id).map(String::as_str).unwrap_or_default();
    fill(title, |name| fact(facts, name))
}

fn fact<'a>(facts: &'a [Fact], name: &str) -> Option<&'a str> {
    facts.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        toml::from_str(include_str!("../words/doctor.toml")).expect("doctor.toml reads")
    }

    #[test]
    fn every_outcome_has_words_and_no_words_are_dead() {
        // A table for an outcome that does not exist fails to parse.
        let words = words();
        let missing: Vec<_> =
            Outcome::ALL.iter().filter(|outcome| !words.said.contains_key(outcome)).collect();
        assert!(missing.is_empty(), "no words for {missing:?}");
        assert_eq!(words.title.len(), 16, "a name for each thing that is looked at");
    }

    #[test]
    fn what_is_wrong_has_a_code_and_what_to_do() {
        for (outcome, said) in words().said {
            let is_wrong = said.state == LookState::Wrong;
            assert_eq!(said.code.is_some(), is_wrong, "{outcome:?}: the exit code");
            let wants_fix = matches!(said.state, LookState::Look | LookState::Wrong);
            assert!(!wants_fix || !said.fix.is_empty(), "{outcome:?}: something to do");
            assert!(said.message.ends_with('.'), "{outcome:?}: a sentence");
        }
    }

    #[test]
    fn facts_are_put_into_title_and_words_and_cannot_command_a_terminal() {
        let facts = [
            ("port", "17177".to_owned()),
            ("program", "a\u{1b}[31mb".to_owned()),
            ("stacks", "IPv4".to_owned()),
        ];
        let look = look(LookId::Port, Outcome::PortTaken, &facts);
        assert_eq!(look.title, "Callback port 17177");
        assert!(look.message.starts_with("Taken on IPv4 by a [31mb."), "{}", look.message);
    }
}
