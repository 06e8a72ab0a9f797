//! How the data key is fetched: from the keychain, once in the life of the process, never waiting for long.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use super::{VaultError, cipher::DataKey};
use crate::ports::{Keychain, KeychainError};

/// Which key the database was written with.
#[derive(Clone, Debug)]
pub(super) struct KeyPlace {
    pub(super) installation: String,
    /// The keychain account, and the value that proves the right key. A new database has neither.
    pub(super) current: Option<(String, Vec<u8>)>,
}

/// The keychain behind a time limit, and the key once it was read.
///
/// One call at a time, each on a thread of its own. A call that hangs, behind a prompt that nobody answers, keeps its
/// turn: whoever comes later waits for it, no longer than the limit, and no second prompt is raised. When it does
/// answer, the key is kept for the next who asks.
pub(super) struct DataKeys {
    shared: Arc<Shared>,
    limit: Duration,
}

struct Shared {
    keychain: Arc<dyn Keychain>,
    state: Mutex<State>,
    free: Condvar,
}

#[derive(Default)]
struct State {
    busy: bool,
    key: Option<Arc<DataKey>>,
}

impl DataKeys {
    pub(super) fn new(keychain: Arc<dyn Keychain>, limit: Duration) -> Self {
        let shared = Shared { keychain, state: Mutex::default(), free: Condvar::new() };
        Self { shared: Arc::new(shared), limit }
    }

    /// The key that the database was written with, as this process knows it or as the keychain gives it.
    ///
    /// # Errors
    /// [`VaultError::KeyLost`] when the keychain has no such entry, or one that is not that key.
    pub(super) fn read(&self, place: &KeyPlace) -> Result<Arc<DataKey>, VaultError> {
        let (account, check_value) = place.current.clone().ok_or(VaultError::KeyLost)?;
        let (installation, wanted) = (place.installation.clone(), account.clone());
        let known = move |state: &State| state.key.clone().filter(|key| key.account() == wanted);
        self.in_turn(known, move |shared, _| {
            let entry = shared.keychain.read(&account)?.ok_or(VaultError::KeyLost)?;
            let key = DataKey::from_entry(&entry, &installation, &account)
                .filter(|key| key.made(&check_value))
                .ok_or(VaultError::KeyLost)?;
            Ok(shared.remember(key))
        })
    }

    /// A new key that is in the keychain, proved by reading it back. Until the database names its account it is
    /// nobody's, and what a slow keychain stores after we gave up does no harm.
    pub(super) fn create(&self, installation: &str) -> Result<DataKey, VaultError> {
        let key = DataKey::random(installation)?;
        let installation = installation.to_owned();
        self.in_turn(
            |_| None,
            move |shared, abandoned| {
                let account = key.account();
                shared.keychain.write(account, &key.entry())?;
                let back = shared.keychain.read(account)?;
                let kept = back.and_then(|entry| DataKey::from_entry(&entry, &installation, account));
                if abandoned.load(Ordering::SeqCst) {
                    let _ = shared.keychain.delete(account);
                }
                if kept.is_some_and(|kept| kept == key) { Ok(key) } else { Err(KeychainError::Failed.into()) }
            },
        )
    }

    /// Keeps the key for the rest of this process.
    pub(super) fn remember(&self, key: DataKey) -> Arc<DataKey> {
        self.shared.remember(key)
    }

    /// Removes the entry of a key that nothing is sealed with. It may stay: it opens nothing.
    pub(super) fn discard(&self, account: &str) {
        let account = account.to_owned();
        let removed = self.in_turn(|_| None, move |shared, _| Ok(shared.keychain.delete(&account)?));
        if let Err(error) = removed {
            tracing::info!(%error, "an unused keychain entry stays");
        }
    }

    /// Does the work on a thread of its own when nobody else's is under way, unless what it is for is known by then.
    fn in_turn<T: Send + 'static>(
        &self,
        known: impl Fn(&State) -> Option<T>,
        work: impl FnOnce(&Shared, &AtomicBool) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        const SLOW: VaultError = VaultError::Keychain(KeychainError::Slow);
        const FAILED: VaultError = VaultError::Keychain(KeychainError::Failed);
        let deadline = Instant::now() + self.limit;
        let left = || deadline.saturating_duration_since(Instant::now());
        let mut state = self.shared.state();
        loop {
            if let Some(known) = known(&state) {
                return Ok(known);
            }
            if !state.busy {
                break;
            }
            if left().is_zero() {
                return Err(SLOW);
            }
            state = self.shared.free.wait_timeout(state, left()).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.busy = true;
        drop(state);

        let turn = Turn(Arc::clone(&self.shared));
        let abandoned = Arc::new(AtomicBool::new(false));
        let (answer, answers) = mpsc::channel();
        let given_up = Arc::clone(&abandoned);
        thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || {
                let result = work(&turn.0, &given_up);
                drop(turn);
                let _ = answer.send(result);
            })
            .map_err(|_| FAILED)?;
        match answers.recv_timeout(left()) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => {
                abandoned.store(true, Ordering::SeqCst);
                Err(SLOW)
            }
            // The platform's library panicked.
            Err(RecvTimeoutError::Disconnected) => Err(FAILED),
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, key: DataKey) -> Arc<DataKey> {
        let key = Arc::new(key);
        self.state().key = Some(Arc::clone(&key));
        key
    }
}

/// Being the one whose call is under way; ends with the thread, however that ends.
struct Turn(Arc<Shared>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.state().busy = false;
        self.0.free.notify_all();
    }
}
