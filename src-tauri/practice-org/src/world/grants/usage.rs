//! The users of each app: the live approvals, as Setup's usage page lists and revokes them.

use crate::world::state::State;

/// An approval with a token or code that would still be accepted.
pub(crate) struct LiveApproval {
    pub(crate) approval: usize,
    pub(crate) app: usize,
    pub(crate) user: usize,
    pub(crate) scope: String,
    /// Milliseconds since 1970.
    pub(crate) approved_at: u64,
    /// Milliseconds since 1970.
    pub(crate) last_used_at: u64,
}

impl State {
    /// The live approvals, the oldest first.
    pub(crate) fn live_approvals(&self) -> Vec<LiveApproval> {
        let now = self.clock.now();
        let is_live = |(number, _): &(usize, _)| self.approval_is_alive(*number, now);
        let approvals = self.grants.approvals.iter().enumerate().filter(is_live);
        let described = approvals.map(|(approval, family)| LiveApproval {
            approval,
            app: family.app,
            user: family.user,
            scope: family.scope.clone(),
            approved_at: family.approved_at,
            last_used_at: family.last_used_at,
        });
        described.collect()
    }

    /// Revokes approvals with all of their tokens.
    pub(crate) fn revoke_approvals(&mut self, which: impl Fn(&LiveApproval) -> bool) {
        for one in self.live_approvals().into_iter().filter(which) {
            if let Some(family) = self.grants.approvals.get_mut(one.approval) {
                family.revoked = true;
            }
        }
    }
}
