//! Where keys are: looked for, found again, noted as missing; and how an old copy of the database is recognised.

use std::{collections::BTreeSet, sync::Arc};

use time::OffsetDateTime;

use super::{
    Vault, VaultError, admin_requests, backup,
    cipher::{self, DataKey},
    key_records::{self, KeyRecord, Transfer},
    store,
};
use crate::{
    contract::{code::Code, view::KeyProtection},
    platform::lock,
    ports::KeychainError,
};

/// The longest chain of replaced keys of which none was certainly kept.
const LONGEST_CHAIN: usize = 16;

impl Vault {
    /// The key of this record. Facts learnt about the keychain are noted.
    pub(super) fn read_key(&self, key_record: &KeyRecord) -> Result<Arc<DataKey>, VaultError> {
        if self.keys.is_known(key_record) {
            return self.keys.read(key_record);
        }
        let read = self.keys.read(key_record);
        let is_there = read.is_ok();
        let read = match read {
            // After starting over, the vault goes on without it. A passphrase found again is given in a file.
            Err(
                VaultError::PassphraseNeeded
                | VaultError::PassphraseWrong
                | VaultError::Keychain(KeychainError::Missing | KeychainError::Unmade),
            ) if !key_record.is_in_use => Err(VaultError::KeyLost),
            Err(error) if error.is_out_of_sight() => self.by_former(key_record).unwrap_or(Err(error)),
            read => read,
        };
        self.learn(key_record, &read, is_there)?;
        read
    }

    /// The key in use, else another one that is available and becomes the one in use.
    pub(super) fn present_key(&self) -> Result<Arc<DataKey>, VaultError> {
        let key_record = key_records::in_use(&*self.database()?)?;
        match self.read_key(&key_record) {
            Ok(key) => {
                self.settled(&key_record, &key)?;
                Ok(key)
            }
            Err(error) if error.is_out_of_sight() => self.take_up_another(&key_record)?.ok_or(error),
            Err(error) => Err(error),
        }
    }

    /// The connections whose secrets can be decrypted now without a prompt.
    pub fn at_hand(&self) -> Result<BTreeSet<String>, VaultError> {
        let (owners, key_records) = {
            let database = self.database()?;
            let mut key_records = vec![key_records::in_use(&database)?];
            key_records.extend(key_records::others(&database)?);
            (store::accounts(&database)?, key_records)
        };
        let is_wanted = |key_record: &&KeyRecord| {
            owners.iter().any(|(_, account)| Some(account.as_str()) == key_record.account())
        };
        let there: Vec<_> = key_records
            .iter()
            .filter(is_wanted)
            .filter_map(|key_record| self.keys.glance(key_record))
            .collect();
        let is_there = |account: &str| there.iter().any(|key| key.account() == account);
        Ok(owners.into_iter().filter(|(_, account)| is_there(account)).map(|(owner, _)| owner).collect())
    }

    /// The number of connections whose sign-in ends with the agent, because its key is in that memory alone.
    pub fn session_only(&self) -> Result<usize, VaultError> {
        of_a_session(&*self.database()?)
    }

    /// Whether secrets of this connection are stored, even if their key is missing.
    pub fn has_secrets(&self, id: &str) -> Result<bool, VaultError> {
        Ok(store::account_of(&*self.database()?, id)?.is_some())
    }

    /// The names of the keychain that took the key in use, and of the one that answered last.
    pub fn keychains(&self) -> (Option<String>, Option<String>) {
        let in_use = self.database().and_then(|database| key_records::in_use(&database));
        let took = in_use.ok().and_then(|key_record| key_record.keychain);
        (took, self.keys.facts().name)
    }

    /// The key that the keychain has lost, decrypted with the former one and stored again. `None` if that is missing
    /// too.
    fn by_former(&self, key_record: &KeyRecord) -> Option<Result<Arc<DataKey>, VaultError>> {
        let opened = self.opened_by_former(key_record, LONGEST_CHAIN)?;
        if let Ok(key) = &opened {
            tracing::warn!("the keychain has lost the key of the vault; the key before it has opened it");
            if key_record.protection == KeyProtection::Keychain {
                self.keys.store_again(key);
            }
        }
        Some(opened)
    }

