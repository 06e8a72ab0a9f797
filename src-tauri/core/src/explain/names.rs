//! The words of `words/names.toml`: the names of a status, and of the ways to keep the vault's key.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::contract::view::{Acts, KeyProtection, Status, Sure};

/// All names, by the identifiers of the contract.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    status: StatusNames,
    acts: ActsNames,
    waiting: WaitingNames,
    sure: SureNames,
    key_protection: KeyProtections,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StatusNames {
    connected: String,
    needs_you: String,
    not_connected: String,
    unreachable: String,
    paused: String,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct KeyProtections {
    keychain: ProtectionWords,
    passphrase: ProtectionWords,
    session: ProtectionWords,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ActsNames {
    you: String,
    admin: String,
    it: String,
    nobody: String,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WaitingNames {
    helps: String,
    does_not: String,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SureNames {
    certain: String,
    reported: String,
    uncertain: String,
}

/// The words for one way to keep the vault's key.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProtectionWords {
    /// The keeper of the key.
    pub name: String,
    /// The consequences for a person.
    pub means: String,
    /// The sentence shown when the key is kept this way.
    pub now: String,
    /// The label of the button that chooses it.
    pub choose: String,
}

static NAMES: LazyLock<Names> =
    LazyLock::new(|| toml::from_str(include_str!("../words/names.toml")).unwrap_or_default());

/// All names, for the page's copy.
pub fn names() -> &'static Names {
    &NAMES
}

/// A status in a few words, within a sentence. `in_pause`: whether the org has asked for one.
pub fn status(status: Status, in_pause: bool) -> &'static str {
    let StatusNames { connected, needs_you, not_connected, unreachable, paused } = &NAMES.status;
    match status {
        Status::Connected | Status::Unreachable if in_pause => paused,
        Status::Connected => connected,
        Status::NeedsYou => needs_you,
        Status::NotConnected => not_connected,
        Status::Unreachable => unreachable,
    }
}

/// Who can do something about a failure, as a sentence.
pub fn acts(acts: Acts) -> &'static str {
    let ActsNames { you, admin, it, nobody } = &NAMES.acts;
    match acts {
        Acts::You => you,
        Acts::Admin => admin,
        Acts::It => it,
        Acts::Nobody => nobody,
    }
}

/// Whether waiting may help, as a sentence.
pub fn waiting(helps: bool) -> &'static str {
    let names = &NAMES.waiting;
    if helps { &names.helps } else { &names.does_not }
}

/// How sure a meaning is, as a sentence.
pub fn sure(sure: Sure) -> &'static str {
    let SureNames { certain, reported, uncertain } = &NAMES.sure;
    match sure {
        Sure::Certain => certain,
        Sure::Reported => reported,
        Sure::Uncertain => uncertain,
    }
}

/// The words for who keeps the vault's key.
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
        assert_eq!(status(Status::NeedsYou, true), "needs you");
        assert_eq!(key_protection(KeyProtection::Passphrase).name, "A passphrase");
    }
}
