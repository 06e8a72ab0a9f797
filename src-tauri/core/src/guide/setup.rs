//! The guided set-up of one org: what the person and the org said of each step, and what follows from it. Pure.

mod marks;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    contract::view::{CallbackAudit, CallbackLine, CheckState, Exact, Failure, Finding, Mark, StepMark},
    explain::{Code, callbacks},
    guide::StepId,
    org::salesforce,
};

/// What is kept of a set-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setup {
    /// Where the person is.
    step: StepId,
    /// The steps of which the person said that they are done.
    said: Vec<Said>,
    #[serde(with = "time::serde::rfc3339::option")]
    created_at: Option<OffsetDateTime>,
    /// What the org was last found to say of the pasted pair.
    findings: Option<Dated<Vec<Finding>>>,
    audit: Option<Dated<CallbackAudit>>,
    /// Why the last sign-in came to nothing.
    trouble: Option<Dated<Trouble>>,
    #[serde(with = "time::serde::rfc3339::option")]
    connected_at: Option<OffsetDateTime>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    step: StepId,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Dated<T> {
    what: T,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

/// Why a sign-in came to nothing, with what its fixes want entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Trouble {
    #[serde(flatten)]
    failure: Failure,
    #[serde(default)]
    exact: Vec<Exact>,
}

impl Default for Setup {
    /// One whose org has been named, and nothing else.
    fn default() -> Self {
        Self {
            step: StepId::Before,
            said: Vec::new(),
            created_at: None,
            findings: None,
            audit: None,
            trouble: None,
            connected_at: None,
        }
    }
}

impl Setup {
    /// Where the person is. A set-up whose connection was disconnected is back before the sign-in.
    pub fn step(&self, connected: bool) -> StepId {
        if self.step == StepId::Connected && !connected { StepId::SignIn } else { self.step }
    }

    /// When the person said that Create was pressed.
    pub fn created_at(&self) -> Option<OffsetDateTime> {
        self.created_at
    }

    /// Whether the app may have been made no longer ago than Salesforce may take to activate it. Where nobody said when,
    /// it may.
    pub fn is_new(&self, now: OffsetDateTime) -> bool {
        self.created_at.is_none_or(|at| now - at < salesforce::ACTIVATION_LONGEST)
    }

    /// What the org was last found to say, and when.
    pub fn findings(&self) -> Option<(&[Finding], OffsetDateTime)> {
        self.findings.as_ref().map(|found| (found.what.as_slice(), found.at))
    }

    /// What the org was last found to say of the callback lines, and when.
    pub fn audit(&self) -> Option<(&CallbackAudit, OffsetDateTime)> {
        self.audit.as_ref().map(|audit| (&audit.what, audit.at))
    }

    /// How far each step is, in the order of the guide. `connected` tells that the connection it led to is still there.
    pub fn marks(&self, connected: bool) -> Vec<StepMark> {
        marks::marks(self, connected)
    }

    pub fn go_to(&mut self, step: StepId) {
        self.step = step;
    }

    /// The person says that a step is done, which leads on to the next that is not, or takes it back.
    pub fn say(&mut self, step: StepId, done: bool, connected: bool, now: OffsetDateTime) {
        self.said.retain(|said| said.step != step);
        if step == StepId::Security {
            // The app was made the first time it was said.
            self.created_at = if done { self.created_at.or(Some(now)) } else { None };
        }
        if done {
            self.said.push(Said { step, at: now });
            self.step = self.next_after(step, connected);
        } else {
            self.step = step;
        }
    }

    /// The org was asked about a pasted pair.
    pub fn found(&mut self, findings: Vec<Finding>, now: OffsetDateTime) {
        // The lines were those of a key that it knew.
        if findings.iter().any(|finding| finding.code == Some(Code::KeyUnknown)) {
            self.audit = None;
        }
        self.findings = Some(Dated { what: findings, at: now });
    }

    pub fn audited(&mut self, audit: CallbackAudit, now: OffsetDateTime) {
        self.audit = Some(Dated { what: audit, at: now });
    }

    /// One line of the block was asked about by itself.
    pub fn audited_line(&mut self, block: &[String], told: &CallbackLine, now: OffsetDateTime) {
        let later = |line: &String| CallbackLine {
            line: line.clone(),
            state: CheckState::Skip,
            registered_as: None,
            message: callbacks::later(),
        };
        let known = self.audit.take().map(|audit| audit.what);
        let mut audit =
            known.unwrap_or_else(|| CallbackAudit { lines: block.iter().map(later).collect(), told: None });
        audit.lines.iter_mut().filter(|line| line.line == told.line).for_each(|line| line.clone_from(told));
        self.audited(audit, now);
    }

    pub fn sign_in_began(&mut self) {
        self.trouble = None;
    }

    pub fn sign_in_failed(&mut self, failure: Failure, exact: Vec<Exact>, now: OffsetDateTime) {
        self.trouble = Some(Dated { what: Trouble { failure, exact }, at: now });
    }

    pub fn connected(&mut self, now: OffsetDateTime) {
        self.trouble = None;
        self.connected_at = Some(now);
        self.step = StepId::Connected;
    }

    fn next_after(&self, step: StepId, connected: bool) -> StepId {
        let marks = self.marks(connected);
        let is_due = |candidate: &StepId| {
            let mark = marks.iter().find(|mark| mark.id == candidate.word());
            mark.is_some_and(|mark| matches!(mark.mark, Mark::Open | Mark::Doubted | Mark::Wrong))
        };
        let later = StepId::ALL.iter().filter(|candidate| **candidate > step);
        later.chain(StepId::ALL).copied().find(is_due).unwrap_or(StepId::Connected)
    }
}

#[cfg(test)]
mod tests;
