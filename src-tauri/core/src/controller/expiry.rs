//! The ends of connections that a person has to be told of: each once, and only when the message can be shown.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use super::Controller;
use crate::{contract::view::Failure, explain::Code, lifecycle::health, vault::Vault};

/// A message that a connection ends soon, or has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub alias: String,
    /// The days left at most; 0 when a person is needed now.
    pub days: u8,
    pub text: String,
}

/// The ends still to be told. Only the holder of this value tells them in this process.
pub struct Untold {
    pub ends: Vec<UntoldEnd>,
    _telling: OwnedMutexGuard<()>,
}

/// An end that a person has to be told of.
#[derive(Clone, Debug)]
pub struct UntoldEnd {
    pub warning: Warning,
    /// Whether it ended with the session that the key of the vault was kept for, as others may have.
    pub ended_with_session: bool,
    connection: String,
    told_before: Option<u8>,
}

/// Which task tells of ends, and when there may be something to tell.
#[derive(Default)]
pub(super) struct Expiry {
    /// Lets one task at a time tell of ends.
    telling: Arc<Mutex<()>>,
    /// Changes after each look at the connections; true once there was one.
    looked: watch::Sender<bool>,
}

impl Expiry {
    pub(super) fn has_looked(&self) {
        self.looked.send_replace(true);
    }
}

impl Controller {
    /// The connections that end within a week, within a day, or have ended, and were not yet told of. A connection
    /// stays among them until it is [`told`](Self::told) of, or is well again.
    ///
    /// # Errors
    /// The vault cannot be read or written.
    pub async fn untold(&self) -> Result<Untold, Failure> {
        let telling = self.0.expiry.telling.clone().lock_owned().await;
        let now = self.now();
        let (records, health_records) =
            self.vault(|vault| Ok((vault.list()?, vault.health_records()?))).await?;
        let mut ends = Vec::new();
        for record in records {
            let health_record = health_records.get(&record.id).copied().unwrap_or_default();
            let due = health::end_to_tell(&record, &health_record, now);
            let is_news = |days: &u8| health_record.told.is_none_or(|told| *days < told);
            if let Some(days) = due.filter(is_news) {
                let text = health::describe(&record, &health_record, now).text;
                let warning = Warning { alias: record.alias, days, text };
                let ended_with_session = record.reason == Some(Code::VaultSessionEnded);
                let told_before = health_record.told;
                ends.push(UntoldEnd { warning, ended_with_session, connection: record.id, told_before });
            } else if due != health_record.told {
                // The end has moved away: when it comes near again, it is to be told again.
                self.vault(move |vault| vault.note_told(&record.id, health_record.told, due, None)).await?;
            }
        }
        Ok(Untold { ends, _telling: telling })
    }

    /// Notes that a person was shown the end: it is not told again, and the history has a line for it.
    ///
    /// # Errors
    /// The vault cannot be written.
    pub async fn told(&self, end: UntoldEnd) -> Result<(), Failure> {
        let UntoldEnd { warning: Warning { days, text, .. }, connection, told_before, .. } = end;
        let now = self.now();
        tracing::info!(days, "somebody was told that a connection ends");
        let note = move |vault: &Vault| {
            // A connection that has ended has a line for that already.
            let line = (days > 0).then_some((now, text.as_str()));
            vault.note_told(&connection, told_before, Some(days), line)
        };
        self.vault(note).await.map(drop)
    }

    /// Changes after each look at the connections, when there may be something to tell. Earlier looks count.
    pub fn looked(&self) -> watch::Receiver<bool> {
        let mut looked = self.0.expiry.looked.subscribe();
        if *looked.borrow() {
            looked.mark_changed();
        }
        looked
    }
}
