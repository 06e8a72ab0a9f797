//! Linux: a text is on the clipboard for as long as a program serves it, in the X11 or the Wayland way.

use std::env;

use arboard::{Clipboard, Error, SetExtLinux};
use connect_core::secret::Secret;

/// Marked for clipboard managers. Served for as long as `clipboard` lives.
pub(super) fn put_secret(clipboard: &mut Clipboard, text: &Secret) -> Result<(), Error> {
    // EXPOSE: a person asked for it to be copied.
    clipboard.set().exclude_from_history().text(text.expose())
}

/// Serves it from this thread until something else is copied.
pub(super) fn copy(clipboard: &mut Clipboard, text: String) -> Result<(), Error> {
    clipboard.set().wait().text(text)
}

/// Whether it is known what becomes of a text. On Wayland a program without a window sees the clipboard only where the
/// compositor lets it (data-control); elsewhere it goes through the X11 clipboard that most compositors offer beside their
/// own, and cannot know what became of it.
pub(super) fn is_certain() -> bool {
    env::var_os("WAYLAND_DISPLAY").is_none()
}
