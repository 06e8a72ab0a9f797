//! The plan of a rotation: what person and org have said of it so far. Where it is follows from that alone, so a plan that is
//! read again after a restart is where it was left.

mod told;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    contract::view::{Finding, FormerPair, RotationMove, RotationStep},
    org::rest::own_app::No,
};

/// What became of the sign-in of an exposed pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInEnd {
    /// It was ended at the org.
    Ended,
    /// The person went on without that, or has signed in again since.
    Kept,
}

/// What the org said of the end of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndProof {
    /// It calls the tokens dead.
    Dead,
    /// It took the request, and does not tell whether they are dead.
    Untold,
    /// It refused the request, as it does for tokens that were dead before.
    Refused,
}

/// Who staged the pair that the program took from the org.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StagedBy {
    Us,
    /// It stood there already.
    Somebody,
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
    /// Whether the org was asked, or was about to be, to end the sign-in.
    #[serde(default)]
    ending: bool,
    #[serde(default)]
    end_proof: Option<EndProof>,
    #[serde(default)]
    staged: bool,
    /// Whether the org was asked, or was about to be, to stage a pair by REST.
    #[serde(default)]
    staging_by_rest: bool,
    /// Where the new pair was taken from the org by REST, and not pasted.
    #[serde(default)]
    staged_by: Option<StagedBy>,
    /// Why the present step was not done by REST.
    #[serde(default)]
    rest_said: Option<No>,
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
    /// Whether that is because the present sign-in is over anyway: the org was not asked to take it.
    #[serde(default)]
    is_over: bool,
    /// Whether a pasted pair is no longer kept, and nobody took it away.
    #[serde(default)]
    pair_lost: bool,
    /// When the new pair was proved, and came into use here.
    #[serde(default, with = "time::serde::rfc3339::option")]
    proved_at: Option<OffsetDateTime>,
    #[serde(default)]
    handed_over: bool,
    #[serde(default)]
    findings: Vec<Finding>,
    #[serde(default)]
    former: Option<FormerPair>,
    /// Whether the former pair is no longer kept, so that nobody can be asked about it.
    #[serde(default)]
    former_lost: bool,
    /// The other connections here that have the former pair, by their names.
    #[serde(default)]
    others: Vec<String>,
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
            ending: false,
            end_proof: None,
            staged: false,
            staging_by_rest: false,
            staged_by: None,
            rest_said: None,
            pasted_at: None,
            rotated_at: None,
            doubted: false,
            needs_sign_in: false,
            is_over: false,
            pair_lost: false,
            proved_at: None,
            handed_over: false,
            findings: Vec::new(),
            former: None,
            former_lost: false,
            others: Vec::new(),
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
        // Nor is a sign-in ended that was made with the new pair.
        let ends_sign_in = self.exposed && (self.proved_at.is_none() || self.sign_in.is_some());
        let left_out = [(EndSignIn, !ends_sign_in), (Rotate, self.exposed && !rotates_later)];
        let mut steps = vec![Agree, EndSignIn, Stage, Paste, Rotate, proof, HandOver, EndFormer];
        steps.retain(|step| !left_out.contains(&(*step, true)));
        steps
    }

    /// The pair turned out to be in wrong hands. After the proof that is the former one, which then has to be dead at the end.
    pub fn note_exposure(&mut self) {
        self.exposed = true;
        self.rest_said = None;
        // A pair that is only staged is rotated at once, and then pasted.
        self.staged &= self.pasted_at.is_some() || self.rotated_at.is_some();
    }

    /// The other connections here that have the pair that is replaced. Returns whether these are others than before.
    pub fn note_others(&mut self, others: Vec<String>) -> bool {
        let is_news = self.others != others;
        self.others = others;
        is_news
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
            (RotationMove::Back, step) => self.back(step)?,
            _ => return Err(Misplaced),
        }
        self.rest_said = None;
        Ok(())
    }

    fn back(&mut self, from: RotationStep) -> Result<(), Misplaced> {
        match from {
            RotationStep::Stage if self.has_ended_sign_in() => return Err(Misplaced),
            RotationStep::Stage if self.exposed => self.sign_in = None,
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

    /// The sign-in of an exposed pair is about to be ended at the org. Said before it is: an end that is cut off is then known to
    /// have been ours.
    ///
    /// # Errors
    /// The plan is at another step.
    pub fn ending_sign_in(&mut self) -> Result<(), Misplaced> {
        self.at(&[RotationStep::EndSignIn])?;
        self.ending = true;
        Ok(())
    }

    /// The sign-in works still: what was begun to end it has not come about.
    pub fn sign_in_not_ended(&mut self) {
        self.ending = false;
    }

    /// The sign-in of an exposed pair was ended at the org.
    ///
    /// # Errors
    /// The plan is at another step.
    pub fn sign_in_ended(&mut self, proof: EndProof) -> Result<(), Misplaced> {
        self.at(&[RotationStep::EndSignIn])?;
        (self.sign_in, self.end_proof) = (Some(SignInEnd::Ended), Some(proof));
        Ok(())
    }

    /// Somebody has signed in with the pair that is replaced: there is a sign-in again, which the org may take with the new pair.
    pub fn signed_in_again(&mut self) {
        if self.sign_in == Some(SignInEnd::Ended) {
            self.sign_in = Some(SignInEnd::Kept);
        }
        (self.ending, self.end_proof) = (false, None);
        (self.doubted, self.needs_sign_in, self.is_over) = (false, false, false);
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
        self.pair_lost = false;
        self.staged = true;
        self.pasted_at = Some(now);
        if self.exposed {
            self.rotated_at.get_or_insert(now);
        }
        Ok(())
    }

    /// The org is about to be asked to stage a pair by REST. Said before it is: a pair that is found there after that was cut off is
    /// then known to be ours.
    ///
    /// # Errors
    /// The plan is at another step.
    pub fn staging_by_rest(&mut self) -> Result<(), Misplaced> {
        self.at(&[RotationStep::Stage])?;
        (self.staging_by_rest, self.rest_said) = (true, None);
        Ok(())
    }

    /// A pair that is staged at the org was taken from there.
    ///
    /// # Errors
    /// The plan is at another step.
    pub fn staged_by_rest(&mut self, by: StagedBy, now: OffsetDateTime) -> Result<(), Misplaced> {
        self.at(&[RotationStep::Stage])?;
        self.pasted(now)?;
        self.staged_by = Some(by);
        Ok(())
    }

    /// The present step was not done by REST, for this reason. A person does it in Setup.
    pub fn not_by_rest(&mut self, no: No) {
        self.rest_said = Some(no);
        // What the org has refused has not come about.
        self.staging_by_rest &= !matches!(no, No::Off | No::Refused | No::Absent | No::NotFound);
    }

    /// The pasted pair is gone: it is pasted once more.
    pub fn drop_pair(&mut self) {
        (self.pasted_at, self.staged_by, self.rest_said) = (None, None, None);
        (self.doubted, self.needs_sign_in, self.is_over) = (false, false, false);
        self.findings.clear();
    }

    /// The pasted pair is no longer kept, as where the key of the vault is another: it is pasted once more.
    pub fn lose_pair(&mut self) {
        self.drop_pair();
        self.pair_lost = true;
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

    /// The org knows the new pair, and there is no sign-in that it could be asked to take: a new one is the proof.
    pub fn needs_new_sign_in(&mut self) {
        (self.needs_sign_in, self.is_over) = (true, true);
    }

    /// A pair other than the former one has worked, and is in use from now on: the pasted one, or one that somebody signed in
    /// with.
    pub fn proved(&mut self, now: OffsetDateTime) {
        self.drop_pair();
        self.pair_lost = false;
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

    /// The former pair is no longer kept, so the org cannot be asked about it.
    ///
    /// # Errors
    /// The plan is at another step.
    pub fn former_is_lost(&mut self) -> Result<(), Misplaced> {
        self.saw_former(FormerPair::Unknown)?;
        self.former_lost = true;
        Ok(())
    }

    fn at(&self, steps: &[RotationStep]) -> Result<(), Misplaced> {
        if steps.contains(&self.step()) { Ok(()) } else { Err(Misplaced) }
    }
}

#[cfg(test)]
mod tests;
