//! One sign-in, from the first probe to the stored connection.

use std::time::Duration;

use time::OffsetDateTime;

use crate::{
    explain::{self, Code},
    identity::Known,
    oauth::{Callback, Granted, Trouble},
    preflight::{AuthorizeAnswer, PairAnswer, TokenAnswer},
    salesforce,
    secret::Secret,
    view::{AttemptEvent, Failure, OrgKind, Phase},
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
    /// The line behind which a web page stands. Asked about only to explain why none of ours is registered.
    pub hosted_callback: Option<String>,
    /// `false` when the key looks like a secret, which must not stand in an address.
    pub key_may_go_in_query: bool,
    pub expected: Expected,
    /// How long an unknown key is asked about.
    pub wait: Duration,
}

/// Who and what should be found at the end.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    pub username: Option<String>,
    pub accept_username: Option<String>,
    /// The org and user of the connection this sign-in renews.
    pub org_and_user: Option<(String, String)>,
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
    /// The key was unknown; the next probe comes at the time last asked for.
    Waiting,
    /// One positive after a wait; the second settles it.
    Settling {
        line: usize,
    },
    ProbingPair {
        line: usize,
    },
    TellingKeyFromSecret {
        line: usize,
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
    waited: bool,
    positives: u8,
    moved: bool,
}

