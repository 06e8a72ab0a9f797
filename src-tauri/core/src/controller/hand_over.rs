//! Hands Consumer Key and Consumer Secret to the Datatrax portal, through the clipboard only: no reply holds them.

use std::time::Duration;

use time::OffsetDateTime;

use super::Controller;
use crate::{
    contract::view::{Copied, Failure, Notice, SecretCopied},
    explain::{self, Code},
    secret::Secret,
    vault::{HealthRecord, Record},
};

/// How long the secret may be copied: from the connection on, which may come long after the paste.
const SECRET_MAY_BE_COPIED: time::Duration = time::Duration::minutes(30);
/// How long after its paste it may be copied at most.
const AT_MOST: time::Duration = time::Duration::minutes(90);
/// How long the secret stays on the clipboard.
const SECRET_KEPT: Duration = Duration::from_secs(60);
/// How long the key does: until somebody has found its field in the portal. It is no secret by itself, and the secret takes
/// its place.
const KEY_KEPT: Duration = Duration::from_secs(10 * 60);
/// How long the desktop may take to copy; no answer means that there is no clipboard.
const PATIENCE: Duration = Duration::from_secs(5);

impl Controller {
    pub(super) async fn copy_key(&self, name: &str) -> Result<Copied, Failure> {
        let record = self.named(name).await?;
        let pair = self.pair(&record).await?;
        self.copy(pair.key, KEY_KEPT).await
    }

    /// The copy is told in a notice and in the history, so that a person who did not ask for it knows.
    pub(super) async fn copy_secret(&self, name: &str) -> Result<Copied, Failure> {
        let record = self.named(name).await?;
        let now = self.now();
        if secret_until(&self.health_record(&record.id).await?, now).is_none() {
            return Err(explain::failure(Code::CopyTooLate, &[("alias", &record.alias)]));
        }
        let pair = self.pair(&record).await?;
        let copied = self.copy(pair.secret, SECRET_KEPT).await?;
        self.tell_copied(&record, &copied);
        let id = record.id.clone();
        self.vault(move |vault| vault.note(&id, now, "The Consumer Secret was copied to the clipboard."))
            .await?;
        self.tell_snapshot().await;
        Ok(copied)
    }

    async fn copy(&self, value: Secret, kept: Duration) -> Result<Copied, Failure> {
        let missing = || explain::failure(Code::ClipboardMissing, &[]);
        let desktop = self.0.desktop.joined.get().cloned().ok_or_else(missing)?;
        let copying = tokio::task::spawn_blocking(move || desktop.copy(&value, kept));
        let is_cleared = match tokio::time::timeout(PATIENCE, copying).await {
            Ok(Ok(copied)) => copied?,
            Ok(Err(_)) => return Err(explain::unexpected("a task ended early")),
            Err(_) => return Err(missing()),
        };
        Ok(Copied { cleared_after_seconds: is_cleared.then_some(kept.as_secs()) })
    }

    fn tell_copied(&self, record: &Record, copied: &Copied) {
        let text = match copied.cleared_after_seconds {
            Some(seconds) => format!(
                "It is on the clipboard, for the Datatrax portal, and goes from there after {seconds} seconds."
            ),
            None => "It is on the clipboard, for the Datatrax portal. Copy something else once it is pasted."
                .to_owned(),
        };
        self.tell(Notice::SecretCopied(SecretCopied { alias: record.alias.clone(), text }));
    }
}

/// From when on the half hour of a connection counts that was made now with a secret that was pasted then.
pub(super) fn from(pasted_at: OffsetDateTime, now: OffsetDateTime) -> OffsetDateTime {
    now.min(pasted_at + (AT_MOST - SECRET_MAY_BE_COPIED))
}

/// Until when the secret of a connection may be copied; `None` unless that time has begun here and is not over. A time
/// in the future does not count.
pub(super) fn secret_until(health_record: &HealthRecord, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let pasted_at = health_record.pasted_at?;
    let since = now - pasted_at;
    (!since.is_negative() && since <= SECRET_MAY_BE_COPIED).then(|| pasted_at + SECRET_MAY_BE_COPIED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_half_hour_counts_from_the_connection_and_ends_an_hour_and_a_half_after_the_paste_at_the_latest() {
        let now = OffsetDateTime::UNIX_EPOCH + time::Duration::days(20_000);
        for (pasted, until) in
            [(0, Some(30)), (29, Some(30)), (60, Some(30)), (75, Some(15)), (90, Some(0)), (91, None)]
        {
            let pasted_at = Some(from(now - time::Duration::minutes(pasted), now));
            let health_record = HealthRecord { pasted_at, ..HealthRecord::default() };
            let expected = until.map(|minutes| now + time::Duration::minutes(minutes));
            assert_eq!(secret_until(&health_record, now), expected, "pasted {pasted} minutes before");
        }
    }

    #[test]
    fn the_secret_may_be_copied_for_half_an_hour_and_at_no_other_time() {
        let now = OffsetDateTime::UNIX_EPOCH + time::Duration::days(20_000);
        let minutes = |minutes| now + time::Duration::minutes(minutes);
        for (pasted_at, until) in [
            (None, None),
            (Some(minutes(0)), Some(minutes(30))),
            (Some(minutes(-30)), Some(now)),
            (Some(minutes(-31)), None),
            (Some(minutes(1)), None),
            (Some(minutes(1_000_000)), None),
        ] {
            let health_record = HealthRecord { pasted_at, ..HealthRecord::default() };
            assert_eq!(secret_until(&health_record, now), until, "pasted at {pasted_at:?}");
        }
    }
}
