//! What the org is asked in a rotation: whether it takes the new pair, and what it says of the former one.

use super::{Controller, pasted_from};
use crate::{
    contract::view::{CheckId, CheckState, Failure, Finding, FormerPair, RotationStep, RotationView, Status},
    controller::{stored, work_locks::LONGEST_WORK},
    explain::{self, Code},
    guide::rotation::Plan,
    org::{
        address::Address,
        oauth::{self, TokenKind},
        preflight::{PairAnswer, TokenAnswer, probe_pair, probe_token},
    },
    vault::{Pair, Record, Vault},
};

/// What a refresh with the new pair came to.
enum Tried {
    /// The new pair is in use, and its tokens are stored.
    Proved,
    /// The org refuses the sign-in with the new pair. `true`: it says so in another way as well.
    Refused(bool),
}

impl Controller {
    /// Asks the org about the new pair, and refreshes with it once. Only the answer's tokens bring it into use.
    pub(super) async fn prove_next_pair(&self, name: &str) -> Result<RotationView, Failure> {
        let record = self.named(name).await?;
        let working = self.work_lock(&record.id, LONGEST_WORK).await?;
        // Another process may have gone on meanwhile.
        let (record, plan) = self.rotation_at(name, &[RotationStep::Prove, RotationStep::SignIn]).await?;
        let id = record.id.clone();
        let Some(next) = self.vault(move |vault| vault.next_pair(&id)).await? else {
            let plan = self.without_next_pair(&record).await?;
            return self.shown_to_all(&record, plan).await;
        };
        let address = stored::address_of(&record)?;
        self.respect_pause(&record).await?;
        let findings = self.findings_of_next(&address, &next).await;
        let is_refused = is_refused(&findings);
        let asked = self.change_plan(&record, move |plan| {
            plan.found(findings);
            Ok(())
        });
        let asked = asked.await?;
        if is_refused {
            return self.shown_to_all(&record, asked).await;
        }
        if plan.has_ended_sign_in() || is_over(&record) {
            let plan = self.change_plan(&record, |plan| {
                plan.needs_new_sign_in();
                Ok(())
            });
            return self.shown_to_all(&record, plan.await?).await;
        }
        let tried = self.refresh_with(&record, &address, &next).await;
        drop(working);
        match tried? {
            Tried::Proved => {
                let (id, from) = (record.id.clone(), pasted_from(plan.pasted_at(), self.now()));
                self.vault(move |vault| vault.set_pasted(&id, from)).await?;
                if let Ok(tokens) = self.tokens(&record).await {
                    self.learn_expiry(&record, tokens).await;
                }
                let (record, plan) = self.rotation_of(name).await?;
                self.shown_to_all(&record, plan).await
            }
            Tried::Refused(confirmed) => {
                let plan = self.change_plan(&record, move |plan| {
                    plan.refused(confirmed);
                    Ok(())
                });
                self.shown_to_all(&record, plan.await?).await
            }
        }
    }

    /// One refresh with the new pair, under the lock. What it brings is on disk when this returns, and the new pair is in use
    /// from the same moment. A refusal leaves everything as it was: the former pair may still be taken.
    async fn refresh_with(&self, record: &Record, address: &Address, next: &Pair) -> Result<Tried, Failure> {
        let tokens = self.tokens(record).await?;
        // Ensures that the result can be stored.
        let _as_it_is = self.vault(Vault::hold_for_refresh).await?;
        self.refuse_a_copy(record).await?;
        let interrupted = record.refresh_in_flight.is_some();
        let (id, begun_at) = (record.id.clone(), self.now());
        self.vault(move |vault| vault.mark_refresh(&id, begun_at)).await?;
        let refreshed = match self.ask_for_tokens(address, next, &tokens).await {
            Ok(refreshed) => refreshed,
            Err(trouble) => {
                let now = self.now();
                self.pause_as_asked(&record.id, &trouble, now).await;
                let is_spent = !(trouble.code.was_not_received()
                    || trouble.code == Code::SalesforceRefused
                    || trouble.terminal);
                if !interrupted && !is_spent {
                    let id = record.id.clone();
                    self.vault(move |vault| vault.clear_refresh_mark(&id)).await?;
                }
                // Neither an unknown pair nor a setting is a word about the sign-in.
                let is_of_sign_in = !matches!(trouble.code, Code::KeyUnknown | Code::SecretWrong)
                    && !trouble.code.waits_for_a_setting();
                if trouble.terminal && is_of_sign_in {
                    let confirmed = self.is_confirmed(record, address, next, &tokens, &trouble).await;
                    return Ok(Tried::Refused(confirmed));
                }
                let facts = [
                    ("alias", record.alias.as_str()),
                    ("host", address.host()),
                    ("user", record.username.as_str()),
                ];
                return Err(self.with_hindrance(trouble.failure(&facts, now)));
            }
        };
        let (beside, is_for_use) = (refreshed.beside.clone(), refreshed.access.is_some());
        // Stored first: the new tokens may exist nowhere else.
        let tokens = self.commit(record, &tokens, refreshed, begun_at, Vault::commit_proof).await?;
        if self.judge(record, address, &tokens, &beside).await.is_err() || !is_for_use {
            // The access token is not handed out; the next refresh may bring a better one.
            let (id, now) = (record.id.clone(), self.now());
            self.vault(move |vault| vault.set_expiry(&id, Some(now), None)).await?;
        }
        Ok(Tried::Proved)
    }

