//! Windows: Credential Manager. It is open for as long as the user is logged in, and asks nobody.

use std::collections::HashMap;

use keyring_core::{Entry as Credential, Error, api::CredentialStoreApi as _};
use windows_native_keyring_store::Store;
use zeroize::Zeroizing;

use super::LABEL;
use crate::ports::{Entry, Fits, Keychain, KeychainError, KeychainFacts};

const NAME: &str = "Windows Credential Manager";

pub(super) struct System;

impl System {
    pub(super) fn new(_patience: std::time::Duration) -> Self {
        Self
    }
}

/// The entry of an account, whether it is there or not. It goes to no other computer: neither do the files that it opens.
fn credential(account: &str) -> Result<Credential, KeychainError> {
    let local = HashMap::from([("persistence", "Local")]);
    let store = Store::new().map_err(|error| why(&error))?;
    store.build(LABEL, account, Some(&local)).map_err(|error| why(&error))
}

fn read(account: &str) -> Result<Option<Entry>, KeychainError> {
    match credential(account)?.get_secret() {
        Ok(found) => Ok(Some(Zeroizing::new(found))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(why(&error)),
    }
}

fn write(account: &str, entry: &[u8]) -> Result<(), KeychainError> {
    credential(account)?.set_secret(entry).map_err(|error| why(&error))
}

/// A login without a person, such as a service's or one over the network, has no store.
fn why(error: &Error) -> KeychainError {
    if matches!(error, Error::NoStorageAccess(_)) { KeychainError::Missing } else { KeychainError::Failed }
}

impl Keychain for System {
    fn read(&self, account: &str, fits: &Fits<'_>) -> Result<Option<Entry>, KeychainError> {
        Ok(read(account)?.filter(|entry| fits(entry)))
    }

    fn glance(&self, account: &str, fits: &Fits<'_>) -> Option<Entry> {
        read(account).ok().flatten().filter(|entry| fits(entry))
    }

    fn store(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError> {
        write(account, entry)?;
        let kept = read(account)?;
        if kept.is_some_and(|kept| *kept == entry) { Ok(()) } else { Err(KeychainError::Failed) }
    }

    fn update(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError> {
        if read(account)?.is_some() { write(account, entry) } else { Ok(()) }
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        match credential(account)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(why(&error)),
        }
    }

    /// When an entry is on the disk is written nowhere.
    fn facts(&self) -> KeychainFacts {
        KeychainFacts { name: Some(NAME.to_owned()), ..KeychainFacts::default() }
    }
}
