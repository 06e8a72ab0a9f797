//! An org's answers about a pair as findings, one for each check.

use time::OffsetDateTime;

use super::{AuthorizeAnswer, KeyWord, LineWord, PairAnswer, SecretWord, inquiry::Answers, read};
use crate::{
    contract::view::{CheckId, CheckState, Finding},
    explain::{self, Code, callbacks},
};

impl Answers {
    /// `is_new`: whether the app may not be active everywhere yet.
    pub fn findings(&self, is_new: bool, now: OffsetDateTime) -> Vec<Finding> {
        let reading = read(&self.authorize, Some(&self.pair), self.token.as_ref(), is_new);
        let (callback_state, callback_code) = self.callback(reading.line);
        let lines = self.lines_to_show(callback_code).join("\n");
        let host = self.moved_from.as_deref().unwrap_or_else(|| self.address.host());
        let found =
            if let AuthorizeAnswer::Moved(place) = &self.authorize { place } else { self.address.host() };
        let moved = [("host", host), ("found", found)];
        let when = self.pause.map(|pause| explain::until(now + pause, now)).unwrap_or_default();
        let facts = [("host", self.address.host()), ("lines", lines.as_str()), ("when", when.as_str())];
        let finding = |id, state, code| explain::finding(id, state, code, &facts);
        let (tls_state, tls_code) = self.tls();
        let (key_state, key_code) = Self::key(reading.key);
        let (secret_state, secret_code) = Self::secret(reading.secret);
        let (address_state, address_code) = self.address();
        let about_address = if address_code == Some(Code::AddressMoved) { &moved[..] } else { &facts };
        vec![
            explain::finding(CheckId::Address, address_state, address_code, about_address),
            finding(CheckId::Tls, tls_state, tls_code),
            finding(CheckId::Key, key_state, key_code),
            finding(CheckId::Callback, callback_state, callback_code),
            finding(CheckId::Secret, secret_state, secret_code),
        ]
    }

    fn lines_to_show(&self, code: Option<Code>) -> Vec<String> {
        let (block, hosted) = (self.address.callbacks(), self.address.hosted_callback());
        match code {
            Some(Code::CallbackHostedMissing) => hosted.into_iter().collect(),
            Some(Code::CallbackHostedOnly) => {
                block.into_iter().filter(|line| Some(line) != hosted.as_ref()).collect()
            }
            _ => block,
        }
    }

    fn address(&self) -> (CheckState, Option<Code>) {
        match (&self.authorize, self.trouble()) {
            (AuthorizeAnswer::Moved(_), _) => (CheckState::Fail, Some(Code::AddressMoved)),
            _ if self.moved_from.is_some() => (CheckState::Warn, Some(Code::AddressMoved)),
            (_, Some(Code::NetworkTls | Code::CertificateUnusable) | None) => (CheckState::Pass, None),
            (_, Some(code)) => (CheckState::Unknown, Some(code)),
        }
    }

    fn tls(&self) -> (CheckState, Option<Code>) {
        match self.trouble() {
            _ if self.address.is_practice() => (CheckState::Skip, None),
            Some(code @ (Code::NetworkTls | Code::CertificateUnusable)) => (CheckState::Fail, Some(code)),
            Some(_) => (CheckState::Unknown, None),
            None => (CheckState::Pass, None),
        }
    }

    /// The trouble that keeps all answers away.
    fn trouble(&self) -> Option<Code> {
        match (&self.authorize, self.pair) {
            (AuthorizeAnswer::CannotTell(Code::KeyLooksSecret), PairAnswer::CannotTell(code)) => Some(code),
            (AuthorizeAnswer::CannotTell(code), PairAnswer::CannotTell(_)) => Some(*code),
            _ => None,
        }
    }

