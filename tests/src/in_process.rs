use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use connect_core::{
    contract::{
        intent::{Connect, SignInOptions},
        view::{AttemptEvent, AttemptStarted, Failure, Notice},
    },
    controller::{CarryOut, Controller, Ports},
    org::net::Net,
    platform::home::Home,
    ports::{BoxFuture, Clock, Entry, Fits, Keychain, KeychainError},
    secret::Secret,
    vault::Vault,
};
use practice_org::Org;
use tempfile::TempDir;
use time::OffsetDateTime;
use tokio::{sync::broadcast::Receiver, time::timeout};
use zeroize::Zeroizing;

use crate::{INTEGRATION, PATIENCE, Person, Press, told};

/// The core in the test's process: the real controller, network and database, with a keychain in memory and a clock
/// that the test moves.
pub struct Core {
    pub controller: Controller,
    pub clock: Arc<MovedClock>,
    keychain: Arc<InMemory>,
    home: Home,
    _folder: Option<TempDir>,
}

impl Core {
    /// A core whose clock runs `speed` times as fast as real time.
    pub fn new(speed: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        Self { _folder: Some(folder), ..Self::at(&home, speed) }
    }

    /// As [`Self::new`], over a shared home. Its keychain lacks the others' secrets.
    pub fn at(home: &Path, speed: u32) -> Self {
        let home = Home::at(home).unwrap();
        let (clock, keychain) = (Arc::new(MovedClock::new(speed)), Arc::<InMemory>::default());
        let controller = start(&home, &keychain, &clock);
        Self { controller, clock, keychain, home, _folder: None }
    }

    /// Ends the program, locks the keychain, and starts the program again.
    pub fn restart_locked(&mut self) {
        self.keychain.locked.store(true, Ordering::SeqCst);
        self.controller = start(&self.home, &self.keychain, &self.clock);
    }

    /// Unlocks the keychain.
    pub fn unlock(&self) {
        self.keychain.locked.store(false, Ordering::SeqCst);
    }

    /// Carries out a request.
    ///
    /// # Errors
    /// The controller's.
    pub async fn ask<R: CarryOut>(&self, request: R) -> Result<R::Reply, Failure> {
        let answer = self.controller.handle(request).await;
        answer.inspect_err(told::assert_failure_leads_into_setup)
    }

    /// Starts a sign-in to a practice org, as `p`.
    pub async fn sign_in(&self, org: &Org, wait_seconds: u64) -> SignIn {
        self.sign_in_as("p", org, wait_seconds).await
    }

    /// A core with the connection `p`, in real time.
    pub async fn connected(org: &Org) -> Self {
        let core = Self::new(1);
        core.connect(org).await;
        core
    }

    /// Connects a practice org as `p`.
    pub async fn connect(&self, org: &Org) {
        let mut sign_in = self.sign_in(org, 0).await;
        let AttemptEvent::Authorize { url, .. } = sign_in.next().await else { panic!("an address to open") };
        Person::of(org, INTEGRATION).sign_in(&url, Press::Allow).await;
        let end = sign_in.next().await;
        assert!(matches!(end, AttemptEvent::Connected { .. }), "{end:?}");
    }

    /// Starts a sign-in to a practice org, under this alias.
    pub async fn sign_in_as(&self, alias: &str, org: &Org, wait_seconds: u64) -> SignIn {
        let notices = self.controller.notices();
        let connect = Connect {
            address: org.address(),
            alias: Some(alias.to_owned()),
            key: Some(Secret::new(org.key())),
            secret: Some(Secret::new(org.secret())),
            options: SignInOptions { wait_seconds: Some(wait_seconds), ..SignInOptions::default() },
        };
        let started: AttemptStarted = self.ask(connect).await.expect("a sign-in begins");
        SignIn { attempt: started.attempt, notices }
    }
}

fn start(home: &Home, keychain: &Arc<InMemory>, clock: &Arc<MovedClock>) -> Controller {
    let vault = Vault::open(home, keychain.clone()).unwrap();
    let ports = Ports { http: Arc::new(Net::new(None, None).unwrap()), clock: clock.clone() };
    Controller::new(home.clone(), vault, ports)
}

/// A sign-in under way in this process.
pub struct SignIn {
    pub attempt: String,
    pub notices: Receiver<Notice>,
}

impl SignIn {
    /// The next event.
    pub async fn next(&mut self) -> AttemptEvent {
        loop {
            let notice = timeout(PATIENCE, self.notices.recv()).await.expect("the sign-in goes on");
            if let Notice::Attempt { attempt, event, .. } = notice.expect("no notice is missed")
                && attempt == self.attempt
            {
                return event;
            }
        }
    }
}

/// A clock that runs faster than real time, and can be moved.
pub struct MovedClock {
    began_at: OffsetDateTime,
    began: Instant,
    speed: u32,
    ahead: Mutex<Duration>,
}

impl MovedClock {
    fn new(speed: u32) -> Self {
        let (began_at, began) = (OffsetDateTime::now_utc(), Instant::now());
        Self { began_at, began, speed, ahead: Mutex::default() }
    }

    /// Puts the clock back, after it was put forward by at least this.
    pub fn put_back(&self, by: Duration) {
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) -= by;
    }

    /// Puts the clock forward. Sleepers do not wake earlier.
    pub fn advance(&self, by: Duration) {
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for MovedClock {
    fn now(&self) -> OffsetDateTime {
        let ahead = *self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        self.began_at + self.began.elapsed() * self.speed + ahead
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration / self.speed))
    }
}

/// A keychain that exists in this process only.
#[derive(Default)]
struct InMemory {
    entries: Mutex<BTreeMap<String, Vec<u8>>>,
    locked: AtomicBool,
}

impl InMemory {
    fn entries(&self) -> Result<MutexGuard<'_, BTreeMap<String, Vec<u8>>>, KeychainError> {
        if self.locked.load(Ordering::SeqCst) {
            return Err(KeychainError::Locked);
        }
        Ok(self.entries.lock().unwrap())
    }
}

impl Keychain for InMemory {
    fn read(&self, account: &str, fits: &Fits<'_>) -> Result<Option<Entry>, KeychainError> {
        Ok(self.entries()?.get(account).filter(|entry| fits(entry)).cloned().map(Zeroizing::new))
    }

    fn glance(&self, account: &str, fits: &Fits<'_>) -> Option<Entry> {
        self.read(account, fits).ok().flatten()
    }

    fn store(&self, account: &str, key: &[u8]) -> Result<(), KeychainError> {
        self.update(account, key)
    }

    fn update(&self, account: &str, key: &[u8]) -> Result<(), KeychainError> {
        self.entries()?.insert(account.to_owned(), key.to_vec());
        Ok(())
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.entries()?.remove(account);
        Ok(())
    }
}
