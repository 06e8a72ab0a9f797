//! The vault's passphrase: from the file that has it, or from whoever sits there.

use std::path::PathBuf;

use connect_agent::Client;
use connect_core::{
    contract::{intent, view::Failure},
    explain::{self, Code},
    platform::paths,
    secret::Secret,
    vault::passphrase_in,
};

use crate::terminal;

/// Tells whoever does the work the passphrase.
pub(crate) async fn unlock(client: &Client) -> Result<(), Failure> {
    let passphrase = present("Passphrase of the vault").await?;
    client.call(intent::Unlock { passphrase }).await
}

/// The passphrase that the vault has, from the file that has it or from whoever sits there.
pub(crate) async fn present(question: &str) -> Result<Secret, Failure> {
    match from_file() {
        Some(passphrase) => passphrase,
        None if terminal::is_present() => terminal::ask_hidden(question).await,
        None => Err(explain::failure(Code::PassphraseNeeded, &[])),
    }
}

/// The file that has the vault's passphrase, where nobody can type it.
///
/// # Errors
/// What names it is no whole path.
pub(crate) fn file() -> Result<Option<PathBuf>, Failure> {
    paths::named_by("DATATRAX_PASSPHRASE_FILE").map_err(|error| error.failure())
}

/// The passphrase in that file, where one is named.
pub(crate) fn from_file() -> Option<Result<Secret, Failure>> {
    let file = file().transpose()?;
    Some(file.and_then(|file| passphrase_in(&file).map_err(|error| explain::failure(error.code(), &[]))))
}
