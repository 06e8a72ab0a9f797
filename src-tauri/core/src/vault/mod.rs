//! The vault: a database of connections, whose secrets are encrypted with a key that only the keychain has.
//!
//! All calls block; use a thread that may. Several processes may have a home's vault open at once.

mod admin_requests;
mod alone;
mod backup;
mod browsers;
mod cipher;
mod consumer_keys;
mod error;
mod gates;
mod groups;
mod health_records;
mod here;
mod journal;
mod key;
mod key_protection;
mod key_records;
mod opened;
mod opening;
mod passphrase;
mod permission;
mod record;
mod refreshing;
mod rotations;
mod schema;
mod set_aside;
mod setups;
mod store;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod uses;
mod whereabouts;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Transaction, TransactionBehavior, params};
use time::OffsetDateTime;

pub use self::{
    admin_requests::AdminRequest,
    error::{VaultError, is_lost, is_out_of_sight},
    health_records::{Change, HealthRecord, Leaving, Limits, Replaced},
    key_protection::NewProtection,
    passphrase::{facts_of_file, passphrase_in},
    record::{Pair, Record, Tokens},
    set_aside::SetAside,
    setups::KeptSetup,
};
use self::{
    cipher::{DataKey, Field},
    gates::Gates,
    key::DataKeys,
    opened::{Opened, Standing},
    record::{COLUMNS, Instant},
};
use crate::{contract::view::HistoryLine, platform::home::Home, ports::Keychain, secret::Secret};

/// How long the keychain may take. An unanswered prompt takes longer, and is reported as slow.
const KEYCHAIN_LIMIT: Duration = Duration::from_secs(3);

/// How long it may take for a new key, since some keychains rewrite a whole database.
const MAKING_LIMIT: Duration = Duration::from_secs(12);

/// How often an operation is repeated because another process changed the key meanwhile.
const TRIES: usize = 3;

/// The condition for connections in use, as opposed to those still to be revoked, and what is set aside.
const IN_USE: &str =
    "id NOT IN (SELECT connection FROM leaving) AND id NOT IN (SELECT connection FROM set_aside)";

/// What goes along with a sign-in that is stored, all or nothing.
#[derive(Clone, Copy, Default)]
pub struct Along<'a> {
    /// The sign-in that it replaces, whose tokens are kept until they are revoked.
    pub replaced: Option<&'a Replaced>,
    /// The request in whose answer the pair came, which ends with it.
    pub answered: Option<&'a str>,
    /// Whether it was begun for a rotation, which may have been taken back since.
    pub of_rotation: bool,
}

/// The stored connections of one home.
pub struct Vault {
    home: Home,
    database: Mutex<Opened>,
    keys: DataKeys,
}

impl Vault {
    /// Opens the database, or makes a new one. The keychain is not used yet.
    pub fn open(home: &Home, keychain: Arc<dyn Keychain>) -> Result<Self, VaultError> {
        Self::open_with_passphrase(home, keychain, None)
    }

    /// As [`Self::open`], with a file whose first line is the passphrase. For a vault without a key this chooses the
    /// passphrase; a key in the keychain stays there.
    pub fn open_with_passphrase(
        home: &Home,
        keychain: Arc<dyn Keychain>,
        file: Option<PathBuf>,
    ) -> Result<Self, VaultError> {
        Self::open_telling(home, keychain, file, || {})
    }

    /// As [`Self::open_with_passphrase`], and calls `waiting` if a refresh under way must end before the form of the
    /// database can change.
    pub fn open_telling(
        home: &Home,
        keychain: Arc<dyn Keychain>,
        file: Option<PathBuf>,
        waiting: fn(),
    ) -> Result<Self, VaultError> {
        let keys = DataKeys::new(keychain, KEYCHAIN_LIMIT, file).making_within(MAKING_LIMIT).behind(Gates {
            asking: home.keychain_lock(),
            glancing: home.keychain_glance_lock(),
            declined: home.keychain_declined(),
            silent: home.keychain_silent(),
        });
        Self::with(home, keys, waiting)
    }

    fn with(home: &Home, keys: DataKeys, waiting: fn()) -> Result<Self, VaultError> {
        let database = Mutex::new(Opened::open(home, waiting)?);
        let vault = Self { home: home.clone(), database, keys };
        vault.end_past_session()?;
        Ok(vault)
    }