    fn key(key: KeyWord) -> (CheckState, Option<Code>) {
        match key {
            KeyWord::Known => (CheckState::Pass, None),
            KeyWord::NotYet => (CheckState::Warn, Some(Code::KeyUnknown)),
            KeyWord::NotKnown => (CheckState::Fail, Some(Code::KeyUnknown)),
            KeyWord::Elsewhere => (CheckState::Warn, Some(Code::AppNotInOrg)),
            KeyWord::Untold => (CheckState::Unknown, None),
        }
    }

    fn secret(secret: SecretWord) -> (CheckState, Option<Code>) {
        match secret {
            SecretWord::Right => (CheckState::Pass, None),
            SecretWord::Wrong => (CheckState::Fail, Some(Code::SecretWrong)),
            SecretWord::Untold => (CheckState::Unknown, None),
        }
    }

    fn callback(&self, line: LineWord) -> (CheckState, Option<Code>) {
        match (line, self.portal()) {
            (LineWord::There, Some(AuthorizeAnswer::CallbackMismatch)) => {
                (CheckState::Warn, Some(Code::CallbackHostedMissing))
            }
            (LineWord::There, _) => (CheckState::Pass, None),
            // An app that has any of its lines active has all of them active.
            (LineWord::NotYet | LineWord::Missing, Some(AuthorizeAnswer::Known)) => {
                (CheckState::Fail, Some(Code::CallbackHostedOnly))
            }
            (LineWord::NotYet, _) => (CheckState::Warn, Some(Code::CallbackMissing)),
            (LineWord::Missing, _) => (CheckState::Fail, Some(Code::CallbackMissing)),
            (LineWord::Untold, _) => (CheckState::Unknown, None),
        }
    }
}

/// The state of one line and its words, from an answer.
pub fn of_line(answer: Option<&AuthorizeAnswer>) -> (CheckState, String) {
    match answer {
        Some(AuthorizeAnswer::Known) => (CheckState::Pass, callbacks::registered()),
        Some(AuthorizeAnswer::CallbackMismatch) => (CheckState::Fail, callbacks::missing()),
        Some(AuthorizeAnswer::KeyUnknown | AuthorizeAnswer::Moved(_) | AuthorizeAnswer::CannotTell(_)) => {
            (CheckState::Unknown, callbacks::unknown())
        }
        None => (CheckState::Skip, callbacks::later()),
    }
}

#[cfg(test)]
mod tests {
    use AuthorizeAnswer::{CallbackMismatch, CannotTell, Known};
    use CheckState::{Fail, Pass, Unknown, Warn};

    use super::*;
    use crate::{org::preflight::TokenAnswer, testing::sandbox};

    fn answers(authorize: AuthorizeAnswer, portal: Option<AuthorizeAnswer>) -> Answers {
        let address = sandbox();
        let lines = address.hosted_callback().into_iter().zip(portal).collect();
        Answers {
            address,
            moved_from: None,
            authorize,
            pair: PairAnswer::Right,
            token: None,
            lines,
            pause: None,
            skew: None,
            requires_challenge: None,
        }
    }

    fn found(answers: &Answers, id: CheckId, is_new: bool) -> Finding {
        let findings = answers.findings(is_new, OffsetDateTime::UNIX_EPOCH);
        findings.into_iter().find(|finding| finding.id == id).expect("each is checked")
    }

