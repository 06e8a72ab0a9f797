//! Where keys are: looked for, found again, noted as not there, and what an old copy of the database is known by.

use std::{collections::BTreeSet, sync::Arc};

use time::OffsetDateTime;

use super::{
    Vault, VaultError, backup,
    cipher::{self, DataKey},
    places::{self, KeyPlace, Transfer},
    store,
};
use crate::{
    contract::{code::Code, view::Guard},
    platform::lock,
    ports::KeychainError,
};

/// No longer row of keys that were replaced before any of them was certain to be kept.
const LONGEST_CHAIN: usize = 16;

impl Vault {
    /// The key of this place. What is learnt with it of the keychain is noted.
    pub(super) fn read_key(&self, place: &KeyPlace) -> Result<Arc<DataKey>, VaultError> {
        if self.keys.is_known(place) {
            return self.keys.read(place);
        }
        let read = self.keys.read(place);
        let is_there = read.is_ok();
        let read = match read {
            // Whoever started over goes on without it. A passphrase that is found again is told in a file.
            Err(
                VaultError::PassphraseNeeded
                | VaultError::PassphraseWrong
                | VaultError::Keychain(KeychainError::Missing | KeychainError::Unmade),
            ) if !place.is_in_use => Err(VaultError::KeyLost),
            Err(error) if error.is_out_of_sight() => self.by_former(place).unwrap_or(Err(error)),
            read => read,
        };
        self.learn(place, &read, is_there)?;
        read
    }

    /// The key in use, else another one that is there, which is the one in use from now on.
    pub(super) fn present_key(&self) -> Result<Arc<DataKey>, VaultError> {
        let place = places::in_use(&self.database())?;
        match self.read_key(&place) {
            Ok(key) => {
                self.settled(&place, &key)?;
                Ok(key)
            }
            Err(error) if error.is_out_of_sight() => self.take_up_another(&place)?.ok_or(error),
            Err(error) => Err(error),
        }
    }

    /// The connections whose secrets can be opened now without anybody being asked for anything.
    pub fn at_hand(&self) -> Result<BTreeSet<String>, VaultError> {
        let (owners, places) = {
            let database = self.database();
            let mut places = vec![places::in_use(&database)?];
            places.extend(places::others(&database)?);
            (store::accounts(&database)?, places)
        };
        let is_wanted =
            |place: &&KeyPlace| owners.iter().any(|(_, account)| Some(account.as_str()) == place.account());
        let there: Vec<_> =
            places.iter().filter(is_wanted).filter_map(|place| self.keys.glance(place)).collect();
        let is_there = |account: &str| there.iter().any(|key| key.account() == account);
        Ok(owners.into_iter().filter(|(_, account)| is_there(account)).map(|(owner, _)| owner).collect())
    }

    /// Whether secrets of this connection are stored, whoever has their key.
    pub fn has_secrets(&self, id: &str) -> Result<bool, VaultError> {
        Ok(store::account_of(&self.database(), id)?.is_some())
    }

    /// What people call the keychain that took the key in use, and the one that answered last.
    pub fn keychains(&self) -> (Option<String>, Option<String>) {
        let took = places::in_use(&self.database()).ok().and_then(|place| place.keychain);
        (took, self.keys.facts().name)
    }

    /// The key through the one before it, where the keychain has lost it, and given back to it. `None` where that is not
    /// there either.
    fn by_former(&self, place: &KeyPlace) -> Option<Result<Arc<DataKey>, VaultError>> {
        let opened = self.opened_by_former(place, LONGEST_CHAIN)?;
        if let Ok(key) = &opened {
            tracing::warn!("the keychain has lost the key of the vault; the key before it has opened it");
            if place.guard == Guard::Keychain {
                self.keys.keep_again(key);
            }
        }
        Some(opened)
    }

    /// The key before it may be lost itself, and have one before it.
    fn opened_by_former(&self, place: &KeyPlace, at_most: usize) -> Option<Result<Arc<DataKey>, VaultError>> {
        let former = place.former.as_ref()?;
        let (account, check_value) = place.current.as_ref()?;
        let outer = places::of(&self.database(), &former.account).ok().flatten()?;
        let outer = match self.keys.read(&outer) {
            Ok(outer) => outer,
            Err(error @ VaultError::PassphraseNeeded) => return Some(Err(error)),
            Err(_) => match self.opened_by_former(&outer, at_most.checked_sub(1)?)? {
                Ok(outer) => outer,
                Err(error) => return Some(Err(error)),
            },
        };
        let key = outer.open_other(account, &former.sealed).ok().filter(|key| key.made(check_value))?;
        Some(Ok(self.keys.remember(key, place.generation)))
    }

    /// Notes what was seen of a key and of the keychain. `is_there`: in the keychain itself.
    fn learn(
        &self,
        place: &KeyPlace,
        read: &Result<Arc<DataKey>, VaultError>,
        is_there: bool,
    ) -> Result<(), VaultError> {
        match read {
            Ok(_) => self.note_missing(place, None)?,
            Err(error) if error.is_out_of_sight() => self.note_missing(place, Some(error.code()))?,
            Err(_) => return Ok(()),
        }
        if place.guard != Guard::Keychain || !place.is_in_use || !is_there {
            return Ok(());
        }
        let transfer = Transfer::of(&self.keys.facts());
        if place.transfer != Some(transfer) {
            self.writing(|database| places::set_transfer(database, transfer))?;
        }
        let settled =
            place.former.as_ref().is_some_and(|former| OffsetDateTime::now_utc() >= former.settled_after);
        if settled { self.discard_former() } else { Ok(()) }
    }

