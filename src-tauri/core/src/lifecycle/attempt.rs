//! One sign-in, from the first probe to the stored connection.
//!
//! `checking` covers the time before the browser, `finishing` the time after it.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "an event that does not fit a state changes nothing in any state"
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

/// The facts known when a sign-in starts.
#[derive(Clone, Debug)]
pub struct Plan {
    pub alias: String,
    /// The host as the user named it, for messages.
    pub host: String,
    /// The kind of org that the address implies, where its name is proof enough.
    pub promised_kind: Option<OrgKind>,
    /// The callback lines with our ports, in the order they are tried.
    pub callbacks: Vec<String>,
    /// The line of Datatrax's web page. Asked about when none of ours is registered.
    pub hosted_callback: Option<String>,
    /// Whether a person chose that line. It is never chosen automatically: the portal behind it may spend the code.
    pub hosted_wanted: bool,
    /// The whole block for Callback URL, as the guide shows it for this org, for messages.
    pub callback_block: Vec<String>,
    pub key_looks: KeyLooks,
    /// When this key was first seen here: a new app may not be active yet.
    pub key_seen_at: OffsetDateTime,
    /// The name of a connection to another org that has this very key.
    pub key_of_another: Option<String>,
    pub expected: Expected,
    /// How long to wait for an app that may not be active yet.
    pub wait: Duration,
}

/// The expected user and org.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    pub username: Option<String>,
    pub accept_username: Option<String>,
    /// Whether somebody is there to be asked about a user whom nobody named.
    pub may_ask: bool,
    /// The connection to renew.
    pub renewed: Option<Renewed>,
}

/// The owner of a connection to renew.
#[derive(Clone, Debug)]
pub struct Renewed {
    pub org_id: String,
    pub user_id: String,
    /// For messages: a user may be given another username.
    pub username: String,
}

/// An input of the machine.
#[derive(Debug)]
pub enum Event {
    Begin,
    AuthorizeProbed(AuthorizeAnswer),
    PairProbed(PairAnswer),
    TokenProbed(TokenAnswer),
    /// The time of the last [`Effect::Wake`] has come.
    Woke,
    /// Another program took the port before the sign-in opened.
    PortLost,
    /// The browser came back, or its address was pasted.
    CameBack(Callback),
    /// The person says that the page ended as what was pasted explains.
    Explained(Failure),
    Exchanged(Result<Granted, Trouble>),
    Identified(Result<Known, Trouble>),
    /// A person said whether the org and user found are right.
    Answered(bool),
    Stored(Result<(), Code>),
    Cancelled,
    /// A newer sign-in for the same connection has started.
    Superseded,
}

/// An action to carry out.
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
    /// Begin again at the host that the org moved to.
    MoveTo {
        host: String,
    },
    /// Send [`Event::Woke`] at this time, which replaces any earlier one.
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
    /// Revoke tokens that will not be used.
    Discard {
        granted: Box<Granted>,
    },
    /// Stop listening for the browser. Comes before the end is told, so that the last page is served.
    StopListening,
    Tell(AttemptEvent),
}

#[derive(Debug)]
enum State {
    New,
    /// An odd key is first asked about in a form body.
    ProbingOddKey,
    Probing {
        line: usize,
    },
    /// Only the hosted line is left to ask about.
    ProbingHosted,
    /// Key or callback lines were unknown; the next probe comes at the last [`Effect::Wake`].
    Waiting,
    /// One positive answer after a wait; a second one settles it.
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
    /// `abandoned`: the tokens that may still come are to be revoked.
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

/// The state machine of one sign-in.
#[derive(Debug)]
pub struct Attempt {
    plan: Plan,
    state: State,
    began_at: OffsetDateTime,
    /// Whether the key may stand in an address: by its form, or because the org knows it.
    may_go_in_query: bool,
    /// What the last wait was for.
    lacking: Option<Awaited>,
    positives: u8,
    /// The number of probes of key and callback since the last wait.
    probes: u32,
    /// Whether the pair was checked while its callback lines were missing.
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

    /// Whether the sign-in has waited for the app.
    pub fn waited(&self) -> bool {
        self.lacking.is_some()
    }

    /// What the sign-in waits for, in words, in [`Phase::Waiting`].
    pub fn waits_for(&self) -> Option<Failure> {
        let lacking = self.lacking.filter(|_| self.phase() == Phase::Waiting);
        lacking.map(|what| self.in_words(code_of(what), &self.facts()))
    }

    /// What the sign-in waits for, and the values to enter, in [`Phase::Waiting`].
    pub fn lacks(&self) -> Option<Lacking> {
        let lacking = self.lacking.filter(|_| self.phase() == Phase::Waiting);
        lacking.map(|what| Lacking { what, exact: self.exact(code_of(what)) })
    }

    /// The conclusion from a failed end.
    pub fn after(&self, event: &AttemptEvent) -> Option<After> {
        match event {
            AttemptEvent::Failed(failure) => {
                Some(After { way: failure.code.way(), exact: self.exact(failure.code) })
            }
            _ => None,
        }
    }

    /// The question to the person, in [`Phase::Confirming`].
    pub fn question(&self) -> Option<(&Known, &Failure)> {
        match &self.state {
            State::Confirming { known, question, .. } => Some((known, question)),
            _ => None,
        }
    }

    /// Takes one event and returns the actions. An event that does not fit the state changes nothing.
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
            Event::Explained(failure) => self.explained(failure),
            Event::Exchanged(result) => self.exchanged(result, now),
            Event::Identified(result) => self.identified(result, now),
            Event::Answered(accept) => self.answered(accept),
            Event::Stored(result) => self.stored(result),
        }
    }

    /// Ends early; tokens that were already granted are revoked. Storing is not interrupted.
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

    /// Fails with the org's own words.
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

    /// The values that the fixes of this failure ask for.
    fn exact(&self, code: Code) -> Vec<Exact> {
        let facts = self.facts();
        let lines = self.lines_to_show(code).join("\n");
        let facts = facts.iter().map(|(name, value)| (*name, value.as_str()));
        explain::exact(code, &facts.chain([("lines", lines.as_str())]).collect::<Vec<_>>())
    }

    /// The callback lines in the words of this failure.
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

/// The code of a wait, also of one that was in vain.
fn code_of(lacking: Awaited) -> Code {
    match lacking {
        Awaited::Activation => Code::KeyUnknown,
        Awaited::Callback => Code::CallbackMissing,
    }
}
