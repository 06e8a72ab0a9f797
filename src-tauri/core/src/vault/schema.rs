//! The form of the database: made new, brought to the newest version, or refused because a newer program wrote it.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, TransactionBehavior, config::DbConfig};

use super::{VaultError, alone::Alone, backup, cipher::random_name};
use crate::platform::{home::Home, lock, private};

/// The version of the tables that this program reads and writes.
pub(super) const NEWEST: i64 = 5;

/// Each version, and what leads to it from the one before. The first one's is an empty file.
const STEPS: [(i64, &str); 5] = [
    (1, include_str!("schema/1.sql")),
    (2, include_str!("schema/2.sql")),
    (3, include_str!("schema/3.sql")),
    (4, include_str!("schema/4.sql")),
    (NEWEST, include_str!("schema/5.sql")),
];

/// Every table of every version.
pub(super) const TABLES: [&str; 8] =
    ["installation", "connection", "secret", "history", "passphrase", "standing", "leaving", "setup"];

/// How long another process may keep the database to itself.
const BUSY: Duration = Duration::from_secs(10);

/// Opens the database of this home, and makes it when there is none. One that is damaged beyond opening is set aside,
/// and the names and histories of the last copy take its place.
pub(super) fn open(home: &Home, waiting: fn()) -> Result<Connection, VaultError> {
    backup::bring_back(home)?;
    match open_as_it_is(home, waiting) {
        Err(VaultError::Unreadable) => {}
        result => return result,
    }
    {
        let _held = lock::exclusive(&home.vault_lock())?;
        // Whoever held the lock before may have done the same already.
        let opened = connect(&home.database()).and_then(|opened| version(&opened));
        if opened == Err(VaultError::Unreadable) {
            backup::set_aside(home)?;
        }
    }
    backup::bring_back(home)?;
    open_as_it_is(home, waiting)
}

/// Refuses what a newer program wrote, also while this one runs: it may have brought the tables to a form in which a
/// change by this one would be half a change.
pub(super) fn refuse_newer(connection: &Connection) -> Result<(), VaultError> {
    if version(connection)? > NEWEST { Err(VaultError::Newer) } else { Ok(()) }
}

/// Makes the tables of a version, empty, in a database that has none.
pub(super) fn build(connection: &Connection, version: i64) -> Result<(), VaultError> {
    take_steps(connection, 0, version)
}

fn take_steps(connection: &Connection, after: i64, until: i64) -> Result<(), VaultError> {
    for (_, step) in STEPS.iter().filter(|(version, _)| *version > after && *version <= until) {
        connection.execute_batch(step)?;
    }
    Ok(())
}

/// Refuses a database that holds anything but tables and indices of ours: a trigger or a view would act on what we write
/// and read.
fn refuse_foreign(connection: &Connection) -> Result<(), VaultError> {
    let mut query = connection.prepare("SELECT type, name, tbl_name FROM sqlite_schema")?;
    let mut parts = query.query([])?;
    while let Some(part) = parts.next()? {
        let (kind, name, table): (String, String, String) = (part.get(0)?, part.get(1)?, part.get(2)?);
        let is_ours = match kind.as_str() {
            // What `ANALYZE` of any SQLite program leaves behind says nothing but how many rows there are.
            "table" => TABLES.contains(&name.as_str()) || name.starts_with("sqlite_stat"),
            "index" => TABLES.contains(&table.as_str()),
            _ => false,
        };
        if !is_ours {
            tracing::warn!("the database holds something that is not ours");
            return Err(VaultError::Unreadable);
        }
    }
    Ok(())
}

fn open_as_it_is(home: &Home, waiting: fn()) -> Result<Connection, VaultError> {
    let mut connection = connect(&home.database())?;
    // The first question makes the file; its journals take over the file's mode.
    let current = is_current(&connection)?;
    private::file(&home.database())?;
    refuse_foreign(&connection)?;
    // A commit is on the disk when it returns: a rotated refresh token exists nowhere else.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    if !current {
        // An older program cannot store the answer to a refresh once the form has changed.
        let _alone = Alone::wait(home, waiting)?;
        make(&mut connection, home)?;
    }
    Ok(connection)
}

fn connect(database: &Path) -> Result<Connection, VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let connection = Connection::open_with_flags(database, flags)?;
    connection.busy_timeout(BUSY)?;
    // The file may come from anywhere.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    Ok(connection)
}

fn version(connection: &Connection) -> Result<i64, VaultError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Whether there is nothing to make.
fn is_current(connection: &Connection) -> Result<bool, VaultError> {
    refuse_newer(connection)?;
    let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    Ok(version(connection)? == NEWEST && journal == "wal")
}

/// Brings the tables to the newest version, all the way or not at all. What was there before is copied first, without
/// its secrets.
fn make(connection: &mut Connection, home: &Home) -> Result<(), VaultError> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    let before = version(connection)?;
    if before > 0 && before < NEWEST {
        backup::write(connection, &home.database_before(NEWEST))?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let before = version(&transaction)?;
    take_steps(&transaction, before, NEWEST)?;
    if before == 0 {
        transaction.execute("INSERT INTO installation (one, id) VALUES (1, ?1)", [random_name()?])?;
    }
    if before < NEWEST {
        transaction.pragma_update(None, "user_version", NEWEST)?;
    }
    Ok(transaction.commit()?)
}
