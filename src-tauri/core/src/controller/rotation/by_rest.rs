//! The two steps of a rotation that the org can be asked for in place of a person in Setup: to stage a new pair, and to put it in force.
//! Asked with the connection's own sign-in, once the person has said yes. Where the org does not do it, the step stays, and a person
//! does it in Setup.

use std::time::Instant;

use super::{Controller, Plan, moved};
use crate::{
    contract::view::{Failure, RotationMove, RotationStep, RotationView, Status, Token},
    controller::{stored, whereabouts::instance, work_locks::LONGEST_WORK},
    guide::rotation::StagedBy,
    org::rest::{
        Api,
        own_app::{Consumer, No, Stand, Stop},
    },
    secret::Secret,
    vault::Record,
};

const STAGED: &str = "A new pair was staged at the org, which was asked to with this sign-in.";
const TAKEN: &str = "The pair that was staged at the org was taken from there, with this sign-in.";
const ROTATED: &str = "The new pair was put in force at the org, which was asked to with this sign-in.";

/// What kept a step from being done by REST.
enum Ended {
    Stop(Stop),
    Failure(Failure),
}

impl From<Stop> for Ended {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl Controller {
    /// Does the present step by REST.
    ///
    /// # Errors
    /// The org or the way to it is in trouble: the step stays. A no of the org is none, and stands in the view.
    pub(super) async fn do_by_rest(&self, name: &str) -> Result<RotationView, Failure> {
        let mut is_renewed = false;
        loop {
            // Outside of the lock, which a refresh needs.
            let token = self.token(name, is_renewed).await?;
            let record = self.named(name).await?;
            let _working = self.work_lock(&record.id, LONGEST_WORK).await?;
            let steps = [RotationStep::Stage, RotationStep::Rotate];
            let (record, plan) = self.rotation_at(name, &steps).await?;
            if !may_go_by_rest(&record, &plan) {
                return Err(moved(&record, &plan));
            }
            self.respect_pause(&record).await?;
            let (step, began) = (plan.step(), Instant::now());
            let done = self.ask_by_rest(&record, &plan, &token).await;
            let (is_done, took) = (done.is_ok(), began.elapsed());
            tracing::info!(?step, is_done, ?took, "a step of a rotation was asked of the org");
            let no = match done {
                Ok(plan) => return self.shown_to_all(&record, plan).await,
                Err(Ended::Failure(failure)) => return Err(failure),
                Err(Ended::Stop(Stop::No(no))) => no,
                // A token may have ended before its time. A new one that is refused too is barred.
                Err(Ended::Stop(Stop::Trouble(error))) if error.curable && !is_renewed => {
                    is_renewed = true;
                    continue;
                }
                Err(Ended::Stop(Stop::Trouble(error))) if error.curable => No::Refused,
                Err(Ended::Stop(Stop::Trouble(error))) => {
                    let now = self.now();
                    self.pause_as_asked(&record.id, &error.trouble, now).await;
                    let address = stored::address_of(&record)?;
                    let facts = [
                        ("alias", record.alias.as_str()),
                        ("host", address.host()),
                        ("user", record.username.as_str()),
                    ];
                    return Err(self.with_hindrance(error.trouble.failure(&facts, now)));
                }
            };
            let refused = self.change_plan(&record, move |plan| {
                plan.not_by_rest(no);
                Ok(())
            });
            return self.shown_to_all(&record, refused.await?).await;
        }
    }

    async fn ask_by_rest(&self, record: &Record, plan: &Plan, token: &Token) -> Result<Plan, Ended> {
        let (address, instance) = (stored::address_of(record)?, instance(token).map_err(Stop::from)?);
        let api = Api::new(self.http(), &address, &instance, &token.access_token).map_err(Stop::from)?;
        let version = api.version_with_staging().await?;
        if plan.step() == RotationStep::Stage {
            self.stage_by_rest(record, plan, &api, &version).await
        } else {
            self.rotate_by_rest(record, &api, &version).await
        }
    }

