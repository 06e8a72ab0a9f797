//! The plan of a rotation: what person and org have said of it so far. Where it is follows from that alone, so a plan that is
//! read again after a restart is where it was left.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    contract::view::{Finding, FormerPair, RotationMove, RotationStep},
    org::salesforce,
};

/// What became of the sign-in of an exposed pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInEnd {
    /// It was ended at the org.
    Ended,
    /// The person went on without that.
    Kept,
}

/// The plan of one connection's rotation. The two pairs are not in it: the vault keeps them as secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that was said")]
pub struct Plan {
    exposed: bool,
    #[serde(with = "time::serde::rfc3339")]
    begun_at: OffsetDateTime,
    #[serde(default)]
    agreed: bool,
    #[serde(default)]
    sign_in: Option<SignInEnd>,
    #[serde(default)]
    staged: bool,
    /// When the new pair was pasted, while there is one that is not in use yet.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pasted_at: Option<OffsetDateTime>,
    /// By when the new pair was in force in Setup.
    #[serde(default, with = "time::serde::rfc3339::option")]
    rotated_at: Option<OffsetDateTime>,
    /// Whether the org refused the sign-in with the new pair, without confirming it.
    #[serde(default)]
    doubted: bool,
    /// Whether the org wants a new sign-in with the new pair.
    #[serde(default)]
    needs_sign_in: bool,
    /// When the new pair was proved, and came into use here.
    #[serde(default, with = "time::serde::rfc3339::option")]
    proved_at: Option<OffsetDateTime>,
    #[serde(default)]
    handed_over: bool,
    #[serde(default)]
    findings: Vec<Finding>,
    #[serde(default)]
    former: Option<FormerPair>,
}

/// What was said belongs to another step than the plan's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misplaced;

impl Plan {
    pub fn new(exposed: bool, now: OffsetDateTime) -> Self {
        Self {
            exposed,
            begun_at: now,
            agreed: false,
            sign_in: None,
            staged: false,
            pasted_at: None,
            rotated_at: None,
            doubted: false,
            needs_sign_in: false,
            proved_at: None,
            handed_over: false,
            findings: Vec::new(),
            former: None,
        }
    }

    /// The step that the plan is at.
    pub fn step(&self) -> RotationStep {
        if !self.agreed {
            return RotationStep::Agree;
        }
        if self.proved_at.is_some() {
            return if self.handed_over { RotationStep::EndFormer } else { RotationStep::HandOver };
        }
        if self.exposed && self.sign_in.is_none() {
            return RotationStep::EndSignIn;
        }
        match (self.pasted_at, self.rotated_at) {
            (Some(_), Some(_)) if self.needs_sign_in => RotationStep::SignIn,
            (Some(_), Some(_)) => RotationStep::Prove,
            (Some(_), None) => RotationStep::Rotate,
            (None, _) if self.staged => RotationStep::Paste,
            (None, _) => RotationStep::Stage,
        }
    }

    /// The steps of this rotation. For an exposed pair it is shorter: staging and rotating are one visit to Setup.
    pub fn steps(&self) -> Vec<RotationStep> {
        use RotationStep::{Agree, EndFormer, EndSignIn, HandOver, Paste, Prove, Rotate, SignIn, Stage};
        let proof = if self.step() == SignIn { SignIn } else { Prove };
        // A pair may have been staged and pasted before it was known to be exposed.
        let rotates_later = self.pasted_at.is_some() && self.rotated_at.is_none();
        let left_out = [(EndSignIn, !self.exposed), (Rotate, self.exposed && !rotates_later)];
        let mut steps = vec![Agree, EndSignIn, Stage, Paste, Rotate, proof, HandOver, EndFormer];
        steps.retain(|step| !left_out.contains(&(*step, true)));
        steps
    }

    pub fn exposed(&self) -> bool {
        self.exposed
    }

    pub fn begun_at(&self) -> OffsetDateTime {
        self.begun_at
    }

    /// When the new pair was pasted, while it is not in use yet.
    pub fn pasted_at(&self) -> Option<OffsetDateTime> {
        self.pasted_at
    }

    /// Whether the new pair is in use here.
    pub fn is_proved(&self) -> bool {
        self.proved_at.is_some()
    }

    /// Whether the sign-in of this connection was ended on purpose.
    pub fn has_ended_sign_in(&self) -> bool {
        self.sign_in == Some(SignInEnd::Ended)
    }

    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub fn former(&self) -> Option<FormerPair> {
        self.former
    }