    /// The former key may be lost itself, and have a former one.
    fn opened_by_former(
        &self,
        key_record: &KeyRecord,
        at_most: usize,
    ) -> Option<Result<Arc<DataKey>, VaultError>> {
        let former = key_record.former.as_ref()?;
        let (account, check_value) = key_record.current.as_ref()?;
        let outer = key_records::of(&*self.database().ok()?, &former.account).ok().flatten()?;
        let outer = match self.keys.read(&outer) {
            Ok(outer) => outer,
            Err(error @ VaultError::PassphraseNeeded) => return Some(Err(error)),
            Err(_) => match self.opened_by_former(&outer, at_most.checked_sub(1)?)? {
                Ok(outer) => outer,
                Err(error) => return Some(Err(error)),
            },
        };
        let key = outer.open_other(account, &former.sealed).ok().filter(|key| key.made(check_value))?;
        Some(Ok(self.keys.remember(key, key_record.generation)))
    }

    /// Notes facts about a key and the keychain. `is_there`: the key came from the keychain itself.
    fn learn(
        &self,
        key_record: &KeyRecord,
        read: &Result<Arc<DataKey>, VaultError>,
        is_there: bool,
    ) -> Result<(), VaultError> {
        match read {
            Ok(_) => self.note_missing(key_record, None)?,
            Err(error) if error.is_out_of_sight() => self.note_missing(key_record, Some(error.code()))?,
            Err(_) => return Ok(()),
        }
        if key_record.protection != KeyProtection::Keychain || !key_record.is_in_use || !is_there {
            return Ok(());
        }
        let transfer = Transfer::of(&self.keys.facts());
        if key_record.transfer != Some(transfer) {
            self.writing(|database| key_records::set_transfer(database, transfer))?;
        }
        let settled = key_record
            .former
            .as_ref()
            .is_some_and(|former| OffsetDateTime::now_utc() >= former.settled_after);
        if settled { self.discard_former() } else { Ok(()) }
    }

    pub(super) fn note_missing(
        &self,
        key_record: &KeyRecord,
        missing: Option<Code>,
    ) -> Result<(), VaultError> {
        if key_record.missing == missing || key_record.current.is_none() {
            return Ok(());
        }
        let now = OffsetDateTime::now_utc();
        self.writing(|database| key_records::note_missing(database, key_record.account(), missing, now))
    }

    pub(super) fn discard_former(&self) -> Result<(), VaultError> {
        let dropped = self.writing(key_records::end_former)?;
        if let Some(former) = dropped.filter(|former| former.protection == KeyProtection::Keychain)
            && let Some(account) = former.account()
        {
            self.keys.discard(account);
        }
        Ok(())
    }

