//! Rotations of a connection's key and secret: a plan in the vault, and what a plan cannot do by itself. The pair in use stays
//! in use until the org has accepted the new one from here.

mod asking;

use time::OffsetDateTime;

use super::{Controller, stored, work_locks::LONGEST_WORK};
use crate::{
    contract::{
        intent::SignInOptions,
        view::{
            AttemptStarted, Failure, FormerPair, RotationLine, RotationMove, RotationStep, RotationView,
            Status,
        },
    },
    explain::{self, Code, rotation::StepWords},
    guide::rotation::{Misplaced, Plan},
    lifecycle::health,
    org::{address, credentials},
    secret::Secret,
    vault::{Change, Pair, Record, Vault},
};

impl Controller {
    /// Begins a rotation, or finds the one under way.
    pub(super) async fn rotate(&self, name: &str, exposed: bool) -> Result<RotationView, Failure> {
        let record = self.named(name).await?;
        let (id, begun) = (record.id.clone(), Plan::new(exposed, self.now()));
        let plan = self.vault(move |vault| vault.begin_rotation(&id, &begun)).await?;
        self.shown_to_all(&record, &plan).await
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
                let (record, _) = self.rotation_of(name).await?;
                let now = self.now();
                let plan = self.change_plan(&record, move |plan| plan.said(what, now)).await?;
                self.shown_to_all(&record, &plan).await
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
        let (record, _) = self.rotation_of(name).await?;
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
        self.refuse_real_key(&stored::address_of(&record)?, &next.key).await?;
        if let Some(what) = known_part(&next, &self.pair(&record).await?) {
            let facts = [("alias", record.alias.as_str()), ("what", what)];
            return Err(explain::failure(Code::PairNotNew, &facts));
        }
        let (id, now) = (record.id.clone(), self.now());
        let keep = move |vault: &Vault| vault.keep_next_pair(&id, &next, |plan| plan.pasted(now).is_ok());
        let (plan, is_awaited) = self.vault(keep).await?.ok_or_else(|| unknown(&record))?;
        if !is_awaited {
            return Err(moved(&record));
        }
        self.shown_to_all(&record, &plan).await
    }

    /// Starts a sign-in with the new pair. It comes into use with the tokens that the sign-in brings.
    pub(super) async fn rotate_sign_in(
        &self,
        name: &str,
        options: SignInOptions,
    ) -> Result<AttemptStarted, Failure> {
        let (record, plan) = self.rotation_of(name).await?;
        if plan.step() != RotationStep::SignIn {
            return Err(moved(&record));
        }
        let id = record.id.clone();
        let next = self.vault(move |vault| vault.next_pair(&id)).await?.ok_or_else(|| moved(&record))?;
        self.sign_in_with(record, next, plan.pasted_at(), options).await
    }

    /// Ends the sign-in of an exposed pair at the org, as the person wants.
    async fn end_exposed_sign_in(&self, name: &str) -> Result<RotationView, Failure> {
        let record = self.named(name).await?;
        let _working = self.work_lock(&record.id, LONGEST_WORK).await?;
        let (record, _) = self.rotation_at(name, &[RotationStep::EndSignIn]).await?;
        self.respect_pause(&record).await?;
        let (pair, tokens) = self.secrets(&record).await?;
        let ended = self.revoke(&record, &record.alias, &pair, &tokens).await?;
        let proof = if ended.proved_at.is_some() { " The org says that it is dead." } else { "" };
        let line = format!("The sign-in was ended on purpose, since key and secret were exposed.{proof}");
        let plan = self.change_plan(&record, Plan::sign_in_ended).await?;
        let (id, at) = (record.id.clone(), self.now());
        let change = Change {
            status: Status::NeedsYou,
            reason: Some(Code::RefreshTokenDead),
            at,
            confirmed: false,
            line: Some(line),
        };
        self.vault(move |vault| vault.change_status(&id, &change)).await?;
        self.shown_to_all(&record, &plan).await
    }

    /// Ends a rotation whose former pair was asked about.
    async fn finish_rotation(&self, name: &str) -> Result<RotationView, Failure> {
        let (record, plan) = self.rotation_at(name, &[RotationStep::EndFormer]).await?;
        let Some(former) = plan.former() else { return Err(moved(&record)) };
        let until = plan.former_until().map(health::minute_after).unwrap_or_default();
        let line = match former {
            FormerPair::Dead => "The rotation is over: the org refuses the former pair.".to_owned(),
            FormerPair::Works => {
                format!(
                    "The rotation is over. The org still accepts the former pair, until {until} at the latest."
                )
            }
            FormerPair::Unknown => format!(
                "The rotation is over. Whether the former pair still works is not known; it ends on {until} at the latest."
            ),
        };
        self.end_plan(&record, line).await?;
        let words = explain::rotation::step(
            RotationStep::Finished,
            plan.exposed(),
            &Facts::of(&record, &until)?.told(),
        );
        self.over(&record, &plan, RotationStep::Finished, words).await
    }

