//! Before the browser: is the key known, is a callback line registered, does the secret belong to the key.

use time::OffsetDateTime;

use super::{Attempt, Effect, State};
use crate::{
    explain::Code,
    preflight::{AuthorizeAnswer, PairAnswer, TokenAnswer, Verdict, judge},
    salesforce,
    view::{AttemptEvent, OrgKind},
};

impl Attempt {
    pub(super) fn begin(&mut self, now: OffsetDateTime) -> Vec<Effect> {
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
        if self.waited && !self.plan.hosted_wanted {
            // An app that was just created may know its key before its callback lines.
            let probes = u32::try_from(line).unwrap_or(1);
            return self.wait(now, probes, Code::CallbackMissing);
        }
        if let Some(redirect_uri) = self.plan.hosted_callback.clone() {
            self.state = State::ProbingHosted;
            return vec![Effect::ProbeAuthorize { redirect_uri }];
        }
        self.fail(Code::CallbackMissing)
    }

    pub(super) fn authorize_probed(&mut self, answer: AuthorizeAnswer, now: OffsetDateTime) -> Vec<Effect> {
        let line = match self.state {
            State::ProbingHosted => return self.hosted_probed(&answer, now),
            State::Probing { line } | State::Settling { line } => line,
            _ => return Vec::new(),
        };
        match answer {
            AuthorizeAnswer::Known => self.key_is_known(line, now),
            AuthorizeAnswer::KeyUnknown => {
                let verdict = judge(&answer, None, None, self.is_new(now));
                self.weigh(line, verdict, now)
            }
            AuthorizeAnswer::CallbackMismatch => self.probe(line + 1, now),
            AuthorizeAnswer::Moved(host) => self.moved_to(host, now),
            // Without any connection the exchange cannot work either: better said before the sign-in than after it.
            AuthorizeAnswer::CannotTell(code) if no_connection(code) => self.fail(code),
            AuthorizeAnswer::CannotTell(_) => self.probe_pair(line, answer),
        }
    }

    fn hosted_probed(&mut self, answer: &AuthorizeAnswer, now: OffsetDateTime) -> Vec<Effect> {
        match answer {
            AuthorizeAnswer::Known if self.plan.hosted_wanted => {
                let line = self.plan.callbacks.len();
                self.plan.callbacks.extend(self.plan.hosted_callback.take());
                self.key_is_known(line, now)
            }
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
        self.probe_pair(line, AuthorizeAnswer::Known)
    }

    fn probe_pair(&mut self, line: usize, authorize: AuthorizeAnswer) -> Vec<Effect> {
        self.state = State::ProbingPair { line, authorize };
        vec![Effect::ProbePair]
    }

    /// Whether the app may still be on its way through Salesforce.
    fn is_new(&self, now: OffsetDateTime) -> bool {
        now - self.plan.key_seen_at < salesforce::ACTIVATION_LONGEST
    }

    fn weigh(&mut self, line: usize, verdict: Verdict, now: OffsetDateTime) -> Vec<Effect> {
        match verdict {
            Verdict::Accepted | Verdict::GoOn(_) => self.open_browser(line, now),
            Verdict::NotActiveYet | Verdict::PerhapsNotActiveYet => self.wait(now, 1, Code::KeyUnknown),
            Verdict::KeyUnknown => self.fail(Code::KeyUnknown),
            Verdict::SecretWrong => self.fail(Code::SecretWrong),
            Verdict::CallbackMissing => self.probe(line + 1, now),
            Verdict::Moved(host) => self.moved_to(host, now),
        }
    }

    /// Asks again later, at most three times a minute however many lines were asked about. When the wait is over, `lacking`
    /// says what was still missing.
    fn wait(&mut self, now: OffsetDateTime, probes: u32, lacking: Code) -> Vec<Effect> {
        self.positives = 0;
        let give_up_at = self.began_at + self.plan.wait;
        if now >= give_up_at {
            return self.fail(lacking);
        }
        self.waited = true;
        self.state = State::Waiting;
        let at = (now + salesforce::POLL_INTERVAL * probes).min(give_up_at);
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

    pub(super) fn pair_probed(&mut self, answer: PairAnswer, now: OffsetDateTime) -> Vec<Effect> {
        let State::ProbingPair { line, authorize } = &self.state else { return Vec::new() };
        let (line, authorize) = (*line, authorize.clone());
        let redirect_uri = self.plan.callbacks.get(line).cloned();
        if let (PairAnswer::Wrong, Some(redirect_uri)) = (answer, redirect_uri) {
            self.state = State::TellingKeyFromSecret { line, authorize };
            return vec![Effect::ProbeToken { redirect_uri }];
        }
        let verdict = judge(&authorize, Some(&answer), None, self.is_new(now));
        self.weigh(line, verdict, now)
    }

    pub(super) fn token_probed(&mut self, answer: TokenAnswer, now: OffsetDateTime) -> Vec<Effect> {
        match (&self.state, answer) {
            (State::ProbingOddKey, TokenAnswer::PairRight | TokenAnswer::SecretWrong) => self.probe(0, now),
            (State::ProbingOddKey, TokenAnswer::CannotTell(code)) if no_connection(code) => self.fail(code),
            (State::ProbingOddKey, _) => self.fail(Code::KeyLooksSecret),
            (State::TellingKeyFromSecret { line, authorize }, _) => {
                let line = *line;
                let verdict = judge(authorize, Some(&PairAnswer::Wrong), Some(&answer), self.is_new(now));
                self.weigh(line, verdict, now)
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

    pub(super) fn woke(&mut self, now: OffsetDateTime) -> Vec<Effect> {
        match self.state {
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
}

/// Whether no answer came at all, as opposed to one that says nothing.
fn no_connection(code: Code) -> bool {
    matches!(
        code,
        Code::NetworkDns
            | Code::NetworkConnect
            | Code::NetworkProxy
            | Code::NetworkTls
            | Code::NetworkTimeout
    )
}