    /// Takes the pair that is staged at the org, and has one staged where there is none.
    async fn stage_by_rest(
        &self,
        record: &Record,
        plan: &Plan,
        api: &Api<'_>,
        version: &str,
    ) -> Result<Plan, Ended> {
        let in_use = self.pair(record).await?;
        let consumer = api.own_consumer(version, &[&in_use.key]).await?;
        let ((key, secret), by, line) = match api.staged(&consumer).await? {
            // An answer that was lost, or died with the program.
            Some(pair) if plan.may_have_staged() => (pair, StagedBy::Us, STAGED),
            Some(pair) => (pair, StagedBy::Somebody, TAKEN),
            None => {
                self.change_plan(record, Plan::staging_by_rest).await?;
                (newly_staged(api, &consumer).await?, StagedBy::Us, STAGED)
            }
        };
        let (next, now) = (self.validated(record, &key, &secret).await?, self.now());
        let kept = self.keep_next(record, plan, next, move |plan| plan.staged_by_rest(by, now)).await?;
        self.note(record, line).await?;
        Ok(kept)
    }

    /// Puts exactly the pair in force that is kept here.
    async fn rotate_by_rest(&self, record: &Record, api: &Api<'_>, version: &str) -> Result<Plan, Ended> {
        let (in_use, next) = (self.pair(record).await?, self.kept_next_pair(record).await?);
        let keys = [&in_use.key, &next.key];
        let consumer = api.own_consumer(version, &keys).await?;
        match api.stand_of(&consumer, &next.key).await? {
            Stand::InForce => {}
            Stand::Staged(id) => {
                if let Err(stop) = api.rotate(&consumer, &id).await {
                    settle(api, version, &keys, &next.key, stop).await?;
                }
            }
            Stand::Gone => return Err(Stop::No(No::Untold).into()),
        }
        let now = self.now();
        let rotated = self.change_plan(record, move |plan| plan.said(RotationMove::Rotated, now)).await?;
        self.note(record, ROTATED).await?;
        Ok(rotated)
    }

    async fn note(&self, record: &Record, line: &'static str) -> Result<(), Failure> {
        let (id, now) = (record.id.clone(), self.now());
        self.vault(move |vault| vault.note(&id, now, line)).await
    }
}

/// Whether the present step may be offered to be done by REST: only with a sign-in that works.
pub(super) fn may_go_by_rest(record: &Record, plan: &Plan) -> bool {
    plan.may_go_by_rest() && record.status != Status::NeedsYou
}

/// Has a pair staged. Where the answer is lost or not understood, the org is asked what it has: nothing is staged twice.
async fn newly_staged(api: &Api<'_>, consumer: &Consumer) -> Result<(Secret, Secret), Stop> {
    let stop = match api.stage(consumer).await {
        Ok(Some(pair)) => return Ok(pair),
        Ok(None) => Stop::No(No::Unread),
        Err(stop) if is_certain(&stop) => return Err(stop),
        Err(stop) => stop,
    };
    match api.staged(consumer).await {
        Ok(Some(pair)) => Ok(pair),
        Ok(None) | Err(_) => Err(stop),
    }
}

/// Finds out whether a pair came into force although the answer did not say so.
///
/// # Errors
/// It did not, or that cannot be told: the sign-in that asks may have ended with the rotation.
async fn settle(
    api: &Api<'_>,
    version: &str,
    keys: &[&Secret],
    next: &Secret,
    stop: Stop,
) -> Result<(), Stop> {
    if is_certain(&stop) {
        return Err(stop);
    }
    let Ok(consumer) = api.own_consumer(version, keys).await else { return Err(Stop::No(No::Untold)) };
    match api.stand_of(&consumer, next).await {
        Ok(Stand::InForce) => Ok(()),
        Ok(Stand::Staged(_)) => Err(stop),
        Ok(Stand::Gone) | Err(_) => Err(Stop::No(No::Untold)),
    }
}

/// Whether it is certain that the org did nothing.
fn is_certain(stop: &Stop) -> bool {
    match stop {
        Stop::No(no) => matches!(no, No::Off | No::Refused),
        Stop::Trouble(error) => error.curable || error.trouble.code.was_not_received(),
    }
}
