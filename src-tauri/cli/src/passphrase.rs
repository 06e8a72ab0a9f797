//! The vault's passphrase: read from the file that has it, or typed by the person at the terminal.

use std::path::PathBuf;

use connect_agent::Client;
use connect_core::{
    contract::{intent, view::Failure},
    explain::{self, Code},
    platform::paths,
    secret::Secret,
    vault::{facts_of_file, passphrase_in},
};

use crate::terminal;

/// Gives the passphrase to the agent, or to the controller of this process.
pub(crate) async fn unlock(client: &Client) -> Result<(), Failure> {
    let passphrase = present("Passphrase of the vault").await?;
    client.call(intent::Unlock { passphrase }).await
}

/// The vault's passphrase, from its file or from the terminal.
pub(crate) async fn present(question: &str) -> Result<Secret, Failure> {
    match from_file() {
        Some(passphrase) => passphrase,
        None if terminal::is_present() => terminal::ask_hidden(question).await,
        None => Err(explain::failure(Code::PassphraseNeeded, &[])),
    }
}

/// The file that has the vault's passphrase, where one is named.
///
/// # Errors
/// What names it is no whole path.
pub(crate) fn file() -> Result<Option<PathBuf>, Failure> {
    paths::named_by("DATATRAX_PASSPHRASE_FILE").map_err(|error| error.failure())
}

/// The passphrase in that file. `None` where none is named.
pub(crate) fn from_file() -> Option<Result<Secret, Failure>> {
    let file = file().transpose()?;
    Some(file.and_then(|file| {
        passphrase_in(&file).map_err(|error| {
            let facts = facts_of_file(&file, error);
            let facts: Vec<_> = facts.iter().map(|(fact, text)| (*fact, text.as_str())).collect();
            explain::failure(error.code(), &facts)
        })
    }))
}
