//! A usable access token: the stored one while it is good, else one refresh for all callers.

use std::time::{Duration, Instant};

use time::OffsetDateTime;
use tokio::time::timeout;
use url::Url;

use super::{
    Controller, stored,
    work_locks::{LONGEST_WORK, NO_WAIT},
};
use crate::{
    contract::{
        intent,
        view::{Asker, Failure, Purpose, Status, Token},
    },
    explain::{self, Code},
    lifecycle::{health, renewal},
    org::{
        address::Address,
        oauth::{self, Refreshed, TokenKind, Trouble},
        rest::Api,
    },
    platform::lock::Held,
    vault::{Limits, Pair, Record, Tokens, Vault, VaultError},
};

/// How long handing out a token waits for the look at whether its org is back.
const LONGEST_LOOK: Duration = Duration::from_secs(3);

/// The pause before repeating a refresh that met another one at the org.
const BUSY_PAUSE: Duration = Duration::from_secs(2);

/// The pauses between tries to store a refresh's tokens, in milliseconds.
const STORE_AGAIN_AFTER: [u64; 6] = [10, 50, 250, 1000, 5000, 10_000];

/// How the vault keeps what a refresh brought.
pub(super) type Keep = fn(&Vault, &str, &Tokens, OffsetDateTime, Instant) -> Result<(), VaultError>;

/// A refresh that is marked as about to be sent.
pub(super) struct Begun {
    pub(super) address: Address,
    pub(super) pair: Pair,
    at: OffsetDateTime,
    /// Keeps the vault in its form until the answer is stored.
    _as_it_is: Held,
}

impl Controller {
    /// A token as it was asked for, for this program, where it is to be recorded that it got one.
    ///
    /// # Errors
    /// As for every request. Nothing that goes wrong with the record is one.
    pub async fn token_for(&self, by: Option<&Asker>, asked: intent::Token) -> Result<Token, Failure> {
        let intent::Token { name, fresh, min_ttl, for_run } = asked;
        let asked_at = self.now();
        // Where a person may be asked first, nothing is read before the answer.
        let at_once = !fresh && !self.settings().ask_programs;
        let (record, tokens) = self.to_hand_out(&name, at_once).await?;
        if let Some(by) = by {
            self.may_have(&record, by).await?;
        }
        let id = record.id.clone();
        let token = self.usable(record, tokens, &name, asked_at, fresh, min_ttl).await?;
        if renewal::lasts(token.expires_at, min_ttl, self.now()) {
            if let Some(by) = by {
                self.note_use(&id, by, purpose(fresh, for_run));
            }
            return Ok(token);
        }
        let end = token.expires_at.map(|end| format!("at {}", health::minute(end)));
        let facts = [("alias", name.as_str()), ("end", end.as_deref().unwrap_or_default())];
        Err(explain::failure(Code::TokenTooShort, &facts))
    }

    pub(super) async fn token(&self, name: &str, fresh: bool) -> Result<Token, Failure> {
        let (asked_at, record) = (self.now(), self.named(name).await?);
        self.usable(record, None, name, asked_at, fresh, None).await
    }

    /// A token that may be handed out: a new one where the stored one ends within so many seconds. The stored ones may have been
    /// read already.
    async fn usable(
        &self,
        record: Record,
        read: Option<Tokens>,
        name: &str,
        asked_at: OffsetDateTime,
        fresh: bool,
        min_ttl: Option<u64>,
    ) -> Result<Token, Failure> {
        if let Some(failure) = stored::needs_sign_in(&record) {
            return Err(failure);
        }
        if !fresh {
            let tokens = match read {
                Some(tokens) => tokens,
                None => self.tokens(&record).await?,
            };
            let now = self.now();
            // One that is too short is refused by whoever asked.
            let is_best = renewal::lasts(tokens.expires_at, min_ttl, now)
                || renewal::is_longest(age(&tokens), min_ttl, now);
            if is_best && renewal::may_be_handed_out(age(&tokens), now) {
                if record.status != Status::Unreachable || !self.is_back_and_refuses(&record, &tokens).await {
                    return Ok(hand_out(record, tokens));
                }
                let refused = tokens.issued_at;
                let wanted = |tokens: &Tokens, _| tokens.issued_at != refused;
                return self.refreshed(&record.id, name, false, LONGEST_WORK, wanted).await;
            }
        }
        let wanted = |tokens: &Tokens, now| {
            let is_new = renewal::is_fresh(tokens.issued_at, asked_at, now);
            if fresh {
                is_new && tokens.expires_at.is_none_or(|end| end > now)
            } else {
                let lasts = is_new || renewal::lasts(tokens.expires_at, min_ttl, now);
                lasts && renewal::may_be_handed_out(age(tokens), now)
            }
        };
        self.refreshed(&record.id, name, false, LONGEST_WORK, wanted).await
    }

