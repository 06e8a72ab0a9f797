//! What is in the database, and the queries that more than one operation needs.

use rusqlite::{Connection, OptionalExtension, named_params, params};
use time::OffsetDateTime;

use super::{
    VaultError,
    cipher::{DataKey, Field},
    record::{COLUMNS, Instant, Pair, Record, Tokens, Word},
};
use crate::{contract::view::Status, explain::Code, secret::Secret};

/// Lines of history kept of one connection.
const HISTORY: i64 = 500;

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

/// Opens every secret of this key as told and seals it with the other, in the newest form.
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

/// Whether anything is sealed with this key.
pub(super) fn has_secrets(connection: &Connection, account: Option<&str>) -> Result<bool, VaultError> {
    let query = "SELECT EXISTS (SELECT 1 FROM secret WHERE key_account = ?1)";
    Ok(connection.query_row(query, [account], |row| row.get(0))?)
}

/// Which key the secrets of a connection are sealed with.
pub(super) fn account_of(connection: &Connection, id: &str) -> Result<Option<String>, VaultError> {
    let mut query = connection.prepare("SELECT key_account FROM secret WHERE connection = ?1 LIMIT 1")?;
    Ok(query.query_row([id], |row| row.get(0)).optional()?)
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

/// Every connection that has secrets, and the key that they are sealed with.
pub(super) fn accounts(connection: &Connection) -> Result<Vec<(String, String)>, VaultError> {
    let mut query = connection.prepare("SELECT DISTINCT connection, key_account FROM secret")?;
    Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// How many connections have their secrets sealed with a key that was not there when it was looked for.
pub(super) fn out_of_sight(connection: &Connection) -> Result<usize, VaultError> {
    let query = "SELECT count(DISTINCT connection) FROM secret JOIN missing_key ON account = key_account";
    let count: i64 = connection.query_row(query, [], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// The key that it is sealed with, and the secret.
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

/// Lets go of every secret of a key that is gone for good, and says of whose why only a new sign-in helps.
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

/// Every Consumer Key there is.
pub(super) fn consumer_keys(connection: &Connection) -> Result<Vec<SealedConsumerKey>, VaultError> {
    let owners = records(connection)?.into_iter();
    let keys = owners.map(|owner| {
        let found = sealed(connection, &owner.id, Field::ConsumerKey)?;
        Ok(found.map(|(account, sealed)| SealedConsumerKey { owner, account, sealed }))
    });
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
