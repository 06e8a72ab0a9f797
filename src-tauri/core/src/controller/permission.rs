//! Whether programs are given tokens: a person's word, kept in the vault, so that it holds for all processes.

use time::OffsetDateTime;

use super::Controller;
use crate::{
    contract::view::{Failure, HandingOut},
    explain::{self, Code},
    lifecycle::health,
    vault::{Record, Vault},
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

    /// The connection of this name, whose token may be handed out.
    ///
    /// # Errors
    /// There is none, or [`Code::TokensPaused`].
    pub(super) async fn to_hand_out(&self, name: &str) -> Result<Record, Failure> {
        let wanted = name.trim().to_owned();
        let known = self.vault(move |vault| Ok((vault.find(&wanted)?, vault.paused_since()?)));
        let (found, paused_since) = known.await?;
        let Some(record) = found else { return Err(self.unknown(name).await) };
        match paused_since {
            Some(since) => {
                let since = format!("on {}", health::minute(since));
                Err(explain::failure(Code::TokensPaused, &[("since", &since)]))
            }
            None => Ok(record),
        }
    }
}
