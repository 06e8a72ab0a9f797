//! The words of `words/health.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::fill::fill;

macro_rules! closed_set {
    ($(#[$doc:meta])* $set:ident { $( $(#[$of:meta])* $name:ident, )* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $set { $( $(#[$of])* $name, )* }

        #[cfg(test)]
        impl $set {
            const ALL: &[Self] = &[ $( Self::$name, )* ];
        }
    };
}

closed_set! {
    /// The state of a connection. Some have a fact, which is named.
    State {
        /// The fact is `until`.
        Connected,
        ConnectedForNow,
        /// The fact is `until`.
        EndsAnyway,
        /// The fact is `until`.
        EndsByDefault,
        /// The fact is `until`.
        AwayAndEnds,
        /// The fact is `until`.
        AtRisk,
        NeedsSignIn,
        NeedsSetting,
        NeedsKey,
        Copied,
        SessionEnded,
        /// A person ended the sign-in here.
        EndedHere,
        /// The same, and its rotation is under way.
        EndedForRotation,
        /// The pair in use ended while its rotation is under way.
        RotationLeadsOn,
        /// The fact is `since`.
        Unreachable,
        UnreachableForNow,
        /// The fact is `until`.
        Paused,
        PausedForNow,
        /// Said after another state. The fact is `until`.
        PausedToo,
        NotConnected,
        BroughtBack,
    }
}

closed_set! {
    /// A likely cause of a connection's end.
    Cause {
        Lifetime,
        /// The fact is `idle`.
        Idle,
        /// It is under way here, and the former pair has ended in Setup.
        RotationUnderWay,
        AnswerLost,
        Revoked,
        FiveSignIns,
        Policy,
        UsedElsewhere,
        SandboxRefreshed,
        PairRotated,
        SecretRotated,
        AppDeleted,
    }
}

closed_set! {
    /// The known facts about the app's Refresh Token Policy.
    Policy {
        /// The fact is `idle`.
        Unused,
        /// The fact is `until`.
        Ends,
        /// The fact is `until`.
        ByDefault,
        /// The fact is `idle`.
        NotSeen,
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    state: BTreeMap<State, String>,
    cause: BTreeMap<Cause, String>,
    policy: BTreeMap<Policy, String>,
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../words/health.toml")).unwrap_or_default());

/// A state in words, with its facts filled in.
pub fn state(state: State, facts: &[(&str, &str)]) -> String {
    WORDS.state.get(&state).map(|words| filled(words, facts)).unwrap_or_default()
}

/// A cause in words, with its facts filled in.
pub fn cause(cause: Cause, facts: &[(&str, &str)]) -> String {
    WORDS.cause.get(&cause).map(|words| filled(words, facts)).unwrap_or_default()
}

/// A Refresh Token Policy in words, with its facts filled in.
pub fn policy(policy: Policy, facts: &[(&str, &str)]) -> String {
    WORDS.policy.get(&policy).map(|words| filled(words, facts)).unwrap_or_default()
}

fn filled(words: &str, facts: &[(&str, &str)]) -> String {
    fill(words, |name| facts.iter().find(|(given, _)| *given == name).map(|(_, value)| *value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_and_cause_has_words_and_no_words_are_dead() {
        // A name in the file that does not exist in Rust fails to parse.
        let words: Words = toml::from_str(include_str!("../words/health.toml")).expect("health.toml reads");
        assert_eq!(words.state.into_keys().collect::<Vec<_>>(), State::ALL, "words for each state");
        assert_eq!(words.cause.into_keys().collect::<Vec<_>>(), Cause::ALL, "words for each cause");
        assert_eq!(words.policy.into_keys().collect::<Vec<_>>(), Policy::ALL, "words for each policy");
    }

    #[test]
    fn no_placeholder_is_left_once_the_facts_are_there() {
        let facts = [("since", "1"), ("until", "2"), ("idle", "3")];
        let states = State::ALL.iter().map(|one| state(*one, &facts));
        let causes = Cause::ALL.iter().map(|one| cause(*one, &facts));
        for text in states.chain(causes).chain(Policy::ALL.iter().map(|one| policy(*one, &facts))) {
            assert!(text.ends_with('.') && !text.contains(['{', '}', '!']), "{text}");
        }
    }
}
