//! Whether programs are given tokens: a person's word, kept in the vault, so that it holds for all processes.

use time::OffsetDateTime;

use super::{Controller, stored};
use crate::{
    contract::view::{Failure, HandingOut},
    explain::{self, Code},
    lifecycle::health,
    vault::{Record, Tokens, Vault},
};

impl Controller {
    /// Pauses the handing out of tokens or ends that, where one of them is wanted, and tells how it is.
    pub(super) async fn hand_out(&self, wanted: Option<bool>) -> Result<HandingOut, Failure> {
        if let Some(wanted) = wanted {
            let since = (!wanted).then(|| self.now());
            self.vault(move |vault| vault.pause(since)).await?;
            self.tell_snapshot().await;
        }
        Ok(HandingOut { paused_since: self.paused_since().await? })
    }

    pub(super) async fn paused_since(&self) -> Result<Option<OffsetDateTime>, Failure> {
        self.vault(Vault::paused_since).await
    }

    /// The connection of this name, whose token may be handed out; with its tokens where they are wanted at once, which saves
    /// a second way to the vault.
    ///
    /// # Errors
    /// There is none, or [`Code::TokensPaused`].
    pub(super) async fn to_hand_out(
        &self,
        name: &str,
        with_tokens: bool,
    ) -> Result<(Record, Option<Tokens>), Failure> {
        let wanted = name.trim().to_owned();
        let known = self.vault(move |vault| {
            let (found, paused_since) = (vault.find(&wanted)?, vault.paused_since()?);
            let may_be_read = |record: &&Record| with_tokens && stored::needs_sign_in(record).is_none();
            let read = found.as_ref().filter(|_| paused_since.is_none()).filter(may_be_read);
            let tokens = read.map(|record| vault.tokens(&record.id)).transpose()?;
            Ok((found, paused_since, tokens))
        });
        let (found, paused_since, tokens) = known.await?;
        let Some(record) = found else { return Err(self.unknown(name).await) };
        match paused_since {
            Some(since) => {
                let since = format!("on {}", health::minute(since));
                Err(explain::failure(Code::TokensPaused, &[("since", &since)]))
            }
            None => Ok((record, tokens)),
        }
    }
}
