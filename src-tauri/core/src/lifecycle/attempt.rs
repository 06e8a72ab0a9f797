//! One sign-in, from the first probe to the stored connection.
//!
//! `checking` leads to the browser, `finishing` away from it.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "an event that does not fit the state changes nothing, whatever the state"
)]

mod checking;
mod finishing;
#[cfg(test)]
mod tests;

use std::time::Duration;

use time::OffsetDateTime;

use crate::{
    contract::view::{After, AttemptEvent, Awaited, Exact, Failure, Lacking, OrgKind, Phase},
    explain::{self, Code, Said},
    org::{
        credentials::KeyLooks,
        identity::Known,
        oauth::{Callback, Granted, Trouble},
        preflight::{AuthorizeAnswer, PairAnswer, TokenAnswer},
    },
    secret::Secret,
};

/// What is known when a sign-in starts.
#[derive(Clone, Debug)]
pub struct Plan {
    pub alias: String,
    /// The host as the user named it, for the words.
    pub host: String,
    /// What the address promises, where its name is proof enough.
    pub promised_kind: Option<OrgKind>,
    /// The callback lines whose ports are ours, in the order they are tried.
    pub callbacks: Vec<String>,
    /// The line behind which a web page stands. Asked about when none of ours is registered.
    pub hosted_callback: Option<String>,
    /// Whether somebody asked for that line. It is never chosen by itself: the portal behind it may spend the code.
    pub hosted_wanted: bool,
    /// The whole block for Callback URL, as the guide shows it for this org. For the words.
    pub callback_block: Vec<String>,
    pub key_looks: KeyLooks,
    /// When this key was first seen here: an app made a short while ago may not be active yet.
    pub key_seen_at: OffsetDateTime,
    pub expected: Expected,
    /// How long an app that may not be active yet is asked about.
    pub wait: Duration,
}

/// Who and what should be found at the end.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    pub username: Option<String>,
    pub accept_username: Option<String>,
    /// The connection this sign-in renews.
    pub renewed: Option<Renewed>,
}

/// Whose connection a sign-in renews.
#[derive(Clone, Debug)]
pub struct Renewed {
    pub org_id: String,
    pub user_id: String,
    /// For the words: a user may be given another username.
    pub username: String,
}

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    Begin,
    AuthorizeProbed(AuthorizeAnswer),
    PairProbed(PairAnswer),
    TokenProbed(TokenAnswer),
    /// The time an [`Effect::Wake`] named has come.
    Woke,
    /// Another program took the port before the sign-in could be opened.
    PortLost,
    /// The browser came back, or its address was pasted.
    CameBack(Callback),
    Exchanged(Result<Granted, Trouble>),
    Identified(Result<Known, Trouble>),
    /// Somebody said whether the org and user found are right.
    Answered(bool),
    Stored(Result<(), Code>),
    Cancelled,
    /// A newer sign-in for the same connection starts.
    Superseded,
}

/// Something to be done.
#[derive(Debug)]
pub enum Effect {
    /// Ask the org whether it knows the key and this callback line.
    ProbeAuthorize {
        redirect_uri: String,
    },
    ProbePair,
    ProbeToken {
        redirect_uri: String,
    },
    /// Go on at the host the org moved to, from the beginning.
    MoveTo {
        host: String,
    },
    /// Send [`Event::Woke`] at this time, instead of at any time asked for before.
    Wake {
        at: OffsetDateTime,
    },
    /// Make a new `state` and verifier, and listen for the browser.
    OpenSignIn {
        redirect_uri: String,
    },
    Exchange {
        code: Secret,
    },
    Identify {
        granted: Box<Granted>,
    },
    Store {
        granted: Box<Granted>,
        known: Box<Known>,
    },
    /// Give back tokens that nobody will use.
    Discard {
        granted: Box<Granted>,
    },
    /// The browser is not waited for any longer. Comes before the end is told, so that its last page is served.
    StopListening,
    Tell(AttemptEvent),
}

