//! Keeping the vault's key: who keeps it, how it is made, replaced and given up.

use std::sync::Arc;

use time::{Duration, OffsetDateTime};

use super::{
    Vault, VaultError,
    alone::Alone,
    cipher::DataKey,
    key_records::{self, Former, KeyRecord},
    passphrase::{SealedKey, passphrase_in},
    store,
};
use crate::{
    contract::{
        code::Code,
        view::{FormerKey, KeyProtection, VaultView},
    },
    explain::names::key_protection,
    platform::lock,
    secret::Secret,
};

/// So long after it took a key a keychain that writes later than it says has it on the disk. `KWallet` takes five seconds.
const WRITTEN_BY_THEN: Duration = Duration::minutes(1);

/// And most likely so long after.
const WRITTEN_MOST_LIKELY: std::time::Duration = std::time::Duration::from_secs(7);

/// Who is to keep the data key. Chosen by a person or by what the person set, never by what happens to be there.
#[derive(Clone, Debug)]
pub enum NewProtection {
    Keychain,
    Passphrase(Secret),
    /// This process's memory: what is stored ends with it.
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

    /// What the history says of it.
    fn line(&self) -> String {
        format!("The key of the vault was changed. {}", key_protection(self.kind()).now)
    }
}

/// What becomes of the secrets when a new key is made.
enum Secrets {
    /// There are none, or there is no new key: the key before it is not there, for this reason.
    None(VaultError),
    /// Opened with the former key.
    SealAnew(Arc<DataKey>),
    /// They stay as they are, and open where their key is. It is not here, for this reason.
    SetAside(Code),
}

impl Vault {
    /// Who keeps the key, and whether this process would have to be told the passphrase. Asks nobody.
    pub fn view(&self) -> Result<VaultView, VaultError> {
        let database = self.database();
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
        })
    }

    /// Whether a secret could be stored and read now. Fetches the data key, and makes one for a vault that has no
    /// secrets yet. A person acts: who said no to the keychain before is asked again.
    ///
    /// # Errors
    /// The keychain's, [`VaultError::PassphraseNeeded`], or one of a key that is not there: see
    /// [`Self::start_over_key`].
    pub fn ready(&self) -> Result<(), VaultError> {
        self.keys.ask_again();
        self.key().map(drop)
    }

    /// Opens what a passphrase protects for the life of this process. A vault without a passphrase takes any.
    ///
    /// # Errors
    /// [`VaultError::PassphraseWrong`].
    pub fn unlock(&self, passphrase: &Secret) -> Result<(), VaultError> {
        self.keys.ask_again();
        let key_records = {
            let database = self.database();
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

    /// Makes a new data key, has it kept as said, and seals every secret anew with it: the way to another protection, to
    /// another passphrase, or to another key. All of it, or nothing, and told in every history. Refreshes that are under
    /// way are waited for.
    ///
    /// A vault that has a passphrase is changed by whoever tells the `present` one, whatever this process knows.
    ///
    /// # Errors
    /// Those of the former key, unless its secrets may be set aside: then their connections wait for it, or for a new
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
        let mut key_record = key_records::in_use(&self.database())?;
        let mut former = self.former_key(&key_record, present);
        if let Ok(key) = &former
            && self.settled(&key_record, key)?
        {
            key_record = key_records::in_use(&self.database())?;
            former = self.former_key(&key_record, present);
        }
        let secrets = match former {
            Ok(old) => Secrets::SealAnew(old),
            Err(error @ VaultError::PassphraseWrong) => return Err(error),
            Err(error @ VaultError::PassphraseNeeded) if !set_aside => return Err(error),
            Err(error) if !store::has_secrets(&self.database(), key_record.account())? => {
                Secrets::None(error)
            }
            Err(error) if set_aside => Secrets::SetAside(seen_as(error)),
            Err(error) => return Err(error),
        };
        self.replace_key(&key_record, wanted, &secrets, Some((at, &wanted.line())))?;
        // What the former key sealed is of no use to anybody who finds that key later.
        self.empty_journal();
        Ok(())
    }

    /// The key that everything is sealed with, for whoever has the right to another one.
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

    /// When the data key is not there: makes a new one, and leaves what is sealed with the other as it is. Its
    /// connections work again where that key is, and otherwise after a new sign-in. Does nothing when the key is there.
    ///
    /// # Errors
    /// Why the key cannot be had, where it may be had by unlocking or starting something.
    pub fn start_over_key(&self) -> Result<(), VaultError> {
        let _alone = Alone::wait(&self.home, || {})?;
        let key_record = key_records::in_use(&self.database())?;
        match self.read_key(&key_record) {
            Ok(_) => Ok(()),
            Err(error) if error.is_out_of_sight() || error == VaultError::SessionEnded => self
                .replace_key(&key_record, &self.default_protection()?, &Secrets::SetAside(error.code()), None)
                .map(drop),
            Err(error) => Err(error),
        }
    }

    /// How long a first key may still be gone with the end of its keychain. It has none before it that would open it.
    pub fn unwritten_for(&self) -> std::time::Duration {
        self.keys.unwritten_for()
    }

    /// Lets go of the key before the one in use, which opens what that one does: it may have become known to somebody.
    /// From then on everything depends on the keychain having the key in use for good.
    pub fn end_former(&self) -> Result<(), VaultError> {
        let _alone = Alone::wait(&self.home, || {})?;
        self.discard_former()
    }

    /// Keys may cross to the keychain unencrypted from now on, since it takes them no other way.
    pub fn accept_plain(&self) -> Result<(), VaultError> {
        self.keys.ask_again();
        self.writing(|database| key_records::set_transfer(database, key_records::Transfer::Plain))
    }

    /// The data key, made when the vault has no secrets that need an earlier one.
    pub(super) fn key(&self) -> Result<Arc<DataKey>, VaultError> {
        match self.present_key() {
            Err(error) if error.is_out_of_sight() => {}
            result => return result,
        }
        // Two processes must not make two keys, so the second finds the first one's.
        let _held = lock::exclusive(&self.home.vault_lock())?;
        match self.present_key() {
            Err(error) if error.is_out_of_sight() => {
                let key_record = key_records::in_use(&self.database())?;
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

    /// Makes a new key while the vault's lock is held. Every key has an account of its own, so that no writer, however
    /// late, can take the place of a key that something is sealed with.
    fn replace_key(
        &self,
        key_record: &KeyRecord,
        wanted: &NewProtection,
        secrets: &Secrets,
        told: Option<(OffsetDateTime, &str)>,
    ) -> Result<Arc<DataKey>, VaultError> {
        if let Secrets::None(error) = secrets
            && store::has_secrets(&self.database(), key_record.account())?
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

    /// The key that is to open the new one until it is certain that the keychain has it: the one before, or, where that
    /// is not certain itself, the one before that.
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
            Some(former) => key_records::of(&self.database(), &former.account)?,
            None => None,
        };
        let earlier =
            earlier.and_then(|key_record| self.keys.glance(&key_record).map(|key| (key, key_record)));
        let (outer, key_record) = earlier.unwrap_or_else(|| (old.clone(), key_record.clone()));
        let former =
            Former { account: outer.account().to_owned(), sealed: key.seal_with(&outer)?, settled_after };
        Ok(Some((former, key_record)))
    }

    /// Takes the entries out of the keychain that nothing needs any more. They may stay: they open nothing.
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

/// What is noted of a key that was set aside: it is not there, whatever else would bring it back.
fn seen_as(error: VaultError) -> Code {
    if error.is_out_of_sight() { error.code() } else { Code::VaultKeyLost }
}
