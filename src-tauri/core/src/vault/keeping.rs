//! Keeping the vault's key: who keeps it, how it is made, replaced and given up, and what an old copy of the database is
//! known by.

use std::sync::Arc;

use time::OffsetDateTime;

use super::{
    Vault, VaultError,
    alone::Alone,
    backup,
    cipher::{self, DataKey},
    key::KeyPlace,
    passphrase::{SealedKey, passphrase_in},
    store,
};
use crate::{
    contract::view::{Guard, VaultView},
    explain::Code,
    platform::lock,
    secret::Secret,
};

/// Who is to keep the data key. Chosen by a person or by what the person set, never by what happens to be there.
#[derive(Clone, Debug)]
pub enum Protection {
    Keychain,
    Passphrase(Secret),
    /// This process's memory: what is stored ends with it.
    Session,
}

impl Protection {
    fn guard(&self) -> Guard {
        match self {
            Self::Keychain => Guard::Keychain,
            Self::Passphrase(_) => Guard::Passphrase,
            Self::Session => Guard::Session,
        }
    }

    /// What the history says of it.
    fn line(&self) -> &'static str {
        match self {
            Self::Keychain => "The key of the vault was given to the keychain of this computer.",
            Self::Passphrase(_) => "The key of the vault was protected with a new passphrase.",
            Self::Session => "The key of the vault was kept for one session alone.",
        }
    }
}

/// What becomes of the secrets when a new key is made.
enum Secrets {
    /// There are none, or there is no new key.
    None,
    /// Opened with the former key.
    SealAnew(Arc<DataKey>),
    GiveUp(Code),
}

impl Vault {
    /// Who keeps the key, and whether this process would have to be told the passphrase. Asks nobody.
    pub fn view(&self) -> Result<VaultView, VaultError> {
        let place = store::key_place(&self.database())?;
        let locked = place.guard == Guard::Passphrase && !self.keys.is_known(&place);
        Ok(VaultView { guard: place.current.is_some().then_some(place.guard), locked })
    }

    /// Whether a secret could be stored and read now. Fetches the data key, and makes one for a vault that has no
    /// secrets yet.
    ///
    /// # Errors
    /// The keychain's, [`VaultError::PassphraseNeeded`], or one of a lost key: see [`Self::start_over_key`].
    pub fn ready(&self) -> Result<(), VaultError> {
        self.key().map(drop)
    }

    /// Opens a passphrase vault for the life of this process. Another vault needs no passphrase, and takes any.
    ///
    /// # Errors
    /// [`VaultError::PassphraseWrong`].
    pub fn unlock(&self, passphrase: &Secret) -> Result<(), VaultError> {
        let place = store::key_place(&self.database())?;
        if place.guard != Guard::Passphrase || place.current.is_none() {
            return Ok(());
        }
        self.keys.unlock(&place, passphrase).map(drop)
    }

    /// Makes a new data key, has it kept as said, and seals every secret anew with it: the way to another guard, to
    /// another passphrase, or to another key. All of it, or nothing, and told in every history. Refreshes that are under
    /// way are waited for.
    ///
    /// A vault that has a passphrase is changed by whoever tells the `present` one, whatever this process knows.
    ///
    /// # Errors
    /// Those of the former key, unless the secrets may be given up: then their connections need a new sign-in.
    /// [`VaultError::Busy`] when a refresh does not end.
    pub fn protect(
        &self,
        protection: &Protection,
        present: Option<&Secret>,
        give_up_secrets: bool,
        at: OffsetDateTime,
    ) -> Result<(), VaultError> {
        let _alone = Alone::wait(&self.home, || {})?;
        let mut place = store::key_place(&self.database())?;
        let mut former = self.former_key(&place, present);
        if let Ok(key) = &former
            && self.settled(&place, key)?
        {
            place = store::key_place(&self.database())?;
            former = self.former_key(&place, present);
        }
        let secrets = match former {
            Ok(old) => Secrets::SealAnew(old),
            Err(error @ VaultError::PassphraseWrong) => return Err(error),
            Err(error @ VaultError::PassphraseNeeded) if !give_up_secrets => return Err(error),
            Err(_) if !store::has_secrets(&self.database())? => Secrets::None,
            Err(_) if give_up_secrets => Secrets::GiveUp(Code::VaultKeyLost),
            Err(error) => return Err(error),
        };
        self.replace_key(&place, protection, &secrets, Some((at, protection.line())))?;
        // What the former key sealed is of no use to anybody who finds that key later.
        self.empty_journal();
        Ok(())
    }

