//! Fetches the data key: from the keychain, once in the life of the process and with a time limit; or from the
//! database, with a passphrase; or from this process's memory.

mod one_at_a_time;

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

use super::{
    VaultError,
    cipher::DataKey,
    gates::Gates,
    key_records::KeyRecord,
    passphrase::{as_it_may_have_been_meant, passphrase_in},
};
use crate::{
    contract::view::KeyProtection,
    platform::private,
    ports::{Keychain, KeychainError, KeychainFacts},
    secret::Secret,
};

/// The keychain with a time limit, and the keys read so far.
///
/// Only one call of the keychain is under way at a time, on its own thread. A call behind an unanswered prompt goes on:
/// later callers wait for it up to the limit, and no second prompt is shown. When it returns, the key is kept for the
/// next caller.
pub(super) struct DataKeys {
    shared: Arc<Shared>,
    limit: Duration,
    /// The time limit for making a key, for which the person beginning a sign-in waits.
    making: Duration,
    /// Read when a passphrase is needed and was not given.
    passphrase_file: Option<PathBuf>,
    /// Held while a passphrase is stretched, which takes time and much memory.
    stretching: Mutex<()>,
    gates: Option<Gates>,
}

struct Shared {
    keychain: Arc<dyn Keychain>,
    state: Mutex<State>,
    free: Condvar,
}

#[derive(Default)]
struct State {
    busy: bool,
    /// The keys by account.
    keys: BTreeMap<String, Arc<DataKey>>,
    /// A key that was stored after its caller gave up: the next caller gets it.
    made: Option<DataKey>,
    /// The account of a key that the file with the passphrase did not open.
    not_by_file: Option<String>,
    /// The newest generation seen beside a key.
    generation: i64,
    /// Until when a key without a former one may be lost if its keychain ends.
    unwritten_until: Option<Instant>,
}

impl DataKeys {
    pub(super) fn new(
        keychain: Arc<dyn Keychain>,
        limit: Duration,
        passphrase_file: Option<PathBuf>,
    ) -> Self {
        let shared = Shared { keychain, state: Mutex::default(), free: Condvar::new() };
        Self {
            shared: Arc::new(shared),
            limit,
            making: limit,
            passphrase_file,
            stretching: Mutex::default(),
            gates: None,
        }
    }

    /// Sets the time limit for making a key.
    #[must_use]
    pub(super) fn making_within(self, making: Duration) -> Self {
        Self { making, ..self }
    }

    /// Lets only few processes at a time use the keychain. Time in the queue does not count as the keychain's.
    #[must_use]
    pub(super) fn behind(self, gates: Gates) -> Self {
        Self { gates: Some(gates), ..self }
    }

    pub(super) fn passphrase_file(&self) -> Option<&PathBuf> {
        self.passphrase_file.as_ref()
    }

    /// The key of this record, from memory or from its keeper.
    ///
    /// # Errors
    /// [`VaultError::KeyLost`] when the unlocked keychain has no such entry, or another key;
    /// [`VaultError::KeyElsewhere`] when a keychain other than the one that answers took the key.
    pub(super) fn read(&self, key_record: &KeyRecord) -> Result<Arc<DataKey>, VaultError> {
        let (account, check_value) = key_record.current.clone().ok_or(VaultError::KeyLost)?;
        if let Some(known) = self.shared.state().known(&account) {
            return Ok(known);
        }
        match key_record.protection {
            KeyProtection::Keychain => self.read_keychain(key_record, account, check_value),
            KeyProtection::Passphrase => {
                let file = self.passphrase_file.as_ref().ok_or(VaultError::PassphraseNeeded)?;
                self.unlock(key_record, &passphrase_in(file)?)
            }
            KeyProtection::Session => Err(VaultError::SessionEnded),
        }
    }

    /// As [`Self::read`], if that needs no prompt.
    pub(super) fn glance(&self, key_record: &KeyRecord) -> Option<Arc<DataKey>> {
        const NOT_SEEN: VaultError = VaultError::Keychain(KeychainError::Locked);
        let (account, check_value) = key_record.current.clone()?;
        if key_record.protection != KeyProtection::Keychain || self.is_known(key_record) {
            return self.read(key_record).ok();
        }
        let wanted = Arc::new(Wanted { installation: key_record.installation.clone(), account, check_value });
        let (glance, is_known) = (self.glancing(&wanted, key_record.may_be_plain()), wanted.clone());
        self.one_at_a_time(self.limit, |state| state.known(&is_known.account), glance, |_, _| Err(NOT_SEEN))
            .ok()
    }

