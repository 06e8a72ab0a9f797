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

pub(super) fn stays() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{Clipboard as Kept, take_off};
    use super::*;

    #[test]
    fn a_copied_secret_goes_when_the_process_ends_and_what_was_copied_since_stays() {
        let Ok(mut clipboard) = Clipboard::new() else {
            eprintln!("there is no clipboard here: not looked at");
            return;
        };
        let kept = Kept::default();
        let long = Duration::from_secs(600);
        assert!(kept.copy(&Secret::new("secret"), long).unwrap(), "it is certain to be taken off");
        assert_eq!(clipboard.get_text().unwrap(), "secret", "it is there");
        take_off();
        assert!(clipboard.get_text().is_err(), "nothing is there");
        kept.copy(&Secret::new("secret"), long).unwrap();
        copy(&mut clipboard, "something else".to_owned()).unwrap();
        take_off();
        assert_eq!(clipboard.get_text().unwrap(), "something else", "a person's own");
    }
}
