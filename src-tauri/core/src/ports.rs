//! The outside world as the core sees it. Everything the core cannot decide by itself goes through one of these,
//! and faults and time are injected here.

use std::{future::Future, pin::Pin, time::Duration};

use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::{
    contract::view::{Failure, Overruled, Settings},
    secret::Secret,
};

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Time, so that a test can hurry it.
pub trait Clock: Send + Sync {
    fn now(&self) -> OffsetDateTime;
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
}

/// One HTTP exchange: no redirects followed, the body capped, time-limited.
pub trait Http: Send + Sync {
    /// # Errors
    /// No whole answer came, or the address is one that nothing is sent to. An answer of any status is none.
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'_, Result<http::Response<Vec<u8>>, HttpError>>;
    /// What on this computer keeps every request to a real org from being sent, if anything does.
    fn hindrance(&self) -> Option<HttpError> {
        None
    }
}

/// Why no usable answer came. Carries no text from the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    #[error("the host name is not known")]
    Dns,
    #[error("no connection could be made")]
    Connect,
    #[error("no connection came about through the proxy")]
    Proxy,
    #[error("the server's certificate is not trusted")]
    Tls,
    /// With what is wrong with it, whoever is trusted.
    #[error("{0}")]
    CertificateUnusable(&'static str),
    /// Of the variable that names where they are, if one is set.
    #[error("there is no list of authorities that could be trusted")]
    NoAuthorities(Option<&'static str>),
    #[error("{source_name} {why}")]
    ProxyUnreadable { source_name: &'static str, why: &'static str },
    #[error("no answer in time")]
    Timeout,
    #[error("the connection was cut before the answer was complete")]
    Cut,
    #[error("the answer is larger than any answer expected here")]
    TooLarge,
    #[error("the request cannot be sent to this address")]
    Refused,
}

/// What the computer says of itself. What it does not say is as in the default, and then nobody is held up for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// What goes over its network is counted and paid for, or likely is.
    pub is_metered: bool,
    /// When it last woke up, or came to a network.
    pub returned_at: Option<OffsetDateTime>,
}

/// The desktop session that the agent belongs to.
pub trait Desktop: Send + Sync {
    /// Whether a link of our scheme that a browser follows reaches this program.
    fn opens_links(&self) -> BoxFuture<'_, bool>;
    /// Makes the settings true outside the core: what starts at login, the log, the network. May block.
    ///
    /// # Errors
    /// Says which setting cannot hold. Then nothing has changed.
    fn apply(&self, settings: &Settings) -> Result<(), Failure>;
    /// The settings for which the environment decides.
    fn overruled(&self) -> Vec<Overruled>;
    /// Puts a text on the clipboard, marked so that clipboard managers do not keep it, and takes it off again after this
    /// time unless something else was copied meanwhile. `Ok(false)` where nobody can promise that it is taken off. May
    /// block.
    ///
    /// # Errors
    /// No clipboard can be reached. Then nothing was copied.
    fn copy(&self, text: &Secret, keep: Duration) -> Result<bool, Failure>;
}

/// What the keychain keeps under an account.
pub type Entry = Zeroizing<Vec<u8>>;

/// Whether an entry is the one that is looked for: a restored keychain may have two under one account.
pub type Fits<'a> = dyn Fn(&[u8]) -> bool + 'a;

/// The store that keeps the vault's data key, one entry per account. Calls block; callers use a time limit.
pub trait Keychain: Send + Sync {
    /// The entry that fits. A person may be asked for it. `Ok(None)` only where the store is open as a whole, and has none.
    ///
    /// # Errors
    /// Says why the store gives nothing out, and with that whether the entry may be there all the same.
    fn read(&self, account: &str, fits: &Fits<'_>) -> Result<Option<Entry>, KeychainError>;
    /// The entry that fits, where the store gives it soon. Never asks a person. `None` says nothing.
    fn glance(&self, _account: &str, _fits: &Fits<'_>) -> Option<Entry> {
        None
    }
    /// Keeps a new entry, and proves it by reading it back. A person may be asked.
    ///
    /// # Errors
    /// As of [`Keychain::read`].
    fn store(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError>;
    /// Writes another entry in the place of the one there is. Asks nobody.
    ///
    /// # Errors
    /// As of [`Keychain::read`]; then what was there before still is.
    fn update(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError>;
    /// Asks nobody. Removing what is not there is a success.
    ///
    /// # Errors
    /// As of [`Keychain::read`].
    fn delete(&self, account: &str) -> Result<(), KeychainError>;
    /// What is known of the store that answered last.
    fn facts(&self) -> KeychainFacts {
        KeychainFacts::default()
    }
    /// For how long the store has said nothing in the call under way, not counting time in which it was at work, or in which this
    /// computer was busy. `None` where nobody counts: then the clock does.
    fn silence(&self) -> Option<Duration> {
        None
    }
    /// Whether entries may cross to a store that refuses to have them encrypted on the way.
    fn let_be_plain(&self, _may_be_plain: bool) {}
}

/// Of the store that keeps the data key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeychainFacts {
    /// What people call it.
    pub name: Option<String>,
    /// Whether entries cross to it as they are.
    pub is_plain: bool,
    /// Whether what it keeps outlasts its end from the moment it says so.
    pub stores_at_once: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    #[error("this computer offers no keychain to this session")]
    Missing,
    #[error("the keychain has nothing yet to keep a key in")]
    Unmade,
    #[error("the keychain is locked")]
    Locked,
    #[error("the keychain's question was answered with no")]
    Declined,
    #[error("the keychain did not answer in time")]
    Slow,
    #[error("the keychain takes the key only unencrypted, as it did not before")]
    Plain,
    #[error("the keychain refused")]
    Failed,
}

/// The computer's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
