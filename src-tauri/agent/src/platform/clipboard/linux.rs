//! Linux: a text is on the clipboard for as long as a program serves it, in the X11 or the Wayland way.

use std::env;

use arboard::{Clipboard, Error, SetExtLinux};
use connect_core::secret::Secret;

/// Puts a secret there, marked for clipboard managers, while `clipboard` lives.
pub(super) fn put_secret(clipboard: &mut Clipboard, text: &Secret) -> Result<(), Error> {
    // EXPOSE: a person asked for it to be copied.
    clipboard.set().exclude_from_history().text(text.expose())
}

/// Serves the text from this thread until something else is copied.
pub(super) fn copy(clipboard: &mut Clipboard, text: String) -> Result<(), Error> {
    clipboard.set().wait().text(text)
}

/// Whether the fate of a copied text can be known. On Wayland a program without a window sees the clipboard only where
/// the compositor offers data-control; elsewhere the text goes through the X11 clipboard that most compositors offer
/// beside their own, and cannot be followed from there.
pub(super) fn is_certain() -> bool {
    env::var_os("WAYLAND_DISPLAY").is_none()
}

/// It goes with the process that serves it.
pub(super) fn stays() -> bool {
    false
}
