//! A conversation with the keychain over the Secret Service API: its entries and keyrings, locked or not.
//!
//! (Secret Service API 0.2)

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use zbus::{
    Error, Message,
    message::Body,
    zvariant::{DynamicType, OwnedObjectPath, OwnedValue, Type, Value},
};
use zeroize::Zeroizing;

use super::{
    LABEL,
    bus::{PATH, SERVICE, Way, is_nobody},
    exchange::{self, ALGORITHM, Exchange, PLAIN, SessionKey},
    prompt,
};
use crate::{platform::silence::Silence, ports::KeychainError};

const COLLECTION: &str = "org.freedesktop.Secret.Collection";
const ITEM: &str = "org.freedesktop.Secret.Item";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// The paths of `KWallet`'s own interface.
const WALLETS: [&str; 2] = ["/modules/kwalletd6", "/modules/kwalletd5"];
/// The time for opening a keyring that needs no prompt.
const AT_ONCE: Duration = Duration::from_secs(1);
/// The property that tells whether a keyring is locked.
const LOCKED: (&str, &str) = (COLLECTION, "Locked");
const CONTENT_TYPE: &str = "application/octet-stream";
/// The alias of the default keyring.
const DEFAULT: &str = "default";
/// The path in place of a missing object.
const NOTHING: &str = "/";
/// The keyring in memory, which ends with the login.
const SESSION_KEYRING: &str = "/org/freedesktop/secrets/collection/session";

/// What keychains say of a session that they no longer know. The second is `KWallet`'s.
const NO_SESSION: [&str; 2] =
    ["org.freedesktop.Secret.Error.NoSession", "org.qtproject.QtDBus.Error.InvalidObjectPath"];

/// A secret on the bus: the session, the initialisation vector, the text, and its type.
type Sent = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

/// The same, to be sent.
type ToSend<'a> = (&'a OwnedObjectPath, Vec<u8>, Vec<u8>, &'static str);

/// Entries, split by whether they can be read now.
#[derive(Default)]
pub(super) struct Found {
    pub(super) open: Vec<OwnedObjectPath>,
    pub(super) locked: Vec<OwnedObjectPath>,
}

/// What was asked together with the session. Each is told once: it changes.
#[derive(Default)]
struct Began {
    /// Whether the default keyring is unlocked.
    is_open: bool,
    /// The entries of an account.
    found: Option<(String, Found)>,
}

/// The session's key, made when it is used first, or none.
type Agreed = LazyLock<Option<SessionKey>, Box<dyn FnOnce() -> Option<SessionKey> + Send>>;

/// One conversation. All of it uses one connection, since some keychains admit each connection separately.
pub(super) struct Service {
    way: Way,
    session: OwnedObjectPath,
    /// `None` where the keychain refuses an encrypted session.
    key: Option<Agreed>,
    began: Mutex<Began>,
    /// Whether the keychain no longer knew the session when something was asked in it.
    is_lost: AtomicBool,
    silence: Arc<Silence>,
}

impl Service {
    /// `may_start`: also a keychain that does not run yet. `may_be_plain`: also one that refuses an encrypted session.
    /// `sought`: the account whose entries are looked for next. `silence`: where it is counted how long the keychain says nothing.
    pub(super) async fn open(
        may_start: bool,
        may_be_plain: bool,
        sought: Option<&str>,
        silence: Arc<Silence>,
    ) -> Result<Self, KeychainError> {
        // Each side of the exchange is worked on while the keychain is at work on something else.
        let found = Way::find(may_start, &silence, async { Exchange::begin() }).await;
        let (way, exchange) = found.map_err(|error| no_way(&error))?;
        let exchange = exchange.ok_or(KeychainError::Failed)?;
        let ours = Value::from(exchange.public().to_vec());
        // Several questions at once, what is answered at once first: the session takes a keychain longer than all the rest.
        let (began, opened, ()) = tokio::join!(
            biased;
            begun(&way, sought),
            open_session(&way, ALGORITHM, ours),
            way.takes_part_in(&silence)
        );
        let opened = match opened {
            Err(error) if is_refusal(&error, way.owner.as_str()) => {
                return Self::open_plain(way, may_be_plain, silence).await;
            }
            result => result.map_err(|error| reason(&error))?,
        };
        let (theirs, session): (OwnedValue, OwnedObjectPath) = read(&opened.body())?;
        let theirs = Vec::<u8>::try_from(theirs).map_err(|_| KeychainError::Failed)?;
        let key: Agreed = LazyLock::new(Box::new(move || exchange.key(&theirs)));
        Ok(Self {
            way,
            session,
            key: Some(key),
            began: Mutex::new(began),
            is_lost: AtomicBool::default(),
            silence,
        })
    }

