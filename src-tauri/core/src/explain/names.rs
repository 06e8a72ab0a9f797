//! The words of `words/names.toml`: what every face calls a status, and a protection of the vault's key.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::contract::view::{KeyProtection, Status};

/// All of them, by the words of the contract.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    status: StatusNames,
    key_protection: KeyProtections,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StatusNames {
    connected: String,
    needs_you: String,
    not_connected: String,
    unreachable: String,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct KeyProtections {
    keychain: ProtectionWords,
    passphrase: ProtectionWords,
    session: ProtectionWords,
}

/// One who may keep the key of the vault.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProtectionWords {
    /// Who it is.
    pub name: String,
    /// What that means for a person.
    pub means: String,
    /// The sentence for where it is so.
    pub now: String,
    /// The words of a button that has it so.
    pub choose: String,
}

static NAMES: LazyLock<Names> =
    LazyLock::new(|| toml::from_str(include_str!("../words/names.toml")).unwrap_or_default());

/// All of them, for the page's copy.
pub fn names() -> &'static Names {
    &NAMES
}

/// A status in one or two words, within a sentence.
pub fn status(status: Status) -> &'static str {
    let StatusNames { connected, needs_you, not_connected, unreachable } = &NAMES.status;
    match status {
        Status::Connected => connected,
        Status::NeedsYou => needs_you,
        Status::NotConnected => not_connected,
        Status::Unreachable => unreachable,
    }
}

/// The words for who keeps the key of the vault.
pub fn key_protection(protection: KeyProtection) -> &'static ProtectionWords {
    let KeyProtections { keychain, passphrase, session } = &NAMES.key_protection;
    match protection {
        KeyProtection::Keychain => keychain,
        KeyProtection::Passphrase => passphrase,
        KeyProtection::Session => session,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_and_every_protection_has_its_words() {
        let names: Names = toml::from_str(include_str!("../words/names.toml")).expect("names.toml reads");
        let KeyProtections { keychain, passphrase, session } = names.key_protection;
        for words in [keychain, passphrase, session] {
            assert!(words.now.ends_with('.') && words.means.ends_with('.'), "sentences: {words:?}");
            assert!(!words.name.ends_with('.') && !words.choose.ends_with('.'), "names: {words:?}");
        }
        assert_eq!(status(Status::NeedsYou), "needs you");
        assert_eq!(key_protection(KeyProtection::Passphrase).name, "A passphrase");
    }
}
