//! Which programs were given tokens of a connection. Nothing of it is secret, so no key is needed.

use std::{collections::BTreeMap, time::Duration};

use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params};

use super::{Vault, VaultError, opening::BUSY, record::Instant, schema};
use crate::contract::view::{Asker, LastUse, Use};

/// The programs that are kept for each connection: the last ones.
pub(crate) const KEPT: u32 = 12;

/// How long writing waits for another process that writes.
const MOMENT: Duration = Duration::from_millis(20);

/// More is not counted.
const MOST: u32 = u32::MAX;

const COLUMNS: &str = "program, through_dtx, first_at, last_at, token, fresh, run";

impl Vault {
    /// The programs that were given this connection's tokens, the latest first.
    pub fn uses(&self, id: &str) -> Result<Vec<Use>, VaultError> {
        let database = self.database()?;
        let query = format!("SELECT {COLUMNS} FROM asker WHERE connection = ?1 ORDER BY last_at DESC");
        let mut query = database.prepare(&query)?;
        Ok(query.query_map([id], from_row)?.collect::<Result<_, _>>()?)
    }

    /// The last use of every connection, by its id. One without any is absent.
    pub fn last_uses(&self) -> Result<BTreeMap<String, LastUse>, VaultError> {
        let database = self.database()?;
        // Beside `max`, SQLite gives the other columns of the row that has it.
        let mut query = database.prepare(
            "SELECT connection, program, through_dtx, max(last_at) FROM asker GROUP BY connection",
        )?;
        let last = |row: &Row<'_>| {
            let by = Asker { program: program(row, 1)?, through_dtx: row.get(2)? };
            Ok((row.get(0)?, LastUse { by, at: row.get::<_, Instant>(3)?.0 }))
        };
        Ok(query.query_map([], last)?.collect::<Result<_, _>>()?)
    }

    /// Counts these uses, each with its connection's id. Those of a connection that is gone are left out.
    ///
    /// # Errors
    /// [`VaultError::Busy`] as soon as another process writes: whoever wants a token from this one would have to wait.
    pub fn add_uses(&self, uses: &[(String, Use)]) -> Result<(), VaultError> {
        let database = self.database()?;
        database.busy_timeout(MOMENT)?;
        let added = add_all(&database, uses);
        database.busy_timeout(BUSY)?;
        added
    }
}

fn add_all(database: &Connection, uses: &[(String, Use)]) -> Result<(), VaultError> {
    let transaction = Transaction::new_unchecked(database, TransactionBehavior::Immediate)?;
    schema::refuse_newer(&transaction)?;
    uses.iter().try_for_each(|(id, used)| add(&transaction, id, used))?;
    Ok(transaction.commit()?)
}

fn add(database: &Connection, id: &str, used: &Use) -> Result<(), VaultError> {
    let mut add = database.prepare(&format!(
        "INSERT INTO asker (connection, {COLUMNS}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
         WHERE EXISTS (SELECT 1 FROM connection WHERE id = ?1)
         ON CONFLICT (connection, program, through_dtx) DO UPDATE SET
         first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at),
         token = min(token + excluded.token, {MOST}), fresh = min(fresh + excluded.fresh, {MOST}),
         run = min(run + excluded.run, {MOST})"
    ))?;
    add.execute(params![
        id,
        used.by.program.as_deref().unwrap_or_default(),
        used.by.through_dtx,
        Instant(used.first_at),
        Instant(used.last_at),
        used.token,
        used.fresh,
        used.run,
    ])?;
    let mut shorten = database.prepare(
        "DELETE FROM asker WHERE connection = ?1 AND (program, through_dtx) NOT IN
         (SELECT program, through_dtx FROM asker WHERE connection = ?1 ORDER BY last_at DESC LIMIT ?2)",
    )?;
    shorten.execute(params![id, KEPT])?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Use> {
    Ok(Use {
        by: Asker { program: program(row, 0)?, through_dtx: row.get(1)? },
        first_at: row.get::<_, Instant>(2)?.0,
        last_at: row.get::<_, Instant>(3)?.0,
        token: row.get(4)?,
        fresh: row.get(5)?,
        run: row.get(6)?,
    })
}

fn program(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(Some(row.get::<_, String>(column)?).filter(|program| !program.is_empty()))
}
