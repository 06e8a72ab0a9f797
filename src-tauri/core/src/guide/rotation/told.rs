//! What a plan tells of itself.

use time::OffsetDateTime;

use super::{EndProof, Plan, SignInEnd, StagedBy};
use crate::{
    contract::view::{Finding, FormerPair, RotationStep},
    org::{rest::own_app::No, salesforce},
};

impl Plan {
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

    /// Whether somebody has begun it in earnest: it was agreed to, or the pair is in wrong hands.
    pub fn is_under_way(&self) -> bool {
        self.agreed || self.exposed
    }

    /// Whether a pair is being replaced, and the new one is not in use yet.
    pub fn awaits_proof(&self) -> bool {
        self.agreed && self.proved_at.is_none()
    }

    /// Whether the sign-in of this connection was ended on purpose, and there is none with the new pair.
    pub fn has_ended_sign_in(&self) -> bool {
        self.sign_in == Some(SignInEnd::Ended) && self.proved_at.is_none()
    }

    /// Whether an end of this connection's sign-in is our own doing: it was ended, or an end was begun and cut off.
    pub fn ends_sign_in(&self) -> bool {
        self.has_ended_sign_in() || (self.ending && self.proved_at.is_none())
    }

    /// What the org said of the end of the sign-in, while there is no other.
    pub fn end_proof(&self) -> Option<EndProof> {
        self.end_proof.filter(|_| self.has_ended_sign_in())
    }

    /// Whether the new pair is proved by a new sign-in because the present one is over anyway.
    pub fn sign_in_is_over(&self) -> bool {
        self.is_over
    }

    /// Whether the org has refused the sign-in with the new pair once.
    pub fn is_doubted(&self) -> bool {
        self.doubted
    }

    /// Whether a pasted pair is no longer kept, and nobody took it away.
    pub fn has_lost_pair(&self) -> bool {
        self.pair_lost
    }

    /// Whether the former pair is no longer kept.
    pub fn has_lost_former(&self) -> bool {
        self.former_lost
    }

    /// The other connections here that have the pair that is replaced.
    pub fn others(&self) -> &[String] {
        &self.others
    }

    /// Whether the step can be done by REST, while there is a sign-in to do it with. Of an exposed pair that is ended first.
    pub fn may_go_by_rest(&self) -> bool {
        !self.exposed && matches!(self.step(), RotationStep::Stage | RotationStep::Rotate)
    }

    /// Whether a pair that is staged at the org may be ours.
    pub fn may_have_staged(&self) -> bool {
        self.staging_by_rest
    }

    /// Who staged the new pair, where it was taken from the org by REST.
    pub fn staged_by(&self) -> Option<StagedBy> {
        self.staged_by
    }

    /// Why the present step was not done by REST, where it was to be.
    pub fn rest_said(&self) -> Option<No> {
        self.rest_said
    }

    /// Whether one step back can be gone.
    pub fn may_go_back(&self) -> bool {
        let step = self.step();
        self.clone().back(step).is_ok()
    }

    /// Whether the rotation may be called over: once the org was asked about the former pair. One that was exposed must not work any
    /// more, nor any after its time.
    pub fn may_finish(&self, now: OffsetDateTime) -> bool {
        match self.former {
            None => false,
            Some(FormerPair::Works) => !self.exposed && !self.is_late(now),
            Some(FormerPair::Dead | FormerPair::Unknown) => true,
        }
    }

    /// Whether the time is over at which the former pair was to end.
    pub fn is_late(&self, now: OffsetDateTime) -> bool {
        self.former_until().is_some_and(|until| until < now)
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
}
