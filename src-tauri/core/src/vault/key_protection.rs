//! The keeper of the vault's key: which one it is, and how the key is made, replaced and given up.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use time::{Duration, OffsetDateTime};

use super::{
    Vault, VaultError, admin_requests,
    alone::Alone,
    cipher::DataKey,
    key_records::{self, Former, KeyRecord},
    passphrase::{SealedKey, passphrase_in},
    store, whereabouts,
};
use crate::{
    contract::{
        code::Code,
        view::{FormerKey, KeyProtection, VaultView},
    },
    explain::names::key_protection,
    platform::lock,
    ports::KeychainError,
    secret::Secret,
};

/// After this time a late-writing keychain has a key on the disk. `KWallet` takes five seconds.
const WRITTEN_BY_THEN: Duration = Duration::minutes(1);

/// After this time it most likely has.
const WRITTEN_MOST_LIKELY: std::time::Duration = std::time::Duration::from_secs(7);

/// The future keeper of the data key. Chosen by a person or a setting, never by what is available.
#[derive(Clone, Debug)]
pub enum NewProtection {
    Keychain,
    Passphrase(Secret),
    /// This process's memory: the secrets are lost with it.
    Session,
}

impl NewProtection {
    fn kind(&self) -> KeyProtection {
        match self {
            Self::Keychain => KeyProtection::Keychain,
            Self::Passphrase(_) => KeyProtection::Passphrase,
            Self::Session => KeyProtection::Session,
        }
    }

    /// The history's line about it.
    fn line(&self) -> String {
        format!("The key of the vault was changed. {}", key_protection(self.kind()).now)
    }
}

/// The fate of the secrets when a new key is made.
enum Secrets {
    /// There are none, or no new key is made because the former one is missing, for this reason.
    None(VaultError),
    /// They are decrypted with the former key and encrypted anew.
    SealAnew(Arc<DataKey>),
    /// They stay as they are, for when their key is found. It is missing for this reason.
    SetAside(Code),
}

impl Vault {
    /// The present keeper, and whether this process needs to be told the passphrase: not where a file has it. Shows no
    /// prompt.
    pub fn view(&self) -> Result<VaultView, VaultError> {
        let key_record = key_records::in_use(&*self.database()?)?;
        self.keys.try_file(&key_record);
        let database = self.database()?;
        let key_record = key_records::in_use(&database)?;
        let is_kept = key_record.current.is_some();
        let former = key_record.former.as_ref().map(|former| FormerKey { until: former.settled_after });
        Ok(VaultView {
            protection: is_kept.then_some(key_record.protection),
            locked: key_record.protection == KeyProtection::Passphrase && !self.keys.is_known(&key_record),
            plain: is_kept
                && key_record.protection == KeyProtection::Keychain
                && key_record.transfer == Some(key_records::Transfer::Plain),
            keychain: key_record
                .keychain
                .filter(|_| is_kept && key_record.protection == KeyProtection::Keychain),
            former,
            out_of_sight: store::out_of_sight(&database)?,
            session_only: whereabouts::of_a_session(&database)?,
            session_ended: store::waiting_after(&database, Code::VaultSessionEnded)?,
            copied: 0,
            beside: false,
        })
    }

    /// The file with the passphrase, where one is named.
    pub fn passphrase_file(&self) -> Option<&Path> {
        self.keys.passphrase_file().map(PathBuf::as_path)
    }

    /// Checks that a secret could be stored and read now. Fetches the data key, or makes one for a vault without
    /// secrets. Called when a person acts, so a prompt declined before may be shown again.
    ///
    /// # Errors
    /// The keychain's, [`VaultError::PassphraseNeeded`], or that of a missing key: see [`Self::start_over_key`].
    pub fn ready(&self) -> Result<(), VaultError> {
        self.keys.ask_again();
        self.key().map(drop)
    }

    /// Unlocks a passphrase vault for the life of this process. A vault without a passphrase accepts any.
    ///
    /// # Errors
    /// [`VaultError::PassphraseWrong`].
    pub fn unlock(&self, passphrase: &Secret) -> Result<(), VaultError> {
        self.keys.ask_again();
        let key_records = {
            let database = self.database()?;
            let mut key_records = vec![key_records::in_use(&database)?];
            key_records.extend(key_records::others(&database)?);
            key_records
        };
        let sealed = key_records.into_iter().filter(|key_record| {
            key_record.protection == KeyProtection::Passphrase && key_record.current.is_some()
        });
        let mut outcome = Ok(());
        for key_record in sealed {
            outcome = self.keys.unlock(&key_record, passphrase).map(drop);
            if outcome.is_ok() {
                return self.note_missing(&key_record, None);
            }
        }
        outcome
    }