    pub(super) fn note_missing(&self, place: &KeyPlace, missing: Option<Code>) -> Result<(), VaultError> {
        if place.missing == missing || place.current.is_none() {
            return Ok(());
        }
        let now = OffsetDateTime::now_utc();
        self.writing(|database| places::note_missing(database, place.account(), missing, now))
    }

    pub(super) fn discard_former(&self) -> Result<(), VaultError> {
        let dropped = self.writing(places::end_former)?;
        if let Some(former) = dropped.filter(|former| former.guard == Guard::Keychain)
            && let Some(account) = former.account()
        {
            self.keys.discard(account);
        }
        Ok(())
    }

    fn take_up_another(&self, place: &KeyPlace) -> Result<Option<Arc<DataKey>>, VaultError> {
        let others = places::others(&self.database())?;
        for other in others.into_iter().filter(|other| other.guard == Guard::Keychain) {
            let Ok(key) = self.read_key(&other) else { continue };
            let is_taken_up = self.writing(|database| {
                if places::in_use(database)?.account() != place.account() {
                    return Ok(false);
                }
                places::take_up(database, &other)?;
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

    /// Whether the database was changed, and has to be read again: its secrets were in an older form and are sealed anew,
    /// or it proved to be an older copy of itself, by the generation beside the key, and what may have been replaced
    /// since is gone from it.
    pub(super) fn settled(&self, place: &KeyPlace, key: &DataKey) -> Result<bool, VaultError> {
        let is_older_form = place.format < cipher::FORMAT;
        if is_older_form {
            self.bind_anew(key)?;
        }
        if place.generation >= self.keys.generation() {
            self.keys.seen(place.generation);
            return Ok(is_older_form);
        }
        self.writing(|database| {
            // Another thread may have stored a newer one after this place was read.
            let (newest, stored) = (self.keys.generation(), places::in_use(database)?.generation);
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

    /// Seals what is in the older form anew, unless that was done meanwhile.
    fn bind_anew(&self, key: &DataKey) -> Result<(), VaultError> {
        let account = key.account();
        self.writing(|database| {
            let place = places::of(database, account)?;
            if place.is_none_or(|place| place.format >= cipher::FORMAT) {
                return Ok(());
            }
            store::seal_anew(database, account, key, |owner, field, sealed| {
                key.open_unbound(owner, field, sealed)
            })?;
            places::set_format(database, account)
        })?;
        self.empty_journal();
        Ok(())
    }

    /// Notes beside the key that a rotated token was stored.
    pub(super) fn raise(&self, generation: i64, account: &str) {
        self.keys.seen(generation);
        let place = places::of(&self.database(), account);
        if let Ok(Some(place)) = place
            && place.guard == Guard::Keychain
            && let Ok(key) = self.keys.read(&place)
        {
            self.keys.keep_generation(&key);
        }
    }

    /// Lets go of what a session's key sealed once no agent runs that could have that key.
    pub(super) fn end_past_session(&self) -> Result<(), VaultError> {
        if past_sessions(&self.database())?.is_empty() {
            return Ok(());
        }
        let Some(_no_agent) = lock::try_exclusive(&self.home.agent_lock())? else { return Ok(()) };
        self.writing(|database| {
            for account in past_sessions(database)? {
                store::drop_secrets(database, &account, Code::VaultSessionEnded)?;
                if places::in_use(database)?.account() == Some(account.as_str()) {
                    places::forget(database)?;
                }
            }
            places::drop_unused(database)
        })
    }

    /// Renews the copy of what is not secret. Nobody waits for its outcome.
    pub(super) fn renew_copy(&self) {
        let renewed = lock::exclusive(&self.home.vault_lock())
            .map_err(VaultError::from)
            .and_then(|_held| backup::write(&self.database(), &self.home.database_copy()));
        if let Err(error) = renewed {
            tracing::warn!(%error, "the copy of the names and histories is not up to date");
        }
    }

    /// Removes what was overwritten from the journal too. Should somebody else be reading, that is done later.
    pub(super) fn empty_journal(&self) {
        if let Err(error) = self.database().pragma(None, "wal_checkpoint", "TRUNCATE", |_| Ok(())) {
            tracing::debug!(error = %VaultError::from(error), "the journal is emptied later");
        }
    }
}

/// The accounts of keys that were an agent's alone.
fn past_sessions(database: &rusqlite::Connection) -> Result<Vec<String>, VaultError> {
    let mut places = vec![places::in_use(database)?];
    places.extend(places::others(database)?);
    let sessions = places.into_iter().filter(|place| place.guard == Guard::Session);
    Ok(sessions.filter_map(|place| place.current).map(|(account, _)| account).collect())
}
