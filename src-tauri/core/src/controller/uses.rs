//! The record of use: which programs were given tokens. It takes no time from whoever asks, and keeps no token from anybody:
//! what is new stays in memory until somebody has the time to write it, and what cannot be written is left out.

mod beside;

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{Controller, lock};
use crate::{
    contract::view::{Asker, LastUse, Purpose, Use},
    explain,
    vault::{Vault, VaultError},
};

/// How long the agent collects what is new before it writes.
const WRITE_AFTER: Duration = Duration::from_secs(5);

/// Between two tries where it cannot be written.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// What is kept in memory while it cannot be written: programs and connections, as pairs.
const MOST_WAITING: usize = 1_000;

/// A use, with the id of its connection.
pub(super) type Noted = (String, Use);

#[derive(Default)]
pub(super) struct Uses {
    waiting: Mutex<Waiting>,
    /// Held by whoever writes.
    writes: tokio::sync::Mutex<()>,
    /// Whoever started this process, where it serves that program alone.
    caller: OnceLock<Asker>,
    is_to_be_written: AtomicBool,
}

/// What the database does not have yet.
#[derive(Default)]
struct Waiting {
    new: BTreeMap<(String, Asker), Use>,
    /// What is being written stays in sight until it is there.
    being_written: Vec<Noted>,
}

impl Waiting {
    fn take(&mut self) -> Vec<Noted> {
        std::mem::take(&mut self.new).into_iter().map(|((id, _), used)| (id, used)).collect()
    }
}

impl Controller {
    /// Has every token that is asked for in this process count as given to this program, which has started it.
    pub fn serves(&self, caller: Asker) {
        // The first one stays: a process is started once.
        let _ = self.0.uses.caller.set(caller);
    }

    /// Whom requests of this process are for, where that is recorded.
    pub(super) fn caller(&self) -> Option<&Asker> {
        self.0.uses.caller.get()
    }

    /// Notes that a program was given a token.
    pub(super) fn note_use(&self, id: &str, by: &Asker, purpose: Purpose) {
        self.put_back([(id.to_owned(), Use::once(by.clone(), purpose, self.now()))]);
        // A process with one caller ends soon, and says when it has the time.
        if self.caller().is_none() && !self.0.uses.is_to_be_written.swap(true, Ordering::SeqCst) {
            let controller = self.clone();
            tokio::spawn(async move { controller.write_uses_soon().await });
        }
    }

