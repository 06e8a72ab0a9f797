//! Rotations of a connection's key and secret: a plan in the vault, and what a plan cannot do by itself. The pair in use stays
//! in use until the org has accepted the new one from here.

mod asking;
mod by_rest;
mod ending;
mod telling;

pub(super) use self::telling::at;

use time::OffsetDateTime;

use super::{Controller, stored, work_locks::LONGEST_WORK};
use crate::{
    contract::{
        intent::SignInOptions,
        view::{AttemptStarted, Failure, RotationMove, RotationStep, RotationView},
    },
    explain::{self, Code},
    guide::rotation::{Misplaced, Plan},
    org::credentials,
    secret::Secret,
    vault::{Pair, Record, Vault},
};

impl Controller {
    /// Begins a rotation, or finds the one under way.
    pub(super) async fn rotate(&self, name: &str, exposed: bool) -> Result<RotationView, Failure> {
        let record = self.named(name).await?;
        // What an end under way decides by must not change under it.
        let _working = if exposed { Some(self.work_lock(&record.id, LONGEST_WORK).await?) } else { None };
        let (id, begun) = (record.id.clone(), Plan::new(exposed, self.now()));
        let plan = self.vault(move |vault| vault.begin_rotation(&id, &begun)).await?;
        self.shown_to_all(&record, plan).await
    }

    /// All rotations under way.
    pub(super) async fn rotations(&self) -> Result<Vec<RotationView>, Failure> {
        let kept = self.vault(Vault::rotations).await?;
        Ok(kept.into_iter().filter_map(|(record, plan)| self.rotation_view(&record, &plan).ok()).collect())
    }

    /// Goes on with a rotation.
    pub(super) async fn rotate_on(&self, name: &str, what: RotationMove) -> Result<RotationView, Failure> {
        match what {
            RotationMove::EndSignIn => self.end_exposed_sign_in(name).await,
            RotationMove::ByRest => self.do_by_rest(name).await,
            RotationMove::Prove => self.prove_next_pair(name).await,
            RotationMove::Look => self.look_at_former_pair(name).await,
            RotationMove::Finish => self.finish_rotation(name).await,
            RotationMove::TakeBack => self.take_rotation_back(name).await,
            RotationMove::Agree
            | RotationMove::KeepSignIn
            | RotationMove::Staged
            | RotationMove::Rotated
            | RotationMove::HandedOver
            | RotationMove::Back => {
                let record = self.named(name).await?;
                // What the org is asked meanwhile is about the pair and the sign-in that this may let go of.
                let _working = self.work_lock(&record.id, LONGEST_WORK).await?;
                let (record, _) = self.rotation_of(name).await?;
                let now = self.now();
                let plan = self.change_plan(&record, move |plan| plan.said(what, now)).await?;
                self.shown_to_all(&record, plan).await
            }
        }
    }

    /// Keeps a new pair beside the one in use, after the same look as at a set-up's.
    pub(super) async fn rotate_paste(
        &self,
        name: &str,
        key: &Secret,
        secret: &Secret,
    ) -> Result<RotationView, Failure> {
        let record = self.named(name).await?;
        let _working = self.work_lock(&record.id, LONGEST_WORK).await?;
        let (record, before) = self.rotation_of(name).await?;
        let next = self.validated(&record, key, secret).await?;
        let now = self.now();
        let plan = self.keep_next(&record, &before, next, move |plan| plan.pasted(now)).await?;
        self.shown_to_all(&record, plan).await
    }

    /// A new pair after the same look as at a set-up's.
    async fn validated(&self, record: &Record, key: &Secret, secret: &Secret) -> Result<Pair, Failure> {
        let examined = credentials::examine(key, secret);
        if let Some(note) = examined.notes.iter().find(|note| note.blocks) {
            return Err(note.failure());
        }
        for (value, what) in [(&examined.key, "Consumer Key"), (&examined.secret, "Consumer Secret")] {
            if value.is_empty() {
                return Err(explain::failure(Code::ValueMissing, &[("what", what)]));
            }
        }
        let next = Pair { key: examined.key, secret: examined.secret };
        self.refuse_real_key(&stored::address_of(record)?, &next.key).await?;
        if let Some(what) = known_part(&next, &self.pair(record).await?) {
            let facts = [("alias", record.alias.as_str()), ("what", what)];
            return Err(explain::failure(Code::PairNotNew, &facts));
        }
        Ok(next)
    }

    /// Keeps a new pair beside the one in use, with the change of its plan: both or neither.
    async fn keep_next(
        &self,
        record: &Record,
        before: &Plan,
        next: Pair,
        change: impl Fn(&mut Plan) -> Result<(), Misplaced> + Send + 'static,
    ) -> Result<Plan, Failure> {
        let id = record.id.clone();
        let keep = move |vault: &Vault| vault.keep_next_pair(&id, &next, |plan| change(plan).is_ok());
        let (plan, is_awaited) = self.vault(keep).await?.ok_or_else(|| unknown(record))?;
        if is_awaited { Ok(plan) } else { Err(moved(record, before)) }
    }

