//! Disconnecting: revoked at the org, proved, forgotten here.

use super::{Controller, stored};
use crate::{
    address::Address,
    explain::{self, Code},
    oauth::{self, TokenKind},
    vault::{self, Pair, Record, Tokens},
    view::{Disconnected, Failure, Revoked},
};

impl Controller {
    /// Revokes the connection's tokens (RFC 7009), proves by introspection (RFC 7662) that they are dead, and forgets
    /// the connection. Nothing is forgotten while the org cannot be reached or still accepts the token.
    pub(super) async fn disconnect(&self, name: &str) -> Result<Disconnected, Failure> {
        let record = self.named(name).await?;
        let _held = self.hold(&record.id).await?;
        let disconnected = match self.secrets(&record).await {
            Ok((pair, tokens)) => self.revoke(&record, &pair, &tokens).await?,
            // Without what the vault lost nobody can use the tokens, nor revoke them from here.
            Err(failure) if vault::is_lost(failure.code) => {
                Disconnected { revoked: Revoked::Now(false), proved_at: None }
            }
            Err(failure) => return Err(failure),
        };
        let id = record.id.clone();
        self.vault(move |vault| vault.forget(&id)).await?;
        self.tell_snapshot().await;
        Ok(disconnected)
    }

    async fn secrets(&self, record: &Record) -> Result<(Pair, Tokens), Failure> {
        let id = record.id.clone();
        self.vault(move |vault| Ok((vault.pair(&id)?, vault.tokens(&id)?))).await
    }

    async fn revoke(&self, record: &Record, pair: &Pair, tokens: &Tokens) -> Result<Disconnected, Failure> {
        let address = stored::address_of(record)?;
        let facts = [("alias", record.alias.as_str()), ("host", address.host())];
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
