//! A pair that is asked about before anybody signs in: which questions, and what their answers find.

use std::collections::BTreeMap;

use crate::{
    contract::view::{CheckId, CheckState, Finding},
    controller::Controller,
    explain::{self, Code},
    org::{
        address::{self, Address},
        credentials::KeyLooks,
        preflight::{self, AuthorizeAnswer, PairAnswer, TokenAnswer},
    },
    secret::Secret,
    vault::Pair,
};

/// What the org said of a pair.
pub(in crate::controller) struct Answers {
    /// Where it was asked: the address as given, or the one that the org moved to.
    pub(in crate::controller) address: Address,
    /// The host as given, where the org is at another.
    moved_from: Option<String>,
    authorize: AuthorizeAnswer,
    pair: PairAnswer,
    token: Option<TokenAnswer>,
    /// What was said of each callback line that was asked about.
    pub(in crate::controller) lines: BTreeMap<String, AuthorizeAnswer>,
}

impl Controller {
    /// Asks about key, callback and secret, each as carefully as the key's looks demand.
    pub(in crate::controller) async fn ask_about(
        &self,
        address: &Address,
        pair: &Pair,
        looks: KeyLooks,
    ) -> Answers {
        let mut answers = Answers {
            address: address.clone(),
            moved_from: None,
            authorize: AuthorizeAnswer::CannotTell(Code::KeyLooksSecret),
            pair: PairAnswer::CannotTell(Code::Unexpected),
            token: None,
            lines: BTreeMap::new(),
        };
        if looks == KeyLooks::Generated {
            self.ask_for_a_line(&mut answers, &pair.key).await;
        }
        answers.pair = preflight::probe_pair(self.http(), &answers.address, &pair.key, &pair.secret).await;
        // Which of the two is wrong: where nothing was told, the secret is not sent a second time.
        let line = answers.address.loopback_callbacks().into_iter().next();
        if let (PairAnswer::Wrong, Some((_, line))) = (answers.pair, line) {
            let asked = preflight::probe_token(self.http(), &answers.address, &pair.key, &pair.secret, &line);
            answers.token = Some(asked.await);
        }
        let is_key = match looks {
            KeyLooks::Generated => false,
            KeyLooks::Odd => answers.token != Some(TokenAnswer::KeyUnknown),
            KeyLooks::Secret => answers.shows_a_key(),
        };
        if is_key {
            self.ask_for_a_line(&mut answers, &pair.key).await;
        }
        answers
    }

    /// Whether the app has a line that leads back here. An org that has moved is asked at its new address, once.
    async fn ask_for_a_line(&self, answers: &mut Answers, key: &Secret) {
        self.ask_for_the_first_line(answers, key).await;
        let AuthorizeAnswer::Moved(host) = &answers.authorize else { return };
        // A practice org keeps its origin.
        if let Some(there) = address::parse(host).ok().filter(|there| !there.is_practice()) {
            answers.moved_from = Some(answers.address.host().to_owned());
            answers.address = there;
            self.ask_for_the_first_line(answers, key).await;
        }
    }

    /// The answer for the first registered line, else for the last one asked about.
    async fn ask_for_the_first_line(&self, answers: &mut Answers, key: &Secret) {
        for (_, line) in answers.address.loopback_callbacks() {
            answers.authorize = self.ask_about_line(answers, key, line).await;
            if answers.authorize != AuthorizeAnswer::CallbackMismatch {
                break;
            }
        }
    }

    /// Whether the app has the line of the Datatrax portal. Only asked of a key that the org knows.
    pub(in crate::controller) async fn ask_about_the_portal(&self, answers: &mut Answers, key: &Secret) {
        if let Some(line) = answers.address.hosted_callback().filter(|_| answers.knows_the_key()) {
            self.ask_about_line(answers, key, line).await;
        }
    }

    async fn ask_about_line(&self, answers: &mut Answers, key: &Secret, line: String) -> AuthorizeAnswer {
        let answer = preflight::probe_authorize(self.http(), &answers.address, key, &line).await;
        answers.lines.insert(line, answer.clone());
        answer
    }
}

impl Answers {
    /// Whether the org knows the key, and so says something about lines.
    pub(in crate::controller) fn knows_the_key(&self) -> bool {
        matches!(self.authorize, AuthorizeAnswer::Known | AuthorizeAnswer::CallbackMismatch)
    }

    /// Whether the callback lines are not as the set-up needs them: none of ours is there, or Datatrax's own is not.
    pub(in crate::controller) fn lacks_a_line(&self) -> bool {
        self.lacks_ours() || self.portal() == Some(&AuthorizeAnswer::CallbackMismatch)
    }

    pub(in crate::controller) fn lacks_ours(&self) -> bool {
        self.authorize == AuthorizeAnswer::CallbackMismatch
    }

    fn portal(&self) -> Option<&AuthorizeAnswer> {
        self.address.hosted_callback().and_then(|line| self.lines.get(&line))
    }

    /// Whether what was given as the key has been said to be one.
    fn shows_a_key(&self) -> bool {
        self.pair == PairAnswer::Right
            || matches!(self.token, Some(TokenAnswer::SecretWrong | TokenAnswer::PairRight))
    }

