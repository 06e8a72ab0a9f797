//! The clipboard of the desktop session.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use connect_core::secret::Secret;
use sha2::{Digest, Sha256};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// Puts the text on the clipboard and keeps it there until something else is copied. `failed` is called where that cannot
/// be done.
pub(crate) fn copy(text: String, failed: impl FnOnce() + Send + 'static) {
    thread::spawn(move || {
        if arboard::Clipboard::new().and_then(|mut clipboard| system::copy(&mut clipboard, text)).is_err() {
            tracing::warn!("the clipboard cannot be reached");
            failed();
        }
    });
}

/// The secret that is on the clipboard by now, by its fingerprint, where the system keeps it there when this process ends.
static KEPT: Mutex<Option<Vec<u8>>> = Mutex::new(None);

/// Takes off the secret that this process has put there, before it ends.
pub(crate) fn take_off() {
    if let Some(copied) = kept().take()
        && let Ok(mut clipboard) = arboard::Clipboard::new()
    {
        clear(&mut clipboard, &copied);
    }
}

fn kept() -> std::sync::MutexGuard<'static, Option<Vec<u8>>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts secrets on the clipboard. They leave it when this process ends: it serves each of them, or takes it off.
#[derive(Debug, Default)]
pub(crate) struct Clipboard {
    /// The number of copies made: only the newest is taken off again.
    copies: Arc<AtomicU64>,
}

impl Clipboard {
    /// Copies a text, marked as a secret for clipboard managers, and takes it off after `keep` if it is still there.
    /// Returns whether it is certain to be taken off.
    ///
    /// # Errors
    /// No display server is reached, or it has no clipboard for a program without a window.
    pub(crate) fn copy(&self, text: &Secret, keep: Duration) -> Result<bool, arboard::Error> {
        let fingerprint = fingerprint(text);
        let mut clipboard = arboard::Clipboard::new()?;
        system::put_secret(&mut clipboard, text)?;
        let mine = self.copies.fetch_add(1, Ordering::SeqCst) + 1;
        *kept() = system::stays().then(|| fingerprint.clone());
        let copies = Arc::clone(&self.copies);
        // The text stays on the clipboard while `clipboard` lives; if no thread can be started it goes at once.
        let watch = move || {
            thread::sleep(keep);
            if copies.load(Ordering::SeqCst) == mine {
                kept().take();
                clear(&mut clipboard, &fingerprint);
            }
        };
        thread::Builder::new()
            .name("clipboard".to_owned())
            .spawn(watch)
            .map_err(|error| arboard::Error::Unknown { description: error.kind().to_string() })?;
        Ok(system::is_certain())
    }
}

/// Empties the clipboard if it still holds the copied text.
fn clear(clipboard: &mut arboard::Clipboard, copied: &[u8]) {
    let is_ours = clipboard.get_text().is_ok_and(|found| fingerprint(&Secret::new(found)) == copied);
    if is_ours && let Err(error) = clipboard.clear() {
        tracing::warn!(%error, "what was copied could not be taken off the clipboard");
    }
}

fn fingerprint(text: &Secret) -> Vec<u8> {
    // EXPOSE: hashed, so that the text is recognised later without being kept.
    Sha256::digest(text.expose()).to_vec()
}
