//! Any program with the Secret Service API on the session bus: GNOME Keyring, `KWallet`, `KeePassXC` and others.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::runtime::{Builder, Runtime};
use zbus::zvariant::OwnedObjectPath;

use super::service::Service;
use crate::{
    platform::silence::Silence,
    ports::{Entry, Fits, Keychain, KeychainError, KeychainFacts},
};

/// How long a glance waits; a slower keychain has to be asked in full.
const GLANCE: Duration = Duration::from_secs(1);
/// So long a keychain may be silent in any case: one may write a whole database anew.
const LONGEST: Duration = Duration::from_secs(10);

/// How often a conversation may begin anew because the keychain has let go of its session.
const TIMES_ANEW: usize = 3;

/// Keychains by their program's name, their common name, and whether a new entry is on the disk when they report it
/// stored. The kernel cuts a program's name to 15 characters.
const KNOWN: [(&str, &str, bool); 6] = [
    ("gnome-keyring-d", "GNOME Keyring", true),
    ("keepassxc", "KeePassXC", false),
    ("kwalletd5", "KWallet", false),
    ("kwalletd6", "KWallet", false),
    ("ksecretd", "KWallet", false),
    ("oo7-daemon", "oo7", false),
];

/// A conversation is reused while the same keychain runs: some admit each connection separately, and prompt for each.
/// After an error a new one begins, so that no error outlasts its cause.
pub(in crate::platform::keychain) struct SecretService {
    patience: Duration,
    silence: Arc<Silence>,
    may_be_plain: AtomicBool,
    inside: Mutex<Inside>,
    facts: Mutex<KeychainFacts>,
}

#[derive(Default)]
struct Inside {
    service: Option<Service>,
    runtime: Option<Runtime>,
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.service = None;
        // This may be dropped inside another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl SecretService {
    pub(in crate::platform::keychain) fn new(patience: Duration) -> Self {
        Self {
            patience,
            silence: Arc::default(),
            may_be_plain: AtomicBool::new(true),
            inside: Mutex::default(),
            facts: Mutex::default(),
        }
    }

    /// `may_start`: also with a keychain that does not run yet. `sought`: the account of which the work looks for entries first.
    /// `longest`: how long it may be silent, but for what a person is asked.
    fn converse<T>(
        &self,
        may_start: bool,
        sought: Option<&str>,
        longest: Duration,
        work: &impl AsyncFn(&Service, Duration) -> Result<T, KeychainError>,
    ) -> Result<T, KeychainError> {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let Inside { service, runtime } = &mut *inside;
        let runtime = match runtime {
            Some(runtime) => runtime,
            // Uses this thread alone: starting further threads takes longer than an answer.
            None => runtime.insert(
                Builder::new_current_thread().enable_all().build().map_err(|_| KeychainError::Failed)?,
            ),
        };
        self.silence.end();
        let result = runtime.block_on(async {
            let talk = async {
                let mut present = self.present(service.take(), may_start, sought).await?;
                let mut result = work(&present, self.patience).await;
                for _ in 0..TIMES_ANEW {
                    if result.is_ok() || !present.has_lost_its_session() {
                        break;
                    }
                    present = self.present(None, may_start, sought).await?;
                    result = work(&present, self.patience).await;
                }
                if !matches!(result, Err(KeychainError::Missing | KeychainError::Failed)) {
                    *service = Some(present);
                }
                result
            };
            tokio::select! {
                biased;
                result = talk => result,
                () = self.silence.lasts(longest) => Err(KeychainError::Slow),
            }
        });
        self.silence.end();
        result
    }

