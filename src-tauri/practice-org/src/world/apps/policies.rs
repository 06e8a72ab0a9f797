//! What the admin of the org decides about an External Client App: the tab Policies.

use crate::oauth::errors::{self, OauthError};
use crate::world::state::{Role, State};
use crate::world::switches::RefreshPolicy;

/// The policies of one app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policies {
    pub(crate) permitted_users: PermittedUsers,
    /// The profiles selected under App Policies. They count only for users approved beforehand.
    pub(crate) profiles: Vec<String>,
    pub(crate) refresh: RefreshPolicy,
    pub(crate) ip_relaxation: IpRelaxation,
    /// "Session Timeout in Minutes"; `None` leaves it to the org.
    pub(crate) session_minutes: Option<u64>,
    pub(crate) start_url: String,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            permitted_users: PermittedUsers::AllSelfAuthorized,
            profiles: Vec::new(),
            // ASSUMES: policy-default
            refresh: RefreshPolicy::UntilRevoked,
            ip_relaxation: IpRelaxation::Enforce,
            session_minutes: None,
            start_url: String::new(),
        }
    }
}

/// "Permitted Users".
// ASSUMES: permitted-default
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PermittedUsers {
    AllSelfAuthorized,
    AdminApproved,
}

impl PermittedUsers {
    pub(crate) const ALL: [Self; 2] = [Self::AllSelfAuthorized, Self::AdminApproved];

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::AllSelfAuthorized => "All users can self-authorize",
            Self::AdminApproved => "Admin approved users are pre-authorized",
        }
    }

    /// The value's name in the metadata of Salesforce.
    pub(crate) const fn value(self) -> &'static str {
        match self {
            Self::AllSelfAuthorized => "AllSelfAuthorized",
            Self::AdminApproved => "AdminApprovedPreAuthorized",
        }
    }
}

/// "IP Relaxation". Kept and shown; every request comes from this computer, so there is no other address to refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IpRelaxation {
    Enforce,
    EnforceRelaxRefresh,
    ActivatedDevices,
    Relax,
}

impl IpRelaxation {
    pub(crate) const ALL: [Self; 4] =
        [Self::Enforce, Self::EnforceRelaxRefresh, Self::ActivatedDevices, Self::Relax];

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Enforce => "Enforce IP restrictions",
            Self::EnforceRelaxRefresh => "Enforce IP restrictions, but relax for refresh tokens",
            Self::ActivatedDevices => "Relax IP restrictions for activated devices",
            Self::Relax => "Relax IP restrictions",
        }
    }

    /// The value's name in the metadata of Salesforce.
    pub(crate) const fn value(self) -> &'static str {
        match self {
            Self::Enforce => "Enforce",
            Self::EnforceRelaxRefresh => "Enforce_RelaxRefresh",
            Self::ActivatedDevices => "Bypass_2factor",
            Self::Relax => "Bypass",
        }
    }
}

/// Why a user may not use an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MayNot {
    /// The app is not in the user's org.
    Elsewhere,
    /// An admin blocked the app.
    Blocked,
    /// Admin approved users alone may, and this one is none.
    NotApproved,
}

impl MayNot {
    /// What the callback is told after the login.
    pub(crate) const fn at_callback(self) -> OauthError {
        match self {
            Self::Elsewhere => errors::APP_ELSEWHERE_AT_LOGIN,
            Self::Blocked => errors::APP_BLOCKED,
            Self::NotApproved => errors::NOT_APPROVED,
        }
    }

    /// What the token endpoint answers.
    pub(crate) const fn at_token(self) -> OauthError {
        match self {
            Self::Elsewhere => errors::APP_ELSEWHERE,
            Self::Blocked => errors::APP_BLOCKED_AT_TOKEN,
            Self::NotApproved => errors::NOT_APPROVED_AT_TOKEN,
        }
    }
}

impl State {
    /// Whether the users who may use an app are not asked: "they can bypass the Allow or Deny permission window".
    pub(crate) fn is_preauthorized(&self, app: usize) -> bool {
        self.policies(app).is_some_and(|policies| policies.permitted_users == PermittedUsers::AdminApproved)
    }

    /// Whether a user who has logged in may use an app.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn may_use(&self, app: usize, user: usize) -> Result<(), MayNot> {
        let (Some(app), Some(user)) = (self.apps.get(app), self.users.get(user)) else {
            return Err(MayNot::Elsewhere);
        };
        if app.elsewhere || app.deleted || user.role == Role::OtherOrg {
            return Err(MayNot::Elsewhere);
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
