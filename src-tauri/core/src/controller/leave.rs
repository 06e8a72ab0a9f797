//! Disconnecting: the tokens are revoked at the org, that is proved, and the connection is forgotten here.

use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::watch;

use super::{
    Controller, stored,
    work_locks::{LONGEST_WORK, NO_WAIT},
};
use crate::{
    contract::view::{Disconnected, Failure, Later, Revoked},
    explain::{self, Code},
    lifecycle::health::{self, Plan, Tries},
    org::{
        address::Address,
        oauth::{self, TokenKind, Trouble},
    },
    vault::{self, Leaving, Pair, Record, Tokens, Vault},
};

/// How long another request waits for the rest of a disconnect.
const PATIENCE: Duration = Duration::from_secs(5);

const LATER: Disconnected = answered(Revoked::Later(Later::Later), None);

impl Controller {
    /// Takes the connection out of use, revokes its tokens (RFC 7009), proves by introspection (RFC 7662) that they are
    /// dead, and forgets them. If the org cannot be reached, the tokens are kept and this is done later. Nothing is
    /// forgotten while the org still accepts the token. Name and history are set aside, whenever the tokens are revoked.
    pub(super) async fn disconnect(&self, name: &str) -> Result<Disconnected, Failure> {
        let record = match self.named(name).await {
            Ok(record) => record,
            Err(unknown) => return self.disconnect_again(name).await.unwrap_or(Err(unknown)),
        };
        let done = self.leave(&record).await?;
        Ok(self.with_set_aside(&record.id, done).await)
    }

    async fn leave(&self, record: &Record) -> Result<Disconnected, Failure> {
        let working = self.work_lock(&record.id, LONGEST_WORK).await?;
        let secrets = match self.secrets_unless_lost(record).await {
            Err(failure) if vault::is_out_of_sight(failure.code) => {
                let (id, now) = (record.id.clone(), self.now());
                self.vault(move |vault| vault.leave_later(&id, now)).await?;
                self.tell_snapshot().await;
                return Ok(LATER);
            }
            secrets => secrets?,
        };
        // Written before the org is asked: if this is cut off, the rest is done later.
        let (id, now) = (record.id.clone(), self.now());
        self.vault(move |vault| vault.leave_later(&id, now)).await?;
        let disconnected = match self.revoke_and_forget(record, &record.alias, secrets).await {
            Err(failure) if failure.code.is_passing() => Ok(LATER),
            Err(failure) => {
                let id = record.id.clone();
                self.vault(move |vault| vault.stay(&id)).await?;
                Err(failure)
            }
            done => done,
        };
        drop(working);
        if disconnected != Ok(LATER) {
            self.finish_leaving_now().await;
        }
        self.tell_snapshot().await;
        disconnected
    }

    /// Forgets a connection whose tokens cannot be revoked from here, because their key is missing; also one that is
    /// disconnected and waits for that key. Nothing of it is set aside.
    pub(super) async fn forget(&self, name: &str) -> Result<Disconnected, Failure> {
        let leaving = self.vault(Vault::leaving).await?.into_iter();
        let record = match self.named(name).await {
            Ok(record) => record,
            Err(unknown) => {
                let waiting =
                    leaving.map(|leaving| (leaving.alias, leaving.record)).find(|(alias, _)| alias == name);
                waiting.ok_or(unknown)?.1
            }
        };
        let done = match self.secrets(&record).await {
            // The key is there after all.
            Ok(_) => self.disconnect(name).await?,
            Err(failure) if vault::is_out_of_sight(failure.code) || vault::is_lost(failure.code) => {
                let _working = self.work_lock(&record.id, LONGEST_WORK).await?;
                let id = record.id.clone();
                self.vault(move |vault| vault.forget(&id)).await?;
                not_revoked(&record)
            }
            Err(failure) => return Err(failure),
        };
        self.drop_set_aside(&record.id).await?;
        self.tell_snapshot().await;
        Ok(Disconnected { set_aside: None, ..done })
    }

