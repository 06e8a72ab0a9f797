//! Whatever speaks the Secret Service API on the session bus: GNOME Keyring, `KWallet` and others.

use std::collections::HashMap;

use secret_service::{
    EncryptionType, Error,
    blocking::{Item, SecretService as Service},
};
use zeroize::Zeroizing;

use super::{SERVICE, bus, unlocked};
use crate::ports::{Keychain, KeychainError};

/// Every call makes a connection of its own: the data key is read once in the life of a process, and a failure
/// must not outlast its cause (a keyring that starts later, a bus that comes back).
pub(super) struct SecretService;

impl Keychain for SecretService {
    fn glance(&self, account: &str) -> Option<Zeroizing<Vec<u8>>> {
        unlocked::read(SERVICE, account)
    }

    fn read(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
        let service = service()?;
        let entry = entry(&service, account)?;
        let secret = entry.map(|entry| entry.get_secret()).transpose();
        secret.map(|secret| secret.map(Zeroizing::new)).map_err(reason)
    }

    fn write(&self, account: &str, key: &[u8]) -> Result<(), KeychainError> {
        const TYPE: &str = "application/octet-stream";
        let service = service()?;
        if let Some(entry) = entry(&service, account)? {
            return entry.set_secret(key, TYPE).map_err(reason);
        }
        let keyring = service.get_default_collection().map_err(reason)?;
        if keyring.is_locked().map_err(reason)? {
            keyring.unlock().map_err(reason)?;
        }
        keyring.create_item(SERVICE, attributes(account), key, true, TYPE).map(drop).map_err(reason)
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        let service = service()?;
        let entry = entry(&service, account)?;
        entry.map_or(Ok(()), |entry| entry.delete().map_err(reason))
    }
}

/// Nothing was asked of it yet, so whatever fails here is the way to it: no bus, or nobody on it.
fn service() -> Result<Service<'static>, KeychainError> {
    let bus = bus::greeted_blocking().map_err(|_| KeychainError::Missing)?;
    Service::connect_with_existing(EncryptionType::Dh, bus).map_err(|_| KeychainError::Missing)
}

/// The entry, unlocked, for which a person may be asked.
fn entry<'a>(service: &'a Service<'a>, account: &str) -> Result<Option<Item<'a>>, KeychainError> {
    let mut found = service.search_items(attributes(account)).map_err(reason)?;
    if !found.locked.is_empty() {
        service.unlock_all(&found.locked.iter().collect::<Vec<_>>()).map_err(reason)?;
    }
    found.unlocked.append(&mut found.locked);
    let one = found.unlocked.pop();
    if found.unlocked.is_empty() { Ok(one) } else { Err(KeychainError::Failed) }
}

fn attributes(account: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("username", account)])
}

/// A keyring that is there and gives nothing out: it is closed, was never opened, or a person said no.
#[expect(clippy::needless_pass_by_value, reason = "as map_err gives it")]
fn reason(error: Error) -> KeychainError {
    let gives_nothing_out = matches!(error, Error::Locked | Error::NoResult | Error::Prompt);
    if gives_nothing_out { KeychainError::Locked } else { KeychainError::Failed }
}
