//! A rotation as faces show it: its step in words, with what is so beside it.

use super::{Controller, Plan};
use crate::{
    contract::view::{
        Failure, FormerPair, RestOffer, RotationAt, RotationLine, RotationStep, RotationView, Status,
    },
    controller::stored,
    explain::{
        Code,
        rotation::{self as words, Beside, Case, StepWords},
    },
    guide::rotation::{EndProof, StagedBy},
    lifecycle::health,
    org::{address, rest::own_app::No},
    vault::Record,
};

/// Between the names of several connections.
const AND: &str = ", ";

impl Controller {
    /// The view of a plan that has changed, which every face gets.
    pub(super) async fn shown_to_all(&self, record: &Record, plan: Plan) -> Result<RotationView, Failure> {
        let plan = self.with_others(record, plan).await;
        self.tell_snapshot().await;
        self.rotation_view(record, &plan)
    }

    /// The end of a rotation, whose plan is gone.
    pub(super) async fn over(
        &self,
        record: &Record,
        plan: &Plan,
        step: RotationStep,
        words: StepWords,
    ) -> Result<RotationView, Failure> {
        self.tell_snapshot().await;
        let view = self.rotation_view(record, plan)?;
        let StepWords { title, says, .. } = words;
        Ok(RotationView {
            step,
            title,
            says,
            does: String::new(),
            setup: None,
            by_rest: None,
            waits: false,
            back: false,
            ..view
        })
    }

    pub(super) fn rotation_view(&self, record: &Record, plan: &Plan) -> Result<RotationView, Failure> {
        let (step, case, facts) = (plan.step(), case(record, plan), Facts::of(record, plan)?);
        let words = words::step(step, case, &facts.told());
        let beside: Vec<_> = self.beside(plan);
        // What is so of the former pair stands in place of the question about it.
        let is_asked = step == RotationStep::EndFormer && plan.former().is_some();
        let (mut before, mut after, mut does) = (Vec::new(), Vec::new(), words.does);
        for one in beside {
            let told = words::beside(one, case, &facts.told());
            if !told.does.is_empty() {
                does = told.does;
            }
            if one == Beside::Others { after.extend(told.says) } else { before.extend(told.says) }
        }
        let says = if is_asked { Vec::new() } else { words.says };
        let line = |step| RotationLine { step, short: words::step(step, case, &[]).short };
        Ok(RotationView {
            alias: record.alias.clone(),
            exposed: plan.exposed(),
            step,
            steps: plan.steps().into_iter().map(line).collect(),
            title: words.title,
            says: before.into_iter().chain(says).chain(after).collect(),
            does,
            setup: words.page.map(|page| address::link_in_setup(page, &facts.host)),
            by_rest: offer(record, plan, &facts),
            findings: plan.findings().to_vec(),
            former: plan.former(),
            waits: is_asked && !plan.may_finish(self.now()),
            back: plan.may_go_back(),
            sign_in_ended: plan.has_ended_sign_in(),
            former_until: plan.former_until().filter(|_| plan.is_proved()),
            begun_at: plan.begun_at(),
            attempt: self.0.sign_ins.of_host(&facts.host),
            host: facts.host,
        })
    }

    /// What is so beside the step.
    fn beside(&self, plan: &Plan) -> Vec<Beside> {
        let of_former = |former| match former {
            FormerPair::Works if plan.is_late(self.now()) => Beside::FormerLate,
            FormerPair::Unknown if plan.has_lost_former() => Beside::FormerLost,
            FormerPair::Works | FormerPair::Dead | FormerPair::Unknown => Beside::Former(former),
        };
        let end = |proof| match proof {
            EndProof::Dead => Beside::EndDead,
            EndProof::Untold => Beside::EndUntold,
            EndProof::Refused => Beside::EndRefused,
        };
        let others = (!plan.others().is_empty()).then_some(Beside::Others);
        match plan.step() {
            RotationStep::Agree | RotationStep::HandOver => others.into_iter().collect(),
            RotationStep::Stage => {
                plan.rest_said().map(of_rest).into_iter().chain(plan.end_proof().map(end)).collect()
            }
            RotationStep::Rotate => {
                let staged = plan.staged_by().map(|by| match by {
                    StagedBy::Us => Beside::Staged,
                    StagedBy::Somebody => Beside::StagedBefore,
                });
                plan.rest_said().map(of_rest).into_iter().chain(staged).collect()
            }
            RotationStep::Paste => plan.has_lost_pair().then_some(Beside::PairLost).into_iter().collect(),
            RotationStep::Prove => plan.is_doubted().then_some(Beside::Doubted).into_iter().collect(),
            RotationStep::EndFormer => plan.former().map(of_former).into_iter().chain(others).collect(),
            RotationStep::EndSignIn
            | RotationStep::SignIn
            | RotationStep::Finished
            | RotationStep::TakenBack => Vec::new(),
        }
    }

