//! What is in the database, and the queries that more than one operation needs.

use rusqlite::{Connection, OptionalExtension, named_params, params};
use time::OffsetDateTime;

use super::{
    VaultError,
    cipher::{self, DataKey, Field},
    key::KeyPlace,
    passphrase::{Cost, SealedKey},
    record::{COLUMNS, Instant, Pair, Record, Tokens, Word},
};
use crate::{
    contract::view::{Guard, Status},
    explain::Code,
    secret::Secret,
};

/// Lines of history kept of one connection.
const HISTORY: i64 = 500;

pub(super) fn key_place(connection: &Connection) -> Result<KeyPlace, VaultError> {
    let mut query = connection
        .prepare("SELECT id, key_account, key_check, guard, generation, format FROM installation")?;
    let mut place = query.query_row([], |row| {
        let (account, check_value): (Option<_>, Option<_>) = (row.get(1)?, row.get(2)?);
        Ok(KeyPlace {
            installation: row.get(0)?,
            current: account.zip(check_value),
            guard: row.get::<_, Word<_>>(3)?.0,
            sealed_key: None,
            generation: row.get(4)?,
            format: row.get(5)?,
        })
    })?;
    if place.guard == Guard::Passphrase {
        place.sealed_key = sealed_key(connection)?;
    }
    Ok(place)
}

fn sealed_key(connection: &Connection) -> Result<Option<SealedKey>, VaultError> {
    let query = "SELECT salt, memory_kib, passes, lanes, sealed_key FROM passphrase";
    let found = connection.prepare(query)?.query_row([], |row| {
        let cost = Cost { memory_kib: row.get(1)?, passes: row.get(2)?, lanes: row.get(3)? };
        Ok(SealedKey { salt: row.get(0)?, cost, sealed: row.get(4)? })
    });
    Ok(found.optional()?)
}

/// Names the key that everything is sealed with from now on, and who keeps it.
pub(super) fn set_key(
    connection: &Connection,
    key: &DataKey,
    guard: Guard,
    sealed_key: Option<&SealedKey>,
) -> Result<(), VaultError> {
    let change = "UPDATE installation SET key_account = ?1, key_check = ?2, guard = ?3, format = ?4";
    connection.execute(change, params![key.account(), key.check_value()?, Word(guard), cipher::FORMAT])?;
    connection.execute("DELETE FROM passphrase", [])?;
    if let Some(SealedKey { salt, cost, sealed }) = sealed_key {
        connection.execute(
            "INSERT INTO passphrase (one, salt, memory_kib, passes, lanes, sealed_key) VALUES (1, ?1, ?2, ?3, ?4, ?5)",
            params![salt, cost.memory_kib, cost.passes, cost.lanes, sealed],
        )?;
    }
    Ok(())
}

/// As before the first key was made.
pub(super) fn forget_key(connection: &Connection) -> Result<(), VaultError> {
    connection.execute("DELETE FROM passphrase", [])?;
    connection.execute(
        "UPDATE installation SET key_account = NULL, key_check = NULL, guard = ?1",
        [Word(Guard::Keychain)],
    )?;
    Ok(())
}

/// Raises the number that tells this database from older copies of it.
pub(super) fn next_generation(connection: &Connection) -> Result<i64, VaultError> {
    let change = "UPDATE installation SET generation = generation + 1 RETURNING generation";
    Ok(connection.query_row(change, [], |row| row.get(0))?)
}

/// Of an old copy: lets go of every token, and says so. Any of them may have been replaced since: nothing in the copy
/// tells whether an org began to rotate later.
pub(super) fn drop_outdated_tokens(connection: &Connection, newest: i64) -> Result<(), VaultError> {
    connection.execute(
        "UPDATE connection SET status = ?1, reason = ?2, refresh_in_flight = NULL
         WHERE id IN (SELECT connection FROM secret WHERE field = ?3)",
        params![Word(Status::NeedsYou), Word(Code::VaultRestored), Field::RefreshToken.word()],
    )?;
    connection.execute(
        "DELETE FROM secret WHERE field IN (?1, ?2)",
        [Field::AccessToken.word(), Field::RefreshToken.word()],
    )?;
    connection.execute("UPDATE installation SET generation = ?1", [newest])?;
    Ok(())
}

/// Opens every secret as told and seals it with the key, in the newest form.
pub(super) fn seal_anew(
    connection: &Connection,
    key: &DataKey,
    open: impl Fn(&Record, Field, &[u8]) -> Result<Secret, VaultError>,
) -> Result<(), VaultError> {
    for owner in records(connection)? {
        for field in Field::ALL {
            if let Some(sealed) = sealed(connection, &owner.id, field)? {
                put_secret(connection, key, &owner, field, &open(&owner, field, &sealed)?)?;
            }
        }
    }
    connection.execute("UPDATE installation SET format = ?1", [cipher::FORMAT])?;
    Ok(())
}

fn records(connection: &Connection) -> Result<Vec<Record>, VaultError> {
    let mut query = connection.prepare(&format!("SELECT {COLUMNS} FROM connection"))?;
    Ok(query.query_map([], Record::from_row)?.collect::<Result<_, _>>()?)
}

pub(super) fn has_secrets(connection: &Connection) -> Result<bool, VaultError> {
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM secret)", [], |row| row.get(0))?)
}