    /// The key that everything is sealed with, for whoever has the right to another one.
    fn former_key(&self, place: &KeyPlace, present: Option<&Secret>) -> Result<Arc<DataKey>, VaultError> {
        if place.guard != Guard::Passphrase || place.current.is_none() {
            return self.keys.read(place);
        }
        self.keys.unlock(place, present.ok_or(VaultError::PassphraseNeeded)?)
    }

    /// When the data key is lost for good: lets go of the secrets that nobody can open any more, marks their
    /// connections as needing a new sign-in, and makes a new key. Aliases and history stay. Does nothing when the key
    /// is there.
    ///
    /// # Errors
    /// Why the key cannot be had, when it is not lost: a keychain that is locked or missing gives nothing up.
    pub fn start_over_key(&self) -> Result<(), VaultError> {
        let _alone = Alone::wait(&self.home, || {})?;
        let place = store::key_place(&self.database())?;
        match self.keys.read(&place) {
            Ok(_) => Ok(()),
            Err(error @ (VaultError::KeyLost | VaultError::SessionEnded)) => self
                .replace_key(&place, &self.default_protection()?, &Secrets::GiveUp(error.code()), None)
                .map(drop),
            Err(error) => Err(error),
        }
    }

    /// The data key, made when the vault has no secrets that need an earlier one.
    pub(super) fn key(&self) -> Result<Arc<DataKey>, VaultError> {
        let place = store::key_place(&self.database())?;
        match self.keys.read(&place) {
            Err(VaultError::KeyLost) => {}
            Ok(key) => {
                self.settled(&place, &key)?;
                return Ok(key);
            }
            Err(error) => return Err(error),
        }
        // Two processes must not make two keys, so the second finds the first one's.
        let _held = lock::exclusive(&self.home.vault_lock())?;
        let place = store::key_place(&self.database())?;
        match self.keys.read(&place) {
            Err(VaultError::KeyLost) => {
                self.replace_key(&place, &self.default_protection()?, &Secrets::None, None)
            }
            other => other,
        }
    }

    /// Whether the database was changed, and has to be read again: its secrets were in an older form and are sealed anew,
    /// or it proved to be an older copy of itself, by the generation beside the key, and what may have been replaced
    /// since is gone from it.
    pub(super) fn settled(&self, place: &KeyPlace, key: &DataKey) -> Result<bool, VaultError> {
        let is_older_form = place.format < cipher::FORMAT;
        if is_older_form {
            self.bind_anew(key)?;
        }
        if place.generation >= self.keys.generation() {
            self.keys.seen(place.generation);
            return Ok(is_older_form);
        }
        self.writing(|database| {
            // Another thread may have stored a newer one after this place was read.
            let (newest, stored) = (self.keys.generation(), store::key_place(database)?.generation);
            if stored < newest {
                tracing::warn!(
                    stored,
                    newest,
                    "the database is an older copy; its rotated tokens are let go of"
                );
                store::drop_outdated_tokens(database, newest)?;
            }
            Ok(())
        })?;
        Ok(true)
    }

    /// Seals what is in the older form anew, unless that was done meanwhile.
    fn bind_anew(&self, key: &DataKey) -> Result<(), VaultError> {
        self.writing(|database| {
            let place = store::key_place(database)?;
            let is_same_key = place.current.is_some_and(|(account, _)| account == key.account());
            if !is_same_key || place.format >= cipher::FORMAT {
                return Ok(());
            }
            store::seal_anew(database, key, |owner, field, sealed| key.open_unbound(owner, field, sealed))
        })?;
        self.empty_journal();
        Ok(())
    }