    /// Takes a rotation back: the connection has the pair that it had. One whose new pair is in use already gets the former one
    /// again, if the org still takes its sign-in with that.
    async fn take_rotation_back(&self, name: &str) -> Result<RotationView, Failure> {
        let record = self.named(name).await?;
        let _working = self.work_lock(&record.id, LONGEST_WORK).await?;
        let (record, plan) = self.rotation_of(name).await?;
        let until = plan.former_until().map(health::minute_after).unwrap_or_default();
        let facts = Facts::of(&record, &until)?;
        if !plan.is_proved() {
            self.end_plan(&record, "The rotation was taken back. The pair is as it was.".to_owned()).await?;
            let words = explain::rotation::step(RotationStep::TakenBack, plan.exposed(), &facts.told());
            return self.over(&record, &plan, RotationStep::TakenBack, words).await;
        }
        if !self.former_pair_takes_sign_in(&record).await? {
            let facts = [("alias", record.alias.as_str()), ("host", facts.host.as_str())];
            return Err(explain::failure(Code::NoWayBack, &facts));
        }
        let (id, now) = (record.id.clone(), self.now());
        let line = "The rotation was taken back: the former pair is in use again.";
        self.vault(move |vault| vault.bring_back_former_pair(&id, now, line)).await?;
        let words = explain::rotation::taken_back_after_proof(&facts.told());
        self.over(&record, &plan, RotationStep::TakenBack, words).await
    }

    async fn end_plan(&self, record: &Record, line: String) -> Result<(), Failure> {
        let (id, now) = (record.id.clone(), self.now());
        self.vault(move |vault| vault.end_rotation(&id, now, &line)).await
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
        if steps.contains(&plan.step()) { Ok((record, plan)) } else { Err(moved(&record)) }
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
            (_, Err(Misplaced)) => Err(moved(record)),
        }
    }

    /// The view of a plan that has changed, which every face gets.
    async fn shown_to_all(&self, record: &Record, plan: &Plan) -> Result<RotationView, Failure> {
        self.tell_snapshot().await;
        self.rotation_view(record, plan)
    }

    async fn over(
        &self,
        record: &Record,
        plan: &Plan,
        step: RotationStep,
        words: StepWords,
    ) -> Result<RotationView, Failure> {
        self.tell_snapshot().await;
        let view = self.rotation_view(record, plan)?;
        let StepWords { title, says, .. } = words;
        Ok(RotationView { step, title, says, does: String::new(), setup: None, ..view })
    }

    fn rotation_view(&self, record: &Record, plan: &Plan) -> Result<RotationView, Failure> {
        let until = plan.former_until();
        let facts = Facts::of(record, &until.map(health::minute_after).unwrap_or_default())?;
        let (step, exposed) = (plan.step(), plan.exposed());
        let StepWords { title, mut says, does, page, .. } =
            explain::rotation::step(step, exposed, &facts.told());
        says.extend(
            plan.former()
                .into_iter()
                .flat_map(|former| explain::rotation::former(former, exposed, &facts.told())),
        );
        let line = |step| RotationLine { step, short: explain::rotation::step(step, exposed, &[]).short };
        Ok(RotationView {
            alias: record.alias.clone(),
            exposed,
            step,
            steps: plan.steps().into_iter().map(line).collect(),
            title,
            says,
            does,
            setup: page.map(|page| address::link_in_setup(page, &facts.host)),
            findings: plan.findings().to_vec(),
            former: plan.former(),
            former_until: until.filter(|_| plan.is_proved()),
            begun_at: plan.begun_at(),
            attempt: self.0.sign_ins.of_host(&facts.host),
            host: facts.host,
        })
    }
}

/// The facts in the words of a rotation.
struct Facts {
    alias: String,
    host: String,
    until: String,
}

impl Facts {
    fn of(record: &Record, until: &str) -> Result<Self, Failure> {
        let host = stored::address_of(record)?.host().to_owned();
        Ok(Self { alias: record.alias.clone(), host, until: until.to_owned() })
    }

    fn told(&self) -> [(&str, &str); 3] {
        [("alias", &self.alias), ("host", &self.host), ("until", &self.until)]
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

fn moved(record: &Record) -> Failure {
    explain::failure(Code::RotationMoved, &[("alias", &record.alias)])
}

/// From when on the half hour counts in which the new secret can be copied for the portal.
fn pasted_from(pasted_at: Option<OffsetDateTime>, now: OffsetDateTime) -> OffsetDateTime {
    super::hand_over::from(pasted_at.unwrap_or(now), now)
}