    /// Tries again to revoke a disconnected connection. `None` when there is none of this name.
    async fn disconnect_again(&self, name: &str) -> Option<Result<Disconnected, Failure>> {
        let leaving = self.vault(Vault::leaving).await.ok()?;
        let Leaving { record, alias, .. } = leaving.into_iter().find(|leaving| leaving.alias == name)?;
        let done = match self.finish_one(&record, &alias, LONGEST_WORK).await {
            Err(failure) if failure.code.is_passing() => LATER,
            Err(failure) => return Some(Err(failure)),
            Ok(done) => done,
        };
        Some(Ok(self.with_set_aside(&record.id, done).await))
    }

    /// Revokes what could not be revoked before, and returns when to go on.
    pub(super) async fn finish_leaving(
        &self,
        tries: &mut Tries,
        stop: &watch::Receiver<bool>,
    ) -> Option<OffsetDateTime> {
        let known = self.vault(|vault| Ok((vault.leaving()?, vault.health_records()?)));
        let (leaving, health_records) = known.await.ok()?;
        let ids = || leaving.iter().map(|leaving| leaving.record.id.as_str());
        let mut not_found = 0;
        let at_hand = self.at_hand().await;
        for id in health::plan_leaving(ids(), &health_records, tries, self.now()).due {
            let Some(Leaving { record, alias, .. }) = leaving.iter().find(|leaving| leaving.record.id == id)
            else {
                continue;
            };
            // If two orgs' names cannot be resolved there is no network.
            if *stop.borrow() || not_found > 1 {
                break;
            }
            // Routine work never prompts for a key.
            if !at_hand.contains(&id) && self.has_secrets(&id).await {
                tries.failed(&id, Code::KeychainLocked, self.now());
                continue;
            }
            match self.finish_one(record, alias, NO_WAIT).await {
                Ok(_) => tries.worked(&id),
                Err(failure) => {
                    tries.failed(&id, failure.code, self.now());
                    not_found += u8::from(failure.code.is_offline());
                }
            }
        }
        let (leaving, health_records) =
            self.vault(|vault| Ok((vault.leaving()?, vault.health_records()?))).await.ok()?;
        let ids = leaving.iter().map(|leaving| leaving.record.id.as_str());
        let Plan { due, next } = health::plan_leaving(ids, &health_records, tries, self.now());
        // Connections that are due and were left out are tried at the next look.
        if due.is_empty() { next } else { Some(self.now()) }
    }

    /// Tries once to revoke what is left, during a command, when perhaps no agent runs; and forgets what was set aside long
    /// enough.
    pub(super) async fn finish_leaving_now(&self) {
        let _ = self.forget_old_set_aside().await;
        let ((_keep, go_on), mut tries) = (watch::channel(false), Tries::default());
        let trying = self.finish_leaving(&mut tries, &go_on);
        if tokio::time::timeout(PATIENCE, trying).await.is_err() {
            tracing::debug!("what is still to be revoked has to wait");
        }
    }

    async fn finish_one(
        &self,
        record: &Record,
        alias: &str,
        at_most: Duration,
    ) -> Result<Disconnected, Failure> {
        let _working = self.work_lock(&record.id, at_most).await?;
        // Another process may have finished it meanwhile, or put it back in use.
        let leaving = self.vault(Vault::leaving).await?;
        if leaving.iter().all(|leaving| leaving.record.id != record.id) {
            return Err(explain::failure(Code::NameUnknown, &[("alias", alias)]));
        }
        self.respect_pause(record).await?;
        let secrets = self.secrets_unless_lost(record).await?;
        let done = self.revoke_and_forget(record, alias, secrets).await?;
        tracing::info!(revoked = ?done.revoked, "a connection that was disconnected earlier is revoked");
        self.tell_snapshot().await;
        Ok(done)
    }

    async fn revoke_and_forget(
        &self,
        record: &Record,
        alias: &str,
        secrets: Option<(Pair, Tokens)>,
    ) -> Result<Disconnected, Failure> {
        let disconnected = match secrets {
            Some((pair, tokens)) => self.revoke(record, alias, &pair, &tokens).await?,
            // Without the lost secrets the tokens cannot be used, nor revoked from here.
            None => not_revoked(record),
        };
        let id = record.id.clone();
        self.vault(move |vault| vault.forget(&id)).await?;
        Ok(disconnected)
    }

