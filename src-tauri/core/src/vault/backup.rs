//! Copies of the database beside it, in case it is damaged: names, settings and history, no secrets, and nothing of what is set aside
//! of connections that were disconnected. If the database is lost, each connection then needs a sign-in, and nothing more.

use std::{fs, io, path::Path};

use rusqlite::{Connection, params};
use time::OffsetDateTime;

use super::{VaultError, here, record::Word, schema, store};
use crate::{
    contract::view::Status,
    explain::Code,
    platform::{home::Home, lock, private},
};

/// The tables that a copy leaves empty: the secrets, and the keys to them; and requests, which nobody could answer without
/// their keys.
const LEFT_OUT: [&str; 5] = ["secret", "passphrase", "other_key", "missing_key", "admin_request"];

/// The history's line about it.
const PUT_BACK: &str = "The database of Datatrax Connect was deleted while the program ran. It was put back, with everything in it.";

/// Replaces the copy, whole or not at all. Its connections are marked as needing a sign-in, which is true once the copy
/// is used.
pub(super) fn write(connection: &Connection, to: &Path) -> Result<(), VaultError> {
    let unfinished = to.with_extension("unfinished");
    remove(&unfinished)?;
    let version = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    make_empty(&unfinished, version)?;
    let name = unfinished.to_str().ok_or(VaultError::Unwritable)?;
    connection.execute("ATTACH DATABASE ?1 AS copy", [name])?;
    connection.pragma_update(Some("copy"), "synchronous", "OFF")?;
    let copied = copy(connection, version);
    connection.execute("DETACH DATABASE copy", [])?;
    copied?;
    private::sync(&unfinished)?;
    Ok(private::rename(&unfinished, to)?)
}

/// Replaces a missing or empty database with the copy.
pub(super) fn bring_back(home: &Home) -> Result<(), VaultError> {
    let is_empty = || fs::metadata(home.database()).map_or(true, |found| found.len() == 0);
    if !is_empty() || !home.database_copy().exists() {
        return Ok(());
    }
    let _held = lock::exclusive(&home.vault_lock())?;
    if is_empty() {
        let unfinished = home.database().with_extension("unfinished");
        remove(&unfinished)?;
        fs::copy(home.database_copy(), &unfinished)?;
        private::sync(&unfinished)?;
        remove_journals(home)?;
        private::rename(&unfinished, &home.database())?;
        tracing::warn!("the database was missing; names and histories come from its copy");
    }
    Ok(())
}

/// Puts a database that was deleted back where it was, as whoever has it open still reads it. The vault's lock is held.
pub(super) fn put_back(connection: &Connection, home: &Home) -> Result<(), VaultError> {
    let unfinished = home.database().with_extension("unfinished");
    write_whole(connection, &unfinished)?;
    {
        let database = Connection::open(&unfinished)?;
        here::settle_all(&database, home, &unfinished)?;
        store::note_all(&database, OffsetDateTime::now_utc(), PUT_BACK)?;
    }
    private::sync(&unfinished)?;
    remove_journals(home)?;
    private::rename(&unfinished, &home.database())?;
    tracing::warn!("the database was deleted; it was put back");
    Ok(())
}

/// Keeps what is in a database that was replaced, as whoever has it open still reads it.
pub(super) fn set_aside_open(connection: &Connection, home: &Home) -> Result<(), VaultError> {
    let unfinished = home.database().with_extension("unfinished");
    write_whole(connection, &unfinished)?;
    private::sync(&unfinished)?;
    Ok(private::rename(&unfinished, &home.data().join("connections.replaced.db"))?)
}

fn write_whole(connection: &Connection, to: &Path) -> Result<(), VaultError> {
    remove(to)?;
    drop(private::file_options().open(to)?);
    let name = to.to_str().ok_or(VaultError::Unwritable)?;
    connection.execute("VACUUM INTO ?1", [name])?;
    Ok(())
}

/// Renames a database that cannot be opened, with its journals. Nothing is removed: it may be repairable.
pub(super) fn set_aside(home: &Home) -> Result<(), VaultError> {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    for ending in ENDINGS {
        let from = home.data().join(format!("connections.db{ending}"));
        let to = home.data().join(format!("connections.damaged-{now}.db{ending}"));
        match private::rename(&from, &to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    tracing::warn!("the database was damaged and is set aside");
    Ok(())
}

const ENDINGS: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// The database's own schema is never executed: the tables are made as this program makes them.
fn copy(connection: &Connection, version: i64) -> Result<(), VaultError> {
    let transaction = connection.unchecked_transaction()?;
    let made: Vec<String> = transaction
        .prepare("SELECT name FROM copy.sqlite_schema WHERE type = 'table'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let is_wanted = |table: &&str| made.iter().any(|made| made == table) && !LEFT_OUT.contains(table);
    for table in schema::TABLES.iter().filter(|table| is_wanted(table)) {
        transaction.execute(&format!("INSERT INTO copy.{table} SELECT * FROM main.{table}"), [])?;
    }
    transaction.execute("UPDATE copy.installation SET key_account = NULL, key_check = NULL", [])?;
    if version > 11 {
        // A copy may be kept for longer than they are.
        transaction
            .execute("DELETE FROM copy.connection WHERE id IN (SELECT connection FROM copy.set_aside)", [])?;
        transaction
            .execute("DELETE FROM copy.client WHERE name NOT IN (SELECT client FROM copy.membership)", [])?;
    }
    if version > 1 {
        transaction.execute("UPDATE copy.installation SET guard = 'keychain'", [])?;
    }
    if version > 5 {
        transaction.execute(
            "UPDATE copy.installation SET keychain = NULL, former = NULL, sealed_by_former = NULL, settled_after = NULL",
            [],
        )?;
    }
    transaction.execute(
        "UPDATE copy.connection SET status = ?1, reason = ?2, refresh_in_flight = NULL, issued_at = NULL,
         expires_at = NULL, proved_at = NULL",
        params![Word(Status::NeedsYou), Word(Code::VaultDamaged)],
    )?;
    Ok(transaction.commit()?)
}

/// Makes an empty database of this version, under a temporary name until it is complete and synced.
fn make_empty(path: &Path, version: i64) -> Result<(), VaultError> {
    private::file_options().open(path)?;
    let database = Connection::open(path)?;
    database.pragma_update(None, "synchronous", "OFF")?;
    let transaction = database.unchecked_transaction()?;
    schema::build(&transaction, version)?;
    transaction.pragma_update(None, "user_version", version)?;
    Ok(transaction.commit()?)
}

pub(super) fn remove_journals(home: &Home) -> Result<(), VaultError> {
    for ending in ["-wal", "-shm", "-journal"] {
        remove(&home.data().join(format!("connections.db{ending}")))?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), VaultError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
