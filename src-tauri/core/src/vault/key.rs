//! How the data key is fetched: from the keychain, once in the life of the process, never waiting for long; or from the
//! database, with a passphrase; or from this process's memory alone.

use std::{
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    VaultError,
    cipher::DataKey,
    passphrase::{SealedKey, passphrase_in},
};
use crate::{
    contract::view::Guard,
    platform::lock,
    ports::{Keychain, KeychainError},
    secret::Secret,
};

/// How long a crowd of processes may take until one's turn at the keychain has come.
const LONGEST_QUEUE: Duration = Duration::from_secs(30);

/// Which key the database was written with.
#[derive(Clone, Debug)]
pub(super) struct KeyPlace {
    pub(super) installation: String,
    /// The key's account, and the value that proves the right key. A new database has neither.
    pub(super) current: Option<(String, Vec<u8>)>,
    pub(super) guard: Guard,
    /// With a passphrase.
    pub(super) sealed_key: Option<SealedKey>,
    /// Which of its rotated tokens this database has seen.
    pub(super) generation: i64,
    /// The form that its secrets are sealed in.
    pub(super) format: u8,
}

/// The keychain behind a time limit, and the key once it was read.
///
/// One call of the keychain at a time, each on a thread of its own. A call that hangs, behind a prompt that nobody answers, keeps its
/// turn: whoever comes later waits for it, no longer than the limit, and no second prompt is raised. When it does
/// answer, the key is kept for the next who asks.
pub(super) struct DataKeys {
    shared: Arc<Shared>,
    limit: Duration,
    /// Read when a passphrase is needed and nobody has told it.
    passphrase_file: Option<PathBuf>,
    /// Held while a passphrase is stretched, which takes a moment and much memory.
    stretching: Mutex<()>,
    gates: Option<Gates>,
}

/// Files that are held so that a crowd of processes does not overrun the keychain.
#[derive(Clone, Debug)]
pub(super) struct Gates {
    /// While it may ask a person: by one process at a time.
    pub(super) asking: PathBuf,
    /// While it is glanced at: by four at a time, since some prepare their question while another's is answered.
    pub(super) glancing: PathBuf,
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
    /// The newest generation that was seen beside this key.
    generation: i64,
}

impl DataKeys {
    pub(super) fn new(
        keychain: Arc<dyn Keychain>,
        limit: Duration,
        passphrase_file: Option<PathBuf>,
    ) -> Self {
        let shared = Shared { keychain, state: Mutex::default(), free: Condvar::new() };
        Self { shared: Arc::new(shared), limit, passphrase_file, stretching: Mutex::default(), gates: None }
    }

    /// Lets few processes at a time ask the keychain. Waiting for that is not counted as time of the keychain.
    #[must_use]
    pub(super) fn behind(self, gates: Gates) -> Self {
        Self { gates: Some(gates), ..self }
    }

    pub(super) fn passphrase_file(&self) -> Option<&PathBuf> {
        self.passphrase_file.as_ref()
    }

    /// The key that the database was written with, as this process knows it or as its guard gives it.
    ///
    /// # Errors
    /// [`VaultError::KeyLost`] when the keychain has no such entry, or one that is not that key.
    pub(super) fn read(&self, place: &KeyPlace) -> Result<Arc<DataKey>, VaultError> {
        let (account, check_value) = place.current.clone().ok_or(VaultError::KeyLost)?;
        if let Some(known) = self.shared.state().known(&account) {
            return Ok(known);
        }
        match place.guard {
            Guard::Keychain => self.read_keychain(place.installation.clone(), account, check_value),
            Guard::Passphrase => {
                let file = self.passphrase_file.as_ref().ok_or(VaultError::PassphraseNeeded)?;
                self.unlock(place, &passphrase_in(file)?)
            }
            Guard::Session => Err(VaultError::SessionEnded),
        }
    }

    /// Whether the key of this place is in this process's memory.
    pub(super) fn is_known(&self, place: &KeyPlace) -> bool {
        let state = self.shared.state();
        place.current.as_ref().is_some_and(|(account, _)| state.known(account).is_some())
    }

    /// The key of a passphrase vault, from now on in this process's memory.
    pub(super) fn unlock(&self, place: &KeyPlace, passphrase: &Secret) -> Result<Arc<DataKey>, VaultError> {
        let (account, check_value) = place.current.as_ref().ok_or(VaultError::KeyLost)?;
        let _alone = self.stretching.lock().unwrap_or_else(PoisonError::into_inner);
        let sealed = place.sealed_key.as_ref().ok_or(VaultError::Unreadable)?;
        let key = sealed.open(&place.installation, account, passphrase)?;
        if key.made(check_value) {
            Ok(self.remember(key, place.generation))
        } else {
            Err(VaultError::KeyLost)
        }
    }

