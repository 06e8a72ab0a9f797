//! Before the browser: is the key known, is a callback line registered, do key and secret belong together?

use time::OffsetDateTime;

use super::{Attempt, Effect, State, code_of};
use crate::{
    contract::view::{AttemptEvent, Awaited, OrgKind},
    explain::{self, Code},
    org::{
        credentials::KeyLooks,
        preflight::{AuthorizeAnswer, PairAnswer, TokenAnswer, Verdict, is_key, judge},
        salesforce,
    },
};

impl Attempt {
    pub(super) fn begin(&mut self, now: OffsetDateTime) -> Vec<Effect> {
        if matches!(self.state, State::New) { self.ask(now) } else { Vec::new() }
    }

    /// Starts the questions: an odd key is first asked about in a form body, until the org knows it.
    fn ask(&mut self, now: OffsetDateTime) -> Vec<Effect> {
        let Some(redirect_uri) = self.plan.callbacks.first().cloned() else {
            return self.fail(Code::PortsTaken);
        };
        if self.may_go_in_query {
            return self.probe(0, now);
        }
        self.state = State::ProbingOddKey;
        self.probes += 1;
        vec![Effect::ProbeToken { redirect_uri }]
    }

    /// Asks about this line, and after all of ours about Datatrax's own.
    fn probe(&mut self, line: usize, now: OffsetDateTime) -> Vec<Effect> {
        let next = match self.plan.callbacks.get(line) {
            Some(ours) => Some((ours.clone(), State::Probing { line })),
            None => self.plan.hosted_callback.clone().map(|hosted| (hosted, State::ProbingHosted)),
        };
        let Some((redirect_uri, state)) = next else { return self.no_line(now) };
        self.state = state;
        self.probes += 1;
        vec![Effect::ProbeAuthorize { redirect_uri }]
    }

    pub(super) fn authorize_probed(&mut self, answer: AuthorizeAnswer, now: OffsetDateTime) -> Vec<Effect> {
        let line = match self.state {
            State::ProbingHosted => return self.hosted_probed(answer, now),
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
            // Without any connection the exchange cannot work either: better to fail before the sign-in than after it.
            AuthorizeAnswer::CannotTell(code) if code.is_no_connection() => self.fail(code),
            AuthorizeAnswer::CannotTell(_) => self.probe_pair(line, answer),
        }
    }

    fn hosted_probed(&mut self, answer: AuthorizeAnswer, now: OffsetDateTime) -> Vec<Effect> {
        match answer {
            AuthorizeAnswer::Known if self.plan.hosted_wanted => {
                let line = self.plan.callbacks.len();
                self.plan.callbacks.extend(self.plan.hosted_callback.take());
                self.key_is_known(line, now)
            }
            // An app that has any of its lines active has all of them active.
            AuthorizeAnswer::Known => self.fail(Code::CallbackHostedOnly),
            AuthorizeAnswer::KeyUnknown => {
                let verdict = judge(&answer, None, None, self.is_new(now));
                self.weigh(0, verdict, now)
            }
            AuthorizeAnswer::Moved(host) => self.moved_to(host, now),
            // All of ours were refused, whatever the answer about this one.
            AuthorizeAnswer::CallbackMismatch | AuthorizeAnswer::CannotTell(_) => self.no_line(now),
        }
    }

    /// No line is registered, or not yet. Before a wait the pair is checked, so that the wait is worth it.
    fn no_line(&mut self, now: OffsetDateTime) -> Vec<Effect> {
        if self.is_new(now) && !self.pair_asked {
            self.pair_asked = true;
            return self.probe_pair(0, AuthorizeAnswer::CallbackMismatch);
        }
        let verdict = judge(&AuthorizeAnswer::CallbackMismatch, None, None, self.is_new(now));
        self.weigh(0, verdict, now)
    }

    /// While Salesforce activates an app its answers alternate, so a wait ends only after two positives.
    fn key_is_known(&mut self, line: usize, now: OffsetDateTime) -> Vec<Effect> {
        self.positives += 1;
        if self.waited() && self.positives < salesforce::POSITIVES_TO_SETTLE {
            self.state = State::Settling { line };
            // The second question comes early: if the answer is no, the next wait is longer by as much.
            self.probes += 2;
            return vec![Effect::Wake { at: now + salesforce::SETTLE_INTERVAL }];
        }
        self.probe_pair(line, AuthorizeAnswer::Known)
    }

    fn probe_pair(&mut self, line: usize, authorize: AuthorizeAnswer) -> Vec<Effect> {
        self.state = State::ProbingPair { line, authorize };
        vec![Effect::ProbePair]
    }