    /// Checks with one call of the present token whether an org that was away is back, and records that: without an
    /// agent, nothing else would. Returns whether the token was refused. One program checks at a time, and briefly: the
    /// token is valid anyway.
    async fn is_back_and_refuses(&self, record: &Record, tokens: &Tokens) -> bool {
        let look = async {
            let Ok(_lock) = self.work_lock(&record.id, NO_WAIT).await else { return false };
            let Ok(address) = stored::address_of(record) else { return false };
            if self.respect_pause(record).await.is_err() {
                return false;
            }
            let called = self.call_once(&address, &hand_out(record.clone(), tokens.clone())).await;
            let refuses = called.as_ref().is_err_and(|error| error.curable);
            self.called(record, called.map_err(|error| error.trouble)).await;
            self.tell_snapshot().await;
            refuses
        };
        timeout(LONGEST_LOOK, look).await.unwrap_or(false)
    }

    /// Returns the tokens once they are `wanted`, refreshing at most once. `hopeful` also tries where only a sign-in
    /// seemed to help. Other work on the connection is waited for at most this long.
    pub(super) async fn refreshed(
        &self,
        id: &str,
        name: &str,
        hopeful: bool,
        at_most: Duration,
        wanted: impl Fn(&Tokens, OffsetDateTime) -> bool,
    ) -> Result<Token, Failure> {
        let mut dead = None;
        loop {
            let working = self.work_lock(id, at_most).await?;
            // Another process may have refreshed, renamed or removed the connection meanwhile.
            let record = self.by_id(id, name).await?;
            if let Some(failure) = stored::needs_sign_in(&record).filter(|_| !hopeful) {
                return Err(failure);
            }
            let tokens = self.tokens(&record).await?;
            let is_wanted = match dead {
                None => wanted(&tokens, self.now()),
                Some(dead) => tokens.issued_at != dead,
            };
            if is_wanted {
                return Ok(hand_out(record, tokens));
            }
            let refreshed = self.refresh(&record, &tokens).await;
            drop(working);
            let tokens = refreshed?;
            self.tell_snapshot().await;
            let (tokens, says_dead) = self.learn_expiry(&record, tokens).await;
            if !says_dead || !self.is_refused(&record, &tokens).await {
                return Ok(hand_out(self.by_id(id, name).await?, tokens));
            }
            let (ended, issued_at) = (record.id.clone(), tokens.issued_at);
            self.vault(move |vault| vault.set_expiry(&ended, Some(issued_at), None)).await?;
            // The cause may be over by now, such as the end of a session that two sign-ins share.
            if dead.replace(issued_at).is_some() {
                return Err(explain::failure(Code::TokenNotAccepted, &[("alias", &record.alias)]));
            }
        }
    }

    /// Whether the org refuses a call with this token because its session is over. Introspection alone proves nothing:
    /// an org may say `active: false` of a token that works.
    async fn is_refused(&self, record: &Record, tokens: &Tokens) -> bool {
        let (Ok(address), Ok(instance)) = (stored::address_of(record), Url::parse(&record.instance_url))
        else {
            return false;
        };
        match Api::new(self.http(), &address, &instance, &tokens.access) {
            Ok(api) => api.limits(&record.api_version).await.is_err_and(|error| error.curable),
            Err(_) => false,
        }
    }

