//! The questions about a pair before the sign-in, and their order.

use std::{collections::BTreeMap, time::Duration};

use super::{
    AuthorizeAnswer, PairAnswer, TokenAnswer, is_key, pause::Pausing, probe_authorize, probe_challenge,
    probe_pair, probe_token,
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

/// The org's answers about a pair.
#[derive(Debug)]
pub struct Answers {
    /// The org that was asked: as given, or where it moved to.
    pub address: Address,
    /// The given host, if the org has moved.
    pub(super) moved_from: Option<String>,
    pub(super) authorize: AuthorizeAnswer,
    pub(super) pair: PairAnswer,
    pub(super) token: Option<TokenAnswer>,
    /// The answer about each callback line that was asked about.
    pub lines: BTreeMap<String, AuthorizeAnswer>,
    /// How long the org asked to be left alone.
    pub(super) pause: Option<Duration>,
    /// How far this computer's clock is ahead of the org's.
    pub skew: Option<time::Duration>,
    /// Whether the app requires PKCE, where that was asked and told.
    pub requires_challenge: Option<bool>,
}

impl Answers {
    /// Of an org that has answered nothing for too long.
    pub fn late(address: &Address) -> Self {
        let untold = Code::NetworkTimeout;
        let (authorize, pair) = (AuthorizeAnswer::CannotTell(untold), PairAnswer::CannotTell(untold));
        Self { authorize, pair, ..Self::none(address) }
    }

    fn none(address: &Address) -> Self {
        Self {
            address: address.clone(),
            moved_from: None,
            authorize: AuthorizeAnswer::CannotTell(Code::KeyLooksSecret),
            pair: PairAnswer::CannotTell(Code::Unexpected),
            token: None,
            lines: BTreeMap::new(),
            pause: None,
            skew: None,
            requires_challenge: None,
        }
    }
}

/// Asks about key, callback and secret, as carefully as the key's form demands.
pub async fn ask(
    http: &dyn Http,
    address: &Address,
    key: &Secret,
    secret: &Secret,
    looks: KeyLooks,
) -> Answers {
    let mut answers = Answers::none(address);
    let http = &Pausing::over(http);
    if looks == KeyLooks::Generated {
        answers.ask_for_a_line(http, key).await;
    }
    answers.pair = probe_pair(http, &answers.address, key, secret).await;
    // Finds out which of the two is wrong; after no answer, the secret is not sent a second time.
    let line = answers.address.loopback_callbacks().into_iter().next();
    if let (PairAnswer::Wrong, Some((_, line))) = (answers.pair, line) {
        answers.token = Some(probe_token(http, &answers.address, key, secret, &line).await);
    }
    if looks != KeyLooks::Generated && is_key(looks, Some(&answers.pair), answers.token.as_ref()) {
        answers.ask_for_a_line(http, key).await;
    }
    answers.pause = http.pause();
    answers.skew = http.skew();
    answers
}

impl Answers {
    /// Whether the app has a line that leads back here. An org that has moved is asked at its new address, once.
    async fn ask_for_a_line(&mut self, http: &dyn Http, key: &Secret) {
        self.ask_for_the_first_line(http, key).await;
        let AuthorizeAnswer::Moved(host) = &self.authorize else { return };
        // A practice org never moves.
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

    /// Asks about the Datatrax portal's line, if the org knows the key.
    pub async fn ask_about_the_portal(&mut self, http: &dyn Http, key: &Secret) {
        if let Some(line) = self.address.hosted_callback().filter(|_| self.knows_the_key()) {
            self.ask_about_line(http, key, line).await;
        }
    }

    /// Asks whether the app requires PKCE, by a line that it has.
    pub async fn ask_about_the_challenge(&mut self, http: &dyn Http, key: &Secret) {
        let known = |line: &String| self.lines.get(line) == Some(&AuthorizeAnswer::Known);
        let line = self.address.loopback_callbacks().into_iter().map(|(_, line)| line).find(known);
        if let Some(line) = line {
            self.requires_challenge = probe_challenge(http, &self.address, key, &line).await;
        }
    }

    async fn ask_about_line(&mut self, http: &dyn Http, key: &Secret, line: String) -> AuthorizeAnswer {
        let answer = probe_authorize(http, &self.address, key, &line).await;
        self.lines.insert(line, answer.clone());
        answer
    }

    /// Whether the org knows the key: only then does it answer about lines.
    pub fn knows_the_key(&self) -> bool {
        matches!(self.authorize, AuthorizeAnswer::Known | AuthorizeAnswer::CallbackMismatch)
    }

    /// Whether a line is missing for the set-up: all of ours, or Datatrax's own.
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
