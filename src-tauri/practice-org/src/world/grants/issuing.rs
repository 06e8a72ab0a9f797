//! Issues, spends and revokes codes, refresh tokens and access tokens.

use super::grant::{AccessToken, Approval, CODE_LIVES, Code, RefreshToken, Tokens};
use super::requests::Challenge;
use crate::world::apps::app::SEEDED;
use crate::world::apps::permission::MayNot;
use crate::world::apps::scopes::allows_refresh;
use crate::world::apps::settings::Tick;
use crate::world::clock::later;
use crate::world::state::State;

/// Why a code is refused.
pub(crate) enum CodeRefused {
    Unknown,
    Expired,
}

/// Why a refresh token is refused.
pub(crate) enum RefreshRefused {
    Dead,
    UserInactive,
    MayNot(MayNot),
}

impl State {
    pub(crate) fn issue_code(
        &mut self,
        app: usize,
        user: usize,
        redirect_uri: &str,
        scope: &str,
        challenge: Option<Challenge>,
    ) -> String {
        let code = self.seeded.code();
        let issued_at = self.clock.now();
        let (redirect_uri, scope) = (redirect_uri.to_owned(), scope.to_owned());
        let record = Code { app, user, redirect_uri, scope, challenge, issued_at, used: false };
        self.grants.codes.insert(code.clone(), record);
        code
    }

    /// Takes a code of an app out of use. Whatever the outcome, a second try finds it expired.
    pub(crate) fn spend_code(&mut self, app: usize, code: &str) -> Result<Code, CodeRefused> {
        let now = self.clock.now();
        let record = self.grants.codes.get_mut(code).filter(|record| record.app == app);
        let record = record.ok_or(CodeRefused::Unknown)?;
        if record.used {
            self.counters.code_reuses += 1;
            return Err(CodeRefused::Expired);
        }
        // ASSUMES: code-burns
        record.used = true;
        if now >= record.issued_at.saturating_add(CODE_LIVES) {
            return Err(CodeRefused::Expired);
        }
        Ok(record.clone())
    }

    /// Issues the tokens for a new approval.
    pub(crate) fn approve(&mut self, app: usize, user: usize, scope: &str) -> Tokens {
        let now = self.clock.now();
        let scope = self.switches.granted_scope.clone().unwrap_or_else(|| scope.to_owned());
        let refreshable = !self.switches.omit_refresh_token && allows_refresh(&scope);
        if refreshable {
            self.make_room_for_approval(app, user);
        }
        let approval = self.grants.approvals.len();
        self.grants.approvals.push(Approval {
            app,
            user,
            scope,
            approved_at: now,
            last_used_at: now,
            revoked: false,
            refreshable,
        });
        let refresh_token = refreshable.then(|| self.issue_refresh_token(approval));
        self.issue_access_token(approval, refresh_token)
    }

    /// Issues a new access token for a refresh token, and with rotation a new refresh token.
    pub(crate) fn refresh(&mut self, app: usize, token: &str) -> Result<Tokens, RefreshRefused> {
        let now = self.clock.now();
        let record = self.grants.refresh_tokens.get(token).ok_or(RefreshRefused::Dead)?;
        let (approval, rotated) = (record.approval, record.rotated);
        if self.grants.approvals.get(approval).is_none_or(|family| family.app != app) {
            return Err(RefreshRefused::Dead);
        }
        if rotated {
            // "invalidates the current refresh token and any associated access tokens"
            if let Some(family) = self.grants.approvals.get_mut(approval).filter(|family| !family.revoked) {
                family.revoked = true;
                self.counters.reuses_detected += 1;
            }
            return Err(RefreshRefused::Dead);
        }
        if self.refresh_token_ended(approval, now) {
            return Err(RefreshRefused::Dead);
        }
        let user =
            self.grants.approvals.get(approval).map(|family| family.user).ok_or(RefreshRefused::Dead)?;
        if self.user_is_frozen(user) {
            return Err(RefreshRefused::UserInactive);
        }
        self.may_use(app, user).map_err(RefreshRefused::MayNot)?;
        if let Some(family) = self.grants.approvals.get_mut(approval) {
            family.last_used_at = now;
        }
        let successor = self.ticked(app, Tick::Rotation).then(|| {
            if let Some(record) = self.grants.refresh_tokens.get_mut(token) {
                record.rotated = true;
            }
            self.issue_refresh_token(approval)
        });
        self.counters.refreshes += 1;
        Ok(self.issue_access_token(approval, successor))
    }

    /// Revokes a token: a refresh token with its whole family, an access token alone. False if it is unknown or has
    /// ended. A token that cannot be used now, because its app is blocked or its user frozen, is revoked as well.
    // ASSUMES: revoke-unused
    pub(crate) fn revoke(&mut self, token: &str) -> bool {
        let now = self.clock.now();
        if self.access_token_stands(token, now) {
            self.grants.access_tokens.get_mut(token).is_some_and(|record| {
                record.revoked = true;
                true
            })
        } else if self.refresh_token_stands(token, now)
            && let Some(record) = self.grants.refresh_tokens.get(token)
            && let Some(family) = self.grants.approvals.get_mut(record.approval)
        {
            family.revoked = true;
            true
        } else {
            false
        }
    }

    /// Revokes every token of an app.
    pub(crate) fn revoke_app(&mut self, app: usize) {
        for family in self.grants.approvals.iter_mut().filter(|family| family.app == app) {
            family.revoked = true;
        }
    }

    pub(crate) fn revoke_all(&mut self) {
        for family in &mut self.grants.approvals {
            family.revoked = true;
        }
    }

    /// "When a sixth approval is made, the oldest approval is revoked."
    fn make_room_for_approval(&mut self, app: usize, user: usize) {
        let limit = self.switches.approvals_per_user.max(1);
        // ASSUMES: five-approvals
        let counts = |family: &&mut Approval| {
            (family.app, family.user) == (app, user) && family.refreshable && !family.revoked
        };
        let count = self.grants.approvals.iter_mut().filter(counts).count();
        let excess = (count + 1).saturating_sub(limit);
        for family in self.grants.approvals.iter_mut().filter(counts).take(excess) {
            family.revoked = true;
        }
    }

    fn issue_refresh_token(&mut self, approval: usize) -> String {
        let token = self.seeded.refresh_token();
        self.grants.refresh_tokens.insert(token.clone(), RefreshToken { approval, rotated: false });
        token
    }

    fn issue_access_token(&mut self, approval: usize, refresh_token: Option<String>) -> Tokens {
        let issued_at = self.clock.now();
        let access_token = self.seeded.access_token(&self.org.short_id);
        let app = self.grants.approvals.get(approval).map_or(SEEDED, |family| family.app);
        let expires_at = later(issued_at, self.session_seconds(app));
        let record = AccessToken { approval, issued_at, expires_at, revoked: false };
        self.grants.access_tokens.insert(access_token.clone(), record);
        let family = self.grants.approvals.get(approval);
        let (user, scope) = family.map_or((0, String::new()), |family| (family.user, family.scope.clone()));
        Tokens { access_token, refresh_token, app, user, scope, issued_at }
    }

    /// How long an access token of an app lives: by its policy, else the org's.
    pub(crate) fn session_seconds(&self, app: usize) -> u64 {
        let minutes = self.policies(app).and_then(|policies| policies.session_minutes);
        minutes.map_or(self.switches.session_seconds, |minutes| minutes.saturating_mul(60))
    }
}