    /// One refresh, under the lock. The new tokens are on disk when this returns.
    async fn refresh(&self, record: &Record, tokens: &Tokens) -> Result<Tokens, Failure> {
        let interrupted = record.refresh_in_flight.is_some();
        let begun = self.begin_refresh(record).await?;
        let (address, pair) = (&begun.address, &begun.pair);
        match self.ask_for_tokens(address, pair, tokens).await {
            Ok(refreshed) => self.take(record, &begun, tokens, refreshed).await,
            Err(trouble) => {
                let confirmed = self.is_confirmed(record, address, pair, tokens, &trouble).await;
                Err(self.refresh_failed(record, address, &trouble, interrupted, confirmed).await?)
            }
        }
    }

    /// Makes sure that a refresh's answer can be stored, and marks that it is about to be sent.
    pub(super) async fn begin_refresh(&self, record: &Record) -> Result<Begun, Failure> {
        let address = stored::address_of(record)?;
        self.respect_pause(record).await?;
        // No other process changes the key or the form of the vault meanwhile.
        let as_it_is = self.vault(Vault::hold_for_refresh).await?;
        self.refuse_a_copy(record).await?;
        let pair = self.pair(record).await?;
        let (id, at) = (record.id.clone(), self.now());
        self.vault(move |vault| vault.mark_refresh(&id, at)).await?;
        Ok(Begun { address, pair, at, _as_it_is: as_it_is })
    }

    /// Takes what a refresh brought. It is on the disk when this returns, whatever else is found of it.
    pub(super) async fn take(
        &self,
        record: &Record,
        begun: &Begun,
        old: &Tokens,
        refreshed: Refreshed,
    ) -> Result<Tokens, Failure> {
        let beside = refreshed.beside.clone();
        let is_for_use = refreshed.access.is_some();
        // Stored first: the new tokens may exist nowhere else.
        let tokens = self.commit(record, old, refreshed, begun.at, Vault::commit_refresh).await?;
        let trouble = match self.judge(record, &begun.address, &tokens, &beside).await {
            Ok(()) if is_for_use => {
                self.note_recovery(record).await?;
                return Ok(tokens);
            }
            Ok(()) => Trouble::passing(Code::SalesforceUnreadable),
            Err(trouble) => trouble,
        };
        // The tokens are kept. The access token is not handed out, and the next refresh may bring a better one.
        let (id, now) = (record.id.clone(), self.now());
        self.vault(move |vault| vault.set_expiry(&id, Some(now), None)).await?;
        Err(self.refresh_failed(record, &begun.address, &trouble, false, false).await?)
    }

    /// Sends a refresh; once more where it met another one.
    pub(super) async fn ask_for_tokens(
        &self,
        address: &Address,
        pair: &Pair,
        tokens: &Tokens,
    ) -> Result<Refreshed, Trouble> {
        let ask = || oauth::refresh(self.http(), address, &pair.key, &pair.secret, &tokens.refresh);
        match ask().await {
            Err(trouble) if trouble.code == Code::TokenBusy => {
                // A refresh whose caller has gone is still being answered; ours is refused, not spent.
                self.0.clock.sleep(BUSY_PAUSE).await;
                ask().await
            }
            answer => answer,
        }
    }

    /// Of a copy of the home nothing is sent to an org that replaces refresh tokens: the original may have used this one up,
    /// and whoever uses one twice ends the connection for both. Before the first refresh any org may be one.
    pub(super) async fn refuse_a_copy(&self, record: &Record) -> Result<(), Failure> {
        if health::may_be_copied(record, &self.health_record(&record.id).await?) {
            return Err(explain::failure(Code::HomeCopied, &[("alias", &record.alias)]));
        }
        Ok(())
    }

