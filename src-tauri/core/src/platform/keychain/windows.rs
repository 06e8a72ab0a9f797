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
    /// There is no other way to see whether this login has a store than to ask for an entry: for one that is never made.
    fn look(&self) -> Result<bool, KeychainError> {
        read("doctor").map(|_| true)
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    /// An account that is gone at the end, whatever comes in between.
    struct Account(String);

    impl Account {
        fn new(of: &str) -> Self {
            Self(format!("test-{of}-{}", std::process::id()))
        }
    }

    impl Drop for Account {
        fn drop(&mut self) {
            System.delete(&self.0).unwrap();
        }
    }

    #[test]
    fn an_entry_is_stored_read_replaced_and_removed() {
        let account = Account::new("life");
        let any = |_: &[u8]| true;
        assert_eq!(System.read(&account.0, &any), Ok(None), "none yet");
        System.update(&account.0, b"early").unwrap();
        assert_eq!(System.read(&account.0, &any), Ok(None), "nothing to replace");
        System.store(&account.0, b"one").unwrap();
        System.update(&account.0, b"two").unwrap();
        let kept = System.read(&account.0, &|entry| entry == b"two").unwrap();
        assert_eq!(kept.as_deref().map(Vec::as_slice), Some(&b"two"[..]), "replaced");
        assert_eq!(
            System.read(&account.0, &|entry| entry == b"one"),
            Ok(None),
            "another is not taken for it"
        );
        assert!(System.glance(&account.0, &any).is_some(), "seen at once");
        System.delete(&account.0).unwrap();
        assert_eq!(System.read(&account.0, &any), Ok(None), "removed");
        assert_eq!(System.delete(&account.0), Ok(()), "and there is nothing more to remove");
        assert!(System.facts().name.is_some(), "it has a name");
        assert_eq!(System.look(), Ok(true), "it is there");
    }

    #[test]
    fn an_entry_has_room_many_times_over() {
        let account = Account::new("room");
        // The vault's have less than 100 bytes, and Windows takes 2,560.
        System.store(&account.0, &[7; 2_560]).unwrap();
        assert_eq!(System.store(&account.0, &[7; 2_561]), Err(KeychainError::Failed), "no more");
    }
}
