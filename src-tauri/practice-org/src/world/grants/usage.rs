//! Who uses which app: the approvals that stand, as Setup's usage page lists and revokes them.

use crate::world::state::State;

/// An approval that stands: a user's leave for an app, with its tokens.
pub(crate) struct Use {
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
    /// The approvals that stand, the oldest first.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let now = self.clock.now();
        let standing = |(number, _): &(usize, _)| self.approval_stands(*number, now);
        let approvals = self.grants.approvals.iter().enumerate().filter(standing);
        let described = approvals.map(|(approval, family)| Use {
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
    pub(crate) fn revoke_uses(&mut self, which: impl Fn(&Use) -> bool) {
        for one in self.uses().into_iter().filter(which) {
            if let Some(family) = self.grants.approvals.get_mut(one.approval) {
                family.revoked = true;
            }
        }
    }
}
