//! Whether a user may use an app.

use super::policies::PermittedUsers;
use crate::world::people::users::Role;
use crate::world::state::State;

/// Why a user may not use an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MayNot {
    /// The app is not in this org.
    Elsewhere,
    /// The user is of another org than the app.
    CrossOrg,
    /// An admin blocked the app.
    Blocked,
    /// Only admin approved users may, and this user is not one.
    NotApproved,
}

impl State {
    /// Whether an app's approved users skip the question: "they can bypass the Allow or Deny permission window".
    pub(crate) fn is_preauthorized(&self, app: usize) -> bool {
        self.policies(app).is_some_and(|policies| policies.permitted_users == PermittedUsers::AdminApproved)
    }

    /// Whether a logged-in user may use an app.
    ///
    /// # Errors
    /// The reason why not.
    pub(crate) fn may_use(&self, app: usize, user: usize) -> Result<(), MayNot> {
        let (Some(app), Some(user)) = (self.apps.get(app), self.users.get(user)) else {
            return Err(MayNot::Elsewhere);
        };
        if app.elsewhere || app.deleted {
            return Err(MayNot::Elsewhere);
        }
        if user.role == Role::OtherOrg {
            return Err(MayNot::CrossOrg);
        }
        if app.blocked {
            return Err(MayNot::Blocked);
        }
        let policies = &app.policies;
        let is_approved = policies.profiles.iter().any(|profile| profile == user.profile);
        if policies.permitted_users == PermittedUsers::AdminApproved && !is_approved {
            return Err(MayNot::NotApproved);
        }
        Ok(())
    }
}