    #[test]
    fn what_is_found_of_the_callback_lines() {
        let (missing, hosted_only) = (Some(Code::CallbackMissing), Some(Code::CallbackHostedOnly));
        let no_portal = Some(Code::CallbackHostedMissing);
        let down = || CannotTell(Code::SalesforceUnavailable);
        let table = [
            // Rows: the answers about ours and the portal's line; the findings while the app is new, and later.
            (Known, None, (Pass, None), (Pass, None)),
            (Known, Some(Known), (Pass, None), (Pass, None)),
            (Known, Some(down()), (Pass, None), (Pass, None)),
            (Known, Some(CallbackMismatch), (Warn, no_portal), (Warn, no_portal)),
            (CallbackMismatch, None, (Warn, missing), (Fail, missing)),
            (CallbackMismatch, Some(CallbackMismatch), (Warn, missing), (Fail, missing)),
            (CallbackMismatch, Some(down()), (Warn, missing), (Fail, missing)),
            (CallbackMismatch, Some(Known), (Fail, hosted_only), (Fail, hosted_only)),
            (AuthorizeAnswer::KeyUnknown, None, (Unknown, None), (Unknown, None)),
            (down(), None, (Unknown, None), (Unknown, None)),
        ];
        for (ours, portal, while_new, later) in table {
            let answers = answers(ours.clone(), portal.clone());
            for (is_new, expected) in [(true, while_new), (false, later)] {
                let Finding { state, code, .. } = found(&answers, CheckId::Callback, is_new);
                assert_eq!((state, code), expected, "{ours:?} {portal:?}, new: {is_new}");
            }
        }
    }

    #[test]
    fn key_and_secret_are_found_as_a_sign_in_would_judge_them() {
        let (unknown, wrong) = (Some(Code::KeyUnknown), Some(Code::SecretWrong));
        let table = [
            // Rows: the answers about lines, pair and token; the findings for key and secret while the app is new.
            (Known, PairAnswer::Right, None, (Pass, None), (Pass, None)),
            (Known, PairAnswer::Wrong, Some(TokenAnswer::KeyUnknown), (Warn, unknown), (Unknown, None)),
            (Known, PairAnswer::Wrong, Some(TokenAnswer::SecretWrong), (Pass, None), (Fail, wrong)),
            (AuthorizeAnswer::KeyUnknown, PairAnswer::Right, None, (Warn, unknown), (Pass, None)),
            (
                AuthorizeAnswer::KeyUnknown,
                PairAnswer::Wrong,
                Some(TokenAnswer::KeyUnknown),
                (Warn, unknown),
                (Unknown, None),
            ),
        ];
        for (authorize, pair, token, key, secret) in table {
            let answers = Answers { pair, token, ..answers(authorize, None) };
            let told = |id| {
                let Finding { state, code, .. } = found(&answers, id, true);
                (state, code)
            };
            assert_eq!((told(CheckId::Key), told(CheckId::Secret)), (key, secret), "{answers:?}");
        }
    }

    #[test]
    fn the_lines_to_paste_are_those_that_are_missing() {
        let block = sandbox().callbacks();
        let (hosted, ours) = block.split_first().expect("a block");
        let pasted = |answers: &Answers| found(answers, CheckId::Callback, false).fix.remove(0);
        let without_ours = pasted(&answers(CallbackMismatch, Some(Known)));
        assert!(without_ours.ends_with(&ours.join("\n")), "all but the first: {without_ours}");
        let without_portal = pasted(&answers(Known, Some(CallbackMismatch)));
        assert!(without_portal.ends_with(&format!("\n{hosted}")), "the first alone: {without_portal}");
        let without_any = pasted(&answers(CallbackMismatch, Some(CallbackMismatch)));
        assert!(without_any.ends_with(&block.join("\n")), "the whole block: {without_any}");
    }

    #[test]
    fn an_address_that_moved_names_both() {
        let moved = Answers { moved_from: Some("old.my.salesforce.com".to_owned()), ..answers(Known, None) };
        let told = found(&moved, CheckId::Address, false);
        assert_eq!((told.state, told.code), (Warn, Some(Code::AddressMoved)), "{told:?}");
        assert!(told.message.starts_with("old.my.salesforce.com"), "from: {told:?}");
        assert!(told.message.contains(sandbox().host()), "to: {told:?}");
        let again = answers(AuthorizeAnswer::Moved("c.my.salesforce.com".to_owned()), None);
        assert_eq!(found(&again, CheckId::Address, false).state, Fail, "not round and round");
    }
}
