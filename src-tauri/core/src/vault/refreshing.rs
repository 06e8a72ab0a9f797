//! What is stored around a refresh: that one is about to be sent, and what it brought.

use rusqlite::{named_params, params};
use time::OffsetDateTime;

use super::{
    Vault, VaultError,
    cipher::Field,
    here,
    record::{Instant, Record, Tokens, Word},
    store,
};
use crate::{
    contract::view::Status,
    explain::Code,
    platform::{lock, private},
};

/// In bytes: many times what the tokens of a refresh take up in the database and its journal.
const ROOM_FOR_ANSWER: u64 = 1024 * 1024;

impl Vault {
    /// Keeps the form of the database and the data key as they are for as long as the answer lives: held around every
    /// refresh, from before its secrets are read until its answer is stored.
    pub fn hold_for_refresh(&self) -> Result<lock::Held, VaultError> {
        Ok(lock::shared(&self.home.refresh_lock())?)
    }

    /// Notes that a refresh is about to be sent. On the disk when it returns.
    ///
    /// # Errors
    /// [`VaultError::Full`] also when there is room for the note and none for what the refresh brings.
    pub fn mark_refresh(&self, id: &str, at: OffsetDateTime) -> Result<(), VaultError> {
        if private::room(self.home.data())? < ROOM_FOR_ANSWER {
            return Err(VaultError::Full);
        }
        self.change("UPDATE connection SET refresh_in_flight = ?2 WHERE id = ?1", params![id, Instant(at)])
    }

    /// Takes the mark back: the refresh was not sent, or its answer settled that the stored token still counts.
    pub fn clear_refresh_mark(&self, id: &str) -> Result<(), VaultError> {
        self.change("UPDATE connection SET refresh_in_flight = NULL WHERE id = ?1", params![id])
    }

    /// Stores what a refresh brought: the tokens, connected and checked at this time, nothing in flight, and that the
    /// org rotates when it sent another refresh token than the stored one. All or nothing, and on the disk when it
    /// returns; the log then says how long they were in memory alone, since the answer was read.
    ///
    /// # Errors
    /// [`VaultError::KeyLost`] when the secrets went with a lost key meanwhile: the pair is gone too.
    /// [`VaultError::Unreadable`] when the stored token is no longer that of this connection: somebody altered it.
    pub fn commit_refresh(
        &self,
        id: &str,
        tokens: &Tokens,
        at: OffsetDateTime,
        answered: std::time::Instant,
    ) -> Result<(), VaultError> {
        let raised = self.sealing_for(id, |database, key| {
            let owner = store::record(database, "id = ?1", id)?.ok_or(VaultError::Gone)?;
            let (_, before) = store::sealed(database, id, Field::RefreshToken)?.ok_or(VaultError::KeyLost)?;
            let rotated = key.open(&owner, Field::RefreshToken, &before)? != tokens.refresh;
            database.execute(
                // A refresh does not disprove that the org refuses calls.
                "UPDATE connection SET status = iif(reason IN (:refused, :disabled, :moved), status, :status), \
                 reason = iif(reason IN (:refused, :disabled, :moved), reason, NULL), checked_at = :at, refresh_in_flight = NULL, \
                 issued_at = :issued_at, expires_at = :expires_at, proved_at = :proved_at, rotates = rotates OR :rotated \
                 WHERE id = :id",
                named_params! {
                    ":id": id,
                    ":status": Word(Status::Connected),
                    ":refused": Word(Code::ApiRefused),
                    ":disabled": Word(Code::ApiDisabled),
                    ":moved": Word(Code::OrgMoved),
                    ":at": Instant(at),
                    ":issued_at": Instant(tokens.issued_at),
                    ":expires_at": tokens.expires_at.map(Instant),
                    ":proved_at": tokens.proved_at.map(Instant),
                    ":rotated": rotated,
                },
            )?;
            store::put_secret(database, key, &owner, Field::AccessToken, &tokens.access)?;
            store::put_secret(database, key, &owner, Field::RefreshToken, &tokens.refresh)?;
            here::stamp(database, &self.home, id)?;
            let raised = rotated.then(|| store::next_generation(database)).transpose()?;
            Ok(raised.map(|generation| (generation, key.account().to_owned())))
        })?;
        let microseconds = u64::try_from(answered.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::debug!(microseconds, "from a refresh's answer to the disk");
        if let Some((generation, account)) = raised {
            self.raise(generation, &account);
        }
        Ok(())
    }

    /// Has API calls go to another address of the same org from now on. Its secrets are bound to where they may go, so
    /// they are sealed anew. All or nothing.
    pub fn set_instance(
        &self,
        id: &str,
        instance_url: &str,
        at: OffsetDateTime,
        line: &str,
    ) -> Result<(), VaultError> {
        self.sealing_for(id, |database, key| {
            let before = store::record(database, "id = ?1", id)?.ok_or(VaultError::Gone)?;
            let after = Record { instance_url: instance_url.to_owned(), ..before.clone() };
            for field in Field::ALL {
                if let Some((_, sealed)) = store::sealed(database, id, field)? {
                    let secret = key.open(&before, field, &sealed)?;
                    store::put_secret(database, key, &after, field, &secret)?;
                }
            }
            let change = "UPDATE connection SET instance_url = ?2 WHERE id = ?1";
            database.execute(change, params![id, instance_url])?;
            store::note(database, id, at, line)
        })
    }
}
