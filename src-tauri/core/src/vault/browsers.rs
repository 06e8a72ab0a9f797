//! In which browser the pages of each connection's org are opened.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};

use super::{Vault, VaultError};
use crate::contract::view::BrowserChoice;

impl Vault {
    /// The browser of every connection that has another than the default one, by the connection's id.
    pub fn browsers(&self) -> Result<BTreeMap<String, BrowserChoice>, VaultError> {
        let database = self.database()?;
        let mut query = database.prepare("SELECT id, browser FROM connection WHERE browser IS NOT NULL")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows = rows.collect::<Result<Vec<(String, String)>, _>>()?;
        Ok(rows.into_iter().filter_map(|(id, text)| Some((id, read(&text)?))).collect())
    }

    /// The browser of this connection. `None` for the default one.
    pub fn browser(&self, id: &str) -> Result<Option<BrowserChoice>, VaultError> {
        let database = self.database()?;
        let mut query = database.prepare("SELECT browser FROM connection WHERE id = ?1")?;
        let kept: Option<Option<String>> = query.query_row([id], |row| row.get(0)).optional()?;
        Ok(kept.flatten().as_deref().and_then(read))
    }

    pub fn set_browser(&self, id: &str, choice: &BrowserChoice) -> Result<(), VaultError> {
        let text = match choice {
            BrowserChoice::Default => None,
            BrowserChoice::Ask | BrowserChoice::In { .. } => serde_json::to_string(choice).ok(),
        };
        self.writing(|database| {
            database.execute("UPDATE connection SET browser = ?2 WHERE id = ?1", params![id, text])?;
            Ok(())
        })
    }
}

/// `None` for a choice that only newer versions know, which must not make the connection unreadable.
fn read(text: &str) -> Option<BrowserChoice> {
    serde_json::from_str(text).ok()
}
