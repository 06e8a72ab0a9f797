//! Which codes and tokens are valid now.

use serde::{Deserialize, Serialize};

use super::grant::{Approval, CODE_LIVES, TokenKind};
use crate::world::clock::later;
use crate::world::counters::Counters;
use crate::world::people::users::Role;
use crate::world::state::State;
use crate::world::switches::RefreshPolicy;

/// A valid token.
#[derive(Clone)]
pub(crate) struct Alive {
    pub(crate) kind: TokenKind,
    pub(crate) app: usize,
    pub(crate) user: usize,
    pub(crate) scope: String,
    pub(crate) issued_at: u64,
    /// Its end in milliseconds since 1970; `None` when it does not end by itself.
    pub(crate) expires_at: Option<u64>,
}

impl Alive {
    /// Whether one of these scopes was granted.
    pub(crate) fn has_one_of(&self, scopes: &[&str]) -> bool {
        self.scope.split(' ').any(|scope| scopes.contains(&scope))
    }
}

/// The status of one token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenStatus {
    /// Whether it would be accepted now.
    pub alive: bool,
    /// Its kind, if it is alive.
    pub kind: Option<TokenKind>,
}

impl State {
    /// The token, if it would be accepted now.
    pub(crate) fn alive(&self, token: &str) -> Option<Alive> {
        let now = self.clock.now();
        self.alive_access_token(token, now).or_else(|| self.alive_refresh_token(token, now)).or_else(|| {
            let code = self.grants.codes.get(token)?;
            let expires_at = code.issued_at.saturating_add(CODE_LIVES);
            let (kind, scope) = (TokenKind::AuthorizationCode, code.scope.clone());
            (!code.used && now < expires_at).then_some(Alive {
                kind,
                app: code.app,
                user: code.user,
                scope,
                issued_at: code.issued_at,
                expires_at: Some(expires_at),
            })
        })
    }

    /// The access token of a call. Using it extends its life.
    pub(crate) fn use_access_token(&mut self, token: &str) -> Option<Alive> {
        let now = self.clock.now();
        let alive = self.alive_access_token(token, now)?;
        let session = self.session_seconds(alive.app);
        if let Some(record) = self.grants.access_tokens.get_mut(token) {
            // ASSUMES: sliding-session
            record.expires_at = later(now, session);
        }
        Some(alive)
    }

    pub(crate) fn token_status(&self, token: &str) -> TokenStatus {
        let kind = self.alive(token).map(|alive| alive.kind);
        TokenStatus { alive: kind.is_some(), kind }
    }

    /// The counters, with the living tokens counted.
    pub(crate) fn counters_now(&self) -> Counters {
        let (access_tokens_alive, refresh_tokens_alive) = self.count_alive();
        Counters { access_tokens_alive, refresh_tokens_alive, ..self.counters.clone() }
    }

    /// The number of access and refresh tokens that would be accepted now.
    fn count_alive(&self) -> (usize, usize) {
        let now = self.clock.now();
        let access =
            self.grants.access_tokens.keys().filter(|token| self.alive_access_token(token, now).is_some());
        let refresh =
            self.grants.refresh_tokens.keys().filter(|token| self.alive_refresh_token(token, now).is_some());
        (access.count(), refresh.count())
    }

    fn alive_access_token(&self, token: &str, now: u64) -> Option<Alive> {
        let record = self.grants.access_tokens.get(token).filter(|_| self.access_token_stands(token, now))?;
        let family = self.grants.approvals.get(record.approval)?;
        self.alive_of(family, TokenKind::AccessToken, record.issued_at, Some(record.expires_at))
    }

    fn alive_refresh_token(&self, token: &str, now: u64) -> Option<Alive> {
        let record =
            self.grants.refresh_tokens.get(token).filter(|_| self.refresh_token_stands(token, now))?;
        let family = self.grants.approvals.get(record.approval)?;
        self.alive_of(family, TokenKind::RefreshToken, family.approved_at, self.refresh_token_end(family))
    }

    /// A token of a family that has not ended itself, if the family may be used now.
    fn alive_of(
        &self,
        family: &Approval,
        kind: TokenKind,
        issued_at: u64,
        expires_at: Option<u64>,
    ) -> Option<Alive> {
        let (app, user) = (family.app, family.user);
        let is_usable = !self.user_is_frozen(user) && !self.app_is_blocked(app);
        is_usable.then(|| Alive { kind, app, user, scope: family.scope.clone(), issued_at, expires_at })
    }

    /// Whether an access token has not ended, even if its user may not use it now.
    pub(crate) fn access_token_stands(&self, token: &str, now: u64) -> bool {
        self.grants.access_tokens.get(token).is_some_and(|record| {
            let family = self.grants.approvals.get(record.approval);
            !record.revoked && now < record.expires_at && family.is_some_and(|family| !family.revoked)
        })
    }

    /// Whether a refresh token has not ended, even if its user may not use it now.
    pub(crate) fn refresh_token_stands(&self, token: &str, now: u64) -> bool {
        let record = self.grants.refresh_tokens.get(token);
        record.is_some_and(|record| !record.rotated && !self.refresh_token_ended(record.approval, now))
    }

    /// Whether a token or code of an approval would still be accepted.
    pub(crate) fn approval_is_alive(&self, approval: usize, now: u64) -> bool {
        let of_it = |one: usize| one == approval;
        let grants = &self.grants;
        grants
            .refresh_tokens
            .iter()
            .any(|(token, record)| of_it(record.approval) && self.alive_refresh_token(token, now).is_some())
            || grants.access_tokens.iter().any(|(token, record)| {
                of_it(record.approval) && self.alive_access_token(token, now).is_some()
            })
    }

    pub(crate) fn refresh_token_ended(&self, approval: usize, now: u64) -> bool {
        self.grants.approvals.get(approval).is_none_or(|family| {
            family.revoked || self.refresh_token_end(family).is_some_and(|end| now >= end)
        })
    }

    fn refresh_token_end(&self, family: &Approval) -> Option<u64> {
        match self.policies(family.app)?.refresh {
            RefreshPolicy::UntilRevoked => None,
            RefreshPolicy::Immediately => Some(family.approved_at),
            RefreshPolicy::IfNotUsed { seconds } => Some(later(family.last_used_at, seconds)),
            RefreshPolicy::After { seconds } => Some(later(family.approved_at, seconds)),
        }
    }

    fn app_is_blocked(&self, app: usize) -> bool {
        self.apps.get(app).is_some_and(|app| app.blocked)
    }

    // ASSUMES: frozen-user
    pub(crate) fn user_is_frozen(&self, user: usize) -> bool {
        self.users
            .get(user)
            .is_none_or(|user| user.role == Role::Frozen || self.switches.is_frozen(&user.username))
    }
}
