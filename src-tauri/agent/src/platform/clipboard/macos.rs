//! macOS: the system keeps what is on the clipboard, also when the program that put it there has ended.

use arboard::{Clipboard, Error, SetExtApple as _};
use connect_core::secret::Secret;

/// Puts a secret there, marked for programs that keep what is copied (`org.nspasteboard.ConcealedType`).
pub(super) fn put_secret(clipboard: &mut Clipboard, text: &Secret) -> Result<(), Error> {
    // EXPOSE: a person asked for it to be copied.
    clipboard.set().exclude_from_history().text(text.expose())
}

pub(super) fn copy(clipboard: &mut Clipboard, text: String) -> Result<(), Error> {
    clipboard.set().text(text)
}

/// It is seen there, whoever has put it there.
pub(super) fn is_certain() -> bool {
    true
}

pub(super) fn stays() -> bool {
    true
}
