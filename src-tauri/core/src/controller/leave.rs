//! Disconnecting: revoked at the org, proved, forgotten here.

use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::watch;

use super::{Controller, stored};
use crate::{
    address::Address,
    explain::{self, Code},
    health::{self, Tries},
    oauth::{self, TokenKind},
    vault::{self, Leaving, Pair, Record, Tokens, Vault},
    view::{Disconnected, Failure, Later, Revoked},
};

/// How long somebody who asked for something else is kept waiting for what is still to be revoked.
const PATIENCE: Duration = Duration::from_secs(5);

const LATER: Disconnected = Disconnected { revoked: Revoked::Later(Later::Later), proved_at: None };

impl Controller {
    /// Takes the connection out of use, revokes its tokens (RFC 7009), proves by introspection (RFC 7662) that they are
    /// dead, and forgets it. Where the org cannot be reached, what that takes is kept, and done later. Nothing is
    /// forgotten while the org still accepts the token.
    pub(super) async fn disconnect(&self, name: &str) -> Result<Disconnected, Failure> {
        let record = match self.named(name).await {
            Ok(record) => record,
            Err(unknown) => return self.disconnect_again(name).await.unwrap_or(Err(unknown)),
        };
        let _held = self.hold(&record.id).await?;
        let disconnected = match self.revoke_and_forget(&record, &record.alias).await {
            Err(failure) if is_passing(failure.code) => {
                let (id, now) = (record.id.clone(), self.now());
                self.vault(move |vault| vault.leave_later(&id, now)).await?;
                Ok(LATER)
            }
            result => {
                self.finish_leaving_now().await;
                result
            }
        };
        self.tell_snapshot().await;
        disconnected
    }

    /// Somebody asks again about one that is still to be revoked. `None` when there is none of this name.
    async fn disconnect_again(&self, name: &str) -> Option<Result<Disconnected, Failure>> {
        let leaving = self.vault(Vault::leaving).await.ok()?;
        let Leaving { record, alias, .. } = leaving.into_iter().find(|leaving| leaving.alias == name)?;
        Some(match self.finish_one(&record, &alias).await {
            Err(failure) if is_passing(failure.code) => Ok(LATER),
            result => result,
        })
    }

    /// Revokes what could not be revoked before, and says when there is something to do again.
    pub(super) async fn finish_leaving(
        &self,
        tries: &mut Tries,
        stop: &watch::Receiver<bool>,
    ) -> Option<OffsetDateTime> {
        let leaving = self.vault(Vault::leaving).await.ok()?;
        let times = || leaving.iter().map(|leaving| (leaving.record.id.as_str(), leaving.since));
        for id in health::plan_leaving(times(), tries, self.now()).due {
            let Some(Leaving { record, alias, .. }) = leaving.iter().find(|leaving| leaving.record.id == id)
            else {
                continue;
            };
            if *stop.borrow() {
                break;
            }
            match self.finish_one(record, alias).await {
                Ok(_) => tries.worked(&id),
                Err(failure) => tries.failed(&id, failure.code, self.now()),
            }
        }
        health::plan_leaving(times(), tries, self.now()).next
    }

    /// One try at what is still to be revoked, while somebody is here anyway and no agent may be running.
    pub(super) async fn finish_leaving_now(&self) {
        let ((_keep, go_on), mut tries) = (watch::channel(false), Tries::default());
        let trying = self.finish_leaving(&mut tries, &go_on);
        if tokio::time::timeout(PATIENCE, trying).await.is_err() {
            tracing::debug!("what is still to be revoked has to wait");
        }
    }

    async fn finish_one(&self, record: &Record, alias: &str) -> Result<Disconnected, Failure> {
        let _held = self.hold(&record.id).await?;
        let done = self.revoke_and_forget(record, alias).await?;
        tracing::info!(revoked = ?done.revoked, "a connection that was disconnected earlier is revoked");
        self.tell_snapshot().await;
        Ok(done)
    }

    async fn revoke_and_forget(&self, record: &Record, alias: &str) -> Result<Disconnected, Failure> {
        let disconnected = match self.secrets(record).await {
            Ok((pair, tokens)) => self.revoke(record, alias, &pair, &tokens).await?,
            // Without what the vault lost nobody can use the tokens, nor revoke them from here.
            Err(failure) if vault::is_lost(failure.code) => {
                Disconnected { revoked: Revoked::Now(false), proved_at: None }
            }
            Err(failure) => return Err(failure),
        };
        let id = record.id.clone();
        self.vault(move |vault| vault.forget(&id)).await?;
        Ok(disconnected)
    }

    pub(super) async fn secrets(&self, record: &Record) -> Result<(Pair, Tokens), Failure> {
        let id = record.id.clone();
        self.vault(move |vault| Ok((vault.pair(&id)?, vault.tokens(&id)?))).await
    }

    async fn revoke(
        &self,
        record: &Record,
        alias: &str,
        pair: &Pair,
        tokens: &Tokens,
    ) -> Result<Disconnected, Failure> {
        let address = stored::address_of(record)?;
        let facts = [("alias", alias), ("host", address.host())];
        let revoked = oauth::revoke(self.http(), &address, &tokens.refresh).await;
        // A token that was dead before is refused by the revocation endpoint too: only introspection proves anything.
        match (self.is_dead(&address, pair, tokens).await, revoked) {
            (Some(true), _) => Ok(Disconnected { revoked: Revoked::Now(true), proved_at: Some(self.now()) }),
            (Some(false), Ok(())) => Err(explain::failure(Code::StillActive, &facts)),
            (None, Ok(())) => Ok(Disconnected { revoked: Revoked::Now(true), proved_at: None }),
            // The org answers, and knows neither the token nor, as it seems, the app: nothing more can be done from here.
            (None, Err(trouble)) if trouble.terminal => {
                Ok(Disconnected { revoked: Revoked::Now(false), proved_at: None })
            }
            (Some(false) | None, Err(trouble)) => Err(explain::failure(trouble.code, &facts)),
        }
    }

    /// `None` when the org's answers do not tell.
    async fn is_dead(&self, address: &Address, pair: &Pair, tokens: &Tokens) -> Option<bool> {
        let ask = async |token, kind| {
            oauth::introspect(self.http(), address, &pair.key, &pair.secret, token, kind).await.ok()
        };
        let refresh = ask(&tokens.refresh, TokenKind::Refresh).await?;
        let access = ask(&tokens.access, TokenKind::Access).await?;
        Some(!refresh.active && !access.active)
    }
}

/// Whether the org or the way to it is in trouble, which says nothing about the tokens.
fn is_passing(code: Code) -> bool {
    matches!(
        code,
        Code::NetworkDns
            | Code::NetworkConnect
            | Code::NetworkProxy
            | Code::NetworkTls
            | Code::NetworkTimeout
            | Code::NetworkCut
            | Code::SalesforceUnavailable
            | Code::SalesforceUnreadable
            | Code::RateLimited
    )
}