    /// The present conversation, if the same keychain still runs, else a new one.
    async fn present(
        &self,
        kept: Option<Service>,
        may_start: bool,
        sought: Option<&str>,
    ) -> Result<Service, KeychainError> {
        let may_be_plain = self.may_be_plain.load(Ordering::Relaxed);
        if let Some(kept) = kept
            && (may_be_plain || !kept.is_plain())
            && kept.is_there().await
        {
            return Ok(kept);
        }
        let service = Service::open(may_start, may_be_plain, sought, self.silence.clone()).await?;
        *self.known() = KeychainFacts { is_plain: service.is_plain(), ..KeychainFacts::default() };
        Ok(service)
    }

    /// As [`Self::converse`], with a person who may be asked; the keychain's name is noted.
    fn ask<T>(
        &self,
        sought: Option<&str>,
        work: &impl AsyncFn(&Service, Duration) -> Result<T, KeychainError>,
    ) -> Result<T, KeychainError> {
        self.converse(true, sought, self.longest(), &async |service, patience| {
            self.note_name(service).await;
            work(service, patience).await
        })
    }

    async fn note_name(&self, service: &Service) {
        if self.known().name.is_none() {
            let program = service.program().await;
            let mut facts = self.known();
            (facts.name, facts.stores_at_once) = described(program);
        }
    }

    /// Some keychains ask a person in the middle of an answer, and nobody can tell.
    fn longest(&self) -> Duration {
        self.patience.max(LONGEST)
    }

    fn known(&self) -> MutexGuard<'_, KeychainFacts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keychain for SecretService {
    /// Also starts a keychain that the bus does not start by itself: that shows nothing, opening a keyring does.
    fn look(&self) -> Result<bool, KeychainError> {
        self.converse(true, None, LONGEST, &async |service, _| {
            self.note_name(service).await;
            let is_open = service.may_be_searched().await?;
            if !is_open && service.keyrings().await?.is_empty() {
                return Err(KeychainError::Unmade);
            }
            Ok(is_open)
        })
    }

    fn glance(&self, account: &str, fits: &Fits<'_>) -> Option<Entry> {
        let looked = self.converse(false, Some(account), GLANCE, &async |service, _| {
            open_entry(service, account, fits).await
        });
        looked.ok().flatten()
    }

    fn read(&self, account: &str, fits: &Fits<'_>) -> Result<Option<Entry>, KeychainError> {
        self.ask(Some(account), &async |service, patience| entry(service, account, fits, patience).await)
    }

