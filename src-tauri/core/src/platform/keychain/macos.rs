//! macOS: the login keychain. It is open while the user is logged in, unless it was locked by hand or after a time. The system
//! asks a person before a program that did not make an entry reads it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use security_framework::{
    base::Error,
    os::macos::keychain::SecKeychain,
    passwords::{PasswordOptions, delete_generic_password, generic_password, set_generic_password},
};
use zeroize::Zeroizing;

use super::LABEL;
use crate::ports::{Entry, Fits, Keychain, KeychainError, KeychainFacts};

const NAME: &str = "the keychain of macOS";

/// What the system's calls answer (`SecBase.h`).
const NOT_AVAILABLE: i32 = -25_291;
const NO_SUCH_KEYCHAIN: i32 = -25_294;
const NOT_FOUND: i32 = -25_300;
const NO_DEFAULT_KEYCHAIN: i32 = -25_307;
const A_PERSON_WOULD_BE_ASKED: i32 = -25_308;
const DECLINED: i32 = -128;

/// Whether a person may be asked holds for the whole program, so there is one call at a time.
static ONE: Mutex<()> = Mutex::new(());

pub(super) struct System;

impl System {
    /// The system's questions stay until a person answers, whatever the patience.
    pub(super) fn new(_patience: std::time::Duration) -> Self {
        Self
    }
}

fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does this without a question to anybody.
fn quietly<T>(ask: impl FnOnce() -> Result<T, KeychainError>) -> Result<T, KeychainError> {
    let _quiet = SecKeychain::disable_user_interaction().map_err(why)?;
    ask()
}

fn read(account: &str) -> Result<Option<Entry>, KeychainError> {
    match generic_password(PasswordOptions::new_generic_password(LABEL, account)) {
        Ok(found) => Ok(Some(Zeroizing::new(found))),
        Err(error) if error.code() == NOT_FOUND => Ok(None),
        Err(error) => Err(why(error)),
    }
}

fn write(account: &str, entry: &[u8]) -> Result<(), KeychainError> {
    set_generic_password(LABEL, account, entry).map_err(why)
}

fn why(error: Error) -> KeychainError {
    match error.code() {
        NOT_AVAILABLE | NO_SUCH_KEYCHAIN | NO_DEFAULT_KEYCHAIN => KeychainError::Missing,
        A_PERSON_WOULD_BE_ASKED => KeychainError::Locked,
        DECLINED => KeychainError::Declined,
        _ => KeychainError::Failed,
    }
}

impl Keychain for System {
    /// An entry that is never made is asked for: what is locked is not looked through without a question.
    fn look(&self) -> Result<bool, KeychainError> {
        let _alone = alone();
        SecKeychain::default().map_err(why)?;
        quietly(|| read("doctor")).map(|_| true)
    }

    fn read(&self, account: &str, fits: &Fits<'_>) -> Result<Option<Entry>, KeychainError> {
        let _alone = alone();
        Ok(read(account)?.filter(|entry| fits(entry)))
    }

    fn glance(&self, account: &str, fits: &Fits<'_>) -> Option<Entry> {
        let _alone = ONE.try_lock().ok()?;
        quietly(|| read(account)).ok().flatten().filter(|entry| fits(entry))
    }

    fn store(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError> {
        let _alone = alone();
        write(account, entry)?;
        let kept = read(account)?;
        if kept.is_some_and(|kept| *kept == entry) { Ok(()) } else { Err(KeychainError::Failed) }
    }

    fn update(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError> {
        let _alone = alone();
        quietly(|| if read(account)?.is_some() { write(account, entry) } else { Ok(()) })
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        let _alone = alone();
        quietly(|| match delete_generic_password(LABEL, account) {
            Err(error) if error.code() != NOT_FOUND => Err(why(error)),
            Ok(()) | Err(_) => Ok(()),
        })
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

    impl Drop for Account {
        fn drop(&mut self) {
            System.delete(&self.0).unwrap();
        }
    }

    #[test]
    fn an_entry_is_stored_read_replaced_and_removed() {
        let account = Account(format!("test-life-{}", std::process::id()));
        let any = |_: &[u8]| true;
        assert_eq!(System.read(&account.0, &any), Ok(None), "none yet");
        System.update(&account.0, b"early").unwrap();
        assert_eq!(System.read(&account.0, &any), Ok(None), "nothing to replace");
        System.store(&account.0, b"one").unwrap();
        System.update(&account.0, b"two").unwrap();
        let kept = System.read(&account.0, &|entry| entry == b"two").unwrap();
        assert_eq!(kept.as_deref().map(Vec::as_slice), Some(&b"two"[..]), "replaced");
        assert!(System.glance(&account.0, &any).is_some(), "seen at once");
        System.delete(&account.0).unwrap();
        assert_eq!(System.read(&account.0, &any), Ok(None), "removed");
        assert_eq!(System.look(), Ok(true), "it is there");
    }
}