/// The one record for which the condition on `?1` holds.
pub(super) fn record(
    connection: &Connection,
    condition: &str,
    value: &str,
) -> Result<Option<Record>, VaultError> {
    let query = format!("SELECT {COLUMNS} FROM connection WHERE {condition}");
    Ok(connection.prepare(&query)?.query_row([value], Record::from_row).optional()?)
}

/// Inserts the record, or replaces the one with its id. The times of the tokens are those of `tokens`, and a refresh
/// that was in flight no longer matters.
pub(super) fn put_record(
    connection: &Connection,
    record: &Record,
    tokens: &Tokens,
) -> Result<(), VaultError> {
    let statement = format!(
        "INSERT INTO connection ({COLUMNS}) VALUES (:id, :alias, :origin, :kind, :org_id, :org_name, :user_id, \
         :username, :instance_url, :api_version, :scope, :created_at, :status, :reason, :checked_at, NULL, :issued_at, \
         :expires_at, :proved_at, :rotates) ON CONFLICT (id) DO UPDATE SET ({COLUMNS}) = (:id, :alias, :origin, :kind, \
         :org_id, :org_name, :user_id, :username, :instance_url, :api_version, :scope, :created_at, :status, :reason, \
         :checked_at, NULL, :issued_at, :expires_at, :proved_at, :rotates)"
    );
    connection.prepare(&statement)?.execute(named_params! {
        ":id": record.id,
        ":alias": record.alias,
        ":origin": record.origin,
        ":kind": Word(record.kind),
        ":org_id": record.org_id,
        ":org_name": record.org_name,
        ":user_id": record.user_id,
        ":username": record.username,
        ":instance_url": record.instance_url,
        ":api_version": record.api_version,
        ":scope": record.scope,
        ":created_at": Instant(record.created_at),
        ":status": Word(record.status),
        ":reason": record.reason.map(Word),
        ":checked_at": record.checked_at.map(Instant),
        ":issued_at": Instant(tokens.issued_at),
        ":expires_at": tokens.expires_at.map(Instant),
        ":proved_at": tokens.proved_at.map(Instant),
        ":rotates": record.rotates,
    })?;
    Ok(())
}

pub(super) fn sealed(connection: &Connection, id: &str, field: Field) -> Result<Option<Vec<u8>>, VaultError> {
    let mut query = connection.prepare("SELECT sealed FROM secret WHERE connection = ?1 AND field = ?2")?;
    Ok(query.query_row([id, field.word()], |row| row.get(0)).optional()?)
}

pub(super) fn put_secret(
    connection: &Connection,
    key: &DataKey,
    owner: &Record,
    field: Field,
    secret: &Secret,
) -> Result<(), VaultError> {
    let sealed = key.seal(owner, field, secret)?;
    let mut change = connection.prepare(
        "INSERT INTO secret (connection, field, sealed) VALUES (?1, ?2, ?3)
         ON CONFLICT (connection, field) DO UPDATE SET sealed = excluded.sealed",
    )?;
    change.execute(params![owner.id, field.word(), sealed])?;
    Ok(())
}

/// All that a sign-in brought for the record, which is stored by now.
pub(super) fn put_secrets(
    connection: &Connection,
    key: &DataKey,
    record: &Record,
    pair: &Pair,
    tokens: &Tokens,
) -> Result<(), VaultError> {
    put_secret(connection, key, record, Field::ConsumerKey, &pair.key)?;
    put_secret(connection, key, record, Field::ConsumerSecret, &pair.secret)?;
    put_secret(connection, key, record, Field::AccessToken, &tokens.access)?;
    put_secret(connection, key, record, Field::RefreshToken, &tokens.refresh)
}

/// Lets go of every secret, and says of whose why only a new sign-in helps.
pub(super) fn drop_all_secrets(connection: &Connection, reason: Code) -> Result<(), VaultError> {
    connection.execute(
        "UPDATE connection SET status = ?1, reason = ?2, refresh_in_flight = NULL
         WHERE id IN (SELECT connection FROM secret)",
        params![Word(Status::NeedsYou), Word(reason)],
    )?;
    connection.execute("DELETE FROM secret", [])?;
    Ok(())
}

/// The sealed Consumer Keys, each with whose it is.
pub(super) fn consumer_keys(connection: &Connection) -> Result<Vec<(Record, Vec<u8>)>, VaultError> {
    let owners = records(connection)?.into_iter();
    let keys =
        owners.map(|owner| Ok(sealed(connection, &owner.id, Field::ConsumerKey)?.map(|key| (owner, key))));
    keys.filter_map(Result::transpose).collect()
}

/// Adds a line and lets go of the oldest beyond what is kept.
pub(super) fn note(
    connection: &Connection,
    id: &str,
    at: OffsetDateTime,
    line: &str,
) -> Result<(), VaultError> {
    let mut add = connection.prepare("INSERT INTO history (connection, at, line) VALUES (?1, ?2, ?3)")?;
    add.execute(params![id, Instant(at), line])?;
    let mut shorten = connection.prepare(
        "DELETE FROM history WHERE number IN
         (SELECT number FROM history WHERE connection = ?1 ORDER BY at DESC, number DESC LIMIT -1 OFFSET ?2)",
    )?;
    shorten.execute(params![id, HISTORY])?;
    Ok(())
}

/// Adds a line to the history of every connection.
pub(super) fn note_all(connection: &Connection, at: OffsetDateTime, line: &str) -> Result<(), VaultError> {
    records(connection)?.iter().try_for_each(|record| note(connection, &record.id, at, line))
}
