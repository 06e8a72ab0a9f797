//! Whose Consumer Key a pasted one is. No hash from which a key could be guessed is stored: every key is decrypted and
//! compared. As long as nothing is stored since, a mark of each is enough, which this process alone can make.

use std::collections::BTreeMap;

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{
    TRIES, Vault, VaultError,
    cipher::{self, Field},
    key_records,
    opened::Opened,
    record::Record,
    store::{self, SealedConsumerKey},
};
use crate::{contract::view::OrgKind, secret::Secret};

/// A stored connection, and whether it has the key: an error where its own cannot be decrypted.
type Compared = (Record, Result<bool, VaultError>);

/// The marks of all stored keys, with the ids and kinds of their connections.
pub(super) struct Marks {
    as_of: Version,
    random: Zeroizing<[u8; 32]>,
    all: Vec<(Mark, String, OrgKind)>,
}

type Mark = [u8; 32];

/// Which database is open, and its changes by others and by this process.
type Version = (u64, i64, u64);

impl Marks {
    /// None yet, of the database as it is.
    fn begin(database: &Opened) -> Result<Self, VaultError> {
        let mut random = Zeroizing::new([0; 32]);
        cipher::fill(&mut *random)?;
        Ok(Self { as_of: version(database)?, random, all: Vec::new() })
    }

    fn mark(&self, key: &Secret) -> Mark {
        // EXPOSE: into a digest that this process alone can make, and forgets.
        Sha256::new().chain_update(*self.random).chain_update(key.expose()).finalize().into()
    }

    fn add(&mut self, owner: &Record, key: &Secret) {
        self.all.push((self.mark(key), owner.id.clone(), owner.kind));
    }

    /// Those with this key.
    fn of(&self, key: &Secret) -> Vec<(String, OrgKind)> {
        let mark = self.mark(key);
        let same = self.all.iter().filter(|(known, ..)| *known == mark);
        same.map(|(_, id, kind)| (id.clone(), *kind)).collect()
    }
}

fn version(database: &Opened) -> Result<Version, VaultError> {
    let by_others = database.pragma_query_value(None, "data_version", |row| row.get(0))?;
    Ok((database.number, by_others, database.total_changes()))
}

impl Vault {
    /// Whether this is the Consumer Key of a stored connection to a real org. Those of practice orgs are compared too, in
    /// case a real org passes for one.
    ///
    /// # Errors
    /// A real org's key cannot be decrypted, since the data key is missing.
    pub fn key_used_by_real_org(&self, key: &Secret) -> Result<bool, VaultError> {
        if let Some(marked) = self.marked(key, |_, marked| Ok(marked))? {
            return Ok(marked.iter().any(|(_, kind)| *kind != OrgKind::Practice));
        }
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
        let read = |database: &Connection, marked: Vec<(String, OrgKind)>| {
            let records = marked.iter().map(|(id, _)| store::record(database, "id = ?1", id));
            Ok(records.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        };
        if let Some(owners) = self.marked(key, read)? {
            return Ok(owners);
        }
        let compared = self.compared(key)?.into_iter();
        Ok(compared.filter(|(_, is_same)| *is_same == Ok(true)).map(|(owner, _)| owner).collect())
    }

    /// What `then` makes of the connections with this key, by the marks. `None` where something was stored since.
    fn marked<T>(
        &self,
        key: &Secret,
        then: impl FnOnce(&Connection, Vec<(String, OrgKind)>) -> Result<T, VaultError>,
    ) -> Result<Option<T>, VaultError> {
        let database = self.database()?;
        let now = version(&database)?;
        let marks = database.marks.as_ref().filter(|marks| marks.as_of == now);
        marks.map(|marks| then(&database, marks.of(key))).transpose()
    }

    fn compared(&self, key: &Secret) -> Result<Vec<Compared>, VaultError> {
        for _ in 0..TRIES {
            let (key_records, stored, mut marks) = {
                let mut database = self.database()?;
                let marks = Marks::begin(&database)?;
                let snapshot = database.transaction()?;
                let stored = store::consumer_keys(&snapshot)?;
                let mut key_records = BTreeMap::new();
                for one in &stored {
                    if !key_records.contains_key(&one.account) {
                        key_records.insert(one.account.clone(), key_records::of(&snapshot, &one.account)?);
                    }
                }
                (key_records, stored, marks)
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
                    Some(Ok(data_key)) => {
                        let own = data_key.open(&owner, Field::ConsumerKey, &sealed)?;
                        marks.add(&owner, &own);
                        Ok(own == *key)
                    }
                    Some(Err(error)) => Err(*error),
                    None => return Err(VaultError::KeyLost),
                };
                compared.push((owner, is_same));
            }
            let all_are_marked = marks.all.len() == compared.len();
            self.database()?.marks = all_are_marked.then_some(marks);
            return Ok(compared);
        }
        Err(VaultError::Busy)
    }
}
