//! The core's interfaces to the outside world. All that the core cannot decide by itself goes through them, and tests
//! inject faults and time here.

use std::{future::Future, pin::Pin, time::Duration};

use time::OffsetDateTime;
use url::Url;
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
    /// No complete answer came, or the address may get no requests. An answer of any status is no error.
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'_, Result<http::Response<Vec<u8>>, HttpError>>;
    /// As [`Http::send`], for an answer of which every part counts: one that breaks off after its status line is none of the
    /// errors. It holds what came of it, marked as [`BrokenOff`].
    ///
    /// # Errors
    /// No status line came, or the address may get no requests.
    fn send_and_keep_what_comes(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'_, Result<http::Response<Vec<u8>>, HttpError>> {
        self.send(request)
    }
    /// The obstacle on this computer that keeps all requests to real orgs from being sent, if any.
    fn hindrance(&self) -> Option<HttpError> {
        None
    }
    /// Who issued the certificate that the host of this address shows, trusted or not. Nothing is sent to it. `None` where none was
    /// seen.
    fn issuer<'a>(&'a self, _url: &'a Url) -> BoxFuture<'a, Option<Issuer>> {
        Box::pin(std::future::ready(None))
    }
}

/// Marks, among the extensions of an answer, that its body is not whole, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenOff(pub HttpError);

/// The authority that issued a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// Its organisation, else what it is called. `None` where neither can be read.
    pub name: Option<String>,
    /// Whether it is one of those that servers on the internet show.
    pub is_public: bool,
}

/// Why no usable answer came. Holds no text from the wire.
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
    /// The variable that names their place, if one is set.
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

/// The computer's state, as far as it tells. Unknown facts have the default, which holds nothing up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// Whether the network's traffic is paid for, or likely is.
    pub is_metered: bool,
    /// When the computer last woke up, or came to a network.
    pub returned_at: Option<OffsetDateTime>,
}

/// The desktop session that the agent belongs to.
pub trait Desktop: Send + Sync {
    /// Whether a link of our scheme in a browser reaches this program.
    fn opens_links(&self) -> BoxFuture<'_, bool>;
    /// Applies the settings outside the core: the start at login, the log, the network. May block.
    ///
    /// # Errors
    /// Which setting cannot be applied. Then nothing has changed.
    fn apply(&self, settings: &Settings) -> Result<(), Failure>;
    /// The settings that the environment overrules.
    fn overruled(&self) -> Vec<Overruled>;
    /// Copies a text to the clipboard, marked so that clipboard managers do not keep it, and removes it after `keep`
    /// unless something else was copied meanwhile. `Ok(false)` where the removal cannot be promised. May block.
    ///
    /// # Errors
    /// No clipboard can be reached. Then nothing was copied.
    fn copy(&self, text: &Secret, keep: Duration) -> Result<bool, Failure>;
}

/// The content of a keychain's entry.
pub type Entry = Zeroizing<Vec<u8>>;

/// Whether an entry is the one wanted: a restored keychain may have two under one account.
pub type Fits<'a> = dyn Fn(&[u8]) -> bool + 'a;

/// The store that keeps the vault's data key, one entry per account. Calls block; callers use a time limit.
pub trait Keychain: Send + Sync {
    /// Whether it is there and open. Reads no entry, and shows no prompt.
    ///
    /// # Errors
    /// As for [`Keychain::read`].
    fn look(&self) -> Result<bool, KeychainError> {
        Err(KeychainError::Missing)
    }
    /// The entry that fits. May show a prompt. `Ok(None)` only if the whole store is unlocked and has none.
    ///
    /// # Errors
    /// Why the store returns nothing, which also tells whether the entry may exist.
    fn read(&self, account: &str, fits: &Fits<'_>) -> Result<Option<Entry>, KeychainError>;
    /// The entry that fits, if the store returns it soon. Shows no prompt. `None` proves nothing.
    fn glance(&self, _account: &str, _fits: &Fits<'_>) -> Option<Entry> {
        None
    }
    /// Stores a new entry, and proves it by reading it back. May show a prompt.
    ///
    /// # Errors
    /// As for [`Keychain::read`].
    fn store(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError>;
    /// Replaces an entry. Shows no prompt.
    ///
    /// # Errors
    /// As for [`Keychain::read`]; then the former entry still exists.
    fn update(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError>;
    /// Removes an entry, without a prompt. Succeeds if there is none.
    ///
    /// # Errors
    /// As for [`Keychain::read`].
    fn delete(&self, account: &str) -> Result<(), KeychainError>;
    /// The facts about the store that answered last.
    fn facts(&self) -> KeychainFacts {
        KeychainFacts::default()
    }
    /// For how long the store has said nothing in the call under way, not counting time in which it was at work, or in which this
    /// computer was busy. `None` where nobody counts: then the clock does.
    fn silence(&self) -> Option<Duration> {
        None
    }
    /// Allows entries to cross unencrypted to a store that refuses encryption.
    fn let_be_plain(&self, _may_be_plain: bool) {}
}

/// Facts about the store that keeps the data key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeychainFacts {
    /// The store's common name.
    pub name: Option<String>,
    /// Whether entries cross to it unencrypted.
    pub is_plain: bool,
    /// Whether an entry survives the store's end as soon as it is reported stored.
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
