//! Opens the database: made if missing, upgraded to the newest version, or moved aside if damaged.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, TransactionBehavior, config::DbConfig};

use super::{
    VaultError,
    alone::Alone,
    backup,
    cipher::random_name,
    journal,
    schema::{self, NEWEST, version},
};
use crate::platform::{home::Home, lock, private};

/// How long another process may keep the database locked.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// Opens the database of this home, and makes one if it is missing. A damaged one is moved aside and replaced with the
/// names and histories of the last copy.
pub(super) fn open(home: &Home, waiting: fn()) -> Result<Connection, VaultError> {
    backup::bring_back(home)?;
    match open_as_it_is(home, waiting) {
        Err(VaultError::Unreadable) => {}
        Err(error) if error != VaultError::Newer && journal::leave_log(home).unwrap_or(false) => {
            return open_as_it_is(home, waiting);
        }
        result => return result,
    }
    {
        let _held = lock::exclusive(&home.vault_lock())?;
        // The process that held the lock before may have done this already.
        let opened = connect(&home.database()).and_then(|opened| version(&opened));
        if opened == Err(VaultError::Unreadable) {
            backup::set_aside(home)?;
        }
    }
    backup::bring_back(home)?;
    open_as_it_is(home, waiting)
}

fn open_as_it_is(home: &Home, waiting: fn()) -> Result<Connection, VaultError> {
    let mut connection = connect(&home.database())?;
    // The first query makes the file; its journals inherit its mode.
    let current = schema::is_current(&connection)?;
    private::file(&home.database())?;
    schema::refuse_foreign(&connection)?;
    // A commit is on the disk when it returns: a rotated refresh token exists nowhere else.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Where a sync alone leaves it in the disk's own memory, that too is waited for; elsewhere this does nothing.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    if !current {
        // After an upgrade, an older program cannot store the answer to a refresh.
        let _alone = Alone::wait(home, waiting)?;
        make(&mut connection, home)?;
    }
    journal::settle(&connection, home);
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

/// Upgrades the tables to the newest version, whole or not at all, after a copy without secrets is made.
fn make(connection: &mut Connection, home: &Home) -> Result<(), VaultError> {
    journal::settle(connection, home);
    let before = version(connection)?;
    if before > 0 && before < NEWEST {
        backup::write(connection, &home.database_before(NEWEST))?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let before = version(&transaction)?;
    schema::take_steps(&transaction, before, NEWEST)?;
    if before == 0 {
        transaction.execute("INSERT INTO installation (one, id) VALUES (1, ?1)", [random_name()?])?;
    }
    if before < NEWEST {
        transaction.pragma_update(None, "user_version", NEWEST)?;
    }
    Ok(transaction.commit()?)
}