    /// Makes a new data key, has it kept as wanted, and encrypts every secret anew: for another keeper, another
    /// passphrase, or just another key. All or nothing, with a line in every history. Waits for refreshes under way.
    ///
    /// A vault with a passphrase is changed only with the `present` one, even if this process has the key.
    ///
    /// # Errors
    /// Those of the former key, unless its secrets may be set aside: their connections then wait for it, or for a new
    /// sign-in. [`VaultError::Busy`] when a refresh does not end.
    pub fn protect(
        &self,
        wanted: &NewProtection,
        present: Option<&Secret>,
        set_aside: bool,
        at: OffsetDateTime,
    ) -> Result<(), VaultError> {
        self.keys.ask_again();
        let _alone = Alone::wait(&self.home, || {})?;
        let mut key_record = key_records::in_use(&*self.database()?)?;
        let mut former = self.former_key(&key_record, present);
        if let Ok(key) = &former
            && self.settled(&key_record, key)?
        {
            key_record = key_records::in_use(&*self.database()?)?;
            former = self.former_key(&key_record, present);
        }
        let secrets = match former {
            Ok(old) => Secrets::SealAnew(old),
            Err(error @ VaultError::PassphraseWrong) => return Err(error),
            Err(error @ VaultError::PassphraseNeeded) if !set_aside => return Err(error),
            Err(error) if !store::has_secrets(&*self.database()?, key_record.account())? => {
                Secrets::None(error)
            }
            Err(error) if set_aside => Secrets::SetAside(seen_as(error)),
            Err(error) => return Err(error),
        };
        self.replace_key(&key_record, wanted, &secrets, Some((at, &wanted.line())))?;
        // Values encrypted with the former key must not remain for a finder of that key.
        self.empty_journal();
        Ok(())
    }

    /// The present key, for a caller with the right to replace it.
    fn former_key(
        &self,
        key_record: &KeyRecord,
        present: Option<&Secret>,
    ) -> Result<Arc<DataKey>, VaultError> {
        if key_record.protection != KeyProtection::Passphrase || key_record.current.is_none() {
            return self.read_key(key_record);
        }
        self.keys.unlock(key_record, present.ok_or(VaultError::PassphraseNeeded)?)
    }

    /// If the data key is missing, makes a new one, and leaves the secrets of the old one as they are. Those
    /// connections work again when that key is found, or after a new sign-in. Does nothing if the key is there.
    ///
    /// # Errors
    /// Why the key is unavailable, if unlocking or starting something would help.
    pub fn start_over_key(&self) -> Result<(), VaultError> {
        let _alone = Alone::wait(&self.home, || {})?;
        let key_record = key_records::in_use(&*self.database()?)?;
        match self.read_key(&key_record) {
            Ok(_) => Ok(()),
            Err(error) if error.is_out_of_sight() || error == VaultError::SessionEnded => self
                .replace_key(&key_record, &self.default_protection()?, &Secrets::SetAside(error.code()), None)
                .map(drop),
            Err(error) => Err(error),
        }
    }

    /// How long a first key, which no former one can decrypt, may be lost if its keychain ends.
    pub fn unwritten_for(&self) -> std::time::Duration {
        self.keys.unwritten_for()
    }

    /// Removes the former key, which decrypts the present one: somebody may know it. From then on everything depends on
    /// the keychain keeping the present key.
    pub fn end_former(&self) -> Result<(), VaultError> {
        let _alone = Alone::wait(&self.home, || {})?;
        self.discard_former()
    }

    /// Allows keys to cross unencrypted to a keychain that accepts them no other way. Changes nothing where it does.
    ///
    /// # Errors
    /// Those of the key, as far as they are others.
    pub fn accept_plain(&self) -> Result<(), VaultError> {
        self.keys.ask_again();
        if key_records::in_use(&*self.database()?)?.current.is_none() {
            return Ok(());
        }
        match self.present_key() {
            Err(VaultError::Keychain(KeychainError::Plain)) => {}
            result => return result.map(drop),
        }
        self.writing(|database| key_records::set_transfer(database, key_records::Transfer::Plain))
    }

    /// The data key, made if the vault has no secrets that need an earlier one.
    pub(super) fn key(&self) -> Result<Arc<DataKey>, VaultError> {
        match self.present_key() {
            Err(error) if error.is_out_of_sight() => {}
            result => return result,
        }
        // Two processes must not make two keys, so the second one waits and finds the first one's.
        let _held = lock::exclusive(&self.home.vault_lock())?;
        match self.present_key() {
            Err(error) if error.is_out_of_sight() => {
                let key_record = key_records::in_use(&*self.database()?)?;
                self.replace_key(&key_record, &self.default_protection()?, &Secrets::None(error), None)
            }
            result => result,
        }
    }

    fn default_protection(&self) -> Result<NewProtection, VaultError> {
        match self.keys.passphrase_file() {
            Some(file) => Ok(NewProtection::Passphrase(passphrase_in(file)?)),
            None => Ok(NewProtection::Keychain),
        }
    }

