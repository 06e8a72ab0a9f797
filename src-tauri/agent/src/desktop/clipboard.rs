//! The clipboard of the desktop session, for what must not stay on it.

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use arboard::SetExtLinux;
use connect_core::secret::Secret;
use sha2::{Digest, Sha256};

/// Puts secrets on the clipboard. Each is served by this process, so that it also ends with it.
#[derive(Debug, Default)]
pub(super) struct Clipboard {
    /// How many were copied: only the newest is taken off again.
    copies: Arc<AtomicU64>,
}

impl Clipboard {
    /// Copies a text, marked as a secret for clipboard managers, and takes it off after `keep` if it is still there. The
    /// answer is whether that is certain.
    ///
    /// # Errors
    /// No display server is reached, or it has no clipboard for a program without a window.
    pub(super) fn copy(&self, text: &Secret, keep: Duration) -> Result<bool, arboard::Error> {
        let fingerprint = fingerprint(text);
        let mut clipboard = arboard::Clipboard::new()?;
        // EXPOSE: a person asked for it to be copied.
        clipboard.set().exclude_from_history().text(text.expose())?;
        let mine = self.copies.fetch_add(1, Ordering::SeqCst) + 1;
        let copies = Arc::clone(&self.copies);
        // The text is on the clipboard for as long as `clipboard` lives; without a thread it goes at once.
        let watch = move || {
            thread::sleep(keep);
            if copies.load(Ordering::SeqCst) == mine {
                clear(&mut clipboard, &fingerprint);
            }
        };
        thread::Builder::new()
            .name("clipboard".to_owned())
            .spawn(watch)
            .map_err(|error| arboard::Error::Unknown { description: error.kind().to_string() })?;
        Ok(is_certain())
    }
}

/// On Wayland a program without a window sees the clipboard only where the compositor lets it (data-control); elsewhere
/// it goes through the X11 clipboard that most compositors offer beside their own, and cannot know what became of it.
fn is_certain() -> bool {
    env::var_os("WAYLAND_DISPLAY").is_none()
}

/// Empties the clipboard if it still holds what was copied.
fn clear(clipboard: &mut arboard::Clipboard, copied: &[u8]) {
    let is_ours = clipboard.get_text().is_ok_and(|found| fingerprint(&Secret::new(found)) == copied);
    if is_ours && let Err(error) = clipboard.clear() {
        tracing::warn!(%error, "what was copied could not be taken off the clipboard");
    }
}

fn fingerprint(text: &Secret) -> Vec<u8> {
    // EXPOSE: hashed, to be recognised later without being kept.
    Sha256::digest(text.expose()).to_vec()
}
