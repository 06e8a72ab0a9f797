//! Whether programs may be given tokens. It holds for every process of this home: what is said here is read each time.

use rusqlite::{Connection, OptionalExtension, params};
use time::OffsetDateTime;

use super::{Vault, VaultError, record::Instant};
use crate::contract::view::Consent;

impl Vault {
    /// Since when no program is given a token. `None` while they are.
    pub fn paused_since(&self) -> Result<Option<OffsetDateTime>, VaultError> {
        let database = self.database()?;
        paused_since(&database)
    }

    /// Pauses the handing out of tokens, or ends that. A pause that there is keeps its begin.
    pub fn pause(&self, since: Option<OffsetDateTime>) -> Result<(), VaultError> {
        self.writing(|database| {
            let since = match since {
                Some(at) => Some(paused_since(database)?.unwrap_or(at)),
                None => None,
            };
            database.execute("UPDATE installation SET paused_at = ?1", params![since.map(Instant)])?;
            Ok(())
        })
    }

    /// What was said of a program that asks for this connection's tokens: yes, no, or nothing yet.
    pub fn consent(&self, id: &str, program: Option<&str>) -> Result<Option<bool>, VaultError> {
        let database = self.database()?;
        let mut query =
            database.prepare("SELECT allowed FROM consent WHERE connection = ?1 AND program = ?2")?;
        Ok(query.query_row(params![id, stored(program)], |row| row.get(0)).optional()?)
    }

    /// All that was said of programs that ask for this connection's tokens, the latest first.
    pub fn consents(&self, id: &str) -> Result<Vec<Consent>, VaultError> {
        let database = self.database()?;
        let mut query = database.prepare(
            "SELECT program, allowed, at FROM consent WHERE connection = ?1 ORDER BY at DESC, program",
        )?;
        let consents = query.query_map([id], |row| {
            let program = Some(row.get::<_, String>(0)?).filter(|program| !program.is_empty());
            Ok(Consent { program, allowed: row.get(1)?, at: row.get::<_, Instant>(2)?.0 })
        })?;
        Ok(consents.collect::<Result<_, _>>()?)
    }

    /// Keeps what was said of a program, or takes it back.
    pub fn set_consent(
        &self,
        id: &str,
        program: Option<&str>,
        allowed: Option<bool>,
        at: OffsetDateTime,
    ) -> Result<(), VaultError> {
        let program = stored(program);
        self.writing(|database| {
            match allowed {
                Some(allowed) => database.execute(
                    "INSERT INTO consent (connection, program, allowed, at) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (connection, program) DO UPDATE SET allowed = excluded.allowed, at = excluded.at",
                    params![id, program, allowed, Instant(at)],
                )?,
                None => database.execute(
                    "DELETE FROM consent WHERE connection = ?1 AND program = ?2",
                    params![id, program],
                )?,
            };
            Ok(())
        })
    }
}

/// A program that the system does not tell is one of its own.
fn stored(program: Option<&str>) -> &str {
    program.unwrap_or_default()
}

fn paused_since(database: &Connection) -> Result<Option<OffsetDateTime>, VaultError> {
    let since = database
        .query_row("SELECT paused_at FROM installation", [], |row| row.get::<_, Option<Instant>>(0))?;
    Ok(since.map(|since| since.0))
}
