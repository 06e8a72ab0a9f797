//! The operating system's keychain. Each platform has its own adapter behind [`system`]; nothing else in the product
//! knows which it is.

#[cfg(target_os = "linux")]
mod unlocked;

use std::sync::Arc;

use crate::ports::Keychain;

/// What the entry is filed under. The account tells installations apart.
const SERVICE: &str = "Datatrax Connect";

/// The keychain of this login.
pub fn system() -> Arc<dyn Keychain> {
    #[cfg(target_os = "linux")]
    Arc::new(secret_service::SecretService)
}

#[cfg(target_os = "linux")]
mod secret_service {
    use std::collections::HashMap;

    use keyring_core::{Entry, Error, api::CredentialStoreApi};
    use zbus_secret_service_keyring_store::Store;
    use zeroize::Zeroizing;

    use super::{SERVICE, unlocked};
    use crate::ports::{Keychain, KeychainError};

    /// GNOME Keyring, `KWallet` or whatever else speaks the Secret Service API on the session bus.
    ///
    /// Every call makes a connection of its own: the data key is read once in the life of a process, and a failure
    /// must not outlast its cause (a keyring that starts later, a bus that comes back).
    pub(super) struct SecretService;

    impl Keychain for SecretService {
        fn glance(&self, account: &str) -> Option<Zeroizing<Vec<u8>>> {
            unlocked::read(SERVICE, account)
        }

        fn read(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
            match entry(account)?.get_secret() {
                Ok(key) => Ok(Some(Zeroizing::new(key))),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(reason(&error)),
            }
        }

        fn write(&self, account: &str, key: &[u8]) -> Result<(), KeychainError> {
            entry(account)?.set_secret(key).map_err(|error| reason(&error))
        }

        fn delete(&self, account: &str) -> Result<(), KeychainError> {
            match entry(account)?.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(reason(&error)),
            }
        }
    }

    fn entry(account: &str) -> Result<Entry, KeychainError> {
        // Nothing was asked of an entry yet, so whatever failed is the way to the service: no bus, or nobody on it.
        let store = Store::new().map_err(|_| KeychainError::Missing)?;
        let label = HashMap::from([("label", SERVICE)]);
        store.build(SERVICE, account, Some(&label)).map_err(|error| reason(&error))
    }

    /// The kind of failure alone: some of these errors carry the bytes of the entry.
    fn reason(error: &Error) -> KeychainError {
        if matches!(error, Error::NoStorageAccess(_)) { KeychainError::Locked } else { KeychainError::Failed }
    }
}
