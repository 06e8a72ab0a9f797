//! What a face asks after a code, and beside which field it shows one. Decided here for all faces; the page has the lists
//! of it in `ui/js/words/names.js`.

use serde::Serialize;

use super::Code;

/// What a person is asked while the vault stays closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultQuestion {
    Passphrase,
    /// There is no keychain: how else to keep the key.
    NoKeychain,
    /// The keychain has nothing yet to keep a key in: whether to try again, or how else to keep it.
    EmptyKeychain,
    /// Whether to try again, once the keychain is open.
    ClosedKeychain,
    /// Whether to go on with a new key. Only a sign-in can.
    NewKey,
}

impl VaultQuestion {
    pub const ALL: [Self; 5] =
        [Self::Passphrase, Self::NoKeychain, Self::EmptyKeychain, Self::ClosedKeychain, Self::NewKey];

    /// Whether a person chooses how the key is kept without the keychain.
    pub fn is_how_else(self) -> bool {
        matches!(self, Self::NoKeychain | Self::EmptyKeychain)
    }
}

/// How the guide goes on after a sign-in that has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    /// Both values are needed once more: their time in memory is over.
    Paste,
    /// Somebody ended the sign-in.
    Ended,
    /// Nothing here helps: another face signs in, or what was given for the sign-in cannot be used.
    Leave,
    /// What the org objects to is corrected, or the sign-in is tried again.
    Stay,
}

impl Code {
    /// The question of a face before it tries again what failed with this code.
    pub fn vault_question(self) -> Option<VaultQuestion> {
        if self == Self::PassphraseNeeded {
            Some(VaultQuestion::Passphrase)
        } else if self == Self::KeychainMissing {
            Some(VaultQuestion::NoKeychain)
        } else if self == Self::KeychainEmpty {
            Some(VaultQuestion::EmptyKeychain)
        } else if matches!(self, Self::VaultKeyLost | Self::VaultKeyElsewhere) {
            Some(VaultQuestion::NewKey)
        } else {
            let is_closed = matches!(
                self,
                Self::KeychainLocked | Self::KeychainSlow | Self::KeychainFailed | Self::KeychainDeclined
            );
            is_closed.then_some(VaultQuestion::ClosedKeychain)
        }
    }

    /// Whether the key that everything stored needs is in a keychain that does not hand it out. To keep a key another way
    /// then gives up what is stored.
    pub fn withholds_key(self) -> bool {
        self == Self::KeychainPlain
            || self
                .vault_question()
                .is_some_and(|question| question.is_how_else() || question == VaultQuestion::ClosedKeychain)
    }

    /// Whether a connection with this code stands still until somebody says that the files were moved here.
    pub fn asks_whether_moved(self) -> bool {
        self == Self::HomeCopied
    }

    /// Whether the name that a connection is to have is refused.
    pub fn is_of_name(self) -> bool {
        matches!(self, Self::NameTaken | Self::NameInvalid | Self::NameOtherHost)
    }

    /// Whether the question after a sign-in is about who has signed in: a sign-in of another user is the safe answer.
    pub fn is_of_user(self) -> bool {
        matches!(self, Self::IdentityMismatch | Self::UserUnnamed)
    }

    /// Whether a key with this remark was most likely cut off or altered, so that a wait for it is in vain.
    pub fn doubts_key(self) -> bool {
        self == Self::KeyOdd
    }

    /// Whether a text with this remark lets its reader into the org, and is kept nowhere.
    pub fn opens_session(self) -> bool {
        self == Self::AddressOpensSession
    }

    /// How the guide goes on after a sign-in that ended with this code.
    pub fn onward(self) -> Onward {
        if self == Self::ValueMissing {
            Onward::Paste
        } else if self == Self::Cancelled {
            Onward::Ended
        } else if self == Self::Replaced || matches!(self.exit(), 1 | 2) {
            Onward::Leave
        } else {
            Onward::Stay
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contract::view::Way, vault};

    fn all(is: impl Fn(Code) -> bool) -> Vec<Code> {
        Code::ALL.iter().copied().filter(|code| is(*code)).collect()
    }

    #[test]
    fn each_question_of_the_vault_is_asked_after_some_code() {
        for question in VaultQuestion::ALL {
            assert!(!all(|code| code.vault_question() == Some(question)).is_empty(), "{question:?}");
        }
    }

    #[test]
    fn a_key_that_may_be_found_again_is_always_asked_about() {
        for code in all(vault::is_out_of_sight) {
            let question = code.vault_question();
            assert!(
                question == Some(VaultQuestion::NewKey) || question.is_some_and(VaultQuestion::is_how_else),
                "{code:?}: {question:?}"
            );
        }
    }

    #[test]
    fn only_a_keychain_withholds_a_key() {
        let of_keychain = all(|code| format!("{code:?}").starts_with("Keychain"));
        assert_eq!(all(Code::withholds_key), of_keychain, "each of its troubles, and nothing else");
    }

    #[test]
    fn a_name_that_is_refused_is_mended_in_its_field() {
        let refused = all(Code::is_of_name);
        assert_eq!(refused, [Code::NameTaken, Code::NameInvalid, Code::NameOtherHost]);
        assert!(refused.into_iter().all(|code| code.way() == Way::Form));
    }

    #[test]
    fn a_guide_stays_for_what_the_org_says_and_ends_where_nothing_here_helps() {
        let table = [
            (Code::ValueMissing, Onward::Paste),
            (Code::Cancelled, Onward::Ended),
            (Code::Replaced, Onward::Leave),
            (Code::NameTaken, Onward::Leave),
            (Code::AddressMoved, Onward::Leave),
            (Code::Unexpected, Onward::Leave),
            (Code::SecretWrong, Onward::Stay),
            (Code::Denied, Onward::Stay),
            (Code::NetworkDns, Onward::Stay),
        ];
        for (code, onward) in table {
            assert_eq!(code.onward(), onward, "{code:?}");
        }
        let said_by_the_org =
            all(|code| code.is_passing() || code.waits_for_a_setting() || code.way() == Way::Wait);
        assert!(said_by_the_org.into_iter().all(|code| code.onward() == Onward::Stay));
    }
}
