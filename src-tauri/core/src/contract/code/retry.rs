//! Whether trying again helps after a code, and what else would: one list for each.

use super::Code;
use crate::contract::view::{Field, Way};

impl Code {
    /// Whether a computer without a network gets this code.
    pub fn is_offline(self) -> bool {
        matches!(self, Self::NetworkDns | Self::NetworkConnect | Self::NetworkProxy)
    }

    /// Whether no request came through, or no answer came back, as opposed to an answer that says nothing.
    pub fn is_no_connection(self) -> bool {
        self.is_offline()
            || self.is_of_this_computer()
            || matches!(self, Self::NetworkTls | Self::CertificateUnusable | Self::NetworkTimeout)
    }

    /// Whether the words of this code name a keychain.
    pub fn is_about_keychain(self) -> bool {
        matches!(
            self,
            Self::KeychainEmpty
                | Self::KeychainDeclined
                | Self::KeychainPlain
                | Self::VaultKeyLost
                | Self::VaultKeyElsewhere
        )
    }

    /// Whether the org was not reached, or is unavailable for all, as opposed to one that answers with a refusal.
    pub fn is_away(self) -> bool {
        self.is_no_connection()
            || matches!(self, Self::NetworkCut | Self::SalesforceUnavailable | Self::SalesforceUnreadable)
    }

    /// Whether the org or the way to it is in trouble, which says nothing about keys and tokens.
    pub fn is_passing(self) -> bool {
        self.is_away() || matches!(self, Self::SalesforceRefused | Self::RateLimited)
    }

    /// Whether this computer's configuration kept the request from being sent.
    fn is_of_this_computer(self) -> bool {
        matches!(self, Self::AuthoritiesMissing | Self::ProxyUnreadable)
    }

    /// Whether a refresh that failed this way cannot have changed anything at the org: the request never arrived, or
    /// was rejected before the token was examined. One that timed out may have arrived.
    pub fn was_not_received(self) -> bool {
        self.is_offline()
            || self.is_of_this_computer()
            || matches!(
                self,
                Self::NetworkTls
                    | Self::CertificateUnusable
                    | Self::OrgMoved
                    | Self::AppNotInstalled
                    | Self::AttestationWanted
                    | Self::ScopeMissing
                    | Self::RateLimited
                    | Self::TokenBusy
                    | Self::UserNotPermitted
                    | Self::AppBlocked
                    | Self::InactiveUser
                    | Self::InactiveOrg
                    | Self::LoginRestricted
            )
    }

    /// Whether a setting in the org is wrong, which no sign-in changes; after the setting is changed the stored sign-in
    /// works again.
    pub fn waits_for_a_setting(self) -> bool {
        matches!(
            self,
            Self::ApiRefused
                | Self::ApiDisabled
                | Self::UserNotPermitted
                | Self::AppBlocked
                | Self::AppNotInstalled
                | Self::AttestationWanted
                | Self::ScopeMissing
                | Self::OrgMoved
                | Self::InactiveUser
                | Self::InactiveOrg
        )
    }

    /// Whether a text that was pasted back was refused with this code because it is no answer to the sign-in. With any
    /// other it explains why Salesforce refused the sign-in, which the person may end with it.
    pub fn is_no_answer(self) -> bool {
        matches!(
            self,
            Self::StateMismatch
                | Self::PasteBackUnreadable
                | Self::PasteBackCut
                | Self::PasteBackOnlyCode
                | Self::NothingUnderWay
                | Self::AgentBusy
                | Self::AgentSilent
                | Self::Unexpected
        )
    }

    /// Whether a note with this code only tells what was taken away from a pasted value: nobody has to confirm the rest.
    pub fn leaves_no_doubt(self) -> bool {
        self == Self::ValueCleaned
    }

    /// The one value of the pair that a sign-in which ended with this code objects to.
    pub fn blames(self) -> Option<Field> {
        (self == Self::SecretWrong).then_some(Field::Secret)
    }

