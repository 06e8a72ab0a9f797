//! Queries that more than one operation needs.

use rusqlite::{Connection, OptionalExtension, named_params, params};
use time::OffsetDateTime;

use super::{
    IN_USE, VaultError,
    cipher::{DataKey, Field},
    record::{COLUMNS, Instant, Pair, Record, Tokens, Word},
};
use crate::{contract::view::Status, explain::Code, secret::Secret};

/// The lines of history kept for each connection.
const HISTORY: i64 = 500;

/// Raises the number by which older copies of this database are recognised.
pub(super) fn next_generation(connection: &Connection) -> Result<i64, VaultError> {
    let change = "UPDATE installation SET generation = generation + 1 RETURNING generation";
    Ok(connection.query_row(change, [], |row| row.get(0))?)
}

/// In an old copy, removes every token and marks its connection. Any token may have been replaced since: the copy
/// cannot tell whether an org began to rotate later.
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

/// Decrypts every secret of this key with `open` and encrypts it with the other key, in the newest format.
pub(super) fn seal_anew(
    connection: &Connection,
    account: &str,
    key: &DataKey,
    open: impl Fn(&Record, Field, &[u8]) -> Result<Secret, VaultError>,
) -> Result<(), VaultError> {
    for owner in records(connection)? {
        for field in Field::ALL {
            let sealed = sealed(connection, &owner.id, field)?;
            if let Some((_, sealed)) = sealed.filter(|(sealed_with, _)| sealed_with == account) {
                put_secret(connection, key, &owner, field, &open(&owner, field, &sealed)?)?;
            }
        }
    }
    Ok(())
}

fn records(connection: &Connection) -> Result<Vec<Record>, VaultError> {
    let mut query = connection.prepare(&format!("SELECT {COLUMNS} FROM connection"))?;
    Ok(query.query_map([], Record::from_row)?.collect::<Result<_, _>>()?)
}

/// Whether anything is encrypted with this key.
pub(super) fn has_secrets(connection: &Connection, account: Option<&str>) -> Result<bool, VaultError> {
    let query = "SELECT EXISTS (SELECT 1 FROM secret WHERE key_account = ?1 \
                 UNION ALL SELECT 1 FROM admin_request WHERE key_account = ?1)";
    Ok(connection.query_row(query, [account], |row| row.get(0))?)
}

/// The account of the key that encrypts a connection's secrets.
pub(super) fn account_of(connection: &Connection, id: &str) -> Result<Option<String>, VaultError> {
    let mut query = connection.prepare("SELECT key_account FROM secret WHERE connection = ?1 LIMIT 1")?;
    Ok(query.query_row([id], |row| row.get(0)).optional()?)
}

/// The one record that fulfils the condition on `?1`.
pub(super) fn record(
    connection: &Connection,
    condition: &str,
    value: &str,
) -> Result<Option<Record>, VaultError> {
    let query = format!("SELECT {COLUMNS} FROM connection WHERE {condition}");
    Ok(connection.prepare(&query)?.query_row([value], Record::from_row).optional()?)
}

/// Inserts the record, or replaces the one with its id. The tokens' times are those of `tokens`, and any mark of a
/// refresh in flight is cleared.
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

/// Every connection with secrets, and the account of their key.
pub(super) fn accounts(connection: &Connection) -> Result<Vec<(String, String)>, VaultError> {
    let mut query = connection.prepare("SELECT DISTINCT connection, key_account FROM secret")?;
    Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// The number of connections whose key was missing at the last attempt.
pub(super) fn out_of_sight(connection: &Connection) -> Result<usize, VaultError> {
    let query = "SELECT count(DISTINCT connection) FROM secret JOIN missing_key ON account = key_account";
    let count: i64 = connection.query_row(query, [], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// The number of connections in use that need a new sign-in for this reason.
pub(super) fn waiting_after(connection: &Connection, reason: Code) -> Result<usize, VaultError> {
    let query = format!("SELECT count(*) FROM connection WHERE reason = ?1 AND {IN_USE}");
    let count: i64 = connection.query_row(&query, [Word(reason)], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// An encrypted secret, and the account of its key.
pub(super) fn sealed(
    connection: &Connection,
    id: &str,
    field: Field,
) -> Result<Option<(String, Vec<u8>)>, VaultError> {
    let mut query =
        connection.prepare("SELECT key_account, sealed FROM secret WHERE connection = ?1 AND field = ?2")?;
    Ok(query.query_row([id, field.word()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
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
        "INSERT INTO secret (connection, field, sealed, key_account) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (connection, field) DO UPDATE SET sealed = excluded.sealed, key_account = excluded.key_account",
    )?;
    change.execute(params![owner.id, field.word(), sealed, key.account()])?;
    Ok(())
}

/// Stores all secrets of a sign-in; its record is already stored.
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

/// Removes every secret of a lost key, and notes as the reason that a new sign-in is needed.
pub(super) fn drop_secrets(connection: &Connection, account: &str, reason: Code) -> Result<(), VaultError> {
    connection.execute(
        "UPDATE connection SET status = ?1, reason = ?2, refresh_in_flight = NULL
         WHERE id IN (SELECT connection FROM secret WHERE key_account = ?3)",
        params![Word(Status::NeedsYou), Word(reason), account],
    )?;
    connection.execute("DELETE FROM secret WHERE key_account = ?1", [account])?;
    Ok(())
}

/// A Consumer Key, sealed.
pub(super) struct SealedConsumerKey {
    pub(super) owner: Record,
    pub(super) account: String,
    pub(super) sealed: Vec<u8>,
}

/// All stored Consumer Keys.
pub(super) fn consumer_keys(connection: &Connection) -> Result<Vec<SealedConsumerKey>, VaultError> {
    // As one query: a thousand of them take longer than all decryption.
    let mut query = connection.prepare(&format!(
        "SELECT {COLUMNS}, key_account, sealed FROM connection JOIN secret ON secret.connection = id WHERE field = ?1"
    ))?;
    let keys = query.query_map([Field::ConsumerKey.word()], |row| {
        let owner = Record::from_row(row)?;
        Ok(SealedConsumerKey { owner, account: row.get("key_account")?, sealed: row.get("sealed")? })
    })?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// Adds a line, and removes the oldest ones beyond the limit.
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