    /// All connections, by alias.
    pub fn list(&self) -> Result<Vec<Record>, VaultError> {
        let database = self.database()?;
        let mut query = database.prepare(&format!("SELECT {COLUMNS} FROM connection WHERE {IN_USE}"))?;
        let mut records: Vec<_> = query.query_map([], Record::from_row)?.collect::<Result<_, _>>()?;
        // Sorted here, because the database would copy every column of every row for it.
        records.sort_by_cached_key(|record| (record.alias.to_ascii_lowercase(), record.alias.clone()));
        Ok(records)
    }

    pub fn find(&self, alias: &str) -> Result<Option<Record>, VaultError> {
        store::record(&*self.database()?, &format!("alias = ?1 AND {IN_USE}"), alias)
    }

    pub fn by_id(&self, id: &str) -> Result<Option<Record>, VaultError> {
        store::record(&*self.database()?, &format!("id = ?1 AND {IN_USE}"), id)
    }

    /// The history of a connection, newest first. The last 500 lines are kept.
    pub fn history(&self, id: &str) -> Result<Vec<HistoryLine>, VaultError> {
        let database = self.database()?;
        let mut query = database
            .prepare("SELECT at, line FROM history WHERE connection = ?1 ORDER BY at DESC, number DESC")?;
        let lines = query
            .query_map([id], |row| Ok(HistoryLine { at: row.get::<_, Instant>(0)?.0, text: row.get(1)? }))?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    /// The app's credentials.
    ///
    /// # Errors
    /// [`VaultError::KeyLost`] also if the secret was lost with its key: only a new sign-in replaces it.
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

    /// Stores the result of a sign-in, replacing what the connection with this id had, and adds the line to its history
    /// at the time the tokens were issued. The tokens' times are those of `tokens`, and any mark of a refresh in flight
    /// is cleared. All or nothing, and on the disk when this returns.
    ///
    /// # Errors
    /// [`VaultError::NameTaken`] when the alias belongs to a connection with another id.
    pub fn store_sign_in(
        &self,
        record: &Record,
        pair: &Pair,
        tokens: &Tokens,
        line: &str,
    ) -> Result<(), VaultError> {
        self.replace_sign_in(record, pair, tokens, line, &Along::default())
    }

    /// As [`Self::store_sign_in`], and in the same transaction what goes along with it.
    ///
    /// # Errors
    /// [`VaultError::RotationOver`] where the sign-in was for a rotation that no longer has its pair.
    pub fn replace_sign_in(
        &self,
        record: &Record,
        pair: &Pair,
        tokens: &Tokens,
        line: &str,
        &Along { replaced, answered, of_rotation }: &Along<'_>,
    ) -> Result<(), VaultError> {
        self.sealing(|database, key| {
            let before = store::record(database, "id = ?1", &record.id)?;
            if of_rotation && !rotations::has(database, key, before.as_ref(), pair)? {
                return Err(VaultError::RotationOver);
            }
            let rotation = rotations::Before::of(database, key, before.as_ref())?;
            store::put_record(database, record, tokens)?;
            database.execute("DELETE FROM leaving WHERE connection = ?1", [&record.id])?;
            set_aside::take_back(database, &record.id)?;
            store::put_secrets(database, key, record, pair, tokens)?;
            if let Some(rotation) = rotation {
                rotation.follow(database, key, record, pair, tokens.issued_at)?;
            }
            here::stamp(database, &self.home, &record.id)?;
            store::note(database, &record.id, tokens.issued_at, line)?;
            health_records::note_sign_in(database, &record.id, tokens.issued_at)?;
            if let Some(request) = answered {
                admin_requests::answered(database, request, tokens.issued_at)?;
            }
            key_records::drop_unused(database)?;
            replaced.map_or(Ok(()), |replaced| replaced.leave_behind(database, key, record, tokens.issued_at))
        })?;
        if answered.is_some() {
            self.empty_journal();
        }
        self.renew_copy();
        Ok(())
    }

    /// Sets both times of the access token; `None` clears one.
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

    /// Removes everything stored about the connection, with its history. Succeeds if there is nothing.
    pub fn forget(&self, id: &str) -> Result<(), VaultError> {
        self.writing(|database| {
            database.execute("DELETE FROM connection WHERE id = ?1", [id])?;
            groups::drop_empty(database)?;
            key_records::drop_unused(database)
        })?;
        self.renew_copy();
        self.empty_journal();
        Ok(())
    }

    /// The database that everybody finds, also where the one that was open was deleted or replaced meanwhile.
    ///
    /// # Errors
    /// [`VaultError::HomeGone`]; those of opening it.
    fn database(&self) -> Result<MutexGuard<'_, Opened>, VaultError> {
        let mut database = self.opened();
        database.settle()?;
        Ok(database)
    }

