//! Whose turn at the keychain it is, and how long it is waited for.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant, SystemTime},
};

use crate::{
    platform::{lock, private},
    ports::{Keychain, KeychainError},
};

/// How long a turn is waited for. A program that was stopped may hold up everybody behind it; who has waited so long asks
/// without a turn.
const LONGEST_QUEUE: Duration = Duration::from_secs(120);

/// How long behind somebody to whom the keychain has said nothing so far, as while it asks a person.
const BEHIND_SILENCE: Duration = Duration::from_secs(30);

/// The shortest wait between two looks.
const MOMENT: Duration = Duration::from_millis(20);

/// Files with which the processes of one home take turns at the keychain, to spare the person prompts.
#[derive(Clone, Debug)]
pub(super) struct Gates {
    /// Held by the one process whose call may show a prompt.
    pub(super) asking: PathBuf,
    /// Held during a glance, by four processes at most: some keychains prepare a prompt during another.
    pub(super) glancing: PathBuf,
    /// Exists since a person declined the keychain's prompt, until a person acts.
    pub(super) declined: PathBuf,
    /// There since the keychain was asked and has said nothing, until it answers somebody.
    pub(super) silent: PathBuf,
}

impl Gates {
    /// Waits until nobody else asks. A gate that cannot be used is no reason not to ask.
    ///
    /// # Errors
    /// [`KeychainError::Slow`] where somebody else was told nothing meanwhile: everybody behind it would be told the same, each
    /// after as long a wait.
    pub(super) fn ask(&self) -> Result<Option<lock::Held>, KeychainError> {
        let came_at = SystemTime::now();
        let noted_at = || fs::metadata(&self.silent).and_then(|note| note.modified()).ok();
        let is_silent = |waited| noted_at().is_some_and(|at| at > came_at || waited >= BEHIND_SILENCE);
        let held =
            lock::exclusive_unless(&self.asking, |waited| is_silent(waited) || waited >= LONGEST_QUEUE);
        match held {
            Ok(Some(_)) if noted_at().is_some_and(|at| at > came_at) => Err(KeychainError::Slow),
            Ok(None) if noted_at().is_some() => Err(KeychainError::Slow),
            held => Ok(held.ok().flatten()),
        }
    }

    pub(super) fn glance(&self) -> Option<lock::Held> {
        lock::exclusive_unless(&self.glancing, |waited| waited >= LONGEST_QUEUE).ok().flatten()
    }

    /// The keychain has answered somebody, whatever it said.
    pub(super) fn note_answer(&self) {
        // The file rarely exists.
        let _ = fs::remove_file(&self.silent);
    }

    /// Tells whoever waits that the keychain says nothing.
    pub(super) fn note_silence(&self) {
        let noted = private::replace(&self.silent, &[]);
        tracing::debug!(is_noted = noted.is_ok(), "the keychain has said nothing");
    }
}

/// A wait for the keychain in which only its own silence counts.
pub(super) struct Waiting<'a> {
    keychain: &'a dyn Keychain,
    limit: Duration,
    began: Instant,
    /// Of the call that is under way, before this wait.
    before: Duration,
}

impl<'a> Waiting<'a> {
    pub(super) fn for_keychain(keychain: &'a dyn Keychain, limit: Duration) -> Self {
        Self { keychain, limit, began: Instant::now(), before: keychain.silence().unwrap_or_default() }
    }

    /// How much longer it is waited for at least; `None` when that is over.
    pub(super) fn left(&mut self) -> Option<Duration> {
        let silent = match self.keychain.silence() {
            Some(silence) => {
                // Another call began anew.
                self.before = self.before.min(silence);
                silence.saturating_sub(self.before)
            }
            None => self.began.elapsed(),
        };
        let left = self.limit.saturating_sub(silent);
        (!left.is_zero()).then(|| left.max(MOMENT))
    }
}
