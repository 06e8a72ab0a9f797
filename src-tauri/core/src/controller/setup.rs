//! Guided set-ups: begun, walked through and kept, with the org's answers.

use super::{Controller, audit};
use crate::{
    contract::view::{After, AttemptEvent, CallbackAudit, CallbackLine, Failure, Finding, SetupView},
    explain::{self, Code},
    guide::{
        StepId,
        setup::Setup,
        verdict::{judged, verdict},
    },
    org::{
        address::{self, Address},
        credentials,
        preflight::Answers,
    },
    secret::Secret,
    vault::{KeptSetup, Vault},
};

impl Controller {
    pub(super) async fn set_up(&self, address: &str) -> Result<SetupView, Failure> {
        let address = address::parse(address).map_err(|error| error.failure())?;
        let now = self.now();
        let named = (address.host().to_owned(), address.origin().origin().ascii_serialization());
        let begun = move |vault: &Vault| vault.begin_setup((&named.0, &named.1), &Setup::default(), now);
        let kept = self.vault(begun).await?;
        self.tell_snapshot().await;
        self.shown(kept).ok_or_else(|| explain::failure(Code::VaultUnreadable, &[]))
    }

    pub(super) async fn go_to(&self, host: &str, step: &str) -> Result<SetupView, Failure> {
        let step = step_named(step)?;
        self.changed(host, move |setup, _| setup.go_to(step)).await
    }

    pub(super) async fn step_done(&self, host: &str, step: &str, done: bool) -> Result<SetupView, Failure> {
        let (step, now) = (step_named(step)?, self.now());
        self.changed(host, move |setup, connected| setup.say(step, done, connected, now)).await
    }

    pub(super) async fn start_over(&self, host: &str) -> Result<SetupView, Failure> {
        let named = host.to_owned();
        self.forget_pair(host);
        self.end_audit(host);
        self.vault(move |vault| vault.link_setup(&named, None)).await?;
        self.changed(host, |setup, _| *setup = Setup::default()).await
    }

    pub(super) async fn remove_setup(&self, host: &str) -> Result<(), Failure> {
        self.forget_pair(host);
        self.end_audit(host);
        let named = host.to_owned();
        let removed = self
            .vault(move |vault| {
                let kept = vault.setup(&named)?;
                vault.remove_setup(&named)?;
                Ok(kept)
            })
            .await?;
        if let Some(kept) = removed {
            self.0.removed_setups.keep(kept, self.now());
        }
        self.tell_snapshot().await;
        Ok(())
    }

    /// Brings back a set-up that was removed a short while ago. One that was begun for the same org meanwhile stays.
    pub(super) async fn restore_setup(&self, host: &str) -> Result<SetupView, Failure> {
        let now = self.now();
        let removed = self.0.removed_setups.take(host, now);
        if let Some(KeptSetup { host, origin, setup, alias, .. }) = removed {
            self.vault(move |vault| {
                vault.begin_setup((&host, &origin), &setup, now)?;
                if alias.is_some() { vault.link_setup(&host, alias.as_deref()) } else { Ok(()) }
            })
            .await?;
        }
        self.changed(host, |_, _| ()).await
    }

    /// All set-ups, by host.
    pub(super) async fn setups(&self) -> Result<Vec<SetupView>, Failure> {
        let kept = self.vault(Vault::setups).await?;
        Ok(kept.into_iter().filter_map(|kept| self.shown(kept)).collect())
    }

    /// The set-up of an org that has no connection yet.
    pub(super) async fn unfinished_setup(&self, address: &Address) -> Option<Setup> {
        self.unfinished_setup_of(address.host()).await
    }

    pub(super) async fn unfinished_setup_of(&self, host: &str) -> Option<Setup> {
        let host = host.to_owned();
        let kept = self.vault(move |vault| vault.setup(&host)).await.ok().flatten();
        kept.filter(|kept| kept.alias.is_none()).map(|kept| kept.setup)
    }

    /// The alias of the connection that this org's set-up led to.
    pub(super) async fn connection_of_setup(&self, host: &str) -> Option<String> {
        let host = host.to_owned();
        let kept = self.vault(move |vault| vault.setup(&host)).await.ok().flatten();
        kept.and_then(|kept| kept.alias)
    }

    /// Keeps the org's answers about a pasted pair with its set-up, if any, and starts the search for slips in a
    /// missing line.
    pub(super) async fn record_answers(
        &self,
        address: &Address,
        findings: Vec<Finding>,
        answers: &Answers,
        key: &Secret,
    ) {
        let now = self.now();
        let audit = answers.knows_the_key().then(|| audit::so_far(answers));
        let change = move |setup: &mut Setup, _: bool| {
            setup.found(findings, now);
            if let Some(audit) = audit {
                setup.audited(audit, now);
            }
        };
        self.end_audit(address.host());
        if self.learned(address.host(), change).await && answers.lacks_a_line() {
            self.look_for_slips(address.host(), answers, key);
        }
    }

