//! The one place that owns what is going on: requests come in, replies and notices go out.

mod another_try;
mod audit;
mod check;
mod ends;
mod hand_over;
mod keep_alive;
mod leave;
#[cfg(test)]
mod model_tests;
mod requests;
mod settings;
mod setup;
mod sign_in;
mod standing;
mod stored;
mod token;
mod vault;
mod work;

pub use self::{
    ends::{Untold, UntoldEnd, Warning},
    requests::{CarryOut, Write},
};

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, atomic::AtomicBool},
    time::Duration,
};

use time::OffsetDateTime;
use tokio::sync::{Notify, broadcast, watch};

use crate::{
    contract::view::{AttemptView, ConnectionView, Failure, Notice, Snapshot, Tray},
    explain::{self, Code},
    platform::{home::Home, settings::Kept},
    ports::{Clock, Desktop, Http, Machine},
    vault::{Record, Vault, VaultError},
};

/// Notices kept for a listener that is behind; one that falls further back asks for a snapshot again.
const NOTICES_AHEAD: usize = 256;

/// The outside world, as the controller is given it.
#[derive(Clone)]
pub struct Ports {
    pub http: Arc<dyn Http>,
    pub clock: Arc<dyn Clock>,
}

/// Carries out intents. Clones share one state.
#[derive(Clone)]
pub struct Controller(Arc<Shared>);

struct Shared {
    home: Home,
    vault: Arc<Vault>,
    http: Arc<dyn Http>,
    clock: Arc<dyn Clock>,
    notices: broadcast::Sender<Notice>,
    attempts: Mutex<BTreeMap<String, sign_in::Handle>>,
    attempt_ended: Notify,
    /// Pairs that wait for another try, by host.
    pairs: Mutex<BTreeMap<String, another_try::KeptPair>>,
    /// The audits of callback lines that go on by themselves, by host.
    audits: Mutex<BTreeMap<String, tokio::task::AbortHandle>>,
    /// One task at a time works on a connection, by its id.
    turns: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// Whether nobody may begin to work on a connection any more.
    closed: AtomicBool,
    /// One at a time tells of ends.
    telling: Arc<tokio::sync::Mutex<()>>,
    /// Whether the connections have been looked at; told after each look.
    looked: watch::Sender<bool>,
    settings: Mutex<Kept>,
    /// Told to whoever keeps the connections.
    setting_changed: Notify,
    /// Why the settings do not hold outside the core.
    setting_trouble: Mutex<Option<Failure>>,
    desktop: OnceLock<Arc<dyn Desktop>>,
    machine: watch::Sender<Machine>,
    tray: Mutex<Tray>,
    /// When the desktop was last asked whether it opens our links, and what it said.
    links: Mutex<Option<(OffsetDateTime, bool)>>,
}

impl Controller {
    pub fn new(home: Home, vault: Vault, ports: Ports) -> Self {
        let (notices, _) = broadcast::channel(NOTICES_AHEAD);
        let settings = Kept::read(&home);
        Self(Arc::new(Shared {
            home,
            vault: Arc::new(vault),
            http: ports.http,
            clock: ports.clock,
            notices,
            attempts: Mutex::default(),
            attempt_ended: Notify::new(),
            pairs: Mutex::default(),
            audits: Mutex::default(),
            turns: Mutex::default(),
            closed: AtomicBool::new(false),
            telling: Arc::default(),
            looked: watch::Sender::default(),
            settings: Mutex::new(settings),
            setting_changed: Notify::new(),
            setting_trouble: Mutex::default(),
            desktop: OnceLock::new(),
            machine: watch::Sender::default(),
            tray: Mutex::default(),
            links: Mutex::default(),
        }))
    }

    /// Tells every face.
    pub fn tell(&self, notice: Notice) {
        // Nobody may be listening.
        let _ = self.0.notices.send(notice);
    }

    /// What happens from now on.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.0.notices.subscribe()
    }

    /// The sign-ins under way.
    pub fn attempts(&self) -> Vec<AttemptView> {
        lock(&self.0.attempts).values().map(sign_in::Handle::view).collect()
    }

    /// Everything a face needs to draw itself.
    pub async fn snapshot(&self) -> Snapshot {
        let (connections, vault_trouble) = match self.list().await {
            Ok(connections) => (connections, self.vault_trouble().await),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        let attempts = self.attempts();
        // What stands in the way of reading them has been told with the connections.
        let setups = self.setups().await.unwrap_or_default();
        let leaving = self.leaving().await.unwrap_or_default();
        Snapshot { connections, attempts, setups, leaving, vault_trouble }
    }

    /// Returns once no sign-in is under way.
    pub async fn idle(&self) {
        loop {
            let next_end = self.0.attempt_ended.notified();
            if lock(&self.0.attempts).is_empty() {
                return;
            }
            next_end.await;
        }
    }

    /// Ends every sign-in and waits, at most this long, until what they were doing is stored or given back.
    pub async fn finish(&self, at_most: Duration) {
        let ended = async {
            for handle in lock(&self.0.attempts).values() {
                handle.cancel();
            }
            self.idle().await;
            self.settled().await;
        };
        if tokio::time::timeout(at_most, ended).await.is_err() {
            tracing::warn!("work is still under way");
        }
    }

    /// All connections, by alias.
    ///
    /// # Errors
    /// The vault cannot be read.
    pub async fn list(&self) -> Result<Vec<ConnectionView>, Failure> {
        let (records, standings) = self.vault(|vault| Ok((vault.list()?, vault.standings()?))).await?;
        let now = self.now();
        let standing = |record: &Record| standings.get(&record.id).copied().unwrap_or_default();
        Ok(records.into_iter().map(|record| stored::view(&standing(&record), record, now)).collect())
    }

    async fn tell_snapshot(&self) {
        if self.0.notices.receiver_count() > 0 {
            let snapshot = self.snapshot().await;
            // Whoever listened may have left meanwhile.
            let _ = self.0.notices.send(Notice::Snapshot(snapshot));
        }
    }

    /// Does something with the vault on a thread that may block.
    async fn vault<T: Send + 'static>(
        &self,
        action: impl FnOnce(&Vault) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, Failure> {
        let vault = self.0.vault.clone();
        match tokio::task::spawn_blocking(move || action(&vault)).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(explain::failure(error.code(), &[])),
            Err(_) => Err(explain::failure(Code::Unexpected, &[])),
        }
    }

    fn now(&self) -> OffsetDateTime {
        self.0.clock.now()
    }

    fn http(&self) -> &dyn Http {
        self.0.http.as_ref()
    }
}

/// A poisoned lock only says that another task ended early; what it guards is replaced whole, never half.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
