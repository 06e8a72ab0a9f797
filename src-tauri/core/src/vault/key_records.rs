//! The records of all keys and their keepers: the key in use, and others that still encrypt something.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use time::OffsetDateTime;

use super::{
    VaultError,
    cipher::{self, DataKey},
    passphrase::{Cost, SealedKey},
    record::{Instant, Word},
};
use crate::{
    contract::{code::Code, view::KeyProtection},
    ports::KeychainFacts,
};

/// The record of a key.
#[derive(Clone, Debug)]
pub(super) struct KeyRecord {
    pub(super) installation: String,
    /// The key's account, and the value that proves the right key. Absent in a new database.
    pub(super) current: Option<(String, Vec<u8>)>,
    pub(super) protection: KeyProtection,
    /// Present with a passphrase.
    pub(super) sealed_key: Option<SealedKey>,
    /// The newest generation of rotated tokens that this database has seen.
    pub(super) generation: i64,
    /// The format of its encrypted secrets.
    pub(super) format: u8,
    /// The common name of the keychain that took the key.
    pub(super) keychain: Option<String>,
    /// How keys were transferred to a keychain before.
    pub(super) transfer: Option<Transfer>,
    /// The key before this one, while it may be needed.
    pub(super) former: Option<Former>,
    /// Why the key was missing at the last attempt.
    pub(super) missing: Option<Code>,
    /// Whether new secrets are encrypted with this key.
    pub(super) is_in_use: bool,
}

/// The key before the one in use, which it decrypts until the keychain certainly has that one.
#[derive(Clone, Debug)]
pub(super) struct Former {
    pub(super) account: String,
    /// The key in use, encrypted with the former one.
    pub(super) sealed: Vec<u8>,
    /// A process that did not store the key in use and reads it from the keychain after this proves that it is kept.
    pub(super) settled_after: OffsetDateTime,
}

/// How a key is transferred to the keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Transfer {
    Encrypted,
    Plain,
}

impl Transfer {
    pub(super) fn of(facts: &KeychainFacts) -> Self {
        if facts.is_plain { Self::Plain } else { Self::Encrypted }
    }
}

impl KeyRecord {
    pub(super) fn account(&self) -> Option<&str> {
        self.current.as_ref().map(|(account, _)| account.as_str())
    }

    /// Whether this key may be transferred unencrypted: if keys were before, or none was ever transferred.
    pub(super) fn may_be_plain(&self) -> bool {
        self.transfer != Some(Transfer::Encrypted)
    }
}

/// The key in use.
pub(super) fn in_use(connection: &Connection) -> Result<KeyRecord, VaultError> {
    let mut query = connection.prepare(
        "SELECT id, key_account, key_check, guard, generation, format, keychain, transfer, former, sealed_by_former, \
         settled_after, reason FROM installation LEFT JOIN missing_key ON account = key_account",
    )?;
    let mut key_record = query.query_row([], |row| {
        let (account, check_value): (Option<_>, Option<_>) = (row.get(1)?, row.get(2)?);
        Ok(KeyRecord {
            installation: row.get(0)?,
            current: account.zip(check_value),
            protection: row.get::<_, Word<_>>(3)?.0,
            sealed_key: None,
            generation: row.get(4)?,
            format: row.get(5)?,
            keychain: row.get(6)?,
            transfer: row.get::<_, Option<Word<_>>>(7)?.map(|word| word.0),
            former: former(row, 8, row.get(10)?)?,
            missing: code(row, 11),
            is_in_use: true,
        })
    })?;
    if key_record.protection == KeyProtection::Passphrase {
        key_record.sealed_key = sealed_key(connection)?;
    }
    Ok(key_record)
}

/// The key of this account, if any.
pub(super) fn of(connection: &Connection, account: &str) -> Result<Option<KeyRecord>, VaultError> {
    let in_use = in_use(connection)?;
    if in_use.account() == Some(account) {
        return Ok(Some(in_use));
    }
    Ok(others(connection)?.into_iter().find(|other| other.account() == Some(account)))
}