#[derive(Debug)]
enum State {
    New,
    /// An odd key is asked about in a form body first.
    ProbingOddKey,
    Probing {
        line: usize,
    },
    /// Only the hosted line is left to ask about.
    ProbingHosted,
    /// Key or callback lines were unknown; the next probe comes at the time last asked for.
    Waiting,
    /// One positive after a wait; the second settles it.
    Settling {
        line: usize,
    },
    ProbingPair {
        line: usize,
        authorize: AuthorizeAnswer,
    },
    TellingKeyFromSecret {
        line: usize,
        authorize: AuthorizeAnswer,
    },
    Browser,
    /// `abandoned` tells that the tokens to come are to be given back.
    Exchanging {
        abandoned: Option<Code>,
    },
    Identifying {
        granted: Box<Granted>,
    },
    Confirming {
        granted: Box<Granted>,
        known: Box<Known>,
        question: Failure,
    },
    Storing {
        granted: Box<Granted>,
        known: Box<Known>,
    },
    Ended,
}

/// The machine of one sign-in.
#[derive(Debug)]
pub struct Attempt {
    plan: Plan,
    state: State,
    began_at: OffsetDateTime,
    /// Whether the key may stand in an address: by its form, or because the org has said that it is one.
    may_go_in_query: bool,
    /// What the last wait was for.
    lacking: Option<Awaited>,
    positives: u8,
    /// The probes of key and callback since the last wait.
    probes: u32,
    /// Whether the pair was asked about while its callback lines were missing.
    pair_asked: bool,
    moved: bool,
}