    fn store(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError> {
        self.ask(None, &async |service, patience| {
            let keyring = keyring(service, patience).await?;
            service.create(&keyring, account, entry, patience).await?;
            let kept = service.search(account).await?.open;
            let is_it = fitting(service, &kept, &|back| back == entry).await?.is_some();
            if is_it { Ok(()) } else { Err(KeychainError::Failed) }
        })
    }

    fn update(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError> {
        self.converse(false, None, self.longest(), &async |service, _| {
            for item in open_items(service, account).await? {
                service.set_secret(&item, entry).await?;
            }
            Ok(())
        })
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.converse(false, None, self.longest(), &async |service, _| {
            for item in open_items(service, account).await? {
                service.delete(&item).await?;
            }
            Ok(())
        })
    }

    fn facts(&self) -> KeychainFacts {
        self.known().clone()
    }

    fn silence(&self) -> Option<Duration> {
        Some(self.silence.so_far())
    }

    fn let_be_plain(&self, may_be_plain: bool) {
        self.may_be_plain.store(may_be_plain, Ordering::Relaxed);
    }
}

/// The entries of the account that can be read without a prompt.
async fn open_items(service: &Service, account: &str) -> Result<Vec<OwnedObjectPath>, KeychainError> {
    if service.may_be_searched().await? {
        Ok(service.search(account).await?.open)
    } else {
        Err(KeychainError::Locked)
    }
}

async fn open_entry(
    service: &Service,
    account: &str,
    fits: &Fits<'_>,
) -> Result<Option<Entry>, KeychainError> {
    let open = open_items(service, account).await?;
    fitting(service, &open, fits).await
}

/// The entry that fits. A person may be asked once: to unlock a locked entry that was found, else to unlock the default
/// keyring. `None` only if no keyring that could have it is locked.
async fn entry(
    service: &Service,
    account: &str,
    fits: &Fits<'_>,
    patience: Duration,
) -> Result<Option<Entry>, KeychainError> {
    if service.may_be_searched().await?
        && let Some(found) = found_or_opened(service, account, fits, patience).await?
    {
        return Ok(Some(found));
    }
    let keyrings = service.keyrings().await?;
    let default = service.default_keyring().await?;
    if keyrings.is_empty() || default.is_none() {
        return Err(KeychainError::Unmade);
    }
    let locked: Vec<_> =
        keyrings.into_iter().filter(|(_, is_locked)| *is_locked).map(|(path, _)| path).collect();
    let Some(default) = default.filter(|default| locked.contains(default)) else {
        return if locked.is_empty() { Ok(None) } else { Err(KeychainError::Locked) };
    };
    service.unlock(&[default], patience).await?;
    match found_or_opened(service, account, fits, patience).await? {
        None if locked.len() > 1 => Err(KeychainError::Locked),
        found => Ok(found),
    }
}

async fn found_or_opened(
    service: &Service,
    account: &str,
    fits: &Fits<'_>,
    patience: Duration,
) -> Result<Option<Entry>, KeychainError> {
    let found = service.search(account).await?;
    let fitting_now = fitting(service, &found.open, fits).await?;
    if fitting_now.is_some() || found.locked.is_empty() {
        return Ok(fitting_now);
    }
    let opened = async {
        service.unlock(&found.locked, patience).await?;
        fitting(service, &found.locked, fits).await
    };
    match opened.await {
        Err(KeychainError::Locked) if refused_by_itself(service, &found.locked).await => {
            Err(KeychainError::Declined)
        }
        result => result,
    }
}

/// Whether one of these stays closed in a keyring that is open: then somebody has said no to this program, now or before,
/// and no password helps.
async fn refused_by_itself(service: &Service, items: &[OwnedObjectPath]) -> bool {
    for item in items {
        let keyring = item.rsplit_once('/').and_then(|(keyring, _)| OwnedObjectPath::try_from(keyring).ok());
        if let Some(keyring) = keyring
            && service.is_locked(&keyring).await == Ok(false)
        {
            return true;
        }
    }
    false
}

/// The first of these that fits: a restored keyring may have two of the same name, of which one is right.
async fn fitting(
    service: &Service,
    items: &[OwnedObjectPath],
    fits: &Fits<'_>,
) -> Result<Option<Entry>, KeychainError> {
    let mut trouble = None;
    for item in items {
        match service.secret(item).await {
            Ok(secret) if fits(&secret) => return Ok(Some(secret)),
            Ok(_) => {}
            Err(error) => trouble = Some(error),
        }
    }
    trouble.map_or(Ok(None), Err)
}

/// The keyring for a new entry, unlocked, and made if there is none: both may show a prompt.
async fn keyring(service: &Service, patience: Duration) -> Result<OwnedObjectPath, KeychainError> {
    let keyrings = service.keyrings().await?;
    let default = match (service.default_keyring().await?, &*keyrings) {
        (Some(default), _) => default,
        (None, [(only, _)]) => only.clone(),
        (None, _) => return service.create_default_keyring(patience).await,
    };
    if service.is_locked(&default).await? {
        service.unlock(std::slice::from_ref(&default), patience).await?;
        if service.is_locked(&default).await? {
            return Err(KeychainError::Locked);
        }
    }
    Ok(default)
}

fn described(program: Option<String>) -> (Option<String>, bool) {
    let Some(program) = program else { return (None, false) };
    let known = KNOWN.iter().find(|(name, ..)| *name == program);
    known.map_or((Some(program), false), |(_, name, at_once)| (Some((*name).to_owned()), *at_once))
}