    /// What helps after a sign-in that ended with this code.
    pub fn way(self) -> Way {
        let is_for_the_form = matches!(
            self,
            Self::AddressMoved
                | Self::ValueMissing
                | Self::ValueTooLong
                | Self::ValueMasked
                | Self::PracticeKeyIsReal
                | Self::SecretWrong
                | Self::Swapped
                | Self::SameValue
                | Self::KeyOdd
                | Self::SecretOdd
                | Self::KeyLooksSecret
                | Self::SecretLooksKey
                | Self::CallbackHostedOnly
                | Self::AppNotInOrg
        );
        if matches!(self, Self::KeyUnknown | Self::CallbackMissing) {
            Way::Wait
        } else if is_for_the_form || self.is_of_name() {
            Way::Form
        } else {
            Way::Again
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether each code is on the lists: offline, no connection, passing, not received, waits for a setting, away.
    const KINDS: [(Code, [bool; 6]); 25] = [
        (Code::NetworkDns, [true, true, true, true, false, true]),
        (Code::NetworkConnect, [true, true, true, true, false, true]),
        (Code::NetworkProxy, [true, true, true, true, false, true]),
        (Code::NetworkTls, [false, true, true, true, false, true]),
        (Code::CertificateUnusable, [false, true, true, true, false, true]),
        (Code::NetworkTimeout, [false, true, true, false, false, true]),
        (Code::NetworkCut, [false, false, true, false, false, true]),
        (Code::SalesforceUnavailable, [false, false, true, false, false, true]),
        (Code::SalesforceUnreadable, [false, false, true, false, false, true]),
        (Code::SalesforceRefused, [false, false, true, false, false, false]),
        (Code::AuthoritiesMissing, [false, true, true, true, false, true]),
        (Code::ProxyUnreadable, [false, true, true, true, false, true]),
        (Code::AppNotInstalled, [false, false, false, true, true, false]),
        (Code::AttestationWanted, [false, false, false, true, true, false]),
        (Code::ScopeMissing, [false, false, false, true, true, false]),
        (Code::OrgMoved, [false, false, false, true, true, false]),
        (Code::RateLimited, [false, false, true, true, false, false]),
        (Code::TokenBusy, [false, false, false, true, false, false]),
        (Code::LoginRestricted, [false, false, false, true, false, false]),
        (Code::UserNotPermitted, [false, false, false, true, true, false]),
        (Code::AppBlocked, [false, false, false, true, true, false]),
        (Code::InactiveUser, [false, false, false, true, true, false]),
        (Code::InactiveOrg, [false, false, false, true, true, false]),
        (Code::ApiRefused, [false, false, false, false, true, false]),
        (Code::ApiDisabled, [false, false, false, false, true, false]),
    ];

    #[test]
    fn what_paste_hygiene_stops_leads_to_the_form_and_what_passes_to_another_try() {
        for code in [Code::ValueMasked, Code::SameValue, Code::Swapped, Code::SecretWrong, Code::NameTaken] {
            assert_eq!(code.way(), Way::Form, "{code:?}");
        }
        for code in Code::ALL.iter().filter(|code| code.is_passing() || code.waits_for_a_setting()) {
            assert_eq!(code.way(), Way::Again, "{code:?}: no other value helps");
        }
        assert_eq!(
            [Code::KeyUnknown, Code::CallbackMissing].map(Code::way),
            [Way::Wait; 2],
            "what is waited for"
        );
    }

    #[test]
    fn a_refusal_of_salesforces_explains_and_a_slip_of_the_hand_does_not() {
        for code in Code::ALL.iter().filter(|code| code.waits_for_a_setting() || code.way() == Way::Wait) {
            assert!(!code.is_no_answer(), "{code:?} may end the sign-in");
        }
        let slips =
            [Code::StateMismatch, Code::PasteBackUnreadable, Code::PasteBackCut, Code::NothingUnderWay];
        for code in slips {
            assert!(code.is_no_answer(), "{code:?} leaves the sign-in waiting");
        }
    }

    #[test]
    fn a_sign_in_that_the_secret_ended_blames_the_secret_alone() {
        let blaming: Vec<_> = Code::ALL.iter().filter_map(|code| Some((*code, code.blames()?))).collect();
        assert_eq!(blaming, [(Code::SecretWrong, Field::Secret)]);
    }

    #[test]
    fn every_code_is_of_the_kinds_it_should_be() {
        for code in Code::ALL {
            let expected =
                KINDS.iter().find(|(known, _)| known == code).map_or([false; 6], |(_, kinds)| *kinds);
            let kinds = [
                code.is_offline(),
                code.is_no_connection(),
                code.is_passing(),
                code.was_not_received(),
                code.waits_for_a_setting(),
                code.is_away(),
            ];
            assert_eq!(kinds, expected, "{code:?}");
        }
    }
}