    /// Asks the org whether it still accepts the former pair.
    pub(super) async fn look_at_former_pair(&self, name: &str) -> Result<RotationView, Failure> {
        let (record, _) = self.rotation_at(name, &[RotationStep::EndFormer]).await?;
        let plan = self.with_former_asked(&record).await?;
        self.shown_to_all(&record, plan).await
    }

    /// The plan with the org's answer about the former pair.
    ///
    /// # Errors
    /// The org or the way to it is in trouble, which says nothing about the pair: the plan stays as it was.
    pub(super) async fn with_former_asked(&self, record: &Record) -> Result<Plan, Failure> {
        let id = record.id.clone();
        let Some(former) = self.vault(move |vault| vault.former_pair(&id)).await? else {
            return self.change_plan(record, Plan::former_is_lost).await;
        };
        self.respect_pause(record).await?;
        let address = stored::address_of(record)?;
        let state = self.state_of_former(&address, &former).await.map_err(|code| {
            let facts = [("alias", record.alias.as_str()), ("host", address.host())];
            self.with_hindrance(explain::failure(code, &facts))
        })?;
        self.change_plan(record, move |plan| plan.saw_former(state)).await
    }

    /// A refusal is believed once two endpoints say it.
    ///
    /// # Errors
    /// What kept an answer away.
    async fn state_of_former(
        &self,
        address: &Address,
        Pair { key, secret }: &Pair,
    ) -> Result<FormerPair, Code> {
        // An answer of unknown form arrived, and would be the same again.
        let is_in_the_way = |code: Code| {
            code.is_no_connection()
                || matches!(code, Code::NetworkCut | Code::SalesforceUnavailable | Code::RateLimited)
        };
        let untold = |code| if is_in_the_way(code) { Err(code) } else { Ok(FormerPair::Unknown) };
        match probe_pair(self.http(), address, key, secret).await {
            PairAnswer::Right => return Ok(FormerPair::Works),
            PairAnswer::CannotTell(code) => return untold(code),
            PairAnswer::Wrong => {}
        }
        let Some((_, line)) = address.loopback_callbacks().into_iter().next() else {
            return Ok(FormerPair::Unknown);
        };
        match probe_token(self.http(), address, key, secret, &line).await {
            TokenAnswer::KeyUnknown | TokenAnswer::SecretWrong => Ok(FormerPair::Dead),
            // The two contradict each other: one of its servers takes it still.
            TokenAnswer::PairRight => Ok(FormerPair::Works),
            TokenAnswer::CannotTell(code) => untold(code),
        }
    }

    /// Whether the org takes the present sign-in with the former pair: asked by introspection, which spends nothing.
    pub(super) async fn former_pair_takes_sign_in(&self, record: &Record) -> Result<bool, Failure> {
        let id = record.id.clone();
        let Some(former) = self.vault(move |vault| vault.former_pair(&id)).await? else { return Ok(false) };
        let (address, tokens) = (stored::address_of(record)?, self.tokens(record).await?);
        let Pair { key, secret } = &former;
        let asked =
            oauth::introspect(self.http(), &address, key, secret, &tokens.refresh, TokenKind::Refresh).await;
        match asked {
            Ok(answer) => Ok(answer.active),
            Err(trouble) if trouble.code.is_away() => {
                let facts = [("alias", record.alias.as_str()), ("host", address.host())];
                Err(trouble.failure(&facts, self.now()))
            }
            Err(_) => Ok(false),
        }
    }
}

/// Whether the org says that the pair is not its app's, or cannot be asked. What it does not tell stops nothing: the refresh
/// is the proof.
fn is_refused(findings: &[Finding]) -> bool {
    let refusals = [
        (CheckId::Address, CheckState::Unknown),
        (CheckId::Address, CheckState::Fail),
        (CheckId::Tls, CheckState::Unknown),
        (CheckId::Tls, CheckState::Fail),
        (CheckId::Key, CheckState::Warn),
        (CheckId::Key, CheckState::Fail),
        (CheckId::Secret, CheckState::Fail),
    ];
    findings.iter().any(|finding| refusals.contains(&(finding.id, finding.state)))
}

/// Whether the present sign-in is known to be over, whatever the pair. A pair that the org refuses says nothing about that.
pub(super) fn is_over(record: &Record) -> bool {
    let says_nothing = |code: Code| {
        code.waits_for_a_setting() || matches!(code, Code::KeyUnknown | Code::SecretWrong | Code::AppNotInOrg)
    };
    record.status == Status::NeedsYou && !record.reason.is_some_and(says_nothing)
}
