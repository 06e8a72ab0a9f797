//! Groups of connections, each with a name and a colour.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Vault, VaultError, record::Word};
use crate::contract::view::{Colour, Group};

impl Vault {
    /// The group of every connection that is in one, by the connection's id.
    pub fn groups(&self) -> Result<BTreeMap<String, Group>, VaultError> {
        let database = self.database()?;
        let mut query = database.prepare(
            "SELECT connection, name, colour FROM membership JOIN client ON client.name = membership.client",
        )?;
        let groups = query.query_map([], |row| {
            let colour = row.get::<_, Word<Colour>>(2).map(|colour| colour.0).unwrap_or_default();
            Ok((row.get(0)?, Group { name: row.get(1)?, colour }))
        })?;
        Ok(groups.collect::<Result<_, _>>()?)
    }

    /// Puts a connection into the group of this name, or into none. A new group gets the colour, or the one that fewest
    /// have; one that is there gets the colour where one is given.
    pub fn set_group(&self, id: &str, name: Option<&str>, colour: Option<Colour>) -> Result<(), VaultError> {
        self.writing(|database| {
            database.execute("DELETE FROM membership WHERE connection = ?1", [id])?;
            if let Some(name) = name {
                paint(database, name, colour)?;
                database.execute(
                    "INSERT INTO membership (connection, client) VALUES (?1, ?2)",
                    params![id, name],
                )?;
            }
            drop_empty(database)
        })
    }
}

/// Forgets the groups that no connection is in.
pub(super) fn drop_empty(database: &Connection) -> Result<(), VaultError> {
    database.execute("DELETE FROM client WHERE name NOT IN (SELECT client FROM membership)", [])?;
    Ok(())
}

fn paint(database: &Connection, name: &str, colour: Option<Colour>) -> Result<(), VaultError> {
    let query = "SELECT 1 FROM client WHERE name = ?1";
    let is_there = database.query_row(query, [name], |_| Ok(())).optional()?.is_some();
    let colour = match colour {
        None if is_there => return Ok(()),
        None => rarest(database)?,
        Some(colour) => colour,
    };
    database.execute(
        "INSERT INTO client (name, colour) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET colour = excluded.colour",
        params![name, Word(colour)],
    )?;
    Ok(())
}

/// The colour that fewest groups have: the first one of those.
fn rarest(database: &Connection) -> Result<Colour, VaultError> {
    let mut query = database.prepare("SELECT colour FROM client")?;
    let used: Vec<Colour> = query
        .query_map([], |row| row.get::<_, Word<Colour>>(0))?
        .filter_map(|colour| colour.ok().map(|colour| colour.0))
        .collect();
    let count = |colour: &&Colour| used.iter().filter(|used| used == colour).count();
    Ok(Colour::ALL.iter().min_by_key(count).copied().unwrap_or_default())
}
