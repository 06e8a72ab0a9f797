//! The database file: how it is opened, what is in it, and the queries that more than one operation needs.

use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, named_params, params};
use time::OffsetDateTime;

use super::{
    VaultError,
    cipher::{DataKey, Field, random_name},
    key::KeyPlace,
    record::{COLUMNS, Instant, Record, Tokens, Word},
};
use crate::{
    explain::Code,
    home::Home,
    lock, private,
    secret::Secret,
    view::{OrgKind, Status},
};

/// The form the tables have. A migration adds one; what a newer program wrote is left alone.
const SCHEMA: i64 = 1;

/// How long another process may keep the database to itself.
const BUSY: Duration = Duration::from_secs(10);

/// Lines of history kept of one connection.
const HISTORY: i64 = 500;

const TABLES: &str = include_str!("tables.sql");

/// Opens the database of this home, and makes it when there is none.
pub(super) fn open(home: &Home) -> Result<Connection, VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let mut connection = Connection::open_with_flags(home.database(), flags)?;
    connection.busy_timeout(BUSY)?;
    // The first question makes the file; its journals take over the file's mode.
    let current = is_current(&connection)?;
    private::file(&home.database())?;
    // A commit is on the disk when it returns: a rotated refresh token exists nowhere else.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    if !current {
        let _held = lock::exclusive(&home.vault_lock())?;
        make(&mut connection)?;
    }
    Ok(connection)
}

/// Whether there is nothing to make. Refuses what a newer program wrote.
fn is_current(connection: &Connection) -> Result<bool, VaultError> {
    let schema: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if schema > SCHEMA {
        return Err(VaultError::Newer);
    }
    let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    Ok(schema == SCHEMA && journal == "wal")
}

fn make(connection: &mut Connection) -> Result<(), VaultError> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let schema: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if schema == 0 {
        transaction.execute_batch(TABLES)?;
        transaction.execute("INSERT INTO installation (one, id) VALUES (1, ?1)", [random_name()?])?;
        transaction.pragma_update(None, "user_version", SCHEMA)?;
    }
    Ok(transaction.commit()?)
}

pub(super) fn key_place(connection: &Connection) -> Result<KeyPlace, VaultError> {
    let mut query = connection.prepare("SELECT id, key_account, key_check FROM installation")?;
    let place = query.query_row([], |row| {
        let (account, check_value): (Option<_>, Option<_>) = (row.get(1)?, row.get(2)?);
        Ok(KeyPlace { installation: row.get(0)?, current: account.zip(check_value) })
    })?;
    Ok(place)
}

pub(super) fn set_key(connection: &Connection, key: &DataKey) -> Result<(), VaultError> {
    let change = "UPDATE installation SET key_account = ?1, key_check = ?2";
    connection.execute(change, params![key.account(), key.check_value()?])?;
    Ok(())
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
    id: &str,
    field: Field,
    secret: &Secret,
) -> Result<(), VaultError> {
    let sealed = key.seal(id, field, secret)?;
    let mut change = connection.prepare(
        "INSERT INTO secret (connection, field, sealed) VALUES (?1, ?2, ?3)
         ON CONFLICT (connection, field) DO UPDATE SET sealed = excluded.sealed",
    )?;
    change.execute(params![id, field.word(), sealed])?;
    Ok(())
}

/// Lets go of every secret, and says of whose that only a new sign-in helps.
pub(super) fn drop_all_secrets(connection: &Connection) -> Result<(), VaultError> {
    connection.execute(
        "UPDATE connection SET status = ?1, reason = ?2, refresh_in_flight = NULL
         WHERE id IN (SELECT connection FROM secret)",
        params![Word(Status::NeedsYou), Word(Code::VaultKeyLost)],
    )?;
    connection.execute("DELETE FROM secret", [])?;
    Ok(())
}

/// The sealed Consumer Keys of real orgs, each with its connection's id.
pub(super) fn real_consumer_keys(connection: &Connection) -> Result<Vec<(String, Vec<u8>)>, VaultError> {
    let mut query = connection.prepare(
        "SELECT secret.connection, sealed FROM secret JOIN connection ON connection.id = secret.connection
         WHERE field = ?1 AND kind <> ?2",
    )?;
    let values = params![Field::ConsumerKey.word(), Word(OrgKind::Practice)];
    let rows = query.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
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
