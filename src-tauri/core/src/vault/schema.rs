//! The database's tables, version by version, and a check for foreign content.

use rusqlite::Connection;

use super::VaultError;

/// The version of the tables that this program reads and writes.
pub(super) const NEWEST: i64 = 13;

/// Each version with the SQL that leads to it. The first one starts from an empty file.
const STEPS: [(i64, &str); 13] = [
    (1, include_str!("schema/1.sql")),
    (2, include_str!("schema/2.sql")),
    (3, include_str!("schema/3.sql")),
    (4, include_str!("schema/4.sql")),
    (5, include_str!("schema/5.sql")),
    (6, include_str!("schema/6.sql")),
    (7, include_str!("schema/7.sql")),
    (8, include_str!("schema/8.sql")),
    (9, include_str!("schema/9.sql")),
    (10, include_str!("schema/10.sql")),
    (11, include_str!("schema/11.sql")),
    (12, include_str!("schema/12.sql")),
    (NEWEST, include_str!("schema/13.sql")),
];

/// Every table of every version.
pub(super) const TABLES: [&str; 17] = [
    "installation",
    "connection",
    "secret",
    "history",
    "passphrase",
    "standing",
    "leaving",
    "setup",
    "other_key",
    "missing_key",
    "asker",
    "consent",
    "client",
    "membership",
    "admin_request",
    "rotation",
    "set_aside",
];

/// Refuses a database of a newer program, also one upgraded while this program runs: a change by this one could then be
/// incomplete.
pub(super) fn refuse_newer(connection: &Connection) -> Result<(), VaultError> {
    is_current(connection).map(drop)
}

/// Makes the tables of a version, empty, in a database that has none.
pub(super) fn build(connection: &Connection, version: i64) -> Result<(), VaultError> {
    take_steps(connection, 0, version)
}

pub(super) fn take_steps(connection: &Connection, after: i64, until: i64) -> Result<(), VaultError> {
    for (_, step) in STEPS.iter().filter(|(version, _)| *version > after && *version <= until) {
        connection.execute_batch(step)?;
    }
    Ok(())
}

/// Refuses a database that holds anything but our tables and indices: a trigger or a view would interfere with what we
/// write and read.
pub(super) fn refuse_foreign(connection: &Connection) -> Result<(), VaultError> {
    let mut query = connection.prepare("SELECT type, name, tbl_name FROM sqlite_schema")?;
    let mut parts = query.query([])?;
    while let Some(part) = parts.next()? {
        let (kind, name, table): (String, String, String) = (part.get(0)?, part.get(1)?, part.get(2)?);
        let is_ours = match kind.as_str() {
            // Statistics from any SQLite program's `ANALYZE` only hold numbers of rows.
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

pub(super) fn version(connection: &Connection) -> Result<i64, VaultError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Whether the tables have the newest version.
///
/// # Errors
/// As of [`refuse_newer`].
pub(super) fn is_current(connection: &Connection) -> Result<bool, VaultError> {
    let version = version(connection)?;
    if version > NEWEST { Err(VaultError::Newer) } else { Ok(version == NEWEST) }
}
