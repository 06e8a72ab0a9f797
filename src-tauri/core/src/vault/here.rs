//! Where a database is, and whether the tokens of a connection were stored there last. One that was copied, to another
//! computer or beside itself, has tokens that the original may have replaced since.

use std::path::Path;

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::{Vault, VaultError, key_records};
use crate::{
    contract::view::KeyProtection,
    platform::{home::Home, machine},
    secret::hex,
};

/// Where a database is. What is not told says nothing: no copy is suspected for that.
#[derive(Debug, Default, PartialEq, Eq)]
struct Place {
    /// A number that stands for the computer, and says nothing of it to anybody who has the file.
    computer: Option<String>,
    /// That of the file in its file system.
    file: Option<i64>,
}

impl Place {
    /// Where several computers use the same file none of them is the place.
    fn here(database: &Connection, home: &Home) -> Result<Self, VaultError> {
        if machine::is_shared(home.data()) {
            return Ok(Self::default());
        }
        let installation = key_records::in_use(database)?.installation;
        let number = |id: String| {
            let digest = Sha256::digest(format!("{installation} {id}"));
            hex(digest.get(..8).unwrap_or_default())
        };
        let file = machine::file_number(&home.database()).map(u64::cast_signed);
        Ok(Self { computer: machine::id().map(number), file })
    }
}

/// Tells what was stored elsewhere from what was stored here.
pub(super) struct Copies {
    here: Place,
    /// Whether nothing but the number of the file tells copies on one computer apart: a passphrase has nothing like the
    /// number beside a key in the keychain.
    by_file: bool,
}

impl Copies {
    pub(super) fn of(database: &Connection, home: &Home) -> Result<Self, VaultError> {
        let by_file = key_records::in_use(database)?.protection == KeyProtection::Passphrase;
        Ok(Self { here: Place::here(database, home)?, by_file })
    }

    /// Whether tokens that were stored last on this computer and in this file may be those of a copy. A container has no
    /// number of its own as a rule: there the file alone tells.
    pub(super) fn has(&self, computer: Option<&str>, file: Option<i64>) -> bool {
        let is_another =
            computer.zip(self.here.computer.as_deref()).is_some_and(|(stored, here)| stored != here);
        is_another || (self.by_file && self.has_another_file(file))
    }

    fn has_another_file(&self, file: Option<i64>) -> bool {
        file.zip(self.here.file).is_some_and(|(file, here)| file != here)
    }
}

/// Notes that the tokens of a connection are stored here.
pub(super) fn stamp(database: &Connection, home: &Home, id: &str) -> Result<(), VaultError> {
    let Place { computer, file } = Place::here(database, home)?;
    database.execute(
        "INSERT INTO standing (connection, computer, file) VALUES (?1, ?2, ?3)
         ON CONFLICT (connection) DO UPDATE SET computer = ?2, file = ?3",
        params![id, computer, file],
    )?;
    Ok(())
}

/// Notes of all that was stored in this computer's database that it is in this file now.
pub(super) fn settle_all(database: &Connection, home: &Home, file: &Path) -> Result<(), VaultError> {
    let computer = Place::here(database, home)?.computer;
    let file = machine::file_number(file).map(u64::cast_signed);
    let change = "UPDATE standing SET file = ?2 WHERE computer IS ?1";
    database.execute(change, params![computer, file])?;
    Ok(())
}

impl Vault {
    /// Whether the tokens of this connection were stored last in another place than here, so that this may be a copy.
    pub fn is_copied(&self, id: &str) -> Result<bool, VaultError> {
        Ok(self.health_record(id)?.copied)
    }

    /// Whether these files are others than the ones that were used last on this computer, where the number beside the key in
    /// the keychain tells them apart: once both are used, the older ones let go of their tokens.
    pub fn is_beside_another(&self) -> Result<bool, VaultError> {
        let database = self.database()?;
        let copies = Copies::of(&database, &self.home)?;
        let mut query = database.prepare("SELECT computer, file FROM standing WHERE computer IS NOT NULL")?;
        let stamps = query.query_map([], |row| Ok((row.get::<_, Option<String>>(0)?, row.get(1)?)))?;
        for stamp in stamps {
            let (computer, file) = stamp?;
            if copies.has_another_file(file) && !copies.has(computer.as_deref(), file) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The original is in use nowhere any more: everything stored belongs here.
    pub fn settle_here(&self) -> Result<(), VaultError> {
        self.writing(|database| {
            let Place { computer, file } = Place::here(database, &self.home)?;
            let change =
                "UPDATE standing SET computer = ?1, file = ?2 WHERE computer IS NOT NULL OR file IS NOT NULL";
            database.execute(change, params![computer, file])?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_told_by_its_computer_and_where_nothing_else_tells_by_its_file() {
        let place = |computer: Option<&str>, file| Place { computer: computer.map(str::to_owned), file };
        for (stored, here, by_file, is_copy) in [
            ((Some("a"), Some(1)), (Some("b"), Some(1)), false, true),
            ((Some("a"), Some(1)), (Some("a"), Some(2)), false, false),
            ((Some("a"), Some(1)), (Some("a"), Some(2)), true, true),
            ((Some("a"), Some(1)), (Some("a"), Some(1)), true, false),
            // Containers, which have no number of their own.
            ((None, Some(1)), (None, Some(2)), true, true),
            ((None, Some(1)), (None, Some(1)), true, false),
            ((None, Some(1)), (None, Some(2)), false, false),
            ((Some("a"), Some(1)), (None, Some(2)), true, true),
            // What is not told says nothing.
            ((None, None), (Some("a"), Some(2)), true, false),
            ((Some("a"), Some(1)), (None, None), true, false),
        ] {
            let copies = Copies { here: place(here.0, here.1), by_file };
            assert_eq!(copies.has(stored.0, stored.1), is_copy, "{stored:?} in {here:?}, by file: {by_file}");
        }
    }
}
