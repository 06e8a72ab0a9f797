//! What a rotation ends: the sign-in of an exposed pair, and the rotation itself, done or taken back.

use super::{Controller, Plan, telling::Facts};
use crate::{
    contract::view::{Disconnected, Failure, FormerPair, Revoked, RotationStep, RotationView, Status},
    controller::{stored, work_locks::LONGEST_WORK},
    explain::{
        self, Code,
        rotation::{self as words, Beside, Case},
    },
    guide::rotation::EndProof,
    vault::{Change, Record},
};

impl Controller {
    /// Ends the sign-in of an exposed pair at the org, as the person wants.
    pub(super) async fn end_exposed_sign_in(&self, name: &str) -> Result<RotationView, Failure> {
        let record = self.named(name).await?;
        let _working = self.work_lock(&record.id, LONGEST_WORK).await?;
        let (record, _) = self.rotation_at(name, &[RotationStep::EndSignIn]).await?;
        self.respect_pause(&record).await?;
        let (pair, tokens) = self.secrets(&record).await?;
        // Written before the org is asked: an end that is cut off is known to have been ours.
        self.change_plan(&record, Plan::ending_sign_in).await?;
        let ended = self.revoke(&record, &record.alias, &pair, &tokens).await?;
        let (proof, line) = told(&ended);
        let (id, change) = (record.id.clone(), self.ended(line));
        let plan = self.vault(move |vault| vault.end_sign_in(&id, proof, &change)).await?;
        let plan = plan.ok_or_else(|| super::unknown(&record))?;
        let record = self.by_id(&record.id, name).await?;
        self.shown_to_all(&record, plan).await
    }

    /// Ends a rotation, once the org was asked about the former pair. One that was exposed must be dead by then.
    pub(super) async fn finish_rotation(&self, name: &str) -> Result<RotationView, Failure> {
        let record = self.named(name).await?;
        let _working = self.work_lock(&record.id, LONGEST_WORK).await?;
        let (record, before) = self.rotation_at(name, &[RotationStep::EndFormer]).await?;
        // What was said a while ago may be so no more.
        let plan = match self.with_former_asked(&record).await {
            Ok(plan) => plan,
            Err(failure) if before.exposed() || before.former().is_none() => return Err(failure),
            Err(_) => before,
        };
        let facts = Facts::of(&record, &plan)?;
        let Some(former) = plan.former().filter(|_| plan.may_finish(self.now())) else {
            self.tell_snapshot().await;
            let facts = [("alias", facts.alias.as_str()), ("host", facts.host.as_str())];
            return Err(explain::failure(Code::FormerWorks, &facts));
        };
        let until = &facts.until;
        let line = match former {
            FormerPair::Dead => "The rotation is over: the org refuses the former pair.".to_owned(),
            FormerPair::Works => {
                format!(
                    "The rotation is over. The org still accepts the former pair, until {until} at the latest."
                )
            }
            FormerPair::Unknown => format!(
                "The rotation was ended. Whether the former pair still works is not known; it ends on {until} at the latest."
            ),
        };
        self.end_plan(&record, line).await?;
        let words = words::beside(Beside::Finished(former), Case::default(), &facts.told());
        self.over(&record, &plan, RotationStep::Finished, words).await
    }

