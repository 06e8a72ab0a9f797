//! The guided set-up of one org: what the person and the org said about each step, and the conclusions. Pure.

mod marks;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    contract::view::{CallbackAudit, CallbackLine, CheckState, Exact, Failure, Finding, Mark, StepMark},
    explain::{Code, callbacks},
    guide::StepId,
    org::salesforce,
};

/// The stored state of a set-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setup {
    /// The person's present step.
    step: StepId,
    /// The steps that the person has marked as done.
    said: Vec<Said>,
    #[serde(with = "time::serde::rfc3339::option")]
    created_at: Option<OffsetDateTime>,
    /// The org's last answers about the pasted pair.
    findings: Option<Dated<Vec<Finding>>>,
    audit: Option<Dated<CallbackAudit>>,
    /// Why the last sign-in failed.
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

/// Why a sign-in failed, with the values that its fixes ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Trouble {
    #[serde(flatten)]
    failure: Failure,
    #[serde(default)]
    exact: Vec<Exact>,
}

impl Default for Setup {
    /// A set-up whose org is named, and nothing else.
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
    /// The person's present step. A set-up whose connection was disconnected is back before the sign-in.
    pub fn step(&self, connected: bool) -> StepId {
        if self.step == StepId::Connected && !connected { StepId::SignIn } else { self.step }
    }

    /// When the person said that Create was pressed.
    pub fn created_at(&self) -> Option<OffsetDateTime> {
        self.created_at
    }

    /// Whether the app may be younger than the time Salesforce takes to activate it. True where its age is not known.
    pub fn is_new(&self, now: OffsetDateTime) -> bool {
        self.created_at.is_none_or(|at| now - at < salesforce::ACTIVATION_LONGEST)
    }

    /// The org's last answers about the pair, and when they came.
    pub fn findings(&self) -> Option<(&[Finding], OffsetDateTime)> {
        self.findings.as_ref().map(|found| (found.what.as_slice(), found.at))
    }

    /// The org's last answers about the callback lines, and when they came.
    pub fn audit(&self) -> Option<(&CallbackAudit, OffsetDateTime)> {
        self.audit.as_ref().map(|audit| (&audit.what, audit.at))
    }

    /// The state of each step, in the guide's order. `connected`: the connection that it led to still exists.
    pub fn marks(&self, connected: bool) -> Vec<StepMark> {
        marks::marks(self, connected)
    }

    pub fn go_to(&mut self, step: StepId) {
        self.step = step;
    }

    /// Marks a step as done, which leads on to the next open one, or takes the mark back.
    pub fn say(&mut self, step: StepId, done: bool, connected: bool, now: OffsetDateTime) {
        self.said.retain(|said| said.step != step);
        if step == StepId::Security {
            // The app's age counts from the first such mark.
            self.created_at = if done { self.created_at.or(Some(now)) } else { None };
        }
        if done {
            self.said.push(Said { step, at: now });
            self.step = self.next_after(step, connected);
        } else {
            self.step = step;
        }
    }

    /// Takes in the org's answers about a pasted pair.
    pub fn found(&mut self, findings: Vec<Finding>, now: OffsetDateTime) {
        // The answers about the lines belong to a key that the org knew.
        if findings.iter().any(|finding| finding.code == Some(Code::KeyUnknown)) {
            self.audit = None;
        }
        self.findings = Some(Dated { what: findings, at: now });
    }

    pub fn audited(&mut self, audit: CallbackAudit, now: OffsetDateTime) {
        self.audit = Some(Dated { what: audit, at: now });
    }

    /// Takes in the answer about one line of the block.
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