    /// Whether the app may not be active everywhere yet.
    fn is_new(&self, now: OffsetDateTime) -> bool {
        now - self.plan.key_seen_at < salesforce::ACTIVATION_LONGEST
    }

    fn weigh(&mut self, line: usize, verdict: Verdict, now: OffsetDateTime) -> Vec<Effect> {
        match verdict {
            Verdict::Accepted | Verdict::GoOn(_) => self.open_browser(line, now),
            Verdict::NotActiveYet | Verdict::KeyUnknown if self.plan.key_of_another.is_some() => {
                self.key_is_of_another()
            }
            Verdict::NotActiveYet => self.wait(now, Awaited::Activation),
            Verdict::PerhapsNotActiveYet => self.wait(now, Awaited::Callback),
            Verdict::KeyUnknown => self.fail(Code::KeyUnknown),
            Verdict::SecretWrong => self.fail(Code::SecretWrong),
            Verdict::CallbackMissing => self.fail(Code::CallbackMissing),
            Verdict::Moved(host) => self.moved_to(host, now),
        }
    }

    /// An org that does not know the key of another org's app never will.
    fn key_is_of_another(&mut self) -> Vec<Effect> {
        let alias = self.plan.key_of_another.clone().unwrap_or_default();
        self.fail_with(Code::KeyOfConnection, &[("host", self.plan.host.clone()), ("alias", alias)])
    }

    /// Asks again later, at most three times a minute however many lines are asked about. When the wait is over,
    /// `lacking` says what was missing.
    fn wait(&mut self, now: OffsetDateTime, lacking: Awaited) -> Vec<Effect> {
        self.positives = 0;
        let probes = std::mem::take(&mut self.probes).max(1);
        let give_up_at = self.began_at + self.plan.wait;
        if now >= give_up_at {
            return self.fail(code_of(lacking));
        }
        self.lacking = Some(lacking);
        // Half of the questions are left to the audit, which meanwhile looks for slips.
        let share = match lacking {
            Awaited::Callback => 2,
            Awaited::Activation => 1,
        };
        self.state = State::Waiting;
        let at = (now + salesforce::POLL_INTERVAL * probes * share).min(give_up_at);
        vec![Effect::Tell(AttemptEvent::Waiting { what: lacking, next_check_at: at }), Effect::Wake { at }]
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
        match &self.state {
            State::ProbingOddKey => self.odd_key_probed(answer, now),
            State::TellingKeyFromSecret { line, authorize } => {
                let line = *line;
                let verdict = judge(authorize, Some(&PairAnswer::Wrong), Some(&answer), self.is_new(now));
                self.weigh(line, verdict, now)
            }
            _ => Vec::new(),
        }
    }

    /// A value that looks like a secret is accepted only if the org knows it as a key; a key of unusual form is treated
    /// like any other from here on.
    fn odd_key_probed(&mut self, answer: TokenAnswer, now: OffsetDateTime) -> Vec<Effect> {
        let looks = self.plan.key_looks;
        match answer {
            TokenAnswer::CannotTell(code) if code.is_no_connection() => self.fail(code),
            _ if is_key(looks, None, Some(&answer)) => {
                self.may_go_in_query = true;
                self.probe(0, now)
            }
            _ if looks == KeyLooks::Secret => self.fail(Code::KeyLooksSecret),
            _ => {
                let verdict = judge(&AuthorizeAnswer::KeyUnknown, None, Some(&answer), self.is_new(now));
                self.weigh(0, verdict, now)
            }
        }
    }

    fn open_browser(&mut self, line: usize, now: OffsetDateTime) -> Vec<Effect> {
        let Some(redirect_uri) = self.plan.callbacks.get(line).cloned() else {
            return self.fail(explain::unexpected("a line that was not planned").code);
        };
        self.state = State::Browser;
        vec![Effect::OpenSignIn { redirect_uri }, Effect::Wake { at: now + salesforce::SIGN_IN_TIME }]
    }

    pub(super) fn woke(&mut self, now: OffsetDateTime) -> Vec<Effect> {
        match self.state {
            State::Waiting => self.ask(now),
            State::Settling { line } => self.probe_again(line),
            State::Browser => self.fail(Code::SignInTimeout),
            State::Confirming { .. } => self.abandon(Code::SignInTimeout),
            _ => Vec::new(),
        }
    }

    fn probe_again(&mut self, line: usize) -> Vec<Effect> {
        match self.plan.callbacks.get(line).cloned() {
            Some(redirect_uri) => vec![Effect::ProbeAuthorize { redirect_uri }],
            None => self.fail(explain::unexpected("a line that was not planned").code),
        }
    }
}