impl Attempt {
    pub fn new(plan: Plan, now: OffsetDateTime) -> Self {
        Self {
            may_go_in_query: plan.key_looks == KeyLooks::Generated,
            plan,
            state: State::New,
            began_at: now,
            lacking: None,
            positives: 0,
            probes: 0,
            pair_asked: false,
            moved: false,
        }
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn phase(&self) -> Phase {
        match self.state {
            State::New
            | State::ProbingOddKey
            | State::Probing { .. }
            | State::ProbingHosted
            | State::ProbingPair { .. }
            | State::TellingKeyFromSecret { .. } => Phase::Checking,
            State::Waiting | State::Settling { .. } => Phase::Waiting,
            State::Browser => Phase::Browser,
            State::Exchanging { .. } | State::Identifying { .. } | State::Storing { .. } | State::Ended => {
                Phase::Finishing
            }
            State::Confirming { .. } => Phase::Confirming,
        }
    }

    pub fn ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// Whether the app was waited for.
    pub fn waited(&self) -> bool {
        self.lacking.is_some()
    }

    /// What is still lacking, while [`Phase::Waiting`].
    pub fn waits_for(&self) -> Option<Failure> {
        let lacking = self.lacking.filter(|_| self.phase() == Phase::Waiting);
        lacking.map(|what| self.in_words(code_of(what), &self.facts()))
    }

    /// Which of the two that is, and what is to be entered for it.
    pub fn lacks(&self) -> Option<Lacking> {
        let lacking = self.lacking.filter(|_| self.phase() == Phase::Waiting);
        lacking.map(|what| Lacking { what, exact: self.exact(code_of(what)) })
    }

    /// What follows from an end that came to nothing.
    pub fn after(&self, event: &AttemptEvent) -> Option<After> {
        match event {
            AttemptEvent::Failed(failure) => {
                Some(After { way: failure.code.way(), exact: self.exact(failure.code) })
            }
            _ => None,
        }
    }

    /// What is asked while [`Phase::Confirming`].
    pub fn question(&self) -> Option<(&Known, &Failure)> {
        match &self.state {
            State::Confirming { known, question, .. } => Some((known, question)),
            _ => None,
        }
    }

    /// Takes one event and says what to do. Events that do not fit the state change nothing.
    pub fn handle(&mut self, event: Event, now: OffsetDateTime) -> Vec<Effect> {
        match event {
            Event::Cancelled => self.abandon(Code::Cancelled),
            Event::Superseded => self.abandon(Code::Replaced),
            Event::Woke => self.woke(now),
            Event::Begin => self.begin(now),
            Event::AuthorizeProbed(answer) => self.authorize_probed(answer, now),
            Event::PairProbed(answer) => self.pair_probed(answer, now),
            Event::TokenProbed(answer) => self.token_probed(answer, now),
            Event::PortLost => self.port_lost(),
            Event::CameBack(callback) => self.came_back(callback),
            Event::Exchanged(result) => self.exchanged(result, now),
            Event::Identified(result) => self.identified(result, now),
            Event::Answered(accept) => self.answered(accept),
            Event::Stored(result) => self.stored(result),
        }
    }

    /// Ends early; tokens that were already granted are given back. What is being stored is stored.
    fn abandon(&mut self, code: Code) -> Vec<Effect> {
        match &self.state {
            State::Ended | State::Storing { .. } => Vec::new(),
            State::Exchanging { .. } => {
                self.state = State::Exchanging { abandoned: Some(code) };
                Vec::new()
            }
            State::Identifying { granted } | State::Confirming { granted, .. } => {
                let granted = granted.clone();
                self.fail_and_discard(code, granted)
            }
            _ => self.fail(code),
        }
    }

    fn fail_and_discard(&mut self, code: Code, granted: Box<Granted>) -> Vec<Effect> {
        let mut effects = vec![Effect::Discard { granted }];
        effects.extend(self.fail(code));
        effects
    }

    fn fail(&mut self, code: Code) -> Vec<Effect> {
        self.fail_with(code, &self.facts())
    }

    fn fail_with(&mut self, code: Code, facts: &[(&str, String)]) -> Vec<Effect> {
        self.state = State::Ended;
        vec![Effect::StopListening, Effect::Tell(AttemptEvent::Failed(self.in_words(code, facts)))]
    }

    /// With what the org said itself.
    fn fail_saying(&mut self, code: Code, said: Option<&Said>) -> Vec<Effect> {
        let said = said.map(|said| ("said", said.as_str().to_owned()));
        let facts: Vec<(&str, String)> = self.facts().into_iter().chain(said).collect();
        self.fail_with(code, &facts)
    }

    /// The same, with until when the org asked to be left alone.
    fn fail_for(&mut self, trouble: &Trouble, now: OffsetDateTime) -> Vec<Effect> {
        let retry_at = trouble.retry_at(now);
        let when = retry_at.map(|at| ("when", explain::until(at, now)));
        let said = trouble.said.as_ref().map(|said| ("said", said.as_str().to_owned()));
        let facts: Vec<(&str, String)> = self.facts().into_iter().chain(said).chain(when).collect();
        self.state = State::Ended;
        let failure = Failure { retry_at, ..self.in_words(trouble.code, &facts) };
        vec![Effect::StopListening, Effect::Tell(AttemptEvent::Failed(failure))]
    }

    fn facts(&self) -> [(&'static str, String); 2] {
        [("host", self.plan.host.clone()), ("alias", self.plan.alias.clone())]
    }

    fn in_words(&self, code: Code, facts: &[(&str, String)]) -> Failure {
        let lines = self.lines_to_show(code).join("\n");
        let mut facts: Vec<(&str, &str)> =
            facts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        facts.push(("lines", lines.as_str()));
        explain::failure(code, &facts)
    }

    /// What the fixes of this failure want entered.
    fn exact(&self, code: Code) -> Vec<Exact> {
        let facts = self.facts();
        let lines = self.lines_to_show(code).join("\n");
        let facts = facts.iter().map(|(name, value)| (*name, value.as_str()));
        explain::exact(code, &facts.chain([("lines", lines.as_str())]).collect::<Vec<_>>())
    }

    /// The callback lines that the words of this failure speak of.
    fn lines_to_show(&self, code: Code) -> Vec<&str> {
        let block = self.plan.callback_block.iter().map(String::as_str);
        if code == Code::CallbackHostedOnly {
            block.filter(|line| Some(*line) != self.plan.hosted_callback.as_deref()).collect()
        } else if code == Code::PortsTaken {
            block.filter(|line| line.starts_with("http://localhost:")).collect()
        } else {
            block.collect()
        }
    }
}

/// What is said of what is still lacking, and of a wait that was in vain.
fn code_of(lacking: Awaited) -> Code {
    match lacking {
        Awaited::Activation => Code::KeyUnknown,
        Awaited::Callback => Code::CallbackMissing,
    }
}
