//! Copies of the database beside it, for the day it is damaged: names, settings and history, and nothing secret. What is
//! lost with the database itself is then a sign-in for each connection, and no more.

use std::{fs, io, path::Path};

use rusqlite::{Connection, params};
use time::OffsetDateTime;

use super::{VaultError, record::Word};
use crate::{explain::Code, home::Home, lock, private, view::Status};

/// What a copy never has: the secrets, and the data key sealed with a passphrase.
const LEFT_OUT: [&str; 2] = ["secret", "passphrase"];

/// Writes the copy anew, whole or not at all. A connection in it says that it needs a sign-in, which is so on the day
/// the copy is used.
pub(super) fn write(connection: &Connection, to: &Path) -> Result<(), VaultError> {
    let unfinished = to.with_extension("unfinished");
    remove(&unfinished)?;
    private::file_options().open(&unfinished)?;
    let name = unfinished.to_str().ok_or(VaultError::Unwritable)?;
    connection.execute("ATTACH DATABASE ?1 AS copy", [name])?;
    let copied = copy(connection);
    connection.execute("DETACH DATABASE copy", [])?;
    copied?;
    fs::File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, to)?;
    Ok(())
}

/// Puts the copy in the place of a database that is missing or empty.
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
        fs::File::open(&unfinished)?.sync_all()?;
        remove_journals(home)?;
        fs::rename(&unfinished, home.database())?;
        tracing::warn!("the database was missing; names and histories come from its copy");
    }
    Ok(())
}

/// Renames a database that cannot be opened, and its journals with it. Nothing is removed: somebody may know how to
/// mend it.
pub(super) fn set_aside(home: &Home) -> Result<(), VaultError> {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    for ending in ENDINGS {
        let from = home.data().join(format!("connections.db{ending}"));
        let to = home.data().join(format!("connections.damaged-{now}.db{ending}"));
        match fs::rename(&from, to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    tracing::warn!("the database was damaged and is set aside");
    Ok(())
}

const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];

fn copy(connection: &Connection) -> Result<(), VaultError> {
    // Whoever finds it half-written finds it under another name; it is synced before it gets its own.
    connection.pragma_update(Some("copy"), "synchronous", "OFF")?;
    let transaction = connection.unchecked_transaction()?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let parts: Vec<(String, String, String)> = transaction
        .prepare("SELECT type, name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (kind, name, statement) in parts {
        let kind = kind.to_uppercase();
        let there = format!("CREATE {kind} copy.");
        transaction.execute_batch(&statement.replacen(&format!("CREATE {kind} "), &there, 1))?;
        if kind == "TABLE" && !LEFT_OUT.contains(&name.as_str()) {
            transaction.execute_batch(&format!("INSERT INTO copy.{name} SELECT * FROM main.{name}"))?;
        }
    }
    transaction.execute("UPDATE copy.installation SET key_account = NULL, key_check = NULL", [])?;
    if version > 1 {
        transaction.execute("UPDATE copy.installation SET guard = 'keychain'", [])?;
    }
    transaction.execute(
        "UPDATE copy.connection SET status = ?1, reason = ?2, refresh_in_flight = NULL, issued_at = NULL,
         expires_at = NULL, proved_at = NULL",
        params![Word(Status::NeedsYou), Word(Code::VaultDamaged)],
    )?;
    transaction.pragma_update(Some("copy"), "user_version", version)?;
    Ok(transaction.commit()?)
}

fn remove_journals(home: &Home) -> Result<(), VaultError> {
    for ending in ["-wal", "-shm"] {
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