    /// Takes a rotation back: the connection has the pair that it had. One whose new pair is in use already gets the former one
    /// again, if the org still takes its sign-in with that. A sign-in that was ended stays ended.
    pub(super) async fn take_rotation_back(&self, name: &str) -> Result<RotationView, Failure> {
        let record = self.named(name).await?;
        let working = self.work_lock(&record.id, LONGEST_WORK).await?;
        let (record, plan) = self.rotation_of(name).await?;
        let facts = Facts::of(&record, &plan)?;
        let mut case = Case { exposed: plan.exposed(), over: plan.has_ended_sign_in() };
        if !plan.is_proved() {
            if plan.ends_sign_in() && !plan.has_ended_sign_in() {
                case.over = self.settle_cut_off_end(&record).await?;
            }
            self.end_plan(&record, "The rotation was taken back. The pair is as it was.".to_owned()).await?;
            drop(working);
            // A sign-in with the new pair would bring it into use all the same.
            if plan.step() == RotationStep::SignIn {
                self.cancel_sign_in_of(&record.alias).await;
            }
            let words = words::step(RotationStep::TakenBack, case, &facts.told());
            return self.over(&record, &plan, RotationStep::TakenBack, words).await;
        }
        if !self.former_pair_takes_sign_in(&record).await? {
            let facts = [("alias", record.alias.as_str()), ("host", facts.host.as_str())];
            return Err(explain::failure(Code::NoWayBack, &facts));
        }
        let (id, now) = (record.id.clone(), self.now());
        let line = "The rotation was taken back: the former pair is in use again.";
        self.vault(move |vault| vault.bring_back_former_pair(&id, now, line)).await?;
        drop(working);
        self.cancel_sign_in_of(&record.alias).await;
        let words = words::beside(Beside::TakenBackProved, case, &facts.told());
        self.over(&record, &plan, RotationStep::TakenBack, words).await
    }

    /// Notes an end of the sign-in that was cut off, where the org calls it dead: nobody else remembers that it was ours. Whether the
    /// sign-in is over by our own end.
    async fn settle_cut_off_end(&self, record: &Record) -> Result<bool, Failure> {
        let was_ours = record.reason == Some(Code::SignInEnded);
        let Ok((pair, tokens)) = self.secrets(record).await else { return Ok(was_ours) };
        let is_dead = self.is_dead(&stored::address_of(record)?, &pair, &tokens).await;
        if record.status == Status::NeedsYou || !matches!(is_dead, Ok(Some(true))) {
            return Ok(was_ours);
        }
        let (_, line) = told(&Disconnected {
            revoked: Revoked::Now(true),
            proved_at: Some(self.now()),
            had_no_tokens: false,
            set_aside: None,
        });
        let (id, change) = (record.id.clone(), self.ended(line));
        self.vault(move |vault| vault.change_status(&id, &change)).await?;
        Ok(true)
    }

    fn ended(&self, line: &str) -> Change {
        Change {
            status: Status::NeedsYou,
            reason: Some(Code::SignInEnded),
            at: self.now(),
            confirmed: false,
            line: Some(line.to_owned()),
        }
    }

    async fn end_plan(&self, record: &Record, line: String) -> Result<(), Failure> {
        let (id, now) = (record.id.clone(), self.now());
        self.vault(move |vault| vault.end_rotation(&id, now, &line)).await
    }

    async fn cancel_sign_in_of(&self, alias: &str) {
        let under_way = self.attempts().into_iter().find(|attempt| attempt.alias == alias);
        if let Some(attempt) = under_way
            && let Err(failure) = self.cancel(&attempt.id).await
        {
            tracing::debug!(code = ?failure.code, "the sign-in of a rotation had ended already");
        }
    }
}

/// What the org said of the end of a sign-in, and the history's line for it.
fn told(ended: &Disconnected) -> (EndProof, &'static str) {
    match (ended.revoked, ended.proved_at) {
        (_, Some(_)) => (
            EndProof::Dead,
            "The sign-in was ended on purpose, since key and secret were exposed. The org says that it is dead.",
        ),
        (Revoked::Now(false), None) => (
            EndProof::Refused,
            "The sign-in was let go of on purpose, since key and secret were exposed. The org refused to end it, as it does where it was over already.",
        ),
        (Revoked::Now(true) | Revoked::Later(_), None) => (
            EndProof::Untold,
            "The sign-in was ended on purpose, since key and secret were exposed. The org took the request, and does not tell whether it is dead.",
        ),
    }
}
