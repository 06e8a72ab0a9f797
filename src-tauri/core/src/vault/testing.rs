//! A keychain in memory that fails on demand, for tests with a vault.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    thread,
    time::Duration,
};

use zeroize::Zeroizing;

use crate::ports::{Entry, Fits, Keychain, KeychainError, KeychainFacts};

/// Clones of its `Arc` share one state, as processes share the real keychain.
#[derive(Default)]
pub(crate) struct MemoryKeychain {
    inside: Mutex<Inside>,
}

#[derive(Default)]
pub(crate) struct Inside {
    pub(crate) entries: BTreeMap<String, Vec<u8>>,
    /// The result of every call, until it is removed.
    pub(crate) fault: Option<KeychainError>,
    /// The duration of every call.
    pub(crate) delay: Duration,
    pub(crate) reads: usize,
    /// Whether a glance returns the entry.
    pub(crate) open: bool,
    pub(crate) writes: usize,
    /// Whether a write is lost at once.
    pub(crate) forgetful: bool,
    /// What it keeps in place of a new entry.
    pub(crate) garbled: Option<Vec<u8>>,
    /// The keychain's common name.
    pub(crate) name: String,
    /// Whether entries may be lost for a while if it ends.
    pub(crate) late: bool,
}

impl MemoryKeychain {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    pub(crate) fn fail(&self, fault: Option<KeychainError>) {
        self.inside().fault = fault;
    }

    fn call<T>(&self, act: impl FnOnce(&mut Inside) -> T) -> Result<T, KeychainError> {
        let delay = self.inside().delay;
        thread::sleep(delay);
        let mut inside = self.inside();
        match inside.fault {
            Some(fault) => Err(fault),
            None => Ok(act(&mut inside)),
        }
    }
}

impl Keychain for MemoryKeychain {
    fn glance(&self, account: &str, fits: &Fits<'_>) -> Option<Entry> {
        let inside = self.inside();
        inside
            .entries
            .get(account)
            .filter(|entry| inside.open && inside.fault.is_none() && fits(entry))
            .cloned()
            .map(Zeroizing::new)
    }

    fn read(&self, account: &str, fits: &Fits<'_>) -> Result<Option<Entry>, KeychainError> {
        self.inside().reads += 1;
        let found = self.call(|inside| inside.entries.get(account).cloned())?;
        Ok(found.filter(|entry| fits(entry)).map(Zeroizing::new))
    }

    fn store(&self, account: &str, key: &[u8]) -> Result<(), KeychainError> {
        self.call(|inside| {
            inside.writes += 1;
            if !inside.forgetful {
                let entry = inside.garbled.clone().unwrap_or_else(|| key.to_vec());
                inside.entries.insert(account.to_owned(), entry);
            }
        })?;
        let is_kept = self.inside().entries.get(account).is_some_and(|entry| entry == key);
        if is_kept { Ok(()) } else { Err(KeychainError::Failed) }
    }

    fn update(&self, account: &str, key: &[u8]) -> Result<(), KeychainError> {
        self.call(|inside| {
            inside.writes += 1;
            if let Some(entry) = inside.entries.get_mut(account) {
                *entry = key.to_vec();
            }
        })
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.call(|inside| {
            inside.entries.remove(account);
        })
    }

    fn facts(&self) -> KeychainFacts {
        let inside = self.inside();
        let name = Some(inside.name.clone()).filter(|name| !name.is_empty());
        KeychainFacts { name, is_plain: false, stores_at_once: !inside.late }
    }
}
