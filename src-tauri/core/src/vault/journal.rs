//! How the database keeps its journal. A write-ahead log lets many read while one writes, and needs memory that all of them
//! share: there is none between two computers, nor through every file system. There it is a rollback journal.

use std::{fs, path::Path};

use rusqlite::{Connection, OpenFlags};

use super::VaultError;
use crate::platform::{home::Home, machine, private};

const LOG: &str = "WAL";
const ROLLBACK: &str = "DELETE";

/// Brings the journal of an opened database to the kind that fits where it is. One that others have open stays as it is
/// until the next time.
pub(super) fn settle(connection: &Connection, home: &Home) {
    let present = connection.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0));
    let is_log = present.is_ok_and(|mode| mode.eq_ignore_ascii_case(LOG));
    let is_shared = machine::is_shared(home.data());
    let wanted = match is_log {
        true if is_shared => ROLLBACK,
        false if !is_shared && can_have_a_log(home.data()) => LOG,
        _ => return,
    };
    if let Err(error) = change(connection, wanted) {
        tracing::info!(%error, wanted, "the database keeps its journal as it is");
    }
}

/// Takes a database out of the log that cannot be had where it is now. `false` where that is not the trouble.
pub(super) fn leave_log(home: &Home) -> Result<bool, VaultError> {
    if !fs::exists(home.database())? || can_have_a_log(home.data()) {
        return Ok(false);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(home.database(), flags)?;
    // Alone with it, no memory is shared.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    change(&connection, ROLLBACK)?;
    tracing::warn!("the database keeps a rollback journal: there is no shared memory where it is");
    Ok(true)
}

fn change(connection: &Connection, wanted: &str) -> Result<(), VaultError> {
    let became: String =
        connection.pragma_update_and_check(None, "journal_mode", wanted, |row| row.get(0))?;
    if became.eq_ignore_ascii_case(wanted) { Ok(()) } else { Err(VaultError::Busy) }
}

/// Tried with a database that nobody needs: a failure would leave one that cannot be opened.
fn can_have_a_log(folder: &Path) -> bool {
    let trial = folder.join(format!("trial.{}.db", std::process::id()));
    let had = try_log(&trial);
    for ending in ["", "-wal", "-shm", "-journal"] {
        // Most of these are not there.
        let _ = fs::remove_file(folder.join(format!("trial.{}.db{ending}", std::process::id())));
    }
    had.unwrap_or_else(|error| {
        tracing::info!(%error, "no write-ahead log can be had here");
        false
    })
}

fn try_log(trial: &Path) -> Result<bool, VaultError> {
    drop(private::file_options().truncate(true).open(trial)?);
    let connection = Connection::open(trial)?;
    change(&connection, LOG)?;
    connection.execute_batch("CREATE TABLE trial (one); INSERT INTO trial VALUES (1)")?;
    Ok(connection.query_row("SELECT count(*) FROM trial", [], |row| row.get::<_, i64>(0))? == 1)
}