    async fn secrets_unless_lost(&self, record: &Record) -> Result<Option<(Pair, Tokens)>, Failure> {
        match self.secrets(record).await {
            Err(failure) if vault::is_lost(failure.code) && !self.has_secrets(&record.id).await => Ok(None),
            secrets => secrets.map(Some),
        }
    }

    async fn has_secrets(&self, id: &str) -> bool {
        let id = id.to_owned();
        self.vault(move |vault| vault.has_secrets(&id)).await.unwrap_or(true)
    }

    pub(super) async fn secrets(&self, record: &Record) -> Result<(Pair, Tokens), Failure> {
        let id = record.id.clone();
        self.vault(move |vault| Ok((vault.pair(&id)?, vault.tokens(&id)?))).await
    }

    /// Revokes the tokens, and proves that they are dead, where the org tells.
    pub(super) async fn revoke(
        &self,
        record: &Record,
        alias: &str,
        pair: &Pair,
        tokens: &Tokens,
    ) -> Result<Disconnected, Failure> {
        let address = stored::address_of(record)?;
        let facts = [("alias", alias), ("host", address.host())];
        let mut revoked = oauth::revoke(self.http(), &address, &tokens.refresh).await;
        // The end of a refresh token alone leaves its last access token alive, perhaps.
        if revoked.as_ref().is_err_and(|trouble| trouble.code == Code::RefreshTokenDead) {
            revoked = oauth::revoke(self.http(), &address, &tokens.access).await;
        }
        // The revocation endpoint also refuses a token that was dead before, and accepts one that the org never knew
        // (RFC 7009, section 2.2): only introspection proves anything.
        let dead = self.is_dead(&address, pair, tokens).await;
        for trouble in [revoked.as_ref().err(), dead.as_ref().err()].into_iter().flatten() {
            self.pause_as_asked(&record.id, trouble, self.now()).await;
        }
        match (dead, revoked) {
            (Ok(Some(true)), _) => Ok(answered(Revoked::Now(true), Some(self.now()))),
            (Ok(Some(false)), Ok(())) => Err(explain::failure(Code::StillActive, &facts)),
            (Ok(None), Ok(())) => Ok(answered(Revoked::Now(true), None)),
            // The org answers, and knows neither the token nor, it seems, the app: nothing more can be done from here.
            (Ok(None), Err(trouble)) if trouble.terminal => Ok(answered(Revoked::Now(false), None)),
            (Err(trouble), _) | (Ok(_), Err(trouble)) => Err(trouble.failure(&facts, self.now())),
        }
    }

    /// Whether the org calls the tokens dead; `None` when its answers never tell, as where the app may not introspect.
    ///
    /// # Errors
    /// The org or the way to it is in trouble: a later try may tell.
    pub(super) async fn is_dead(
        &self,
        address: &Address,
        pair: &Pair,
        tokens: &Tokens,
    ) -> Result<Option<bool>, Trouble> {
        for (token, kind) in [(&tokens.refresh, TokenKind::Refresh), (&tokens.access, TokenKind::Access)] {
            match oauth::introspect(self.http(), address, &pair.key, &pair.secret, token, kind).await {
                Ok(answer) if answer.active => return Ok(Some(false)),
                Ok(_) => {}
                // An answer of unknown form arrived, and would be the same again.
                Err(trouble)
                    if trouble.code.is_passing()
                        && !matches!(trouble.code, Code::SalesforceUnreadable | Code::SalesforceRefused) =>
                {
                    return Err(trouble);
                }
                Err(_) => return Ok(None),
            }
        }
        Ok(Some(true))
    }
}

/// What an org has answered, without what is known here alone.
const fn answered(revoked: Revoked, proved_at: Option<OffsetDateTime>) -> Disconnected {
    Disconnected { revoked, proved_at, had_no_tokens: false, set_aside: None }
}

/// The answer where no token could be revoked from here, as there was none, or it cannot be read any more.
fn not_revoked(record: &Record) -> Disconnected {
    let had_no_tokens = record.reason == Some(Code::BroughtBack);
    Disconnected { had_no_tokens, ..answered(Revoked::Now(false), None) }
}
