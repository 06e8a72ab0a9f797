//! Whether programs may be given tokens. It holds for every process of this home: what is said here is read each time.

use rusqlite::{Connection, params};
use time::OffsetDateTime;

use super::{Vault, VaultError, record::Instant};

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
}

fn paused_since(database: &Connection) -> Result<Option<OffsetDateTime>, VaultError> {
    let since = database
        .query_row("SELECT paused_at FROM installation", [], |row| row.get::<_, Option<Instant>>(0))?;
    Ok(since.map(|since| since.0))
}
