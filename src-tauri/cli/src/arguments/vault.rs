//! The arguments of `dtx vault`.

use clap::{Args, ValueEnum};
use connect_core::{
    contract::view::KeyProtection,
    explain::names::{ProtectionWords, key_protection},
};

use super::Json;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that can be typed")]
pub(crate) struct Vault {
    /// Who is to keep it; everything stored is encrypted anew with another key
    #[arg(value_enum)]
    pub(crate) protection: Option<Protection>,
    /// Go on with a new key where the one there is cannot be had; what it encrypts is kept, and waits for it
    #[arg(long, requires = "protection")]
    pub(crate) start_over: bool,
    /// The key before this one may be known to somebody: end it at once, where it still opens everything
    #[arg(long)]
    pub(crate) leaked: bool,
    /// Let the key cross to the keychain unencrypted, where that takes it no other way
    #[arg(long)]
    pub(crate) accept_plain: bool,
    /// The files were moved here, and what they may be a copy of is used no more: go on with the tokens that they have
    #[arg(long)]
    pub(crate) moved: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Protection {
    #[value(help = means(KeyProtection::Keychain))]
    Keychain,
    #[value(help = format!(
        "{} It is asked for, or read from the file that DATATRAX_PASSPHRASE_FILE names.",
        means(KeyProtection::Passphrase)
    ))]
    Passphrase,
    #[value(help = means(KeyProtection::Session))]
    Session,
}

fn means(protection: KeyProtection) -> String {
    let ProtectionWords { name, means, .. } = key_protection(protection);
    format!("{name}. {means}")
}
