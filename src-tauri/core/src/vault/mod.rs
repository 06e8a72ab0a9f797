//! The vault: one database of connections, its secrets encrypted under a key that only the keychain keeps.
//!
//! Everything here blocks; call it from a thread that may. Several processes may have one home's vault open at once.

mod backup;
mod cipher;
mod error;
mod keeping;
mod key;
mod passphrase;
mod record;
mod schema;
mod setups;
mod standing;
mod store;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, Transaction, TransactionBehavior, named_params, params};
use time::OffsetDateTime;

use self::{
    cipher::{DataKey, Field},
    key::DataKeys,
    record::{COLUMNS, Instant, Word},
};
pub use self::{
    error::{VaultError, is_lost},
    keeping::Protection,
    passphrase::passphrase_in,
    record::{Pair, Record, Tokens},
    setups::KeptSetup,
    standing::{Change, Leaving, Limits, Standing},
};
use crate::{
    explain::Code,
    home::Home,
    ports::Keychain,
    private,
    secret::Secret,
    view::{HistoryLine, Status},
};

/// How long the keychain may take. A prompt that waits for somebody takes longer, and is reported as slow.
const KEYCHAIN_LIMIT: Duration = Duration::from_secs(3);

/// In bytes: many times what the tokens of a refresh take up in the database and its journal.
const ROOM_FOR_ANSWER: u64 = 1024 * 1024;

/// How often something is begun again because another process changed the key meanwhile.
const TRIES: usize = 3;

/// What is only waiting to be revoked is nobody's connection any more.
const IN_USE: &str = "id NOT IN (SELECT connection FROM leaving)";

/// The stored connections of one home.
pub struct Vault {
    home: Home,
    database: Mutex<Connection>,
    keys: DataKeys,
}

impl Vault {
    /// Opens the database, or makes a new one. The keychain is not asked for anything yet.
    pub fn open(home: &Home, keychain: Arc<dyn Keychain>) -> Result<Self, VaultError> {
        Self::open_with_passphrase(home, keychain, None)
    }

    /// As [`Self::open`], with a file whose first line is the passphrase. Naming one is the choice of a passphrase for
    /// a vault that has no key yet; one that is kept by the keychain stays there.
    pub fn open_with_passphrase(
        home: &Home,
        keychain: Arc<dyn Keychain>,
        file: Option<PathBuf>,
    ) -> Result<Self, VaultError> {
        let keys = DataKeys::new(keychain, KEYCHAIN_LIMIT, file).behind(home.keychain_lock());
        Self::with(home, keys)
    }

    fn with(home: &Home, keys: DataKeys) -> Result<Self, VaultError> {
        let database = Mutex::new(schema::open(home)?);
        let vault = Self { home: home.clone(), database, keys };
        vault.end_past_session()?;
        Ok(vault)
    }

    /// All connections, by alias.
    pub fn list(&self) -> Result<Vec<Record>, VaultError> {
        let database = self.database();
        let mut query = database.prepare(&format!("SELECT {COLUMNS} FROM connection WHERE {IN_USE}"))?;
        let mut records: Vec<_> = query.query_map([], Record::from_row)?.collect::<Result<_, _>>()?;
        // Here and not in the database, which would copy every column of every row to sort them.
        records.sort_by_cached_key(|record| (record.alias.to_ascii_lowercase(), record.alias.clone()));
        Ok(records)
    }

    pub fn find(&self, alias: &str) -> Result<Option<Record>, VaultError> {
        store::record(&self.database(), "alias = ?1", alias)
    }

    pub fn by_id(&self, id: &str) -> Result<Option<Record>, VaultError> {
        store::record(&self.database(), &format!("id = ?1 AND {IN_USE}"), id)
    }

