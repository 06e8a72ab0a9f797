//! A keychain whose every answer is noted in the log, at the level of details: what was asked for and how long it took, never
//! for which entry and never what is in it.

use std::time::{Duration, Instant};

use crate::ports::{Entry, Fits, Keychain, KeychainError, KeychainFacts};

pub(super) struct Noted<K>(pub(super) K);

fn noted<T>(what: &'static str, ask: impl FnOnce() -> Result<T, KeychainError>) -> Result<T, KeychainError> {
    let began = Instant::now();
    let answer = ask();
    let took = began.elapsed();
    match &answer {
        Ok(_) => tracing::debug!(what, ?took, "the keychain has answered"),
        Err(error) => tracing::debug!(what, ?took, %error, "the keychain has not given it"),
    }
    answer
}

impl<K: Keychain> Keychain for Noted<K> {
    fn look(&self) -> Result<bool, KeychainError> {
        noted("look", || self.0.look())
    }

    fn read(&self, account: &str, fits: &Fits<'_>) -> Result<Option<Entry>, KeychainError> {
        noted("read", || self.0.read(account, fits))
    }

    /// Made for every token, and what it comes to is no news.
    fn glance(&self, account: &str, fits: &Fits<'_>) -> Option<Entry> {
        self.0.glance(account, fits)
    }

    fn store(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError> {
        noted("store", || self.0.store(account, entry))
    }

    fn update(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError> {
        noted("update", || self.0.update(account, entry))
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        noted("delete", || self.0.delete(account))
    }

    fn facts(&self) -> KeychainFacts {
        self.0.facts()
    }

    fn silence(&self) -> Option<Duration> {
        self.0.silence()
    }

    fn let_be_plain(&self, may_be_plain: bool) {
        self.0.let_be_plain(may_be_plain);
    }
}
