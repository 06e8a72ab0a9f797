//! The owner of all ongoing work: requests come in, replies and notices go out.

mod admin_requests;
mod audit;
mod check;
mod consent;
mod desktop;
mod expiry;
mod hand_over;
mod keep_alive;
mod leave;
#[cfg(test)]
mod model_tests;
mod nearest;
mod pauses;
mod pending_pair;
mod permission;
mod removed_setups;
mod requests;
mod rotation;
mod set_aside;
mod settings;
mod setup;
mod sign_in;
mod status;
mod stored;
mod token;
mod uses;
mod vault;
mod whereabouts;
mod work_locks;

pub use self::{
    consent::Listens,
    expiry::{Untold, UntoldEnd, Warning},
    requests::{CarryOut, Write},
};

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use time::OffsetDateTime;
use tokio::sync::broadcast;

use self::{
    audit::Audits,
    consent::Questions,
    desktop::DesktopAround,
    expiry::Expiry,
    pauses::Pauses,
    pending_pair::PendingPairs,
    removed_setups::RemovedSetups,
    settings::SettingsInForce,
    sign_in::{Farewells, SignIns},
    stored::Beside,
    uses::Uses,
    work_locks::WorkLocks,
};

use crate::{
    contract::view::{AttemptEnded, AttemptView, ConnectionView, Failure, Notice, Snapshot},
    explain,
    platform::home::Home,
    ports::{Clock, Http},
    vault::{Vault, VaultError},
};

/// The notices kept for a slow listener; one that falls further behind asks for a snapshot again.
const NOTICES_AHEAD: usize = 256;

/// The controller's ways to the outside world.
#[derive(Clone)]
pub struct Ports {
    pub http: Arc<dyn Http>,
    pub clock: Arc<dyn Clock>,
}

/// Carries out requests. Clones share one state.
#[derive(Clone)]
pub struct Controller(Arc<Shared>);

struct Shared {
    home: Home,
    vault: Arc<Vault>,
    http: Arc<dyn Http>,
    clock: Arc<dyn Clock>,
    notices: broadcast::Sender<Notice>,
    sign_ins: SignIns,
    farewells: Farewells,
    pending_pairs: PendingPairs,
    removed_setups: RemovedSetups,
    audits: Audits,
    pauses: Pauses,
    work_locks: WorkLocks,
    uses: Uses,
    questions: Questions,
    expiry: Expiry,
    settings: SettingsInForce,
    desktop: DesktopAround,
}

impl Controller {
    pub fn new(home: Home, vault: Vault, ports: Ports) -> Self {
        let settings = SettingsInForce::of(&home);
        Self(Arc::new(Shared {
            home,
            vault: Arc::new(vault),
            http: ports.http,
            clock: ports.clock,
            notices: broadcast::Sender::new(NOTICES_AHEAD),
            sign_ins: SignIns::default(),
            farewells: Farewells::default(),
            pending_pairs: PendingPairs::default(),
            removed_setups: RemovedSetups::default(),
            audits: Audits::default(),
            pauses: Pauses::default(),
            work_locks: WorkLocks::default(),
            uses: Uses::default(),
            questions: Questions::default(),
            expiry: Expiry::default(),
            settings,
            desktop: DesktopAround::default(),
        }))
    }

    /// Sends a notice to every face.
    pub fn tell(&self, notice: Notice) {
        // Without a listener this fails, which does not matter: each begins with a snapshot.
        let _ = self.0.notices.send(notice);
    }

    /// All notices from now on.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.0.notices.subscribe()
    }

    /// The sign-ins under way.
    pub fn attempts(&self) -> Vec<AttemptView> {
        self.0.sign_ins.views()
    }

    /// The sign-ins that ended last: to be looked at after those under way, so that each is found in one of the two.
    pub fn attempts_over(&self) -> Vec<AttemptEnded> {
        self.0.sign_ins.over()
    }

    /// Everything that a face draws.
    pub async fn snapshot(&self) -> Snapshot {
        let (connections, vault_trouble) = match self.list().await {
            Ok(connections) => (connections, self.vault_trouble().await),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        let attempts = self.attempts();
        // An error here is already among those of the connections.
        let setups = self.setups().await.unwrap_or_default();
        let leaving = self.leaving().await.unwrap_or_default();
        let set_aside = self.set_aside().await.unwrap_or_default();
        let rotations = self.rotations().await.unwrap_or_default();
        let paused_since = self.paused_since().await.unwrap_or_default();
        Snapshot {
            connections,
            attempts,
            setups,
            leaving,
            set_aside,
            rotations,
            vault_trouble,
            paused_since,
            asking: self.asking(),
            ended: self.attempts_over(),
        }
    }

    /// Returns once no sign-in is under way.
    pub async fn idle(&self) {
        self.0.sign_ins.all_ended().await;
    }

    /// Ends every sign-in and waits, at most this long, until their tokens are stored or revoked.
    pub async fn finish(&self, at_most: Duration) {
        let ended = async {
            self.0.sign_ins.cancel_all();
            self.idle().await;
            self.0.farewells.end().await;
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
        let noted = self.noted();
        let known = |vault: &Vault| {
            let last_uses = uses::last(vault, noted())?;
            let beside = (vault.groups()?, vault.plans()?, vault.browsers()?);
            Ok((vault.list()?, vault.health_records()?, last_uses, beside))
        };
        let (records, health_records, mut last_uses, (mut groups, mut plans, mut browsers)) =
            self.vault(known).await?;
        let now = self.now();
        let views = records.into_iter().map(|record| {
            let health_record = health_records.get(&record.id).copied().unwrap_or_default();
            let beside = Beside {
                last_use: last_uses.remove(&record.id),
                group: groups.remove(&record.id),
                rotation: plans.remove(&record.id),
                browser: browsers.remove(&record.id),
            };
            stored::view(&health_record, record, beside, now)
        });
        Ok(views.collect())
    }

    async fn tell_snapshot(&self) {
        if self.0.notices.receiver_count() > 0 {
            self.tell(Notice::Snapshot(self.snapshot().await));
        }
    }

    /// Uses the vault on a thread that may block.
    async fn vault<T: Send + 'static>(
        &self,
        action: impl FnOnce(&Vault) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, Failure> {
        let vault = self.0.vault.clone();
        let work = move || action(&vault).map_err(|error| vault::told(&vault, error));
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(_) => Err(explain::unexpected("a task ended early")),
        }
    }

    fn now(&self) -> OffsetDateTime {
        self.0.clock.now()
    }

    fn http(&self) -> &dyn Http {
        self.0.http.as_ref()
    }
}

/// A poisoned lock only means that a task panicked; its content is replaced whole, never in part.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