    /// As findings, each beside the thing it is about. `is_new`: whether the app may not be active everywhere yet.
    pub(in crate::controller) fn findings(&self, is_new: bool) -> Vec<Finding> {
        let (callback_state, callback_code) = self.callback(is_new);
        let lines = self.lines_to_show(callback_code).join("\n");
        let host = self.moved_from.as_deref().unwrap_or_else(|| self.address.host());
        let found =
            if let AuthorizeAnswer::Moved(place) = &self.authorize { place } else { self.address.host() };
        let moved = [("host", host), ("found", found)];
        let facts = [("host", self.address.host()), ("lines", lines.as_str())];
        let finding = |id, state, code| explain::finding(id, state, code, &facts);
        let (tls_state, tls_code) = self.tls();
        let (key_state, key_code) = self.key(is_new);
        let (secret_state, secret_code) = self.secret();
        let (address_state, address_code) = self.address();
        let about_address = if address_code == Some(Code::AddressMoved) { &moved } else { &facts };
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
            (_, Some(Code::NetworkTls) | None) => (CheckState::Pass, None),
            (_, Some(code)) => (CheckState::Unknown, Some(code)),
        }
    }

    fn tls(&self) -> (CheckState, Option<Code>) {
        match self.trouble() {
            _ if self.address.is_practice() => (CheckState::Skip, None),
            Some(Code::NetworkTls) => (CheckState::Fail, Some(Code::NetworkTls)),
            Some(_) => (CheckState::Unknown, None),
            None => (CheckState::Pass, None),
        }
    }

    /// What is in the way of any answer.
    fn trouble(&self) -> Option<Code> {
        match (&self.authorize, self.pair) {
            (AuthorizeAnswer::CannotTell(Code::KeyLooksSecret), PairAnswer::CannotTell(code)) => Some(code),
            (AuthorizeAnswer::CannotTell(code), PairAnswer::CannotTell(_)) => Some(*code),
            _ => None,
        }
    }

    fn key(&self, is_new: bool) -> (CheckState, Option<Code>) {
        match (&self.authorize, self.token) {
            // The login page knows keys of other orgs, too.
            (_, Some(TokenAnswer::CannotTell(Code::AppNotInOrg))) => {
                (CheckState::Warn, Some(Code::AppNotInOrg))
            }
            _ if self.knows_the_key() || self.shows_a_key() => (CheckState::Pass, None),
            (AuthorizeAnswer::KeyUnknown, _) | (_, Some(TokenAnswer::KeyUnknown)) => {
                (if is_new { CheckState::Warn } else { CheckState::Fail }, Some(Code::KeyUnknown))
            }
            _ => (CheckState::Unknown, None),
        }
    }

    fn secret(&self) -> (CheckState, Option<Code>) {
        match (self.pair, self.token) {
            (PairAnswer::Right, _) | (_, Some(TokenAnswer::PairRight)) => (CheckState::Pass, None),
            (_, Some(TokenAnswer::SecretWrong)) => (CheckState::Fail, Some(Code::SecretWrong)),
            (PairAnswer::Wrong | PairAnswer::CannotTell(_), _) => (CheckState::Unknown, None),
        }
    }

    fn callback(&self, is_new: bool) -> (CheckState, Option<Code>) {
        match (&self.authorize, self.portal()) {
            (AuthorizeAnswer::Known, Some(AuthorizeAnswer::CallbackMismatch)) => {
                (CheckState::Warn, Some(Code::CallbackHostedMissing))
            }
            (AuthorizeAnswer::Known, _) => (CheckState::Pass, None),
            // An app that shows any of its lines shows them all.
            (AuthorizeAnswer::CallbackMismatch, Some(AuthorizeAnswer::Known)) => {
                (CheckState::Fail, Some(Code::CallbackHostedOnly))
            }
            (AuthorizeAnswer::CallbackMismatch, _) => {
                (if is_new { CheckState::Warn } else { CheckState::Fail }, Some(Code::CallbackMissing))
            }
            (AuthorizeAnswer::KeyUnknown | AuthorizeAnswer::Moved(_) | AuthorizeAnswer::CannotTell(_), _) => {
                (CheckState::Unknown, None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use AuthorizeAnswer::{CallbackMismatch, CannotTell, Known};
    use CheckState::{Fail, Pass, Unknown, Warn};

    use super::*;
    use crate::testing::sandbox;

    fn answers(authorize: AuthorizeAnswer, portal: Option<AuthorizeAnswer>) -> Answers {
        let address = sandbox();
        let lines = address.hosted_callback().into_iter().zip(portal).collect();
        Answers { address, moved_from: None, authorize, pair: PairAnswer::Right, token: None, lines }
    }

    fn found(answers: &Answers, id: CheckId, is_new: bool) -> Finding {
        let findings = answers.findings(is_new);
        findings.into_iter().find(|finding| finding.id == id).expect("each is checked")
    }

    #[test]
    fn what_is_found_of_the_callback_lines() {
        let (missing, hosted_only) = (Some(Code::CallbackMissing), Some(Code::CallbackHostedOnly));
        let no_portal = Some(Code::CallbackHostedMissing);
        let down = || CannotTell(Code::SalesforceUnavailable);
        let table = [
            // ours, the portal's: while the app is new, later
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