    fn take_up_another(&self, key_record: &KeyRecord) -> Result<Option<Arc<DataKey>>, VaultError> {
        let others = key_records::others(&*self.database()?)?;
        for other in others.into_iter().filter(|other| other.protection == KeyProtection::Keychain) {
            let Ok(key) = self.read_key(&other) else { continue };
            let is_taken_up = self.writing(|database| {
                if key_records::in_use(database)?.account() != key_record.account() {
                    return Ok(false);
                }
                key_records::take_up(database, &other)?;
                Ok(true)
            })?;
            if is_taken_up {
                tracing::info!("another key of this vault is there, and in use from now on");
                self.settled(&other, &key)?;
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// Whether the database was changed, and has to be read again: its secrets were of an older format and are
    /// encrypted anew; or the generation stored with the key shows that it is an older copy, and tokens that may have
    /// been replaced since are removed.
    pub(super) fn settled(&self, key_record: &KeyRecord, key: &DataKey) -> Result<bool, VaultError> {
        let is_older_form = key_record.format < cipher::FORMAT;
        if is_older_form {
            self.bind_anew(key)?;
        }
        if key_record.generation >= self.keys.generation() {
            self.keys.seen(key_record.generation);
            return Ok(is_older_form);
        }
        self.writing(|database| {
            // Another thread may have stored a newer one after this record was read.
            let (newest, stored) = (self.keys.generation(), key_records::in_use(database)?.generation);
            if stored < newest {
                tracing::warn!(
                    stored,
                    newest,
                    "the database is an older copy; its rotated tokens are let go of"
                );
                store::drop_outdated_tokens(database, newest)?;
            }
            Ok(())
        })?;
        Ok(true)
    }

    /// Encrypts secrets of the older format anew, unless that was done meanwhile.
    fn bind_anew(&self, key: &DataKey) -> Result<(), VaultError> {
        let account = key.account();
        self.writing(|database| {
            let key_record = key_records::of(database, account)?;
            if key_record.is_none_or(|key_record| key_record.format >= cipher::FORMAT) {
                return Ok(());
            }
            store::seal_anew(database, account, key, |owner, field, sealed| {
                key.open_unbound(owner, field, sealed)
            })?;
            key_records::set_format(database, account)
        })?;
        self.empty_journal();
        Ok(())
    }

    /// Stores with the key that a rotated token was stored.
    pub(super) fn raise(&self, generation: i64, account: &str) {
        self.keys.seen(generation);
        let key_record = self.even_moved_home().and_then(|database| key_records::of(&database, account));
        if let Ok(Some(key_record)) = key_record
            && key_record.protection == KeyProtection::Keychain
            && let Ok(key) = self.keys.read(&key_record)
        {
            self.keys.store_generation(&key);
        }
    }

    /// Removes the secrets of a session's key once no agent runs that could have that key.
    pub(super) fn end_past_session(&self) -> Result<(), VaultError> {
        if sessions(&*self.database()?)?.is_empty() {
            return Ok(());
        }
        let Some(_no_agent) = lock::try_exclusive(&self.home.agent_lock())? else { return Ok(()) };
        self.writing(|database| {
            for account in sessions(database)? {
                store::drop_secrets(database, &account, Code::VaultSessionEnded)?;
                admin_requests::lose(database, &account, OffsetDateTime::now_utc())?;
                if key_records::in_use(database)?.account() == Some(account.as_str()) {
                    key_records::forget(database)?;
                }
            }
            key_records::drop_unused(database)
        })
    }

    /// Replaces the copy without secrets. Failure is not reported.
    pub(super) fn renew_copy(&self) {
        let renewed = lock::exclusive(&self.home.vault_lock())
            .map_err(VaultError::from)
            .and_then(|_held| backup::write(&*self.database()?, &self.home.database_copy()));
        if let Err(error) = renewed {
            tracing::warn!(%error, "the copy of the names and histories is not up to date");
        }
    }

    /// Removes overwritten values from the journal too, or later if another process is reading.
    pub(super) fn empty_journal(&self) {
        let emptied = self
            .database()
            .and_then(|database| Ok(database.pragma(None, "wal_checkpoint", "TRUNCATE", |_| Ok(()))?));
        if let Err(error) = emptied {
            tracing::debug!(%error, "the journal is emptied later");
        }
    }
}

/// The number of connections whose key only an agent has.
pub(super) fn of_a_session(database: &rusqlite::Connection) -> Result<usize, VaultError> {
    let sessions = sessions(database)?;
    if sessions.is_empty() {
        return Ok(0);
    }
    let owners: BTreeSet<_> = store::accounts(database)?
        .into_iter()
        .filter(|(_, account)| sessions.contains(account))
        .map(|(owner, _)| owner)
        .collect();
    Ok(owners.len())
}

/// The accounts of keys that only an agent has, or had.
fn sessions(database: &rusqlite::Connection) -> Result<Vec<String>, VaultError> {
    let mut key_records = vec![key_records::in_use(database)?];
    key_records.extend(key_records::others(database)?);
    let sessions =
        key_records.into_iter().filter(|key_record| key_record.protection == KeyProtection::Session);
    Ok(sessions.filter_map(|key_record| key_record.current).map(|(account, _)| account).collect())
}
