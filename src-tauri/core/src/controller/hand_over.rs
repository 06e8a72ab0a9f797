//! Consumer Key and Consumer Secret, handed on to the Datatrax portal: by the clipboard, and to nobody who asks.

use std::time::Duration;

use time::OffsetDateTime;

use super::Controller;
use crate::{
    explain::{self, Code},
    secret::Secret,
    vault::{Record, Standing},
    view::{Copied, Failure, Notice, SecretCopied},
};

/// How long after its paste the secret may be copied.
const SECRET_MAY_BE_COPIED: time::Duration = time::Duration::minutes(30);
/// What was copied is taken off the clipboard after this.
const KEPT: Duration = Duration::from_secs(60);
/// A desktop that does not take it within this time has no clipboard for us.
const PATIENCE: Duration = Duration::from_secs(5);

impl Controller {
    pub(super) async fn copy_key(&self, name: &str) -> Result<Copied, Failure> {
        let record = self.named(name).await?;
        let pair = self.pair(&record).await?;
        self.copy(pair.key).await
    }

    /// Told by a notice and in the history: whoever did not ask for it shall know.
    pub(super) async fn copy_secret(&self, name: &str) -> Result<Copied, Failure> {
        let record = self.named(name).await?;
        let now = self.now();
        let until = secret_until(&self.standing(&record.id).await?);
        if until.is_none_or(|until| now > until) {
            return Err(explain::failure(Code::CopyTooLate, &[("alias", &record.alias)]));
        }
        let pair = self.pair(&record).await?;
        let copied = self.copy(pair.secret).await?;
        self.tell_copied(&record, &copied);
        let id = record.id.clone();
        self.vault(move |vault| vault.note(&id, now, "The Consumer Secret was copied to the clipboard."))
            .await?;
        self.tell_snapshot().await;
        Ok(copied)
    }

    async fn copy(&self, value: Secret) -> Result<Copied, Failure> {
        let missing = || explain::failure(Code::ClipboardMissing, &[]);
        let desktop = self.0.desktop.get().cloned().ok_or_else(missing)?;
        let copying = tokio::task::spawn_blocking(move || desktop.copy(&value, KEPT));
        let is_cleared = match tokio::time::timeout(PATIENCE, copying).await {
            Ok(Ok(copied)) => copied?,
            Ok(Err(_)) => return Err(explain::failure(Code::Unexpected, &[])),
            Err(_) => return Err(missing()),
        };
        Ok(Copied { cleared_after_seconds: is_cleared.then_some(KEPT.as_secs()) })
    }

    fn tell_copied(&self, record: &Record, copied: &Copied) {
        let text = match copied.cleared_after_seconds {
            Some(seconds) => format!(
                "It is on the clipboard, for the Datatrax portal, and goes from there after {seconds} seconds."
            ),
            None => "It is on the clipboard, for the Datatrax portal. Copy something else once it is pasted."
                .to_owned(),
        };
        // Nobody may be listening; the history tells it too.
        let _ = self.0.notices.send(Notice::SecretCopied(SecretCopied { alias: record.alias.clone(), text }));
    }
}

/// Until when the secret of a connection may be copied; `None` when it was not pasted here.
pub(super) fn secret_until(standing: &Standing) -> Option<OffsetDateTime> {
    Some(standing.pasted_at? + SECRET_MAY_BE_COPIED)
}
