//! The vault's part in a refresh: the mark before it is sent, and its result.

use rusqlite::{Transaction, named_params, params};
use time::OffsetDateTime;

use super::{
    Vault, VaultError,
    cipher::{DataKey, Field},
    here,
    record::{Instant, Record, Tokens, Word},
    rotations, store,
};
use crate::{
    contract::view::Status,
    explain::Code,
    platform::{lock, private},
};

/// The room needed on the disk, in bytes: many times that of a refresh's tokens in the database and its journal.
const ROOM_FOR_ANSWER: u64 = 1024 * 1024;

impl Vault {
    /// Keeps the form of the database and the data key unchanged while the returned lock lives. Held around every
    /// refresh, from before its secrets are read until its answer is stored.
    pub fn hold_for_refresh(&self) -> Result<lock::Held, VaultError> {
        // Where the home is gone, the answer would find no place.
        drop(self.database()?);
        Ok(lock::shared(&self.home.refresh_lock())?)
    }

    /// Marks that a refresh is about to be sent. On the disk when this returns.
    ///
    /// # Errors
    /// [`VaultError::Full`] also when there is room for the mark but none for the refresh's result.
    pub fn mark_refresh(&self, id: &str, at: OffsetDateTime) -> Result<(), VaultError> {
        if private::room(self.home.data())? < ROOM_FOR_ANSWER {
            return Err(VaultError::Full);
        }
        self.change("UPDATE connection SET refresh_in_flight = ?2 WHERE id = ?1", params![id, Instant(at)])
    }

    /// Removes the mark: the refresh was not sent, or its answer showed that the stored token still counts.
    pub fn clear_refresh_mark(&self, id: &str) -> Result<(), VaultError> {
        self.change("UPDATE connection SET refresh_in_flight = NULL WHERE id = ?1", params![id])
    }

    /// Stores the result of a refresh: the tokens, the status as connected and checked now, nothing in flight, and
    /// whether the org rotates its refresh tokens. All or nothing, and on the disk when this returns; the log then says
    /// how long the tokens were in memory only.
    ///
    /// # Errors
    /// [`VaultError::KeyLost`] when the secrets were lost with their key meanwhile: the pair is gone too.
    /// [`VaultError::Unreadable`] when the stored token does not belong to this connection: somebody altered it.
    pub fn commit_refresh(
        &self,
        id: &str,
        tokens: &Tokens,
        at: OffsetDateTime,
        answered: std::time::Instant,
    ) -> Result<(), VaultError> {
        self.commit(id, tokens, at, answered, |database, _, owner| {
            rotations::sign_in_works(database, &owner.id)
        })
    }

    /// As [`Self::commit_refresh`], of a refresh with the pasted pair of a rotation: in the same transaction that pair comes
    /// into use, and the one before it is kept as the former one.
    pub fn commit_proof(
        &self,
        id: &str,
        tokens: &Tokens,
        at: OffsetDateTime,
        answered: std::time::Instant,
    ) -> Result<(), VaultError> {
        self.commit(id, tokens, at, answered, |database, key, owner| {
            rotations::prove(database, key, owner, at)
        })
    }

    fn commit(
        &self,
        id: &str,
        tokens: &Tokens,
        at: OffsetDateTime,
        answered: std::time::Instant,
        beside: impl Fn(&Transaction<'_>, &DataKey, &Record) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let raised = self.sealing_for(id, |database, key| {
            let owner = store::record(database, "id = ?1", id)?.ok_or(VaultError::Gone)?;
            let (_, before) = store::sealed(database, id, Field::RefreshToken)?.ok_or(VaultError::KeyLost)?;
            let rotated = key.open(&owner, Field::RefreshToken, &before)? != tokens.refresh;
            database.execute(
                // A successful refresh does not disprove that the org refuses calls.
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
            beside(database, key, &owner)?;
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

    /// Changes the address of API calls for the same org. The secrets are bound to that address, so they are encrypted
    /// anew. All or nothing.
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