    /// Starts a sign-in with the new pair. It comes into use with the tokens that the sign-in brings.
    pub(super) async fn rotate_sign_in(
        &self,
        name: &str,
        options: SignInOptions,
    ) -> Result<AttemptStarted, Failure> {
        let (record, plan) = self.rotation_at(name, &[RotationStep::SignIn]).await?;
        let next = self.kept_next_pair(&record).await?;
        self.sign_in_with(record, next, plan.pasted_at(), options).await
    }

    /// The pair with which somebody signs in to a connection who gave none, where its rotation has a say in that: the new one at the
    /// step of the sign-in.
    ///
    /// # Errors
    /// [`Code::SignInEnded`] where the sign-in was ended for the rotation and there is no new pair yet: it was not ended to be made
    /// again with the exposed one.
    pub(super) async fn pair_of_rotation(
        &self,
        record: &Record,
    ) -> Result<Option<(Pair, Option<OffsetDateTime>)>, Failure> {
        let id = record.id.clone();
        let Some(plan) = self.vault(move |vault| vault.rotation(&id)).await? else { return Ok(None) };
        if plan.step() == RotationStep::SignIn {
            return Ok(Some((self.kept_next_pair(record).await?, plan.pasted_at())));
        }
        if plan.has_ended_sign_in() {
            return Err(explain::failure(Code::SignInEnded, &[("alias", &record.alias)]));
        }
        Ok(None)
    }

    /// Whether the pair in use is that of a rotation, which may yet be taken back.
    pub(super) async fn uses_pair_of_rotation(&self, record: &Record) -> Result<bool, Failure> {
        let id = record.id.clone();
        Ok(self.vault(move |vault| vault.rotation(&id)).await?.is_some_and(|plan| plan.is_proved()))
    }

    /// The new pair. Where it is no longer kept, the plan goes back to the paste.
    async fn kept_next_pair(&self, record: &Record) -> Result<Pair, Failure> {
        let id = record.id.clone();
        if let Some(next) = self.vault(move |vault| vault.next_pair(&id)).await? {
            return Ok(next);
        }
        let plan = self.without_next_pair(record).await?;
        self.tell_snapshot().await;
        Err(moved(record, &plan))
    }

    /// The plan of a rotation whose new pair is no longer kept.
    async fn without_next_pair(&self, record: &Record) -> Result<Plan, Failure> {
        let lost = self.change_plan(record, |plan| {
            plan.lose_pair();
            Ok(())
        });
        lost.await
    }

    /// Whether the sign-in of this connection was ended for its rotation, or that was begun and cut off.
    pub(super) async fn was_ended_here(&self, record: &Record) -> bool {
        let id = record.id.clone();
        let plan = self.vault(move |vault| vault.rotation(&id)).await;
        plan.ok().flatten().is_some_and(|plan| plan.ends_sign_in())
    }

    /// The connection of this name and its plan.
    async fn rotation_of(&self, name: &str) -> Result<(Record, Plan), Failure> {
        let record = self.named(name).await?;
        let id = record.id.clone();
        let plan = self.vault(move |vault| vault.rotation(&id)).await?.ok_or_else(|| unknown(&record))?;
        Ok((record, plan))
    }

    /// The same, at one of these steps.
    async fn rotation_at(&self, name: &str, steps: &[RotationStep]) -> Result<(Record, Plan), Failure> {
        let (record, plan) = self.rotation_of(name).await?;
        if steps.contains(&plan.step()) { Ok((record, plan)) } else { Err(moved(&record, &plan)) }
    }

    async fn change_plan(
        &self,
        record: &Record,
        change: impl FnOnce(&mut Plan) -> Result<(), Misplaced> + Send + 'static,
    ) -> Result<Plan, Failure> {
        let id = record.id.clone();
        let changed = self.vault(move |vault| vault.change_rotation(&id, change)).await?;
        match changed.ok_or_else(|| unknown(record))? {
            (plan, Ok(())) => Ok(plan),
            (plan, Err(Misplaced)) => Err(moved(record, &plan)),
        }
    }
}

/// What of a pasted pair the connection has already.
fn known_part(next: &Pair, present: &Pair) -> Option<&'static str> {
    match (next.key == present.key, next.secret == present.secret) {
        (true, true) => Some("pair"),
        (true, false) => Some("Consumer Key"),
        (false, true) => Some("Consumer Secret"),
        (false, false) => None,
    }
}

fn unknown(record: &Record) -> Failure {
    explain::failure(Code::RotationUnknown, &[("alias", &record.alias)])
}

fn moved(record: &Record, plan: &Plan) -> Failure {
    let step = telling::title(record, plan);
    explain::failure(Code::RotationMoved, &[("alias", &record.alias), ("step", &step)])
}

/// From when on the half hour counts in which the new secret can be copied for the portal.
fn pasted_from(pasted_at: Option<OffsetDateTime>, now: OffsetDateTime) -> OffsetDateTime {
    super::hand_over::from(pasted_at.unwrap_or(now), now)
}