    fn read_keychain(
        &self,
        installation: String,
        account: String,
        check_value: Vec<u8>,
    ) -> Result<Arc<DataKey>, VaultError> {
        let wanted = Arc::new(Wanted { installation, account, check_value });
        let (glanced, asked) = (wanted.clone(), wanted.clone());
        let gate = self.gates.clone().map(|gates| gates.glancing);
        self.in_turn(
            |state| state.known(&wanted.account),
            move |shared| {
                let _held = gate.and_then(|gate| lock::exclusive(&gate).ok());
                let entry = shared.keychain.glance(&glanced.account)?;
                glanced.key_in(&entry, shared).ok()
            },
            move |shared, _| {
                let entry = shared.keychain.read(&asked.account)?.ok_or(VaultError::KeyLost)?;
                asked.key_in(&entry, shared)
            },
        )
    }

    /// A new key that is in the keychain, proved by reading it back. Until the database names its account it is
    /// nobody's, and what a slow keychain stores after we gave up does no harm.
    pub(super) fn create(&self, installation: &str, generation: i64) -> Result<DataKey, VaultError> {
        let key = DataKey::random(installation)?;
        let installation = installation.to_owned();
        self.in_turn(
            |_| None,
            |_| None,
            move |shared, abandoned| {
                let account = key.account();
                shared.keychain.write(account, &key.entry(generation))?;
                let back = shared.keychain.read(account)?;
                let kept = back.and_then(|entry| DataKey::from_entry(&entry, &installation, account));
                if abandoned.load(Ordering::SeqCst) {
                    let _ = shared.keychain.delete(account);
                }
                if kept.is_some_and(|(kept, _)| kept == key) {
                    Ok(key)
                } else {
                    Err(KeychainError::Failed.into())
                }
            },
        )
    }

    /// Keeps the key for the rest of this process.
    pub(super) fn remember(&self, key: DataKey, generation: i64) -> Arc<DataKey> {
        self.shared.remember(key, generation)
    }

    /// The newest generation that was seen beside the key.
    pub(super) fn generation(&self) -> i64 {
        self.shared.state().generation
    }

    /// Notes a generation that another process or this one has brought about.
    pub(super) fn seen(&self, generation: i64) {
        let mut state = self.shared.state();
        state.generation = state.generation.max(generation);
    }

    /// Writes the newest generation beside the key. Where that fails an old copy of the database is not recognised
    /// until a later one is written, which is no reason to hold anybody up.
    pub(super) fn keep_generation(&self, key: &Arc<DataKey>) {
        let key = Arc::clone(key);
        let kept = self.in_turn(
            |_| None,
            |_| None,
            move |shared, _| {
                let entry = key.entry(shared.state().generation);
                Ok(shared.keychain.write(key.account(), &entry)?)
            },
        );
        if let Err(error) = kept {
            tracing::info!(%error, "the generation is not beside the key");
        }
    }

    /// Removes the entry of a key that nothing is sealed with. It may stay: it opens nothing.
    pub(super) fn discard(&self, account: &str) {
        let account = account.to_owned();
        let removed =
            self.in_turn(|_| None, |_| None, move |shared, _| Ok(shared.keychain.delete(&account)?));
        if let Err(error) = removed {
            tracing::info!(%error, "an unused keychain entry stays");
        }
    }

    /// Does the work on a thread of its own when nobody else's is under way, unless what it is for is known by then, or
    /// a glance shows it.
    fn in_turn<T: Send + 'static>(
        &self,
        known: impl Fn(&State) -> Option<T>,
        glance: impl FnOnce(&Shared) -> Option<T> + Send + 'static,
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
        let (let_in, begun) = mpsc::channel();
        let given_up = Arc::clone(&abandoned);
        let gate = self.gates.clone().map(|gates| gates.asking);
        thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || {
                let result = glance(&turn.0).map_or_else(
                    || {
                        // A gate that cannot be used is no reason not to ask.
                        let _held = gate.and_then(|gate| lock::exclusive(&gate).ok());
                        let _ = let_in.send(());
                        work(&turn.0, &given_up)
                    },
                    Ok,
                );
                drop(turn);
                let _ = answer.send(result);
            })
            .map_err(|_| FAILED)?;
        let _ = begun.recv_timeout(LONGEST_QUEUE);
        match answers.recv_timeout(self.limit) {
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

/// The key that the database was written with, which the keychain is to have.
struct Wanted {
    installation: String,
    account: String,
    check_value: Vec<u8>,
}

impl Wanted {
    /// Remembers the key of this entry, when it is the one.
    fn key_in(&self, entry: &[u8], shared: &Shared) -> Result<Arc<DataKey>, VaultError> {
        let (key, generation) = DataKey::from_entry(entry, &self.installation, &self.account)
            .filter(|(key, _)| key.made(&self.check_value))
            .ok_or(VaultError::KeyLost)?;
        Ok(shared.remember(key, generation))
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, key: DataKey, generation: i64) -> Arc<DataKey> {
        let key = Arc::new(key);
        let mut state = self.state();
        state.key = Some(Arc::clone(&key));
        state.generation = generation;
        key
    }
}

impl State {
    fn known(&self, account: &str) -> Option<Arc<DataKey>> {
        self.key.clone().filter(|key| key.account() == account)
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