    /// Opens a vault whose passphrase is in a file. A file that did not serve is not tried again unasked; a pipe is left to
    /// whoever needs what comes through it.
    pub(super) fn try_file(&self, key_record: &KeyRecord) {
        let Some((account, _)) = key_record.current.clone() else { return };
        let is_file = |path: &PathBuf| fs::metadata(path).is_ok_and(|found| found.is_file());
        if key_record.protection != KeyProtection::Passphrase
            || self.is_known(key_record)
            || !self.passphrase_file.as_ref().is_some_and(is_file)
            || self.shared.state().not_by_file.as_ref() == Some(&account)
        {
            return;
        }
        if let Err(error) = self.read(key_record) {
            tracing::info!(%error, "the file with the passphrase does not open the vault");
            self.shared.state().not_by_file = Some(account);
        }
    }

    /// Allows a prompt again after one was declined, because a person acts.
    pub(super) fn ask_again(&self) {
        if let Some(gates) = &self.gates {
            // The file rarely exists.
            let _ = fs::remove_file(&gates.declined);
        }
    }

    /// Notes that a new key has no former one, in a keychain that writes late.
    pub(super) fn is_unwritten(&self, at_most: Duration) {
        self.shared.state().unwritten_until = Some(Instant::now() + at_most);
    }