impl Attempt {
    pub fn new(plan: Plan, now: OffsetDateTime) -> Self {
        Self { plan, state: State::New, began_at: now, waited: false, positives: 0, moved: false }
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
            Event::PairProbed(answer) => self.pair_probed(&answer, now),
            Event::TokenProbed(answer) => self.token_probed(&answer, now),
            Event::PortLost => self.port_lost(),
            Event::CameBack(callback) => self.came_back(callback),
            Event::Exchanged(result) => self.exchanged(result),
            Event::Identified(result) => self.identified(result, now),
            Event::Answered(accept) => self.answered(accept),
            Event::Stored(result) => self.stored(result),
        }
    }

    fn begin(&mut self, now: OffsetDateTime) -> Vec<Effect> {
        if !matches!(self.state, State::New) {
            return Vec::new();
        }
        let Some(first) = self.plan.callbacks.first().cloned() else {
            return self.fail(Code::PortsTaken);
        };
        if self.plan.key_may_go_in_query {
            return self.probe(0, now);
        }
        self.state = State::ProbingOddKey;
        vec![Effect::ProbeToken { redirect_uri: first }]
    }

    fn probe(&mut self, line: usize, now: OffsetDateTime) -> Vec<Effect> {
        if let Some(redirect_uri) = self.plan.callbacks.get(line).cloned() {
            self.state = State::Probing { line };
            return vec![Effect::ProbeAuthorize { redirect_uri }];
        }
        if self.waited {
            // An app that was just created may know its key before its callback lines.
            return self.key_is_unknown(now);
        }
        if let Some(redirect_uri) = self.plan.hosted_callback.clone() {
            self.state = State::ProbingHosted;
            return vec![Effect::ProbeAuthorize { redirect_uri }];
        }
        self.fail(Code::CallbackMissing)
    }

    fn authorize_probed(&mut self, answer: AuthorizeAnswer, now: OffsetDateTime) -> Vec<Effect> {
        let line = match self.state {
            State::ProbingHosted => return self.hosted_probed(&answer),
            State::Probing { line } | State::Settling { line } => line,
            _ => return Vec::new(),
        };
        match answer {
            AuthorizeAnswer::Known => self.key_is_known(line, now),
            AuthorizeAnswer::KeyUnknown => self.key_is_unknown(now),
            AuthorizeAnswer::CallbackMismatch => self.probe(line + 1, now),
            AuthorizeAnswer::Moved(host) => self.moved_to(host, now),
            // Without any connection the exchange cannot work either: better said before the sign-in than after it.
            AuthorizeAnswer::CannotTell(code) if no_connection(code) => self.fail(code),
            AuthorizeAnswer::CannotTell(_) => {
                self.state = State::ProbingPair { line };
                vec![Effect::ProbePair]
            }
        }
    }

    fn hosted_probed(&mut self, answer: &AuthorizeAnswer) -> Vec<Effect> {
        match answer {
            AuthorizeAnswer::Known => self.fail(Code::CallbackHostedOnly),
            AuthorizeAnswer::KeyUnknown
            | AuthorizeAnswer::CallbackMismatch
            | AuthorizeAnswer::Moved(_)
            | AuthorizeAnswer::CannotTell(_) => self.fail(Code::CallbackMissing),
        }
    }

    /// While Salesforce activates an app its answers flap, so a wait ends only after two positives.
    fn key_is_known(&mut self, line: usize, now: OffsetDateTime) -> Vec<Effect> {
        self.positives += 1;
        if self.waited && self.positives < salesforce::POSITIVES_TO_SETTLE {
            self.state = State::Settling { line };
            return vec![Effect::Wake { at: now + salesforce::SETTLE_INTERVAL }];
        }
        self.state = State::ProbingPair { line };
        vec![Effect::ProbePair]
    }

    fn key_is_unknown(&mut self, now: OffsetDateTime) -> Vec<Effect> {
        self.positives = 0;
        let give_up_at = self.began_at + self.plan.wait;
        if now >= give_up_at {
            return self.fail(Code::KeyUnknown);
        }
        self.waited = true;
        self.state = State::Waiting;
        let at = (now + salesforce::POLL_INTERVAL).min(give_up_at);
        vec![
            Effect::Tell(AttemptEvent::Waiting { what: "activation".to_owned(), next_check_at: at }),
            Effect::Wake { at },
        ]
    }

    fn moved_to(&mut self, host: String, now: OffsetDateTime) -> Vec<Effect> {
        if self.moved || self.plan.promised_kind == Some(OrgKind::Practice) {
            let facts = [("host", self.plan.host.clone()), ("found", host)];
            return self.fail_with(Code::AddressMoved, &facts);
        }
        self.moved = true;
        self.plan.host.clone_from(&host);
        let mut effects = vec![Effect::MoveTo { host }];
        effects.extend(self.probe(0, now));
        effects
    }

    fn pair_probed(&mut self, answer: &PairAnswer, now: OffsetDateTime) -> Vec<Effect> {
        let State::ProbingPair { line } = self.state else { return Vec::new() };
        match answer {
            PairAnswer::Right | PairAnswer::CannotTell(_) => self.open_browser(line, now),
            PairAnswer::Wrong => {
                let Some(redirect_uri) = self.plan.callbacks.get(line).cloned() else {
                    return self.fail(Code::Unexpected);
                };
                self.state = State::TellingKeyFromSecret { line };
                vec![Effect::ProbeToken { redirect_uri }]
            }
        }
    }

    fn token_probed(&mut self, answer: &TokenAnswer, now: OffsetDateTime) -> Vec<Effect> {
        match (&self.state, answer) {
            (State::ProbingOddKey, TokenAnswer::PairRight | TokenAnswer::SecretWrong) => self.probe(0, now),
            (State::ProbingOddKey, TokenAnswer::CannotTell(code)) if no_connection(*code) => self.fail(*code),
            (State::ProbingOddKey, _) => self.fail(Code::KeyLooksSecret),
            (State::TellingKeyFromSecret { .. }, TokenAnswer::SecretWrong) => self.fail(Code::SecretWrong),
            (State::TellingKeyFromSecret { .. }, TokenAnswer::KeyUnknown) => self.key_is_unknown(now),
            (State::TellingKeyFromSecret { line }, _) => {
                let line = *line;
                self.open_browser(line, now)
            }
            _ => Vec::new(),
        }
    }

    fn open_browser(&mut self, line: usize, now: OffsetDateTime) -> Vec<Effect> {
        let Some(redirect_uri) = self.plan.callbacks.get(line).cloned() else {
            return self.fail(Code::Unexpected);
        };
        self.state = State::Browser;
        vec![Effect::OpenSignIn { redirect_uri }, Effect::Wake { at: now + salesforce::SIGN_IN_TIME }]
    }

    fn woke(&mut self, now: OffsetDateTime) -> Vec<Effect> {
        match self.state {
            // The wait is over when the time given is, whatever the last answer was.
            State::Waiting if now >= self.began_at + self.plan.wait => self.fail(Code::KeyUnknown),
            State::Waiting => self.probe(0, now),
            State::Settling { line } => self.probe_again(line),
            State::Browser => self.fail(Code::SignInTimeout),
            State::Confirming { .. } => self.abandon(Code::SignInTimeout),
            _ => Vec::new(),
        }
    }

    fn probe_again(&mut self, line: usize) -> Vec<Effect> {
        match self.plan.callbacks.get(line).cloned() {
            Some(redirect_uri) => vec![Effect::ProbeAuthorize { redirect_uri }],
            None => self.fail(Code::Unexpected),
        }
    }

    fn port_lost(&mut self) -> Vec<Effect> {
        if matches!(self.state, State::Browser) { self.fail(Code::PortsTaken) } else { Vec::new() }
    }

    /// A callback counts once: the state leaves `Browser` with it.
    fn came_back(&mut self, callback: Callback) -> Vec<Effect> {
        if !matches!(self.state, State::Browser) {
            return Vec::new();
        }
        match callback {
            Callback::Refused(code) => self.fail(code),
            Callback::Code(code) => {
                self.state = State::Exchanging { abandoned: None };
                vec![Effect::Exchange { code }]
            }
        }
    }

    fn exchanged(&mut self, result: Result<Granted, Trouble>) -> Vec<Effect> {
        let State::Exchanging { abandoned } = self.state else { return Vec::new() };
        let granted = match result {
            Ok(granted) => Box::new(granted),
            Err(trouble) => return self.fail(abandoned.unwrap_or(trouble.code)),
        };
        if let Some(code) = abandoned {
            return self.fail_and_discard(code, granted);
        }
        if !granted.scope.iter().any(|scope| scope == "api") {
            return self.fail_and_discard(Code::ScopeMissing, granted);
        }
        if granted.refresh.is_none() {
            return self.fail_and_discard(Code::RefreshTokenMissing, granted);
        }
        self.state = State::Identifying { granted: granted.clone() };
        vec![Effect::Identify { granted }]
    }

    fn identified(&mut self, result: Result<Known, Trouble>, now: OffsetDateTime) -> Vec<Effect> {
        let State::Identifying { granted } = &self.state else { return Vec::new() };
        let granted = granted.clone();
        let known = match result {
            Ok(known) => Box::new(known),
            Err(trouble) => return self.fail_and_discard(trouble.code, granted),
        };
        let Some(question) = self.doubt(&known) else {
            return self.store(granted, known);
        };
        let found = known.identity.clone();
        self.state = State::Confirming { granted, known, question: question.clone() };
        vec![
            Effect::Tell(AttemptEvent::Confirm { found, question }),
            Effect::Wake { at: now + salesforce::SIGN_IN_TIME },
        ]
    }

    /// Why the org and user found may not be the right ones.
    fn doubt(&self, known: &Known) -> Option<Failure> {
        let found = &known.identity;
        if let Some(promised) = self.plan.promised_kind
            && promised != OrgKind::Practice
            && promised != found.kind
        {
            let facts = [
                ("host", self.plan.host.as_str()),
                ("expected", promised.word()),
                ("found", found.kind.word()),
            ];
            return Some(explain::failure(Code::KindMismatch, &facts));
        }
        let expected = &self.plan.expected;
        let accepted = |name: &String| name.eq_ignore_ascii_case(&found.username);
        if let Some((org_id, user_id)) = &expected.org_and_user {
            let same_org = *org_id == found.org_id;
            let user_accepted = expected.accept_username.as_ref().is_some_and(accepted)
                || expected.username.as_ref().is_some_and(accepted);
            if !same_org || (*user_id != found.user_id && !user_accepted) {
                return Some(self.identity_question(known, &format!("user {user_id} of org {org_id}")));
            }
        }
        let username = expected.username.as_ref()?;
        if accepted(username) || expected.accept_username.as_ref().is_some_and(accepted) {
            return None;
        }
        Some(self.identity_question(known, username))
    }

    fn identity_question(&self, known: &Known, expected: &str) -> Failure {
        let found = format!("{} in org {}", known.identity.username, known.identity.org_id);
        let facts = [("host", self.plan.host.as_str()), ("expected", expected), ("found", found.as_str())];
        explain::failure(Code::IdentityMismatch, &facts)
    }

    fn answered(&mut self, accept: bool) -> Vec<Effect> {
        let State::Confirming { granted, known, question } = &self.state else { return Vec::new() };
        let (granted, known, question) = (granted.clone(), known.clone(), question.clone());
        if accept {
            return self.store(granted, known);
        }
        self.state = State::Ended;
        vec![Effect::Discard { granted }, Effect::StopListening, Effect::Tell(AttemptEvent::Failed(question))]
    }

    fn store(&mut self, granted: Box<Granted>, known: Box<Known>) -> Vec<Effect> {
        self.state = State::Storing { known: known.clone() };
        vec![Effect::Store { granted, known }]
    }

    fn stored(&mut self, result: Result<(), Code>) -> Vec<Effect> {
        let State::Storing { known } = &self.state else { return Vec::new() };
        if let Err(code) = result {
            return self.fail(code);
        }
        let connected = AttemptEvent::Connected {
            alias: self.plan.alias.clone(),
            org_id: known.identity.org_id.clone(),
            username: known.identity.username.clone(),
            instance_url: known.instance_url.clone(),
            kind: known.identity.kind,
        };
        self.state = State::Ended;
        vec![Effect::StopListening, Effect::Tell(connected)]
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
        let facts = [("host", self.plan.host.clone()), ("alias", self.plan.alias.clone())];
        self.fail_with(code, &facts)
    }

    fn fail_with(&mut self, code: Code, facts: &[(&str, String)]) -> Vec<Effect> {
        self.state = State::Ended;
        let lines = self.plan.callbacks.join("\n");
        let mut facts: Vec<(&str, &str)> =
            facts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        facts.push(("lines", lines.as_str()));
        vec![Effect::StopListening, Effect::Tell(AttemptEvent::Failed(explain::failure(code, &facts)))]
    }
}

/// Whether no answer came at all, as opposed to one that says nothing.
fn no_connection(code: Code) -> bool {
    matches!(code, Code::NetworkDns | Code::NetworkConnect | Code::NetworkTls | Code::NetworkTimeout)
}