/// The keys that are not in use, newest first.
pub(super) fn others(connection: &Connection) -> Result<Vec<KeyRecord>, VaultError> {
    let in_use = in_use(connection)?;
    let mut query = connection.prepare(
        "SELECT account, key_check, guard, format, keychain, reason, salt, memory_kib, passes, lanes, sealed_key, former, \
         sealed_by_former FROM other_key LEFT JOIN missing_key USING (account) ORDER BY other_key.rowid DESC",
    )?;
    let others = query.query_map([], |row| {
        Ok(KeyRecord {
            current: Some((row.get(0)?, row.get(1)?)),
            protection: row.get::<_, Word<_>>(2)?.0,
            format: row.get(3)?,
            keychain: row.get(4)?,
            missing: code(row, 5),
            is_in_use: false,
            sealed_key: match row.get::<_, Option<Vec<u8>>>(6)? {
                Some(_) => Some(sealed_key_from(row, 6)?),
                None => None,
            },
            former: former(row, 11, Some(Instant(OffsetDateTime::UNIX_EPOCH)))?,
            ..in_use.clone()
        })
    })?;
    Ok(others.collect::<Result<_, _>>()?)
}

/// Sets the key in use, and its keeper.
pub(super) fn set(
    connection: &Connection,
    key: &DataKey,
    protection: KeyProtection,
    sealed_key: Option<&SealedKey>,
    keychain: Option<&str>,
) -> Result<(), VaultError> {
    let change = "UPDATE installation SET key_account = ?1, key_check = ?2, guard = ?3, format = ?4, keychain = ?5, \
                  former = NULL, sealed_by_former = NULL, settled_after = NULL";
    let check_value = key.check_value()?;
    connection
        .execute(change, params![key.account(), check_value, Word(protection), cipher::FORMAT, keychain])?;
    put_sealed_key(connection, sealed_key)
}

/// Keeps the record of the key in use after another has replaced it.
pub(super) fn set_aside(connection: &Connection, key_record: &KeyRecord) -> Result<(), VaultError> {
    let Some((account, check_value)) = &key_record.current else { return Ok(()) };
    connection.execute(
        "INSERT OR REPLACE INTO other_key (account, key_check, guard, format, keychain) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![account, check_value, Word(key_record.protection), key_record.format, key_record.keychain],
    )?;
    if let Some(Former { account: former, sealed, .. }) = &key_record.former {
        let change = "UPDATE other_key SET former = ?2, sealed_by_former = ?3 WHERE account = ?1";
        connection.execute(change, params![account, former, sealed])?;
    }
    if let Some(SealedKey { salt, cost, sealed }) = &key_record.sealed_key {
        connection.execute(
            "UPDATE other_key SET salt = ?2, memory_kib = ?3, passes = ?4, lanes = ?5, sealed_key = ?6 WHERE account = ?1",
            params![account, salt, cost.memory_kib, cost.passes, cost.lanes, sealed],
        )?;
    }
    Ok(())
}

/// Makes one of the other keys the one in use, and sets that one aside.
pub(super) fn take_up(connection: &Connection, key_record: &KeyRecord) -> Result<(), VaultError> {
    let Some((account, check_value)) = &key_record.current else { return Ok(()) };
    set_aside(connection, &in_use(connection)?)?;
    connection.execute(
        "UPDATE installation SET key_account = ?1, key_check = ?2, guard = ?3, format = ?4, keychain = ?5, former = NULL, \
         sealed_by_former = NULL, settled_after = NULL",
        params![account, check_value, Word(key_record.protection), key_record.format, key_record.keychain],
    )?;
    if let Some(Former { account, sealed, settled_after }) = &key_record.former {
        let change = "UPDATE installation SET former = ?1, sealed_by_former = ?2, settled_after = ?3";
        connection.execute(change, params![account, sealed, Instant(*settled_after)])?;
    }
    put_sealed_key(connection, key_record.sealed_key.as_ref())?;
    connection.execute("DELETE FROM other_key WHERE account = ?1", [account])?;
    Ok(())
}

/// Stores the former key's record, and the key in use encrypted with it.
pub(super) fn set_former(
    connection: &Connection,
    key_record: &KeyRecord,
    former: &Former,
) -> Result<(), VaultError> {
    set_aside(connection, key_record)?;
    connection.execute(
        "UPDATE installation SET former = ?1, sealed_by_former = ?2, settled_after = ?3",
        params![former.account, former.sealed, Instant(former.settled_after)],
    )?;
    Ok(())
}

/// Removes the former key. Returns its record, unless something is still encrypted with it.
pub(super) fn end_former(connection: &Transaction<'_>) -> Result<Option<KeyRecord>, VaultError> {
    let Some(former) = in_use(connection)?.former else { return Ok(None) };
    connection.execute(
        "UPDATE installation SET former = NULL, sealed_by_former = NULL, settled_after = NULL",
        [],
    )?;
    let key_record = of(connection, &former.account)?;
    drop_unused(connection)?;
    let is_needed = of(connection, &former.account)?.is_some();
    Ok(key_record.filter(|_| !is_needed))
}

