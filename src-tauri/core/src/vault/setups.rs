//! Guided set-ups, stored beside the connections they lead to. They hold no secrets, so no key is needed.

use rusqlite::{OptionalExtension, Row, params};
use time::OffsetDateTime;

use super::{IN_USE, Vault, VaultError, found, record::Instant};
use crate::guide::setup::Setup;

/// The most set-ups kept.
pub(crate) const MOST: i64 = 1_000;

const ALL: &str = "SELECT host, setup.origin AS origin, updated_at, known, alias FROM setup LEFT JOIN connection ON connection.id = setup.connection";

/// A stored set-up, with the connection it led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSetup {
    pub host: String,
    /// The origin of the org's address.
    pub origin: String,
    pub setup: Setup,
    pub updated_at: OffsetDateTime,
    /// The connection's alias, if there is one.
    pub alias: Option<String>,
}

impl Vault {
    /// All set-ups, by host.
    pub fn setups(&self) -> Result<Vec<KeptSetup>, VaultError> {
        let database = self.database()?;
        let mut query = database.prepare(&format!("{ALL} AND {IN_USE} ORDER BY host"))?;
        Ok(query.query_map([], from_row)?.collect::<Result<_, _>>()?)
    }

    /// The set-up of this host.
    pub fn setup(&self, host: &str) -> Result<Option<KeptSetup>, VaultError> {
        let database = self.database()?;
        one(&database, host)
    }

    /// Stores the set-up `begun` for this host, unless there is one, which is then returned.
    ///
    /// # Errors
    /// [`VaultError::SetupsFull`] when the limit is reached.
    pub fn begin_setup(
        &self,
        (host, origin): (&str, &str),
        begun: &Setup,
        at: OffsetDateTime,
    ) -> Result<KeptSetup, VaultError> {
        let known = written(begun)?;
        let (kept, is_new) = self.writing(|database| {
            if let Some(kept) = one(database, host)? {
                return Ok((kept, false));
            }
            let count: i64 = database.query_row("SELECT count(*) FROM setup", [], |row| row.get(0))?;
            if count >= MOST {
                return Err(VaultError::SetupsFull);
            }
            database.execute(
                "INSERT INTO setup (host, origin, updated_at, known) VALUES (?1, ?2, ?3, ?4)",
                params![host, origin, Instant(at), known],
            )?;
            Ok((one(database, host)?.ok_or(VaultError::Gone)?, true))
        })?;
        if is_new {
            self.renew_copy();
        }
        Ok(kept)
    }

    /// Changes a set-up, whole or not at all, and returns it. `None` if there is none for this host. `change` is told
    /// whether the set-up's connection still exists.
    pub fn change_setup(
        &self,
        host: &str,
        at: OffsetDateTime,
        change: impl FnOnce(&mut Setup, bool),
    ) -> Result<Option<KeptSetup>, VaultError> {
        self.writing(|database| {
            let Some(mut kept) = one(database, host)? else { return Ok(None) };
            change(&mut kept.setup, kept.alias.is_some());
            let changed = database.execute(
                "UPDATE setup SET updated_at = ?2, known = ?3 WHERE host = ?1",
                params![host, Instant(at), written(&kept.setup)?],
            )?;
            found(changed)?;
            one(database, host)
        })
    }

    /// Sets the connection that a set-up led to; `None` removes it.
    pub fn link_setup(&self, host: &str, alias: Option<&str>) -> Result<(), VaultError> {
        self.writing(|database| {
            database.execute(
                "UPDATE setup SET connection = (SELECT id FROM connection WHERE alias = ?2) WHERE host = ?1",
                params![host, alias],
            )?;
            Ok(())
        })?;
        self.renew_copy();
        Ok(())
    }

    /// Removes a set-up. Succeeds if there is none.
    pub fn remove_setup(&self, host: &str) -> Result<(), VaultError> {
        self.writing(|database| {
            database.execute("DELETE FROM setup WHERE host = ?1", [host])?;
            Ok(())
        })?;
        self.renew_copy();
        Ok(())
    }
}

fn one(database: &rusqlite::Connection, host: &str) -> Result<Option<KeptSetup>, VaultError> {
    let mut query = database.prepare(&format!("{ALL} AND {IN_USE} WHERE host = ?1"))?;
    Ok(query.query_row([host], from_row).optional()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<KeptSetup> {
    let known: String = row.get("known")?;
    Ok(KeptSetup {
        host: row.get("host")?,
        origin: row.get("origin")?,
        // An unreadable set-up starts again: the org can be asked again, so only the marks are lost.
        setup: serde_json::from_str(&known).unwrap_or_default(),
        updated_at: row.get::<_, Instant>("updated_at")?.0,
        alias: row.get("alias")?,
    })
}

fn written(setup: &Setup) -> Result<String, VaultError> {
    serde_json::to_string(setup).map_err(|error| VaultError::failed(error.classify()))
}