    /// Whether the org confirms a refusal that would end the connection: in another way, or by repeating it some minutes
    /// later. A single refusal may come from one server, or one moment.
    pub(super) async fn is_confirmed(
        &self,
        record: &Record,
        address: &Address,
        pair: &Pair,
        tokens: &Tokens,
        trouble: &Trouble,
    ) -> bool {
        let since = self.health_record(&record.id).await.map(|health| health.since);
        let before = (record.status, record.reason);
        let said_before = since.is_ok_and(|since| renewal::repeats(trouble.code, before, since, self.now()));
        if !trouble.terminal {
            return said_before;
        }
        let (http, token) = (self.http(), &tokens.refresh);
        let asked =
            oauth::introspect(http, address, &pair.key, &pair.secret, token, TokenKind::Refresh).await;
        renewal::bears_out(trouble.code, &asked).unwrap_or(said_before)
    }

    /// Stores what a refresh brought, by `keep`.
    pub(super) async fn commit(
        &self,
        record: &Record,
        old: &Tokens,
        refreshed: Refreshed,
        begun_at: OffsetDateTime,
        keep: Keep,
    ) -> Result<Tokens, Failure> {
        let answered = Instant::now();
        // Without rotation the answer has no refresh token and the old one stays valid (RFC 6749 section 6).
        let refresh = refreshed.rotated.unwrap_or_else(|| old.refresh.clone());
        let tokens = match refreshed.access {
            Some(access) => {
                Tokens { access, refresh, issued_at: begun_at, expires_at: None, proved_at: None }
            }
            None => Tokens { refresh, ..old.clone() },
        };
        let store = || {
            let (id, tokens, now) = (record.id.clone(), tokens.clone(), self.now());
            self.vault(move |vault| keep(vault, &id, &tokens, now, answered))
        };
        let mut stored = store().await;
        for pause in STORE_AGAIN_AFTER {
            match &stored {
                // A rotated token exists nowhere else: a full disk or a busy database gets time to recover.
                Err(failure) if failure.retryable => {
                    tracing::warn!(code = ?failure.code, "a refreshed token could not be stored yet");
                    self.0.clock.sleep(Duration::from_millis(pause)).await;
                    stored = store().await;
                }
                _ => break,
            }
        }
        stored?;
        let unused = begun_at - old.issued_at;
        self.learn(&record.id, move |limits| health::limits_after_use(limits, begun_at, unused)).await;
        Ok(tokens)
    }

    async fn refresh_failed(
        &self,
        record: &Record,
        address: &Address,
        trouble: &Trouble,
        interrupted: bool,
        confirmed: bool,
    ) -> Result<Failure, Failure> {
        let now = self.now();
        self.pause_as_asked(&record.id, trouble, now).await;
        let (status, code) = renewal::after_failed_refresh(trouble, interrupted, confirmed);
        let is_end = status == Status::NeedsYou && matches!(code, Code::RefreshTokenDead | Code::RefreshLost);
        let code = if is_end && self.was_ended_here(record).await { Code::SignInEnded } else { code };
        let facts =
            [("alias", record.alias.as_str()), ("host", address.host()), ("user", record.username.as_str())];
        let failure = Trouble { code, ..trouble.clone() }.failure(&facts, now);
        self.came_to_nothing(record, status, failure.clone()).await?;
        if code == Code::RefreshTokenDead
            && status == Status::NeedsYou
            && let Some(last_use) = record.issued_at
        {
            let unused = self.now() - last_use;
            self.learn(&record.id, move |limits| health::limits_after_end(limits, unused)).await;
        }
        // Refused for good, the old token tells nothing more; never received, it is as good as before.
        let refused = status == Status::NeedsYou && !code.waits_for_a_setting();
        if refused || (!interrupted && renewal::leaves_the_token(code, trouble.terminal)) {
            let id = record.id.clone();
            self.vault(move |vault| vault.clear_refresh_mark(&id)).await?;
        }
        self.tell_snapshot().await;
        Ok(failure)
    }

