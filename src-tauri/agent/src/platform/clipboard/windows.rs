//! Windows: the system keeps what is on the clipboard, also when the program that put it there has ended.

use arboard::{Clipboard, Error, SetExtWindows};
use connect_core::secret::Secret;

/// Puts a secret there that neither the history of the clipboard nor other computers of the same account get, nor programs
/// that keep what is copied, as far as they heed that.
pub(super) fn put_secret(clipboard: &mut Clipboard, text: &Secret) -> Result<(), Error> {
    let kept_from_others =
        clipboard.set().exclude_from_history().exclude_from_cloud().exclude_from_monitoring();
    // EXPOSE: a person asked for it to be copied.
    kept_from_others.text(text.expose())
}

pub(super) fn copy(clipboard: &mut Clipboard, text: String) -> Result<(), Error> {
    clipboard.set().text(text)
}

/// It is seen there, whoever has put it there.
pub(super) fn is_certain() -> bool {
    true
}