    /// What happened to a connection, newest first. The last 500 lines are kept.
    pub fn history(&self, id: &str) -> Result<Vec<HistoryLine>, VaultError> {
        let database = self.database();
        let mut query = database
            .prepare("SELECT at, line FROM history WHERE connection = ?1 ORDER BY at DESC, number DESC")?;
        let lines = query
            .query_map([id], |row| Ok(HistoryLine { at: row.get::<_, Instant>(0)?.0, text: row.get(1)? }))?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    /// The app's credentials.
    ///
    /// # Errors
    /// [`VaultError::KeyLost`] also when the secret went with a lost key: only a new sign-in brings it back.
    pub fn pair(&self, id: &str) -> Result<Pair, VaultError> {
        let (_, [key, secret]) = self.secrets(id, [Field::ConsumerKey, Field::ConsumerSecret])?;
        Ok(Pair { key, secret })
    }

    /// The current tokens.
    ///
    /// # Errors
    /// As [`Self::pair`].
    pub fn tokens(&self, id: &str) -> Result<Tokens, VaultError> {
        let (record, [access, refresh]) = self.secrets(id, [Field::AccessToken, Field::RefreshToken])?;
        let issued_at = record.issued_at.ok_or(VaultError::Unreadable)?;
        Ok(Tokens { access, refresh, issued_at, expires_at: record.expires_at, proved_at: record.proved_at })
    }

    /// Stores what a sign-in brought, in place of whatever the connection with this id had, and adds the line to its
    /// history at the time the tokens were issued. The times of the tokens are those of `tokens`, and no refresh is in
    /// flight any more. All or nothing, and on the disk when it returns.
    ///
    /// # Errors
    /// [`VaultError::NameTaken`] when the alias belongs to a connection with another id.
    pub fn keep_sign_in(
        &self,
        record: &Record,
        pair: &Pair,
        tokens: &Tokens,
        line: &str,
    ) -> Result<(), VaultError> {
        self.sealing(|database, key| {
            store::put_record(database, record, tokens)?;
            database.execute("DELETE FROM leaving WHERE connection = ?1", [&record.id])?;
            store::put_secret(database, key, &record.id, Field::ConsumerKey, &pair.key)?;
            store::put_secret(database, key, &record.id, Field::ConsumerSecret, &pair.secret)?;
            store::put_secret(database, key, &record.id, Field::AccessToken, &tokens.access)?;
            store::put_secret(database, key, &record.id, Field::RefreshToken, &tokens.refresh)?;
            store::note(database, &record.id, tokens.issued_at, line)
        })?;
        self.renew_copy();
        Ok(())
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
    /// returns.
    ///
    /// # Errors
    /// [`VaultError::KeyLost`] when the secrets went with a lost key meanwhile: the pair is gone too.
    pub fn commit_refresh(&self, id: &str, tokens: &Tokens, at: OffsetDateTime) -> Result<(), VaultError> {
        let answered = std::time::Instant::now();
        self.commit_answer(id, tokens, at, answered)
    }

    /// As [`Self::commit_refresh`], and logs how long the tokens were in memory alone, since the answer was read.
    pub(crate) fn commit_answer(
        &self,
        id: &str,
        tokens: &Tokens,
        at: OffsetDateTime,
        answered: std::time::Instant,
    ) -> Result<(), VaultError> {
        let raised = self.sealing(|database, key| {
            let before = store::sealed(database, id, Field::RefreshToken)?;
            let rotated = before
                .as_deref()
                .and_then(|before| key.open(id, Field::RefreshToken, before).ok())
                .is_some_and(|before| before != tokens.refresh);
            let changed = database.execute(
                // A refresh does not disprove that the org refuses calls.
                "UPDATE connection SET status = iif(reason IN (:refused, :disabled), status, :status), \
                 reason = iif(reason IN (:refused, :disabled), reason, NULL), checked_at = :at, refresh_in_flight = NULL, \
                 issued_at = :issued_at, expires_at = :expires_at, proved_at = :proved_at, rotates = rotates OR :rotated, \
                 steady = NOT :rotated WHERE id = :id",
                named_params! {
                    ":id": id,
                    ":status": Word(Status::Connected),
                    ":refused": Word(Code::ApiRefused),
                    ":disabled": Word(Code::ApiDisabled),
                    ":at": Instant(at),
                    ":issued_at": Instant(tokens.issued_at),
                    ":expires_at": tokens.expires_at.map(Instant),
                    ":proved_at": tokens.proved_at.map(Instant),
                    ":rotated": rotated,
                },
            )?;
            found(changed)?;
            if before.is_none() {
                return Err(VaultError::KeyLost);
            }
            store::put_secret(database, key, id, Field::AccessToken, &tokens.access)?;
            store::put_secret(database, key, id, Field::RefreshToken, &tokens.refresh)?;
            rotated.then(|| store::next_generation(database)).transpose()
        })?;
        let microseconds = u64::try_from(answered.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::debug!(microseconds, "from a refresh's answer to the disk");
        if let Some(generation) = raised {
            self.raise(generation);
        }
        Ok(())
    }

    /// Sets the health and its reason. No `checked_at` leaves the one that is stored.
    pub fn set_health(
        &self,
        id: &str,
        status: Status,
        reason: Option<Code>,
        checked_at: Option<OffsetDateTime>,
    ) -> Result<(), VaultError> {
        self.change(
            "UPDATE connection SET status = ?2, reason = ?3, checked_at = coalesce(?4, checked_at) WHERE id = ?1",
            params![id, Word(status), reason.map(Word), checked_at.map(Instant)],
        )
    }

    /// Sets both times of the access token, absent ones too.
    pub fn set_expiry(
        &self,
        id: &str,
        expires_at: Option<OffsetDateTime>,
        proved_at: Option<OffsetDateTime>,
    ) -> Result<(), VaultError> {
        self.change(
            "UPDATE connection SET expires_at = ?2, proved_at = ?3 WHERE id = ?1",
            params![id, expires_at.map(Instant), proved_at.map(Instant)],
        )
    }

    /// Gives the connection another alias.
    ///
    /// # Errors
    /// [`VaultError::NameTaken`] when another connection has the alias.
    pub fn rename(&self, id: &str, alias: &str) -> Result<(), VaultError> {
        self.change("UPDATE connection SET alias = ?2 WHERE id = ?1", params![id, alias])?;
        self.renew_copy();
        Ok(())
    }

    /// Adds a line to the history.
    pub fn note(&self, id: &str, at: OffsetDateTime, line: &str) -> Result<(), VaultError> {
        self.writing(|database| store::note(database, id, at, line))
    }

    /// Removes everything stored of the connection, its history too. Forgetting what is not there is a success.
    pub fn forget(&self, id: &str) -> Result<(), VaultError> {
        self.writing(|database| {
            database.execute("DELETE FROM connection WHERE id = ?1", [id])?;
            Ok(())
        })?;
        self.renew_copy();
        self.empty_journal();
        Ok(())
    }

    /// Whether this is the Consumer Key of a stored connection to a real org. Nothing from which a key could be
    /// guessed is stored for it: every stored key is opened and compared.
    pub fn key_used_by_real_org(&self, key: &Secret) -> Result<bool, VaultError> {
        let (place, stored) = {
            let mut database = self.database();
            let snapshot = database.transaction()?;
            (store::key_place(&snapshot)?, store::real_consumer_keys(&snapshot)?)
        };
        if stored.is_empty() {
            return Ok(false);
        }
        let data_key = self.keys.read(&place)?;
        for (id, sealed) in stored {
            if data_key.open(&id, Field::ConsumerKey, &sealed)? == *key {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record, and its secrets opened. The database is free while the keychain is asked.
    fn secrets<const N: usize>(
        &self,
        id: &str,
        fields: [Field; N],
    ) -> Result<(Record, [Secret; N]), VaultError> {
        for _ in 0..TRIES {
            let mut sealed = fields.map(|field| (field, None));
            let (place, record) = {
                let mut database = self.database();
                let snapshot = database.transaction()?;
                let record = store::record(&snapshot, "id = ?1", id)?.ok_or(VaultError::Gone)?;
                for (field, sealed) in &mut sealed {
                    *sealed = store::sealed(&snapshot, id, *field)?;
                }
                (store::key_place(&snapshot)?, record)
            };
            if sealed.iter().any(|(_, sealed)| sealed.is_none()) {
                return Err(error::lost(record.reason));
            }
            let data_key = self.keys.read(&place)?;
            if self.settled(&place)? {
                continue;
            }
            let mut opened = fields.map(|_| Secret::new(""));
            for (opened, (field, sealed)) in opened.iter_mut().zip(&sealed) {
                *opened = data_key.open(id, *field, sealed.as_deref().unwrap_or_default())?;
            }
            return Ok((record, opened));
        }
        Err(VaultError::Busy)
    }

    /// One durable transaction that seals. The keychain is asked before it begins, so that nobody waits for it; should
    /// the key have been replaced meanwhile, that is done again.
    fn sealing<T>(
        &self,
        work: impl Fn(&Transaction<'_>, &DataKey) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        for _ in 0..TRIES {
            let key = self.key()?;
            let done = self.writing(|database| {
                let current = store::key_place(database)?.current;
                if current.is_some_and(|(account, _)| account == key.account()) {
                    work(database, &key).map(Some)
                } else {
                    Ok(None)
                }
            })?;
            if let Some(done) = done {
                return Ok(done);
            }
        }
        Err(VaultError::Busy)
    }

    /// One durable transaction: all of it, or nothing.
    fn writing<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let mut database = self.database();
        let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        schema::refuse_newer(&transaction)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// One statement that changes the one connection it names.
    fn change(&self, statement: &str, values: impl rusqlite::Params) -> Result<(), VaultError> {
        self.writing(|database| found(database.prepare(statement)?.execute(values)?))
    }
}

fn found(changed: usize) -> Result<(), VaultError> {
    if changed == 0 { Err(VaultError::Gone) } else { Ok(()) }
}