    /// Adds the token's expiry by introspection (RFC 7662), since Salesforce sends no `expires_in`. An unknown expiry
    /// is no failure. Also returns whether the org calls the token dead.
    pub(super) async fn learn_expiry(&self, record: &Record, tokens: Tokens) -> (Tokens, bool) {
        let (Ok(address), Ok(pair)) = (stored::address_of(record), self.pair(record).await) else {
            return (tokens, false);
        };
        let answer = oauth::introspect(
            self.http(),
            &address,
            &pair.key,
            &pair.secret,
            &tokens.access,
            TokenKind::Access,
        )
        .await;
        let now = self.now();
        let answer = answer.ok();
        let says_dead = answer.is_some_and(|answer| !answer.active);
        let Some(life) = answer.filter(|answer| answer.active).and_then(|answer| answer.life) else {
            return (tokens, says_dead);
        };
        let expires_at = Some(tokens.issued_at + life);
        let id = record.id.clone();
        let kept = self.vault(move |vault| vault.set_expiry(&id, expires_at, Some(now))).await;
        if let Err(failure) = kept {
            tracing::warn!(code = ?failure.code, "the expiry was not stored");
        }
        (Tokens { expires_at, proved_at: Some(now), ..tokens }, false)
    }

    /// Asks when the refresh token ends, right after its use. An org that does not tell teaches nothing. Returns whether it
    /// calls the token active, where it answers.
    pub(super) async fn learn_limits(&self, record: &Record, tokens: &Tokens) -> Option<bool> {
        self.learn_as_told(record, tokens, health::limits_as_told).await
    }

    /// The same of a sign-in that was just made.
    pub(super) async fn learn_first_limits(&self, record: &Record, tokens: &Tokens) {
        self.learn_as_told(record, tokens, health::limits_as_told_at_first).await;
    }

    async fn learn_as_told(
        &self,
        record: &Record,
        tokens: &Tokens,
        as_told: fn(Limits, Option<OffsetDateTime>, OffsetDateTime) -> Limits,
    ) -> Option<bool> {
        let (Ok(address), Ok(pair)) = (stored::address_of(record), self.pair(record).await) else {
            return None;
        };
        let asked = oauth::introspect(
            self.http(),
            &address,
            &pair.key,
            &pair.secret,
            &tokens.refresh,
            TokenKind::Refresh,
        );
        let answer = asked.await.ok()?;
        if !answer.active {
            return Some(false);
        }
        let used_at = tokens.issued_at;
        let told = move |limits| Some(as_told(limits, answer.ends_at, used_at));
        self.learn(&record.id, told).await;
        Some(true)
    }

    /// Keeps new facts about how long a sign-in lasts. Nothing else waits for it.
    async fn learn(&self, id: &str, learnt: impl FnOnce(Limits) -> Option<Limits> + Send + 'static) {
        let id = id.to_owned();
        let kept = self.vault(move |vault| {
            let before = vault.health_record(&id)?.limits;
            match learnt(before).filter(|after| *after != before) {
                Some(after) => vault.set_limits(&id, after),
                None => Ok(()),
            }
        });
        if let Err(failure) = kept.await {
            tracing::warn!(code = ?failure.code, "what was learnt of a sign-in's end was not stored");
        }
    }
}

fn purpose(fresh: bool, for_run: bool) -> Purpose {
    match (for_run, fresh) {
        (true, _) => Purpose::Run,
        (false, true) => Purpose::Fresh,
        (false, false) => Purpose::Token,
    }
}

fn age(tokens: &Tokens) -> renewal::Age {
    renewal::Age { issued_at: tokens.issued_at, expires_at: tokens.expires_at, proved_at: tokens.proved_at }
}

fn hand_out(record: Record, tokens: Tokens) -> Token {
    Token {
        access_token: tokens.access,
        instance_url: record.instance_url,
        org_id: record.org_id,
        username: record.username,
        api_version: record.api_version,
        issued_at: Some(tokens.issued_at),
        expires_at: tokens.expires_at,
    }
}