    /// Keeps the org's answers about the callback lines with its set-up, if any.
    pub(super) async fn record_audit(&self, host: &str, audit: CallbackAudit) {
        let now = self.now();
        self.learned(host, move |setup, _| setup.audited(audit, now)).await;
    }

    /// Keeps the answer about one line.
    pub(super) async fn record_callback_line(&self, host: &str, address: &Address, line: CallbackLine) {
        let (now, block) = (self.now(), address.callbacks());
        self.learned(host, move |setup, _| setup.audited_line(&block, &line, now)).await;
    }

    /// Somebody else has made the app and sent its key and secret, which are here: what comes before the sign-in is done.
    pub(super) async fn made_by_another(&self, host: &str) {
        let now = self.now();
        let done = move |setup: &mut Setup, connected: bool| {
            for step in StepId::ALL.iter().filter(|step| **step <= StepId::Paste) {
                setup.say(*step, true, connected, now);
            }
            setup.go_to(StepId::SignIn);
        };
        self.learned(host, done).await;
    }

    pub(super) async fn setup_signs_in(&self, host: &str) {
        self.learned(host, |setup, _| setup.sign_in_began()).await;
    }

    /// Keeps how a sign-in ended with its set-up, if any.
    pub(super) async fn record_outcome(&self, host: &str, event: &AttemptEvent, after: Option<&After>) {
        let now = self.now();
        match event {
            AttemptEvent::Connected { alias, .. } => {
                let (named, alias) = (host.to_owned(), alias.clone());
                if let Err(failure) = self.vault(move |vault| vault.link_setup(&named, Some(&alias))).await {
                    tracing::warn!(code = ?failure.code, "what a set-up led to was not stored");
                }
                self.learned(host, move |setup, _| setup.connected(now)).await;
                self.look_for_the_portal(host).await;
            }
            AttemptEvent::Failed(failure) => {
                let failure = failure.clone();
                let exact = after.map(|after| after.exact.clone()).unwrap_or_default();
                let fail = move |setup: &mut Setup, connected: bool| {
                    // The result of a later sign-in is shown with the connection.
                    if !connected {
                        setup.sign_in_failed(failure, exact, now);
                    }
                };
                self.learned(host, fail).await;
            }
            AttemptEvent::Authorize { .. } | AttemptEvent::Waiting { .. } | AttemptEvent::Confirm { .. } => {}
        }
    }

    /// Makes a change that a person asked for.
    async fn changed(
        &self,
        host: &str,
        change: impl FnOnce(&mut Setup, bool) + Send + 'static,
    ) -> Result<SetupView, Failure> {
        let (named, now) = (host.to_owned(), self.now());
        let kept = self.vault(move |vault| vault.change_setup(&named, now, change)).await?;
        let unknown = || explain::failure(Code::SetupUnknown, &[("host", host)]);
        let shown = self.shown(kept.ok_or_else(unknown)?).ok_or_else(unknown)?;
        self.tell_snapshot().await;
        Ok(shown)
    }

    /// Makes a change that follows from an org's answer; failing to keep it does not fail the answer. Returns whether a
    /// set-up kept it.
    async fn learned(&self, host: &str, change: impl FnOnce(&mut Setup, bool) + Send + 'static) -> bool {
        let (host, now) = (host.to_owned(), self.now());
        match self.vault(move |vault| vault.change_setup(&host, now, change)).await {
            Ok(Some(_)) => {
                self.tell_snapshot().await;
                true
            }
            Ok(None) => false,
            Err(failure) => {
                tracing::warn!(code = ?failure.code, "what the org said was not kept");
                false
            }
        }
    }

    /// The view of a set-up. `None` if its address cannot be read any more.
    fn shown(&self, kept: KeptSetup) -> Option<SetupView> {
        let address = address::parse_stored(&kept.origin).ok()?;
        let connected = kept.alias.is_some();
        let (findings, audit) = (kept.setup.findings(), kept.setup.audit());
        Some(SetupView {
            step: kept.setup.step(connected).word().to_owned(),
            steps: kept.setup.marks(connected),
            created_at: kept.setup.created_at(),
            updated_at: kept.updated_at,
            found_at: findings.map(|(_, at)| at),
            // The look of the key is not kept.
            verdict: findings.map(|(findings, _)| verdict(findings, false)),
            findings: findings.map(|(findings, _)| findings.to_vec()).unwrap_or_default(),
            audit: audit.map(|(audit, _)| judged(audit.clone())),
            audited_at: audit.map(|(_, at)| at),
            attempt: self.0.sign_ins.of_host(&kept.host),
            pair_until: self.pending_pair_until(&kept.host),
            pair_key: self.pending_pair(&kept.host).map(|pasted| credentials::ends_of(&pasted.pair.key)),
            address: address.view(),
            pasted_address: kept.origin,
            host: kept.host,
            alias: kept.alias,
        })
    }
}

fn step_named(step: &str) -> Result<StepId, Failure> {
    StepId::of(step).ok_or_else(|| explain::failure(Code::StepUnknown, &[("step", step)]))
}