    /// As [`Self::database`], or the open one where that was moved away with its whole home: for what must not be lost.
    fn even_moved_home(&self) -> Result<MutexGuard<'_, Opened>, VaultError> {
        match self.database() {
            Err(VaultError::HomeGone) => Ok(self.opened()),
            result => result,
        }
    }

    fn opened(&self) -> MutexGuard<'_, Opened> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks whether the database is where it belongs, and goes on with the one that is there. `true` if another one was
    /// open before.
    ///
    /// # Errors
    /// [`VaultError::HomeGone`]; those of opening the database.
    pub fn look_after(&self) -> Result<bool, VaultError> {
        let mut database = self.opened();
        let was_elsewhere = database.standing() != Standing::InPlace;
        database.settle()?;
        Ok(was_elsewhere)
    }

    /// The record with its decrypted secrets. The database is not locked during a call of the keychain.
    fn secrets<const N: usize>(
        &self,
        id: &str,
        fields: [Field; N],
    ) -> Result<(Record, [Secret; N]), VaultError> {
        for _ in 0..TRIES {
            let mut sealed = fields.map(|field| (field, None));
            let (key_record, record) = {
                let mut database = self.database()?;
                let snapshot = database.transaction()?;
                let record = store::record(&snapshot, "id = ?1", id)?.ok_or(VaultError::Gone)?;
                for (field, sealed) in &mut sealed {
                    *sealed = store::sealed(&snapshot, id, *field)?;
                }
                let account =
                    sealed.iter().find_map(|(_, sealed)| sealed.as_ref()).map(|(account, _)| account);
                (account.map_or(Ok(None), |account| key_records::of(&snapshot, account))?, record)
            };
            if sealed.iter().any(|(_, sealed)| sealed.is_none()) {
                return Err(error::lost(record.reason));
            }
            let key_record = key_record.ok_or(VaultError::KeyLost)?;
            let data_key = self.read_key(&key_record)?;
            if self.settled(&key_record, &data_key)? {
                continue;
            }
            let mut opened = fields.map(|_| Secret::new(""));
            for (opened, (field, sealed)) in opened.iter_mut().zip(&sealed) {
                let sealed = sealed.as_ref().map(|(_, sealed)| sealed.as_slice());
                *opened = data_key.open(&record, *field, sealed.unwrap_or_default())?;
            }
            return Ok((record, opened));
        }
        Err(VaultError::Busy)
    }

    /// One durable transaction that encrypts. The data key is fetched before it begins, so that the database is not
    /// locked for long; if the key was replaced meanwhile, this starts again.
    fn sealing<T>(
        &self,
        work: impl Fn(&Transaction<'_>, &DataKey) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        for _ in 0..TRIES {
            let key = self.key()?;
            let done = self.writing(|database| {
                if key_records::in_use(database)?.account() == Some(key.account()) {
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

    /// As [`Self::sealing`], with the key of this connection's secrets, whether in use or not.
    fn sealing_for<T>(
        &self,
        id: &str,
        work: impl Fn(&Transaction<'_>, &DataKey) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        for _ in 0..TRIES {
            let key_record = {
                let database = self.even_moved_home()?;
                let record = store::record(&database, "id = ?1", id)?.ok_or(VaultError::Gone)?;
                let account = store::account_of(&database, id)?.ok_or_else(|| error::lost(record.reason))?;
                key_records::of(&database, &account)?.ok_or(VaultError::KeyLost)?
            };
            let key = self.read_key(&key_record)?;
            self.settled(&key_record, &key)?;
            let done = transaction(self.even_moved_home()?, |database| {
                let is_still =
                    store::account_of(database, id)?.is_some_and(|account| account == key.account());
                if is_still { work(database, &key).map(Some) } else { Ok(None) }
            })?;
            if let Some(done) = done {
                return Ok(done);
            }
        }
        Err(VaultError::Busy)
    }

    /// One durable transaction: all or nothing.
    fn writing<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        transaction(self.database()?, work)
    }

    /// Executes one statement that changes the one connection it names.
    fn change(&self, statement: &str, values: impl rusqlite::Params) -> Result<(), VaultError> {
        self.writing(|database| found(database.prepare(statement)?.execute(values)?))
    }
}

fn transaction<T>(
    mut database: MutexGuard<'_, Opened>,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    schema::refuse_newer(&transaction)?;
    let result = work(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

fn found(changed: usize) -> Result<(), VaultError> {
    if changed == 0 { Err(VaultError::Gone) } else { Ok(()) }
}