    /// Makes a new key while the vault's lock is held. Every key has its own account, so that a late write never
    /// replaces a key that is in use.
    fn replace_key(
        &self,
        key_record: &KeyRecord,
        wanted: &NewProtection,
        secrets: &Secrets,
        told: Option<(OffsetDateTime, &str)>,
    ) -> Result<Arc<DataKey>, VaultError> {
        if let Secrets::None(error) = secrets
            && store::has_secrets(&*self.database()?, key_record.account())?
        {
            return Err(*error);
        }
        let (installation, protection) = (&key_record.installation, wanted.kind());
        let key = match wanted {
            NewProtection::Keychain => self.keys.create(key_record)?,
            NewProtection::Passphrase(_) | NewProtection::Session => DataKey::random(installation)?,
        };
        let sealed_key = match wanted {
            NewProtection::Passphrase(passphrase) => Some(SealedKey::seal(&key, installation, passphrase)?),
            NewProtection::Keychain | NewProtection::Session => None,
        };
        let facts = self.keys.facts();
        let former = match (secrets, protection) {
            (Secrets::SealAnew(old), KeyProtection::Keychain) => self.former_of(&key, key_record, old)?,
            _ => None,
        };
        let stored = self.writing(|database| {
            match secrets {
                Secrets::None(error) if store::has_secrets(database, key_record.account())? => {
                    return Err(*error);
                }
                Secrets::None(_) => {}
                Secrets::SealAnew(old) => {
                    store::seal_anew(database, old.account(), &key, |owner, field, sealed| {
                        old.open(owner, field, sealed)
                    })?;
                    admin_requests::seal_anew(database, old, &key)?;
                }
                Secrets::SetAside(code) => {
                    key_records::set_aside(database, key_record)?;
                    key_records::note_missing(
                        database,
                        key_record.account(),
                        Some(*code),
                        OffsetDateTime::now_utc(),
                    )?;
                }
            }
            if let Some((at, line)) = told {
                store::note_all(database, at, line)?;
            }
            let keychain = facts.name.as_deref().filter(|_| protection == KeyProtection::Keychain);
            key_records::set(database, &key, protection, sealed_key.as_ref(), keychain)?;
            if protection == KeyProtection::Keychain {
                key_records::set_transfer(database, key_records::Transfer::of(&facts))?;
            }
            if let Some((former, key_record)) = &former {
                key_records::set_former(database, key_record, former)?;
            }
            key_records::drop_unused(database)
        });
        if let Err(error) = stored {
            if protection == KeyProtection::Keychain {
                self.keys.discard(key.account());
            }
            return Err(error);
        }
        if protection == KeyProtection::Keychain && former.is_none() && !facts.stores_at_once {
            self.keys.is_unwritten(WRITTEN_MOST_LIKELY);
        }
        let kept = former.as_ref().map(|(former, _)| former.account.as_str());
        self.discard_replaced(key_record, secrets, kept);
        Ok(self.keys.remember(key, key_record.generation))
    }

    /// The key that decrypts the new one until the keychain certainly has it: the one before, or, if that is not
    /// certain itself, the one before that.
    fn former_of(
        &self,
        key: &DataKey,
        key_record: &KeyRecord,
        old: &Arc<DataKey>,
    ) -> Result<Option<(Former, KeyRecord)>, VaultError> {
        if key_record.protection == KeyProtection::Session {
            return Ok(None);
        }
        let late = if self.keys.facts().stores_at_once { Duration::ZERO } else { WRITTEN_BY_THEN };
        let settled_after = OffsetDateTime::now_utc() + late;
        let earlier = match &key_record.former {
            Some(former) => key_records::of(&*self.database()?, &former.account)?,
            None => None,
        };
        let earlier =
            earlier.and_then(|key_record| self.keys.glance(&key_record).map(|key| (key, key_record)));
        let (outer, key_record) = earlier.unwrap_or_else(|| (old.clone(), key_record.clone()));
        let former =
            Former { account: outer.account().to_owned(), sealed: key.seal_with(&outer)?, settled_after };
        Ok(Some((former, key_record)))
    }

    /// Removes unneeded entries from the keychain. They may stay: they decrypt nothing.
    fn discard_replaced(&self, key_record: &KeyRecord, secrets: &Secrets, kept: Option<&str>) {
        if matches!(secrets, Secrets::SetAside(_)) {
            return;
        }
        let own = key_record.account().filter(|_| key_record.protection == KeyProtection::Keychain);
        let former = key_record.former.as_ref().map(|former| former.account.as_str());
        for account in [own, former].into_iter().flatten().filter(|account| Some(*account) != kept) {
            self.keys.discard(account);
        }
    }
}

/// The reason noted for a key that was set aside.
fn seen_as(error: VaultError) -> Code {
    if error.is_out_of_sight() { error.code() } else { Code::VaultKeyLost }
}
