//! After the browser: the code is exchanged, the answer compared with the expected one, the tokens stored or revoked.

use time::OffsetDateTime;

use super::{Attempt, Effect, State};
use crate::{
    contract::view::{AttemptEvent, Failure, OrgKind},
    explain::{self, Code},
    org::{
        identity::Known,
        oauth::{Callback, Granted, Trouble},
        salesforce,
    },
};

impl Attempt {
    pub(super) fn port_lost(&mut self) -> Vec<Effect> {
        if matches!(self.state, State::Browser) { self.fail(Code::PortsTaken) } else { Vec::new() }
    }

    /// Accepts a callback once: the state leaves `Browser` with it.
    pub(super) fn came_back(&mut self, callback: Callback) -> Vec<Effect> {
        if !matches!(self.state, State::Browser) {
            return Vec::new();
        }
        match callback {
            Callback::Refused(code, said) => self.fail_saying(code, said.as_ref()),
            Callback::Code(code) => {
                self.state = State::Exchanging { abandoned: None };
                vec![Effect::Exchange { code }]
            }
        }
    }

    /// Ends the wait for the browser, in the words of what was pasted: nothing that Salesforce said is known.
    pub(super) fn explained(&mut self, failure: Failure) -> Vec<Effect> {
        if !matches!(self.state, State::Browser) {
            return Vec::new();
        }
        self.state = State::Ended;
        vec![Effect::StopListening, Effect::Tell(AttemptEvent::Failed(failure))]
    }

    pub(super) fn exchanged(&mut self, result: Result<Granted, Trouble>, now: OffsetDateTime) -> Vec<Effect> {
        let State::Exchanging { abandoned } = self.state else { return Vec::new() };
        let granted = match result {
            Ok(granted) => Box::new(granted),
            Err(trouble) => {
                return match abandoned {
                    Some(code) => self.fail(code),
                    None => self.fail_for(&trouble, now),
                };
            }
        };
        if let Some(code) = abandoned {
            return self.fail_and_discard(code, granted);
        }
        if !granted.scope.iter().any(|scope| scope == "api") {
            let mut effects = vec![Effect::Discard { granted }];
            let facts = [("found", salesforce::API_SCOPE_LABEL.to_owned())];
            effects.extend(self.fail_with(Code::ScopeMissing, &facts));
            return effects;
        }
        if granted.refresh.is_none() {
            return self.fail_and_discard(Code::RefreshTokenMissing, granted);
        }
        self.state = State::Identifying { granted: granted.clone() };
        vec![Effect::Identify { granted }]
    }

    pub(super) fn identified(&mut self, result: Result<Known, Trouble>, now: OffsetDateTime) -> Vec<Effect> {
        let State::Identifying { granted } = &self.state else { return Vec::new() };
        let granted = granted.clone();
        let known = match result {
            Ok(known) => Box::new(known),
            Err(trouble) => {
                let mut effects = vec![Effect::Discard { granted }];
                effects.extend(self.fail_for(&trouble, now));
                return effects;
            }
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

    /// Why the org and user found may be the wrong ones.
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
        if let Some(renewed) = &expected.renewed {
            let same_org = renewed.org_id == found.org_id;
            let user_accepted = expected.accept_username.as_ref().is_some_and(accepted)
                || expected.username.as_ref().is_some_and(accepted);
            if !same_org && matches!(found.kind, OrgKind::Sandbox | OrgKind::Practice) {
                let facts = [
                    ("host", self.plan.host.as_str()),
                    ("alias", self.plan.alias.as_str()),
                    ("expected", renewed.org_id.as_str()),
                    ("found", found.org_id.as_str()),
                ];
                return Some(explain::failure(Code::SandboxRefreshed, &facts));
            }
            if !same_org {
                let renewed = format!("{} in org {}", renewed.username, renewed.org_id);
                return Some(self.identity_question(known, &renewed));
            }
            if renewed.user_id != found.user_id && !user_accepted {
                return Some(self.identity_question(known, &renewed.username));
            }
        }
        let Some(username) = &expected.username else { return self.doubt_unnamed(known) };
        if accepted(username) || expected.accept_username.as_ref().is_some_and(accepted) {
            return None;
        }
        Some(self.identity_question(known, username))
    }

    /// Whether to ask about a user whom nobody named: one who may change everything in the org has most likely signed in
    /// by mistake, in the browser in which Setup was done a moment ago.
    fn doubt_unnamed(&self, known: &Known) -> Option<Failure> {
        let (expected, found) = (&self.plan.expected, &known.identity);
        let accepted = expected.accept_username.as_ref();
        if !expected.may_ask
            || expected.renewed.is_some()
            || found.modifies_all_data != Some(true)
            || accepted.is_some_and(|name| name.eq_ignore_ascii_case(&found.username))
        {
            return None;
        }
        Some(explain::failure(Code::UserUnnamed, &[("user", &found.username)]))
    }

    fn identity_question(&self, known: &Known, expected: &str) -> Failure {
        let found = format!("{} in org {}", known.identity.username, known.identity.org_id);
        let facts = [("host", self.plan.host.as_str()), ("expected", expected), ("found", found.as_str())];
        explain::failure(Code::IdentityMismatch, &facts)
    }

    pub(super) fn answered(&mut self, accept: bool) -> Vec<Effect> {
        let State::Confirming { granted, known, question } = &self.state else { return Vec::new() };
        let (granted, known, question) = (granted.clone(), known.clone(), question.clone());
        if accept {
            return self.store(granted, known);
        }
        self.state = State::Ended;
        vec![Effect::Discard { granted }, Effect::StopListening, Effect::Tell(AttemptEvent::Failed(question))]
    }

    fn store(&mut self, granted: Box<Granted>, known: Box<Known>) -> Vec<Effect> {
        self.state = State::Storing { granted: granted.clone(), known: known.clone() };
        vec![Effect::Store { granted, known }]
    }

    pub(super) fn stored(&mut self, result: Result<(), Code>) -> Vec<Effect> {
        let State::Storing { granted, known } = &self.state else { return Vec::new() };
        if let Err(code) = result {
            let granted = granted.clone();
            return self.fail_and_discard(code, granted);
        }
        let connected = AttemptEvent::Connected {
            alias: self.plan.alias.clone(),
            org_id: known.identity.org_id.clone(),
            username: known.identity.username.clone(),
            instance_url: known.instance_url.clone(),
            kind: known.identity.kind,
            remark: known.remark.map(|code| {
                let facts = [("user", known.identity.username.as_str()), ("host", self.plan.host.as_str())];
                explain::failure(code, &facts)
            }),
        };
        self.state = State::Ended;
        vec![Effect::StopListening, Effect::Tell(connected)]
    }
}