    /// Notes beside the key that a rotated token was stored.
    pub(super) fn raise(&self, generation: i64) {
        self.keys.seen(generation);
        let place = store::key_place(&self.database());
        if let Ok(place) = place
            && place.guard == Guard::Keychain
            && let Ok(key) = self.keys.read(&place)
        {
            self.keys.keep_generation(&key);
        }
    }

    /// Lets go of what a session's key sealed once no agent runs that could have that key.
    pub(super) fn end_past_session(&self) -> Result<(), VaultError> {
        let is_over = |place: &KeyPlace| place.guard == Guard::Session && place.current.is_some();
        if !is_over(&store::key_place(&self.database())?) {
            return Ok(());
        }
        let Some(_no_agent) = lock::try_exclusive(&self.home.agent_lock())? else { return Ok(()) };
        self.writing(|database| {
            if is_over(&store::key_place(database)?) {
                store::drop_all_secrets(database, Code::VaultSessionEnded)?;
                store::forget_key(database)?;
            }
            Ok(())
        })
    }

    /// Renews the copy of what is not secret. Nobody waits for its outcome.
    pub(super) fn renew_copy(&self) {
        let renewed = lock::exclusive(&self.home.vault_lock())
            .map_err(VaultError::from)
            .and_then(|_held| backup::write(&self.database(), &self.home.database_copy()));
        if let Err(error) = renewed {
            tracing::warn!(%error, "the copy of the names and histories is not up to date");
        }
    }

    /// Removes what was overwritten from the journal too. Should somebody else be reading, that is done later.
    pub(super) fn empty_journal(&self) {
        if let Err(error) = self.database().pragma(None, "wal_checkpoint", "TRUNCATE", |_| Ok(())) {
            tracing::debug!(error = %VaultError::from(error), "the journal is emptied later");
        }
    }

    fn default_protection(&self) -> Result<Protection, VaultError> {
        match self.keys.passphrase_file() {
            Some(file) => Ok(Protection::Passphrase(passphrase_in(file)?)),
            None => Ok(Protection::Keychain),
        }
    }

    /// Makes a new key while the vault's lock is held. Every key has an account of its own, so that no writer, however
    /// late, can take the place of a key that something is sealed with.
    fn replace_key(
        &self,
        place: &KeyPlace,
        protection: &Protection,
        secrets: &Secrets,
        told: Option<(OffsetDateTime, &str)>,
    ) -> Result<Arc<DataKey>, VaultError> {
        if matches!(secrets, Secrets::None) && store::has_secrets(&self.database())? {
            return Err(VaultError::KeyLost);
        }
        let (installation, guard) = (&place.installation, protection.guard());
        let key = match protection {
            Protection::Keychain => self.keys.create(installation, place.generation)?,
            Protection::Passphrase(_) | Protection::Session => DataKey::random(installation)?,
        };
        let sealed_key = match protection {
            Protection::Passphrase(passphrase) => Some(SealedKey::seal(&key, installation, passphrase)?),
            Protection::Keychain | Protection::Session => None,
        };
        let stored = self.writing(|database| {
            match secrets {
                Secrets::None if store::has_secrets(database)? => return Err(VaultError::KeyLost),
                Secrets::None => {}
                Secrets::SealAnew(old) => {
                    store::seal_anew(database, &key, |owner, field, sealed| old.open(owner, field, sealed))?;
                }
                Secrets::GiveUp(reason) => store::drop_all_secrets(database, *reason)?,
            }
            if let Some((at, line)) = told {
                store::note_all(database, at, line)?;
            }
            store::set_key(database, &key, guard, sealed_key.as_ref())
        });
        if let Err(error) = stored {
            if guard == Guard::Keychain {
                self.keys.discard(key.account());
            }
            return Err(error);
        }
        if let Some((account, _)) = &place.current
            && place.guard == Guard::Keychain
        {
            self.keys.discard(account);
        }
        Ok(self.keys.remember(key, place.generation))
    }
}