    /// Only if the keychain itself refused an encrypted session, and no other user can listen.
    async fn open_plain(way: Way, may_be_plain: bool, silence: Arc<Silence>) -> Result<Self, KeychainError> {
        if !may_be_plain || !way.is_private().await {
            return Err(KeychainError::Plain);
        }
        let opened = open_session(&way, PLAIN, Value::from("")).await.map_err(|error| reason(&error))?;
        let (_, session): (OwnedValue, OwnedObjectPath) = read(&opened.body())?;
        Ok(Self { way, session, key: None, began: Mutex::default(), is_lost: AtomicBool::default(), silence })
    }

    /// Whether entries can be searched for without a prompt.
    pub(super) async fn may_be_searched(&self) -> Result<bool, KeychainError> {
        if std::mem::take(&mut self.began().is_open) {
            return Ok(true);
        }
        let keyrings = self.keyrings().await?;
        if keyrings.iter().any(|(_, is_locked)| !is_locked) {
            return Ok(true);
        }
        for (keyring, _) in &keyrings {
            if self.is_open_wallet(keyring).await {
                self.unlock(std::slice::from_ref(keyring), AT_ONCE).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an open wallet is behind a keyring. `KWallet` calls a keyring locked until a program first asks for it,
    /// even while the wallet is open. It then unlocks without a prompt.
    async fn is_open_wallet(&self, keyring: &OwnedObjectPath) -> bool {
        let label = self.ask::<OwnedValue>(keyring.as_str(), PROPERTIES, "Get", &(COLLECTION, "Label")).await;
        let Some(label) = label.ok().and_then(|label| String::try_from(label).ok()) else { return false };
        for path in WALLETS {
            if let Ok(true) = self.ask::<bool>(path, "org.kde.KWallet", "isOpen", &(label.as_str(),)).await {
                return true;
            }
        }
        false
    }

    pub(super) fn is_plain(&self) -> bool {
        self.key.is_none()
    }

    /// Whether it has to be begun anew: `KWallet`, on a busy computer, lets go of a session right after it was opened.
    pub(super) fn has_lost_its_session(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    /// Whether it can be gone on with. Then its silence is counted as at the beginning.
    pub(super) async fn is_there(&self) -> bool {
        let (is_there, ()) = tokio::join!(self.way.is_there(), self.way.takes_part_in(&self.silence));
        is_there
    }

    pub(super) async fn program(&self) -> Option<String> {
        self.way.program().await
    }

    /// The default keyring, if any.
    pub(super) async fn default_keyring(&self) -> Result<Option<OwnedObjectPath>, KeychainError> {
        let path = self.ask(PATH, SERVICE, "ReadAlias", &(DEFAULT,)).await?;
        Ok(Some(path).filter(is_something))
    }

    /// The keyrings that outlast the login, and whether each is locked.
    pub(super) async fn keyrings(&self) -> Result<Vec<(OwnedObjectPath, bool)>, KeychainError> {
        let all: OwnedValue = self.ask(PATH, PROPERTIES, "Get", &(SERVICE, "Collections")).await?;
        let all = Vec::<OwnedObjectPath>::try_from(all).map_err(|_| KeychainError::Failed)?;
        let mut keyrings = Vec::new();
        for keyring in all.into_iter().filter(|path| path.as_str() != SESSION_KEYRING) {
            let locked = self.is_locked(&keyring).await?;
            keyrings.push((keyring, locked));
        }
        Ok(keyrings)
    }

    pub(super) async fn is_locked(&self, keyring: &OwnedObjectPath) -> Result<bool, KeychainError> {
        let locked: OwnedValue = self.ask(keyring.as_str(), PROPERTIES, "Get", &LOCKED).await?;
        bool::try_from(locked).map_err(|_| KeychainError::Failed)
    }

    /// The entries of this account. Some keychains show a prompt for this while all their keyrings are locked.
    pub(super) async fn search(&self, account: &str) -> Result<Found, KeychainError> {
        if let Some((_, found)) = self.began().found.take_if(|(sought, _)| sought == account) {
            return Ok(found);
        }
        let (open, locked) = self.ask(PATH, SERVICE, "SearchItems", &(attributes(account),)).await?;
        Ok(Found { open, locked })
    }

    fn began(&self) -> MutexGuard<'_, Began> {
        self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a person asked to open these, for no longer than this.
    pub(super) async fn unlock(
        &self,
        objects: &[OwnedObjectPath],
        patience: Duration,
    ) -> Result<(), KeychainError> {
        let (_, question): (Vec<OwnedObjectPath>, OwnedObjectPath) =
            self.ask(PATH, SERVICE, "Unlock", &(objects,)).await?;
        self.answered(question, patience).await.map(drop)
    }

    pub(super) async fn secret(&self, entry: &OwnedObjectPath) -> Result<Zeroizing<Vec<u8>>, KeychainError> {
        let what = (&self.session,);
        let (sent, key) = tokio::join!(
            biased;
            self.ask::<Sent>(entry.as_str(), ITEM, "GetSecret", &what),
            async { self.key() }
        );
        let ((_, vector, text, _), key) = (sent?, key?);
        match key {
            Some(key) => exchange::decrypted(key, &vector, &text).ok_or(KeychainError::Failed),
            None => Ok(Zeroizing::new(text)),
        }
    }

    /// The session's key; `None` where it is plain.
    ///
    /// # Errors
    /// The keychain's number would reveal it.
    fn key(&self) -> Result<Option<&SessionKey>, KeychainError> {
        self.key.as_ref().map(|key| key.as_ref().ok_or(KeychainError::Failed)).transpose()
    }

    pub(super) async fn set_secret(
        &self,
        entry: &OwnedObjectPath,
        secret: &[u8],
    ) -> Result<(), KeychainError> {
        let sent = self.sent(secret)?;
        self.tell(entry.as_str(), ITEM, "SetSecret", &(sent,)).await
    }

    /// Creates an entry in this keyring.
    pub(super) async fn create(
        &self,
        keyring: &OwnedObjectPath,
        account: &str,
        secret: &[u8],
        patience: Duration,
    ) -> Result<(), KeychainError> {
        let attributes: HashMap<String, String> = attributes(account)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let properties = HashMap::from([
            ("org.freedesktop.Secret.Item.Label", Value::from(LABEL)),
            ("org.freedesktop.Secret.Item.Attributes", Value::from(attributes)),
        ]);
        let what = (properties, self.sent(secret)?, true);
        let (_, question): (OwnedObjectPath, OwnedObjectPath) =
            self.ask(keyring.as_str(), COLLECTION, "CreateItem", &what).await?;
        self.answered(question, patience).await.map(drop)
    }

    /// Creates the first keyring, for which the keychain asks a person for a password.
    pub(super) async fn create_default_keyring(
        &self,
        patience: Duration,
    ) -> Result<OwnedObjectPath, KeychainError> {
        let properties =
            HashMap::from([("org.freedesktop.Secret.Collection.Label", Value::from("Default keyring"))]);
        let (made, question): (OwnedObjectPath, OwnedObjectPath) =
            self.ask(PATH, SERVICE, "CreateCollection", &(properties, DEFAULT)).await?;
        if is_something(&made) {
            return Ok(made);
        }
        // Without an answer there is no keyring, whatever else happened.
        let made = self.answered(question, patience).await.ok().flatten().ok_or(KeychainError::Unmade)?;
        OwnedObjectPath::try_from(made).ok().filter(is_something).ok_or(KeychainError::Unmade)
    }

    /// Removes an entry, if that needs no prompt.
    pub(super) async fn delete(&self, entry: &OwnedObjectPath) -> Result<(), KeychainError> {
        let question: OwnedObjectPath = self.ask(entry.as_str(), ITEM, "Delete", &()).await?;
        if is_something(&question) {
            prompt::dismiss(&self.way, &question).await;
            return Err(KeychainError::Locked);
        }
        Ok(())
    }

    async fn answered(
        &self,
        question: OwnedObjectPath,
        patience: Duration,
    ) -> Result<Option<OwnedValue>, KeychainError> {
        if is_something(&question) {
            prompt::answer(&self.way, &question, patience, &self.silence).await.map(Some)
        } else {
            Ok(None)
        }
    }

    fn sent(&self, secret: &[u8]) -> Result<ToSend<'_>, KeychainError> {
        let (vector, text) = match self.key()? {
            Some(key) => exchange::encrypted(key, secret).ok_or(KeychainError::Failed)?,
            None => (Vec::new(), secret.to_vec()),
        };
        Ok((&self.session, vector, text, CONTENT_TYPE))
    }

    async fn ask<T: DeserializeOwned + Type>(
        &self,
        path: &str,
        interface: &str,
        method: &str,
        what: &(impl Serialize + DynamicType),
    ) -> Result<T, KeychainError> {
        let answer =
            call(&self.way, path, interface, method, what).await.map_err(|error| self.refused(&error))?;
        read(&answer.body())
    }

    async fn tell(
        &self,
        path: &str,
        interface: &str,
        method: &str,
        what: &(impl Serialize + DynamicType),
    ) -> Result<(), KeychainError> {
        call(&self.way, path, interface, method, what).await.map(drop).map_err(|error| self.refused(&error))
    }

    fn refused(&self, error: &Error) -> KeychainError {
        if let Error::MethodError(name, ..) = error {
            self.is_lost.fetch_or(NO_SESSION.contains(&name.as_str()), Ordering::Relaxed);
        }
        reason(error)
    }
}

async fn call(
    way: &Way,
    path: &str,
    interface: &str,
    method: &str,
    what: &(impl Serialize + DynamicType),
) -> zbus::Result<Message> {
    way.bus.call_method(Some(way.owner.as_str()), path, Some(interface), method, what).await
}

/// Whether the default keyring is unlocked, and if so, the entries of the account that is sought: while all keyrings are locked,
/// looking for some may show a prompt.
async fn begun(way: &Way, sought: Option<&str>) -> Began {
    let is_open = default_is_open(way).await;
    let Some(account) = sought.filter(|_| is_open) else { return Began { is_open, found: None } };
    // What goes wrong here is met again by whoever looks for it.
    let answer = call(way, PATH, SERVICE, "SearchItems", &(attributes(account),)).await.ok();
    let found = answer.and_then(|answer| read(&answer.body()).ok());
    Began { is_open, found: found.map(|(open, locked)| (account.to_owned(), Found { open, locked })) }
}

/// Whether the keyring of the first answer is unlocked.
async fn default_is_open(way: &Way) -> bool {
    let Ok(path) = way.first_answer.body().deserialize::<OwnedObjectPath>() else { return false };
    if !is_something(&path) {
        return false;
    }
    let answer = call(way, path.as_str(), PROPERTIES, "Get", &LOCKED).await;
    let locked = answer.ok().and_then(|answer| answer.body().deserialize::<OwnedValue>().ok());
    locked.is_some_and(|locked| bool::try_from(locked) == Ok(false))
}

async fn open_session(way: &Way, algorithm: &str, ours: Value<'_>) -> zbus::Result<Message> {
    call(way, PATH, SERVICE, "OpenSession", &(algorithm, ours)).await
}

/// Whether the keychain itself has refused such a session. An error of the bus in its place, or any other, does not
/// count.
fn is_refusal(error: &Error, keychain: &str) -> bool {
    let refusals = ["org.freedesktop.DBus.Error.NotSupported", "org.freedesktop.DBus.Error.InvalidArgs"];
    let Error::MethodError(name, _, message) = error else { return false };
    refusals.contains(&name.as_str())
        && message.header().sender().is_some_and(|sender| sender.as_str() == keychain)
}

fn attributes(account: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", LABEL), ("username", account)])
}

fn is_something(path: &OwnedObjectPath) -> bool {
    path.as_str() != NOTHING
}

fn read<T: DeserializeOwned + Type>(body: &Body) -> Result<T, KeychainError> {
    body.deserialize().map_err(|_| KeychainError::Failed)
}

/// The error when there is no bus, or no keychain on it.
fn no_way(error: &Error) -> KeychainError {
    tracing::debug!(%error, "no way to a keychain");
    KeychainError::Missing
}

/// Why a running keychain returns nothing.
pub(super) fn reason(error: &Error) -> KeychainError {
    const LOCKED: &str = "org.freedesktop.Secret.Error.IsLocked";
    // Only the error's name is used: its text may quote an entry.
    let name = if let Error::MethodError(name, ..) = error { name.as_str() } else { "" };
    tracing::debug!(name, "the keychain refused");
    if name == LOCKED {
        KeychainError::Locked
    } else if is_nobody(error) || matches!(error, Error::InputOutput(_)) {
        KeychainError::Missing
    } else {
        KeychainError::Failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An error in answer to an encrypted session, as the bus hands it on from this program.
    fn answered(name: &'static str, sender: &'static str) -> Error {
        let asked = Message::method_call(PATH, "OpenSession").unwrap().build(&()).unwrap();
        let error = Message::error(&asked.header(), name).unwrap().sender(sender).unwrap();
        error.build(&("no",)).unwrap().into()
    }

    #[test]
    fn only_the_keychains_own_word_refuses_an_encrypted_session() {
        const KEYCHAIN: &str = ":1.7";
        for name in ["org.freedesktop.DBus.Error.NotSupported", "org.freedesktop.DBus.Error.InvalidArgs"] {
            assert!(is_refusal(&answered(name, KEYCHAIN), KEYCHAIN), "{name}");
            for other in ["org.freedesktop.DBus", ":1.8"] {
                assert!(!is_refusal(&answered(name, other), KEYCHAIN), "{name} of {other}");
            }
        }
        for name in [
            "org.freedesktop.DBus.Error.NoReply",
            "org.freedesktop.DBus.Error.Timeout",
            "org.freedesktop.DBus.Error.Failed",
            "org.freedesktop.DBus.Error.Disconnected",
            "org.freedesktop.DBus.Error.AccessDenied",
            "org.freedesktop.DBus.Error.UnknownMethod",
            "org.freedesktop.Secret.Error.NoSession",
        ] {
            assert!(!is_refusal(&answered(name, KEYCHAIN), KEYCHAIN), "{name}");
        }
        assert!(!is_refusal(&Error::MissingField, KEYCHAIN), "nothing was answered");
    }
}
