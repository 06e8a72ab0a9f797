//! The one place that owns what is going on: intents come in, replies and notices go out.

mod audit;
mod check;
mod desktop;
mod expiry;
mod hand_over;
mod keep_alive;
mod leave;
#[cfg(test)]
mod model_tests;
mod pending_pair;
mod settings;
mod setup;
mod sign_in;
mod standing;
mod stored;
mod token;
mod turns;
mod vault;
mod whereabouts;

pub use self::expiry::{Untold, UntoldEnd, Warning};

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use time::OffsetDateTime;
use tokio::sync::broadcast;

use self::{
    audit::Audits, desktop::DesktopAround, expiry::Expiry, pending_pair::PendingPairs,
    settings::SettingsInForce, sign_in::SignIns, turns::Turns,
};

use crate::{
    contract::{
        intent::Intent,
        view::{AttemptView, ConnectionView, Failure, Notice, Snapshot},
    },
    explain::{self, Code},
    platform::home::Home,
    ports::{Clock, Http},
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
    sign_ins: SignIns,
    pending_pairs: PendingPairs,
    audits: Audits,
    turns: Turns,
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
            pending_pairs: PendingPairs::default(),
            audits: Audits::default(),
            turns: Turns::default(),
            expiry: Expiry::default(),
            settings,
            desktop: DesktopAround::default(),
        }))
    }

    /// Carries out one intent and answers with its reply as JSON.
    ///
    /// # Errors
    /// Every failure comes in words. [`Intent::Status`], [`Intent::Stop`] and [`Intent::StopWhenIdle`] are the agent's,
    /// and unknown here.
    pub async fn handle(&self, intent: Intent) -> Result<Box<RawValue>, Failure> {
        match intent {
            Intent::Snapshot => reply(&self.snapshot().await),
            Intent::Understand(pasted) => reply(&check::understand(&pasted)),
            Intent::Validate(pasted) => reply(&self.validate(&pasted).await?),
            Intent::AuditCallbacks { address, key } => reply(&self.audit_callbacks(&address, &key).await?),
            Intent::SetUp { address } => reply(&self.set_up(&address).await?),
            Intent::GoTo { host, step } => reply(&self.go_to(&host, &step).await?),
            Intent::StepDone { host, step, done } => reply(&self.step_done(&host, &step, done).await?),
            Intent::StartOver { host } => reply(&self.start_over(&host).await?),
            Intent::RemoveSetup { host } => reply(&self.remove_setup(&host).await?),
            Intent::Connect(connect) => reply(&self.connect(connect).await?),
            Intent::Reconnect(reconnect) => reply(&self.reconnect(reconnect).await?),
            Intent::PasteBack { attempt, address } => reply(&self.paste_back(&attempt, address).await?),
            Intent::Answer { attempt, accept } => reply(&self.answer(&attempt, accept).await?),
            Intent::Cancel { attempt } => reply(&self.cancel(&attempt).await?),
            Intent::List => reply(&self.list().await?),
            Intent::Show { name } => reply(&self.show(&name).await?),
            Intent::Rename { old, new } => reply(&self.rename(&old, &new).await?),
            Intent::Token { name, fresh } => reply(&self.token(&name, fresh).await?),
            Intent::Check { name } => reply(&self.check(&name).await?),
            Intent::Disconnect { name } => reply(&self.disconnect(&name).await?),
            Intent::CopyKey { name } => reply(&self.copy_key(&name).await?),
            Intent::CopySecret { name } => reply(&self.copy_secret(&name).await?),
            Intent::Leaving => reply(&self.leaving().await?),
            Intent::Vault => reply(&self.vault_view().await?),
            Intent::Unlock { passphrase } => reply(&self.unlock(passphrase).await?),
            Intent::Protect(protect) => reply(&self.protect(protect).await?),
            Intent::Link { address } => reply(&self.link(address).await),
            Intent::Settings => reply(&self.settings_view().await?),
            Intent::Set(change) => reply(&self.set(change).await?),
            Intent::ComeForward(forward) => reply(&self.come_forward(forward)),
            Intent::Status | Intent::Stop | Intent::StopWhenIdle => {
                Err(explain::failure(Code::Unexpected, &[]))
            }
        }
    }

    /// Tells every face.
    pub fn tell(&self, notice: Notice) {
        // An error only says that no face listens; each begins with a snapshot.
        let _ = self.0.notices.send(notice);
    }

    /// What happens from now on.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.0.notices.subscribe()
    }

    /// The sign-ins under way.
    pub fn attempts(&self) -> Vec<AttemptView> {
        self.0.sign_ins.views()
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
        self.0.sign_ins.all_ended().await;
    }

    /// Ends every sign-in and waits, at most this long, until what they were doing is stored or given back.
    pub async fn finish(&self, at_most: Duration) {
        let ended = async {
            self.0.sign_ins.cancel_all();
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
            self.tell(Notice::Snapshot(self.snapshot().await));
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

fn reply(value: &impl Serialize) -> Result<Box<RawValue>, Failure> {
    to_raw_value(value).map_err(|_| explain::failure(Code::Unexpected, &[]))
}

/// A poisoned lock only says that another task ended early; what it guards is replaced whole, never half.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
