//! The open database, and whether it is still the one that everybody else finds. An open file outlives its name: what is
//! stored in one that was deleted, replaced or moved away meanwhile nobody sees any more.

use std::{
    ops::{Deref, DerefMut},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use rusqlite::{Connection, config::DbConfig};

use super::{VaultError, backup, consumer_keys::Marks, opening};
use crate::platform::{
    home::Home,
    lock,
    private::{self, Found},
};

/// How long to wait for the lock under which a database is put back. A thread that holds it may wait for this one.
const MOMENT: Duration = Duration::from_millis(200);

/// What a log is kept in, beside the database.
const LOG: [&str; 2] = ["-wal", "-shm"];

/// The databases that this process has opened so far.
static OPENED: AtomicU64 = AtomicU64::new(0);

pub(super) struct Opened {
    connection: Connection,
    /// No other one that this process opens has it.
    pub(super) number: u64,
    home: Home,
    folder: Found,
    database: Found,
    log: [Found; 2],
    /// Closed, while there is no other one to go on with yet.
    is_let_go: bool,
    /// Of the Consumer Keys in it, once they were compared.
    pub(super) marks: Option<Marks>,
}

/// Where the open file is, as others see it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    InPlace,
    /// There is none by its name.
    Deleted,
    /// There is another one by its name.
    Replaced,
    /// What belongs to its log is another file, or none: others do not read what is stored there.
    LogGone,
    /// The whole home was moved away, or deleted.
    HomeGone,
}

impl Opened {
    pub(super) fn open(home: &Home, waiting: fn()) -> Result<Self, VaultError> {
        let connection = opening::open(home, waiting)?;
        // Reading makes the files of its log.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(Self {
            connection,
            number: OPENED.fetch_add(1, Ordering::Relaxed),
            home: home.clone(),
            folder: private::found(home.data()),
            database: private::found(&home.database()),
            log: found_log(home),
            is_let_go: false,
            marks: None,
        })
    }

    pub(super) fn standing(&self) -> Standing {
        if self.folder.has_become(private::found(self.home.data())) {
            return Standing::HomeGone;
        }
        match private::found(&self.home.database()) {
            Found::Nothing => Standing::Deleted,
            now if self.is_let_go || self.database.has_become(now) => Standing::Replaced,
            Found::It(..) | Found::Unknown => {
                let mut log = self.log.iter().zip(found_log(&self.home));
                if log.any(|(log, now)| log.has_become(now)) { Standing::LogGone } else { Standing::InPlace }
            }
        }
    }

    /// Goes on with the database that others find. One that was deleted is put back, with all that was stored in it.
    ///
    /// # Errors
    /// [`VaultError::HomeGone`]; what is open stays open where it cannot be put back now.
    pub(super) fn settle(&mut self) -> Result<(), VaultError> {
        match self.standing() {
            Standing::InPlace => return Ok(()),
            Standing::HomeGone => return Err(VaultError::HomeGone),
            Standing::Replaced if self.is_let_go => {}
            Standing::Replaced => self.set_aside()?,
            Standing::Deleted => self.put_back()?,
            Standing::LogGone => self.write_log_out()?,
        }
        self.let_go()?;
        *self = Self::open(&self.home, || {})?;
        Ok(())
    }

    fn alone(&self) -> Result<lock::Held, VaultError> {
        lock::exclusive_within(&self.home.vault_lock(), MOMENT)?.ok_or(VaultError::Busy)
    }

    /// Closes it before another one is opened, which would share its memory otherwise where it is the same file. The last
    /// one to close a database removes its log, by its name: that may be the log of another one by now.
    fn let_go(&mut self) -> Result<(), VaultError> {
        self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        self.connection = Connection::open_in_memory()?;
        self.is_let_go = true;
        Ok(())
    }

    /// The former one is kept for whoever misses something. Its log is not the new one's.
    fn set_aside(&self) -> Result<(), VaultError> {
        let _held = self.alone()?;
        backup::set_aside_open(&self.connection, &self.home)?;
        if found_log(&self.home) == self.log {
            backup::remove_journals(&self.home)?;
        }
        tracing::warn!("the database was replaced; the new one is used, and the former one is set aside");
        Ok(())
    }

    /// Into the database itself, which everybody finds, unless somebody has begun another log.
    fn write_log_out(&self) -> Result<(), VaultError> {
        let ([log, _], [now, _]) = (self.log, found_log(&self.home));
        if now == Found::Nothing || now == log {
            self.connection.pragma(None, "wal_checkpoint", "TRUNCATE", |_| Ok(()))?;
        }
        tracing::warn!("the log of the database was deleted; it is begun anew");
        Ok(())
    }

    fn put_back(&self) -> Result<(), VaultError> {
        let _held = self.alone()?;
        // Another program may have made one meanwhile.
        if self.standing() == Standing::Deleted {
            backup::put_back(&self.connection, &self.home)?;
        }
        Ok(())
    }
}

fn found_log(home: &Home) -> [Found; 2] {
    LOG.map(|ending| private::found(&home.data().join(format!("connections.db{ending}"))))
}

impl Drop for Opened {
    fn drop(&mut self) {
        if self.standing() != Standing::InPlace
            && let Err(error) = self.let_go()
        {
            tracing::warn!(%error, "a database is closed with its log");
        }
    }
}

impl Deref for Opened {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Opened {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}
