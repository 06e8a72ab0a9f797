//! Stored connections by name: how they are shown, found and renamed.

use time::OffsetDateTime;

use super::{Controller, hand_over};
use crate::{
    address::{self, Address},
    connection::keep,
    explain::{self, Code},
    health,
    vault::{Record, Standing},
    view::{ConnectionDetail, ConnectionView, Failure, Status},
};

/// The longest alias, in characters.
const LONGEST_ALIAS: usize = 64;

impl Controller {
    pub(super) async fn show(&self, name: &str) -> Result<ConnectionDetail, Failure> {
        let record = self.named(name).await?;
        let id = record.id.clone();
        let (history, standing) =
            self.vault(move |vault| Ok((vault.history(&id)?, vault.standing(&id)?))).await?;
        Ok(ConnectionDetail { connection: view(&standing, record, self.now()), history })
    }

    pub(super) async fn rename(&self, old: &str, new: &str) -> Result<ConnectionView, Failure> {
        let new = valid_alias(new)?;
        let record = self.named(old).await?;
        let (id, now, alias) = (record.id.clone(), self.now(), new.clone());
        let line = format!("Renamed from {} to {new}.", record.alias);
        let renamed = self
            .vault(move |vault| {
                vault.rename(&id, &alias)?;
                vault.note(&id, now, &line)
            })
            .await;
        renamed.map_err(|failure| about_alias(failure, &new))?;
        self.tell_snapshot().await;
        let record = self.named(&new).await?;
        Ok(view(&self.standing(&record.id).await?, record, self.now()))
    }

    /// The connection of this name.
    pub(super) async fn named(&self, name: &str) -> Result<Record, Failure> {
        let wanted = name.to_owned();
        let found = self.vault(move |vault| vault.find(&wanted)).await?;
        found.ok_or_else(|| explain::failure(Code::NameUnknown, &[("alias", name)]))
    }
}

/// How a record is shown: without anything secret.
pub(super) fn view(standing: &Standing, record: Record, now: OffsetDateTime) -> ConnectionView {
    let health = health::describe(&record, standing, now);
    let safe_until = health::safe_until(&record, standing);
    // Only shown: whatever is to be sent there reads the whole address, strictly, which takes longer than all the rest.
    let host = record.origin.split_once("://").map_or("", |(_, host)| host.trim_end_matches('/')).to_owned();
    let facts =
        [("alias", record.alias.as_str()), ("host", host.as_str()), ("user", record.username.as_str())];
    let reason = record.reason.map(|code| explain::failure(code, &facts));
    ConnectionView {
        alias: record.alias,
        host,
        kind: record.kind,
        org_id: record.org_id,
        org_name: record.org_name,
        username: record.username,
        instance_url: record.instance_url,
        status: record.status,
        reason,
        safe_until,
        checked_at: record.checked_at,
        health,
        secret_until: hand_over::secret_until(standing).filter(|until| now <= *until),
    }
}

pub(super) fn address_of(record: &Record) -> Result<Address, Failure> {
    address::parse_stored(&record.origin).map_err(|_| explain::failure(Code::VaultUnreadable, &[]))
}

/// A failure of the vault about an alias, with the alias in its words.
pub(super) fn about_alias(failure: Failure, alias: &str) -> Failure {
    if failure.code == Code::NameTaken {
        explain::failure(Code::NameTaken, &[("alias", alias)])
    } else {
        failure
    }
}

/// An alias that can be typed again: no control characters, not empty, not an option.
pub(super) fn valid_alias(alias: &str) -> Result<String, Failure> {
    let alias = alias.trim();
    let fits = !alias.is_empty() && alias.chars().count() <= LONGEST_ALIAS;
    if fits && !alias.starts_with('-') && !alias.chars().any(char::is_control) {
        return Ok(alias.to_owned());
    }
    Err(explain::failure(Code::NameInvalid, &[("alias", alias)]))
}

/// Whether a sign-in is needed before anything else can be asked of the org. Where a setting is in the way, asking the
/// org is how one learns that it was changed.
pub(super) fn needs_sign_in(record: &Record) -> Option<Failure> {
    let code = record.reason.unwrap_or(Code::RefreshTokenDead);
    if record.status != Status::NeedsYou || keep::waits_for_a_setting(code) {
        return None;
    }
    Some(explain::failure(code, &[("alias", &record.alias)]))
}