    /// The plan with the names of the other connections here that have the pair that is replaced, where they are told. What cannot be
    /// found out now stays as it was.
    async fn with_others(&self, record: &Record, plan: Plan) -> Plan {
        if !matches!(plan.step(), RotationStep::Agree | RotationStep::HandOver | RotationStep::EndFormer) {
            return plan;
        }
        let (id, is_proved) = (record.id.clone(), plan.is_proved());
        let names = self.vault(move |vault| {
            let replaced = if is_proved { vault.former_pair(&id)? } else { Some(vault.pair(&id)?) };
            let owners = replaced.map(|pair| vault.owners_of_key(&pair.key)).transpose()?;
            let others = owners.unwrap_or_default().into_iter().filter(|owner| owner.id != id);
            // One that is disconnected, or was replaced, is no connection any more.
            let in_use = others.filter_map(|owner| vault.by_id(&owner.id).transpose());
            let mut names =
                in_use.map(|owner| owner.map(|owner| owner.alias)).collect::<Result<Vec<_>, _>>()?;
            names.sort();
            Ok(names)
        });
        let Ok(names) = names.await else { return plan };
        if plan.others() == names {
            return plan;
        }
        let noted = self.change_plan(record, move |plan| {
            plan.note_others(names);
            Ok(())
        });
        noted.await.unwrap_or(plan)
    }
}

/// What is told of a step that was not done by REST.
fn of_rest(no: No) -> Beside {
    match no {
        No::Off => Beside::RestOff,
        No::Refused => Beside::RestRefused,
        No::Absent => Beside::RestAbsent,
        No::NotFound => Beside::RestNotFound,
        No::Unread => Beside::RestUnread,
        No::Untold => Beside::RestUntold,
    }
}

/// The offer to do the step by REST, where it can be made.
fn offer(record: &Record, plan: &Plan, facts: &Facts) -> Option<RestOffer> {
    let is_staging = plan.step() == RotationStep::Stage;
    super::by_rest::may_go_by_rest(record, plan).then(|| {
        let one = if is_staging { Beside::OfferStage } else { Beside::OfferRotate };
        let words = words::beside(one, case(record, plan), &facts.told());
        RestOffer { does: words.does, says: words.says }
    })
}

/// Which of two tables says how this rotation is.
pub(super) fn case(record: &Record, plan: &Plan) -> Case {
    let is_over = plan.has_ended_sign_in() || plan.sign_in_is_over() || super::asking::is_over(record);
    Case { exposed: plan.exposed(), over: !plan.is_proved() && is_over }
}

/// The step of a plan as a heading.
pub(super) fn title(record: &Record, plan: &Plan) -> String {
    words::step(plan.step(), case(record, plan), &[]).title
}

/// Where the rotation of a connection is, for whoever names the connection. `None` where it was only looked at.
pub(in crate::controller) fn at(record: &Record, plan: &Plan) -> Option<RotationAt> {
    plan.is_under_way().then(|| RotationAt {
        step: plan.step(),
        title: title(record, plan),
        exposed: plan.exposed(),
        helps: leads_on(record, plan),
    })
}

/// Whether the rotation is what helps a connection that needs a person.
fn leads_on(record: &Record, plan: &Plan) -> bool {
    let is_of_pair = matches!(record.reason, Some(Code::SignInEnded | Code::KeyUnknown | Code::SecretWrong));
    record.status == Status::NeedsYou && is_of_pair && plan.awaits_proof()
}

/// The facts in the words of a rotation.
pub(super) struct Facts {
    pub(super) alias: String,
    pub(super) host: String,
    pub(super) until: String,
    others: String,
    user: String,
}

impl Facts {
    pub(super) fn of(record: &Record, plan: &Plan) -> Result<Self, Failure> {
        let until = plan.former_until().map(health::minute_after).unwrap_or_default();
        let (alias, host) = (record.alias.clone(), stored::address_of(record)?.host().to_owned());
        Ok(Self { alias, host, until, others: plan.others().join(AND), user: record.username.clone() })
    }

    pub(super) fn told(&self) -> [(&str, &str); 5] {
        [
            ("alias", &self.alias),
            ("host", &self.host),
            ("until", &self.until),
            ("others", &self.others),
            ("user", &self.user),
        ]
    }
}