/// Forgets keys that encrypt nothing. Their entries in a keychain decrypt nothing.
pub(super) fn drop_unused(connection: &Connection) -> Result<(), VaultError> {
    let unused = "NOT IN (SELECT key_account FROM secret WHERE key_account IS NOT NULL \
                  UNION SELECT key_account FROM admin_request WHERE key_account IS NOT NULL \
                  UNION SELECT former FROM installation WHERE former IS NOT NULL \
                  UNION SELECT former FROM other_key WHERE former IS NOT NULL)";
    connection.execute(&format!("DELETE FROM other_key WHERE account {unused}"), [])?;
    connection.execute(
        "DELETE FROM missing_key WHERE account NOT IN (SELECT account FROM other_key \
         UNION SELECT key_account FROM installation WHERE key_account IS NOT NULL)",
        [],
    )?;
    Ok(())
}

/// Resets the record to that before the first key. Others stay as they are.
pub(super) fn forget(connection: &Connection) -> Result<(), VaultError> {
    connection.execute("DELETE FROM passphrase", [])?;
    connection.execute(
        "UPDATE installation SET key_account = NULL, key_check = NULL, guard = ?1, keychain = NULL, former = NULL, \
         sealed_by_former = NULL, settled_after = NULL",
        [Word(KeyProtection::Keychain)],
    )?;
    Ok(())
}

pub(super) fn set_transfer(connection: &Connection, transfer: Transfer) -> Result<(), VaultError> {
    connection.execute("UPDATE installation SET transfer = ?1", [Word(transfer)])?;
    Ok(())
}

pub(super) fn set_format(connection: &Connection, account: &str) -> Result<(), VaultError> {
    let values = params![account, cipher::FORMAT];
    connection.execute("UPDATE installation SET format = ?2 WHERE key_account = ?1", values)?;
    connection.execute("UPDATE other_key SET format = ?2 WHERE account = ?1", values)?;
    Ok(())
}

/// Notes why a key is missing; `None` if it is there.
pub(super) fn note_missing(
    connection: &Connection,
    account: Option<&str>,
    missing: Option<Code>,
    at: OffsetDateTime,
) -> Result<(), VaultError> {
    let Some(account) = account else { return Ok(()) };
    match missing {
        Some(code) => connection.execute(
            "INSERT INTO missing_key (account, since, reason) VALUES (?1, ?2, ?3) \
             ON CONFLICT (account) DO UPDATE SET reason = ?3",
            params![account, Instant(at), Word(code)],
        )?,
        None => connection.execute("DELETE FROM missing_key WHERE account = ?1", [account])?,
    };
    Ok(())
}

fn put_sealed_key(connection: &Connection, sealed_key: Option<&SealedKey>) -> Result<(), VaultError> {
    connection.execute("DELETE FROM passphrase", [])?;
    if let Some(SealedKey { salt, cost, sealed }) = sealed_key {
        connection.execute(
            "INSERT INTO passphrase (one, salt, memory_kib, passes, lanes, sealed_key) VALUES (1, ?1, ?2, ?3, ?4, ?5)",
            params![salt, cost.memory_kib, cost.passes, cost.lanes, sealed],
        )?;
    }
    Ok(())
}

fn sealed_key(connection: &Connection) -> Result<Option<SealedKey>, VaultError> {
    let query = "SELECT salt, memory_kib, passes, lanes, sealed_key FROM passphrase";
    let found = connection.prepare(query)?.query_row([], |row| sealed_key_from(row, 0));
    Ok(found.optional()?)
}

/// Reads two columns, from `first` on.
fn former(row: &Row<'_>, first: usize, after: Option<Instant>) -> rusqlite::Result<Option<Former>> {
    let (account, sealed) = (row.get::<_, Option<_>>(first)?, row.get::<_, Option<_>>(first + 1)?);
    let former = account.zip(sealed).zip(after);
    Ok(former.map(|((account, sealed), Instant(settled_after))| Former { account, sealed, settled_after }))
}

/// Reads five columns, from `first` on.
fn sealed_key_from(row: &Row<'_>, first: usize) -> rusqlite::Result<SealedKey> {
    let cost =
        Cost { memory_kib: row.get(first + 1)?, passes: row.get(first + 2)?, lanes: row.get(first + 3)? };
    Ok(SealedKey { salt: row.get(first)?, cost, sealed: row.get(first + 4)? })
}

/// A code that only newer versions know is replaced by one that all versions know.
fn code(row: &Row<'_>, column: usize) -> Option<Code> {
    let word: Option<String> = row.get(column).ok().flatten();
    word.map(|_| row.get::<_, Word<Code>>(column).map_or(Code::VaultKeyLost, |word| word.0))
}