    /// Tries until it is written, more and more seldom.
    async fn write_uses_soon(&self) {
        let mut pause = WRITE_AFTER;
        loop {
            self.0.clock.sleep(pause).await;
            self.0.uses.is_to_be_written.store(false, Ordering::SeqCst);
            if self.write_uses().await || self.0.uses.is_to_be_written.swap(true, Ordering::SeqCst) {
                return;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Writes what is new into the database, with what was left beside it. `false` where that cannot be done now.
    pub async fn write_uses(&self) -> bool {
        let _turn = self.0.uses.writes.lock().await;
        let (new, home) = (self.begin_writing(), self.0.home.clone());
        let written = self.vault(move |vault| {
            beside::take_over(&home, new, |all| {
                let is_any = !all.is_empty();
                if is_any {
                    vault.add_uses(all)?;
                }
                Ok(is_any)
            })
        });
        let written = written.await;
        let kept = std::mem::take(&mut lock(&self.0.uses.waiting).being_written);
        match written {
            Ok(false) => {}
            Ok(true) => self.tell_snapshot().await,
            Err(failure) => {
                tracing::info!(code = ?failure.code, "which programs were given tokens is not written yet");
                self.put_back(kept);
                return false;
            }
        }
        true
    }

    /// Leaves what is new beside the database, which costs next to nothing: for a process that is about to end.
    pub async fn leave_uses(&self) {
        let (new, home) = (lock(&self.0.uses.waiting).take(), self.0.home.clone());
        if new.is_empty() {
            return;
        }
        let left = tokio::task::spawn_blocking(move || beside::leave(&home, &new)).await;
        match left {
            Ok(Ok(beside::Room::Enough)) => {}
            Ok(Ok(beside::Room::Little)) => {
                self.write_uses().await;
            }
            Ok(Err(error)) => {
                let reason = explain::io_reason(&error);
                tracing::info!(reason, "which program was given a token is not written");
            }
            Err(_) => tracing::warn!("a task ended early"),
        }
    }

    /// What is not in the database yet, for whoever reads that, which blocks.
    pub(super) fn noted(&self) -> impl FnOnce() -> Vec<Noted> + Send + use<> {
        let home = self.0.home.clone();
        let waiting: Vec<Noted> = {
            let waiting = lock(&self.0.uses.waiting);
            let new = waiting.new.iter().map(|((id, _), used)| (id.clone(), used.clone()));
            new.chain(waiting.being_written.iter().cloned()).collect()
        };
        move || beside::read(&home).into_iter().chain(waiting).collect()
    }

    /// Takes what waits, without a moment in which nobody sees it.
    fn begin_writing(&self) -> Vec<Noted> {
        let mut waiting = lock(&self.0.uses.waiting);
        waiting.being_written = waiting.take();
        waiting.being_written.clone()
    }

    fn put_back(&self, uses: impl IntoIterator<Item = Noted>) {
        let mut waiting = lock(&self.0.uses.waiting);
        for (id, used) in uses {
            let key = (id, used.by.clone());
            if let Some(known) = waiting.new.get_mut(&key) {
                known.add(&used);
            } else if waiting.new.len() < MOST_WAITING {
                waiting.new.insert(key, used);
            }
        }
    }
}

/// All programs that were given tokens of this connection, the latest first.
pub(super) fn of(vault: &Vault, id: &str, noted: &[Noted]) -> Result<Vec<Use>, VaultError> {
    let mut uses = vault.uses(id)?;
    for (_, new) in noted.iter().filter(|(of, _)| of == id) {
        match uses.iter_mut().find(|known| known.by == new.by) {
            Some(known) => known.add(new),
            None => uses.push(new.clone()),
        }
    }
    uses.sort_by_key(|used| std::cmp::Reverse(used.last_at));
    Ok(uses)
}

/// The last use of every connection, by its id.
pub(super) fn last(vault: &Vault, noted: Vec<Noted>) -> Result<BTreeMap<String, LastUse>, VaultError> {
    let mut all = vault.last_uses()?;
    for (id, new) in noted {
        let last = all.entry(id).or_insert_with(|| new.last());
        if last.at < new.last_at {
            *last = new.last();
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Waker},
    };

    use super::*;
    use crate::{
        controller::Ports, platform::home::Home, ports::SystemClock, testing::Scripted,
        vault::testing::MemoryKeychain,
    };

    #[tokio::test]
    async fn a_use_is_seen_while_it_is_being_written() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        let vault = Vault::open(&home, MemoryKeychain::new()).unwrap();
        let ports = Ports {
            http: std::sync::Arc::new(Scripted::json(200, "")),
            clock: std::sync::Arc::new(SystemClock),
        };
        let controller = Controller::new(home, vault, ports);
        let make = Asker { program: Some("/usr/bin/make".to_owned()), through_dtx: true };
        controller.serves(make.clone());
        controller.note_use("a", &make, Purpose::Token);
        let counted = || controller.noted()().iter().map(|(_, used)| used.token).collect::<Vec<_>>();
        {
            let mut writing = pin!(controller.write_uses());
            let begun = writing.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(begun.is_pending(), "it is handed to the database");
            assert_eq!(counted(), [1], "and nobody misses it meanwhile");
            controller.note_use("a", &make, Purpose::Token);
            assert_eq!(counted(), [1, 1], "nor what comes in beside it");
            assert!(writing.await, "written");
        }
        assert_eq!(counted(), [1], "what came in beside it goes on waiting");
        assert!(controller.write_uses().await);
        assert_eq!(counted(), [0; 0], "all is written");
    }
}