    /// How long such a key may still be lost if its keychain ends.
    pub(super) fn unwritten_for(&self) -> Duration {
        let until = self.shared.state().unwritten_until;
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// The facts about the keychain that answered last.
    pub(super) fn facts(&self) -> KeychainFacts {
        self.shared.keychain.facts()
    }

    /// Whether the key of this record is in this process's memory.
    pub(super) fn is_known(&self, key_record: &KeyRecord) -> bool {
        let state = self.shared.state();
        key_record.current.as_ref().is_some_and(|(account, _)| state.known(account).is_some())
    }

    /// Decrypts the key of a passphrase vault and keeps it in memory.
    pub(super) fn unlock(
        &self,
        key_record: &KeyRecord,
        passphrase: &Secret,
    ) -> Result<Arc<DataKey>, VaultError> {
        let (account, check_value) = key_record.current.as_ref().ok_or(VaultError::KeyLost)?;
        let _alone = self.stretching.lock().unwrap_or_else(PoisonError::into_inner);
        let sealed = key_record.sealed_key.as_ref().ok_or(VaultError::Unreadable)?;
        let mut opened = Err(VaultError::PassphraseWrong);
        for passphrase in as_it_may_have_been_meant(passphrase) {
            opened = sealed.open(&key_record.installation, account, &passphrase);
            if opened.as_ref().err() != Some(&VaultError::PassphraseWrong) {
                break;
            }
        }
        let key = opened?;
        if key.made(check_value) {
            Ok(self.remember(key, key_record.generation))
        } else {
            Err(VaultError::KeyLost)
        }
    }

    fn read_keychain(
        &self,
        key_record: &KeyRecord,
        account: String,
        check_value: Vec<u8>,
    ) -> Result<Arc<DataKey>, VaultError> {
        let wanted = Arc::new(Wanted { installation: key_record.installation.clone(), account, check_value });
        let asked = wanted.clone();
        let (took, declined) = (key_record.keychain.clone(), self.gates.clone().map(|gates| gates.declined));
        self.one_at_a_time(
            self.limit,
            |state| state.known(&wanted.account),
            self.glancing(&wanted, key_record.may_be_plain()),
            move |shared, _| {
                let is_declined = declined.as_ref().is_some_and(|declined| declined.exists());
                if is_declined {
                    return Err(KeychainError::Declined.into());
                }
                let read = shared.keychain.read(&asked.account, &|entry| asked.is_in(entry));
                if let (Err(KeychainError::Declined), Some(declined)) = (&read, &declined) {
                    let noted = private::replace(declined, &[]);
                    tracing::debug!(is_noted = noted.is_ok(), "the keychain's question was answered with no");
                }
                let answers = shared.keychain.facts().name;
                let is_another = took.is_some() && answers.is_some() && took != answers;
                match read {
                    Ok(None) | Err(KeychainError::Unmade) if is_another => Err(VaultError::KeyElsewhere),
                    Ok(entry) => asked.key_in(&entry.ok_or(VaultError::KeyLost)?, shared),
                    Err(error) => Err(error.into()),
                }
            },
        )
    }

    /// Looks for the key without a prompt.
    fn glancing(
        &self,
        wanted: &Arc<Wanted>,
        may_be_plain: bool,
    ) -> impl FnOnce(&Shared) -> Option<Arc<DataKey>> + Send + use<> {
        let wanted = wanted.clone();
        let gate = self.gates.clone();
        move |shared| {
            let _held = gate.and_then(|gates| gates.glance());
            shared.keychain.let_be_plain(may_be_plain);
            let entry = shared.keychain.glance(&wanted.account, &|entry| wanted.is_in(entry))?;
            wanted.key_in(&entry, shared).ok()
        }
    }

    /// A new key that the keychain has stored, proved by reading it back. It is unused until the database names its
    /// account. If a slow keychain stores it after the time limit, the next caller gets it.
    pub(super) fn create(&self, key_record: &KeyRecord) -> Result<DataKey, VaultError> {
        let key = DataKey::random(&key_record.installation)?;
        let (generation, may_be_plain) = (key_record.generation, key_record.may_be_plain());
        self.ask_again();
        self.one_at_a_time(
            self.making,
            |state| state.made.take(),
            |_| None,
            move |shared, abandoned| {
                shared.keychain.let_be_plain(may_be_plain);
                if let Err(error) = shared.keychain.store(key.account(), &key.entry(generation)) {
                    clear_up(shared.keychain.as_ref(), &key, error);
                    return Err(error.into());
                }
                if abandoned.load(Ordering::SeqCst) {
                    shared.state().made = Some(key);
                    return Err(KeychainError::Slow.into());
                }
                Ok(key)
            },
        )
    }

    /// Stores a key again that the keychain has lost. If that fails, the next reader of the key tries again.
    pub(super) fn store_again(&self, key: &Arc<DataKey>) {
        let key = Arc::clone(key);
        self.try_in_keychain("the keychain does not have the key again yet", move |shared| {
            let entry = key.entry(shared.state().generation);
            shared.keychain.store(key.account(), &entry)
        });
    }

    /// Keeps the key for the rest of this process.
    pub(super) fn remember(&self, key: DataKey, generation: i64) -> Arc<DataKey> {
        self.shared.remember(key, generation)
    }

    /// The newest generation seen beside the key.
    pub(super) fn generation(&self) -> i64 {
        self.shared.state().generation
    }

    /// Notes a generation made by this or another process.
    pub(super) fn seen(&self, generation: i64) {
        let mut state = self.shared.state();
        state.generation = state.generation.max(generation);
    }

    /// Stores the newest generation with the key. If that fails, an old copy of the database is not recognised until a
    /// later one is stored, which is no reason to stop.
    pub(super) fn store_generation(&self, key: &Arc<DataKey>) {
        let key = Arc::clone(key);
        self.try_in_keychain("the generation is not beside the key", move |shared| {
            let entry = key.entry(shared.state().generation);
            shared.keychain.update(key.account(), &entry)
        });
    }

    /// Removes the entry of an unused key. It may stay: it decrypts nothing.
    pub(super) fn discard(&self, account: &str) {
        let account = account.to_owned();
        self.try_in_keychain("an unused keychain entry stays", move |shared| {
            shared.keychain.delete(&account)
        });
    }

    /// Changes what the keychain has, where a failure costs nothing and is only logged.
    fn try_in_keychain(
        &self,
        otherwise: &str,
        work: impl FnOnce(&Shared) -> Result<(), KeychainError> + Send + 'static,
    ) {
        let done = self.one_at_a_time(self.limit, |_| None, |_| None, move |shared, _| Ok(work(shared)?));
        if let Err(error) = done {
            tracing::info!(%error, "{otherwise}");
        }
    }
}

/// Removes what a keychain may have of a key that it did not prove to keep. Nobody else has seen that key, so it protects
/// nothing; else each new try would leave one more.
fn clear_up(keychain: &dyn Keychain, key: &DataKey, error: KeychainError) {
    // Otherwise nothing was created, or the keychain does not answer.
    if error == KeychainError::Failed && keychain.delete(key.account()).is_err() {
        tracing::info!("an unused keychain entry stays");
    }
}

/// The key expected in the keychain.
struct Wanted {
    installation: String,
    account: String,
    check_value: Vec<u8>,
}

impl Wanted {
    fn is_in(&self, entry: &[u8]) -> bool {
        DataKey::from_entry(entry, &self.installation, &self.account)
            .is_some_and(|(key, _)| key.made(&self.check_value))
    }

    /// Remembers the key of this entry, if it is the expected one.
    fn key_in(&self, entry: &[u8], shared: &Shared) -> Result<Arc<DataKey>, VaultError> {
        let (key, generation) = DataKey::from_entry(entry, &self.installation, &self.account)
            .filter(|(key, _)| key.made(&self.check_value))
            .ok_or(VaultError::KeyLost)?;
        Ok(shared.remember(key, generation))
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, key: DataKey, generation: i64) -> Arc<DataKey> {
        let key = Arc::new(key);
        let mut state = self.state();
        state.keys.insert(key.account().to_owned(), Arc::clone(&key));
        state.generation = state.generation.max(generation);
        key
    }
}

impl State {
    fn known(&self, account: &str) -> Option<Arc<DataKey>> {
        self.keys.get(account).cloned()
    }
}