    /// When Salesforce ends the former pair at the latest.
    pub fn former_until(&self) -> Option<OffsetDateTime> {
        self.rotated_at.map(|at| at + salesforce::ROTATION_OVERLAP)
    }

    /// The pair turned out to be in wrong hands.
    pub fn note_exposure(&mut self) {
        if self.proved_at.is_none() {
            self.exposed = true;
        }
    }

    /// What a person said.
    ///
    /// # Errors
    /// It belongs to another step; nothing has changed.
    pub fn said(&mut self, said: RotationMove, now: OffsetDateTime) -> Result<(), Misplaced> {
        match (said, self.step()) {
            (RotationMove::Agree, RotationStep::Agree) => self.agreed = true,
            (RotationMove::KeepSignIn, RotationStep::EndSignIn) => self.sign_in = Some(SignInEnd::Kept),
            (RotationMove::Staged, RotationStep::Stage) => {
                self.staged = true;
                self.rotated_at = self.exposed.then_some(now);
            }
            (RotationMove::Rotated, RotationStep::Rotate) => self.rotated_at = Some(now),
            (RotationMove::HandedOver, RotationStep::HandOver) => self.handed_over = true,
            (RotationMove::Back, step) => return self.back(step),
            _ => return Err(Misplaced),
        }
        Ok(())
    }

    fn back(&mut self, from: RotationStep) -> Result<(), Misplaced> {
        match from {
            RotationStep::Stage => self.agreed = false,
            RotationStep::Paste => {
                self.staged = false;
                self.rotated_at = None;
            }
            RotationStep::Rotate | RotationStep::Prove | RotationStep::SignIn => {
                self.drop_pair();
                self.rotated_at = self.rotated_at.filter(|_| self.exposed);
            }
            RotationStep::EndFormer => {
                self.handed_over = false;
                self.former = None;
            }
            RotationStep::Agree
            | RotationStep::EndSignIn
            | RotationStep::HandOver
            | RotationStep::Finished
            | RotationStep::TakenBack => return Err(Misplaced),
        }
        Ok(())
    }

    /// The sign-in of an exposed pair was ended at the org.
    ///
    /// # Errors
    /// The plan is at another step.
    pub fn sign_in_ended(&mut self) -> Result<(), Misplaced> {
        self.at(&[RotationStep::EndSignIn])?;
        self.sign_in = Some(SignInEnd::Ended);
        Ok(())
    }

    /// A new pair was pasted, in place of any before it.
    ///
    /// # Errors
    /// The plan is at a step where none is awaited.
    pub fn pasted(&mut self, now: OffsetDateTime) -> Result<(), Misplaced> {
        self.at(&[
            RotationStep::Stage,
            RotationStep::Paste,
            RotationStep::Rotate,
            RotationStep::Prove,
            RotationStep::SignIn,
        ])?;
        self.drop_pair();
        self.staged = true;
        self.pasted_at = Some(now);
        if self.exposed {
            self.rotated_at.get_or_insert(now);
        }
        Ok(())
    }

    /// The pasted pair is gone: it is pasted once more.
    pub fn drop_pair(&mut self) {
        self.pasted_at = None;
        self.doubted = false;
        self.needs_sign_in = false;
        self.findings.clear();
    }

    /// The org's answers about the new pair.
    pub fn found(&mut self, findings: Vec<Finding>) {
        self.findings = findings;
    }

    /// The org refused the present sign-in with the new pair. `confirmed`: it said so in another way as well. One refusal alone
    /// may come from one server, or one moment; the second is believed. Returns whether a new sign-in is needed.
    pub fn refused(&mut self, confirmed: bool) -> bool {
        self.needs_sign_in = confirmed || self.doubted;
        self.doubted = true;
        self.needs_sign_in
    }

    /// A pair other than the former one has worked, and is in use from now on: the pasted one, or one that somebody signed in
    /// with.
    pub fn proved(&mut self, now: OffsetDateTime) {
        self.drop_pair();
        self.agreed = true;
        self.staged = true;
        self.proved_at = Some(now);
        // Somebody else may have rotated after it was said here: it was before now, and that is all that is certain.
        self.rotated_at = Some(now);
    }

    /// The org's answer about the former pair.
    ///
    /// # Errors
    /// The plan is at another step.
    pub fn saw_former(&mut self, former: FormerPair) -> Result<(), Misplaced> {
        self.at(&[RotationStep::EndFormer])?;
        self.former = Some(former);
        Ok(())
    }

    fn at(&self, steps: &[RotationStep]) -> Result<(), Misplaced> {
        if steps.contains(&self.step()) { Ok(()) } else { Err(Misplaced) }
    }
}

#[cfg(test)]
mod tests;
