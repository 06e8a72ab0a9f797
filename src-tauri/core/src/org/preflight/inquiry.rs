//! A pair that is asked about before anybody signs in: which questions, and in which order.

use std::{collections::BTreeMap, time::Duration};

use super::{
    AuthorizeAnswer, PairAnswer, TokenAnswer, is_key, pause::Pausing, probe_authorize, probe_pair,
    probe_token,
};
use crate::{
    explain::Code,
    org::{
        address::{self, Address},
        credentials::KeyLooks,
    },
    ports::Http,
    secret::Secret,
};

/// What the org said of a pair.
#[derive(Debug)]
pub struct Answers {
    /// Where it was asked: the address as given, or the one that the org moved to.
    pub address: Address,
    /// The host as given, where the org is at another.
    pub(super) moved_from: Option<String>,
    pub(super) authorize: AuthorizeAnswer,
    pub(super) pair: PairAnswer,
    pub(super) token: Option<TokenAnswer>,
    /// What was said of each callback line that was asked about.
    pub lines: BTreeMap<String, AuthorizeAnswer>,
    /// How long the org asked to be left alone.
    pub(super) pause: Option<Duration>,
}

/// Asks about key, callback and secret, each as carefully as the key's looks demand.
pub async fn ask(
    http: &dyn Http,
    address: &Address,
    key: &Secret,
    secret: &Secret,
    looks: KeyLooks,
) -> Answers {
    let mut answers = Answers {
        address: address.clone(),
        moved_from: None,
        authorize: AuthorizeAnswer::CannotTell(Code::KeyLooksSecret),
        pair: PairAnswer::CannotTell(Code::Unexpected),
        token: None,
        lines: BTreeMap::new(),
        pause: None,
    };
    let http = &Pausing::over(http);
    if looks == KeyLooks::Generated {
        answers.ask_for_a_line(http, key).await;
    }
    answers.pair = probe_pair(http, &answers.address, key, secret).await;
    // Which of the two is wrong: where nothing was told, the secret is not sent a second time.
    let line = answers.address.loopback_callbacks().into_iter().next();
    if let (PairAnswer::Wrong, Some((_, line))) = (answers.pair, line) {
        answers.token = Some(probe_token(http, &answers.address, key, secret, &line).await);
    }
    if looks != KeyLooks::Generated && is_key(looks, Some(&answers.pair), answers.token.as_ref()) {
        answers.ask_for_a_line(http, key).await;
    }
    answers.pause = http.pause();
    answers
}

impl Answers {
    /// Whether the app has a line that leads back here. An org that has moved is asked at its new address, once.
    async fn ask_for_a_line(&mut self, http: &dyn Http, key: &Secret) {
        self.ask_for_the_first_line(http, key).await;
        let AuthorizeAnswer::Moved(host) = &self.authorize else { return };
        // A practice org keeps its origin.
        if let Some(there) = address::parse(host).ok().filter(|there| !there.is_practice()) {
            self.moved_from = Some(self.address.host().to_owned());
            self.address = there;
            self.ask_for_the_first_line(http, key).await;
        }
    }

    /// The answer for the first registered line, else for the last one asked about.
    async fn ask_for_the_first_line(&mut self, http: &dyn Http, key: &Secret) {
        for (_, line) in self.address.loopback_callbacks() {
            self.authorize = self.ask_about_line(http, key, line).await;
            if self.authorize != AuthorizeAnswer::CallbackMismatch {
                break;
            }
        }
    }

    /// Whether the app has the line of the Datatrax portal. Only asked of a key that the org knows.
    pub async fn ask_about_the_portal(&mut self, http: &dyn Http, key: &Secret) {
        if let Some(line) = self.address.hosted_callback().filter(|_| self.knows_the_key()) {
            self.ask_about_line(http, key, line).await;
        }
    }

    async fn ask_about_line(&mut self, http: &dyn Http, key: &Secret, line: String) -> AuthorizeAnswer {
        let answer = probe_authorize(http, &self.address, key, &line).await;
        self.lines.insert(line, answer.clone());
        answer
    }

    /// Whether the org knows the key, and so says something about lines.
    pub fn knows_the_key(&self) -> bool {
        matches!(self.authorize, AuthorizeAnswer::Known | AuthorizeAnswer::CallbackMismatch)
    }

    /// Whether the callback lines are not as the set-up needs them: none of ours is there, or Datatrax's own is not.
    pub fn lacks_a_line(&self) -> bool {
        self.lacks_ours() || self.portal() == Some(&AuthorizeAnswer::CallbackMismatch)
    }

    pub fn lacks_ours(&self) -> bool {
        self.authorize == AuthorizeAnswer::CallbackMismatch
    }

    pub(super) fn portal(&self) -> Option<&AuthorizeAnswer> {
        self.address.hosted_callback().and_then(|line| self.lines.get(&line))
    }
}
