//! Whose Consumer Key a pasted one is. No hash from which a key could be guessed is stored: every key is decrypted and
//! compared.

use std::collections::BTreeMap;

use super::{
    TRIES, Vault, VaultError,
    cipher::Field,
    key_records,
    record::Record,
    store::{self, SealedConsumerKey},
};
use crate::{contract::view::OrgKind, secret::Secret};

/// A stored connection, and whether it has the key: an error where its own cannot be decrypted.
type Compared = (Record, Result<bool, VaultError>);

impl Vault {
    /// Whether this is the Consumer Key of a stored connection to a real org. Those of practice orgs are compared too, in
    /// case a real org passes for one.
    ///
    /// # Errors
    /// A real org's key cannot be decrypted, since the data key is missing.
    pub fn key_used_by_real_org(&self, key: &Secret) -> Result<bool, VaultError> {
        let mut used = false;
        for (owner, is_same) in self.compared(key)? {
            let is_practice = owner.kind == OrgKind::Practice;
            match is_same {
                Ok(is_same) => used |= is_same && !is_practice,
                Err(error) if error.is_out_of_sight() && is_practice => {}
                Err(error) => return Err(error),
            }
        }
        Ok(used)
    }

    /// The stored connections with this Consumer Key, as far as theirs can be decrypted.
    pub fn owners_of_key(&self, key: &Secret) -> Result<Vec<Record>, VaultError> {
        let compared = self.compared(key)?.into_iter();
        Ok(compared.filter(|(_, is_same)| *is_same == Ok(true)).map(|(owner, _)| owner).collect())
    }

    fn compared(&self, key: &Secret) -> Result<Vec<Compared>, VaultError> {
        for _ in 0..TRIES {
            let (key_records, stored) = {
                let mut database = self.database()?;
                let snapshot = database.transaction()?;
                let stored = store::consumer_keys(&snapshot)?;
                let mut key_records = BTreeMap::new();
                for one in &stored {
                    if !key_records.contains_key(&one.account) {
                        key_records.insert(one.account.clone(), key_records::of(&snapshot, &one.account)?);
                    }
                }
                (key_records, stored)
            };
            let mut keys = BTreeMap::new();
            let mut is_settled = true;
            for (account, key_record) in key_records {
                let key_record = key_record.ok_or(VaultError::KeyLost)?;
                let read = self.read_key(&key_record);
                if let Ok(key) = &read {
                    is_settled &= !self.settled(&key_record, key)?;
                }
                keys.insert(account, read);
            }
            if !is_settled {
                continue;
            }
            let mut compared = Vec::new();
            for SealedConsumerKey { owner, account, sealed } in stored {
                let is_same = match keys.get(&account) {
                    Some(Ok(data_key)) => Ok(data_key.open(&owner, Field::ConsumerKey, &sealed)? == *key),
                    Some(Err(error)) => Err(*error),
                    None => return Err(VaultError::KeyLost),
                };
                compared.push((owner, is_same));
            }
            return Ok(compared);
        }
        Err(VaultError::Busy)
    }
}
