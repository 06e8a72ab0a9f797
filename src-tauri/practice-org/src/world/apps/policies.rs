//! The admin's decisions about an External Client App: the tab Policies.

use crate::world::switches::{NewApps, RefreshPolicy};

/// The policies of one app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policies {
    pub(crate) permitted_users: PermittedUsers,
    /// The profiles selected under App Policies. They count only for users approved beforehand.
    pub(crate) profiles: Vec<String>,
    pub(crate) refresh: RefreshPolicy,
    pub(crate) ip_relaxation: IpRelaxation,
    /// "Session Timeout in Minutes"; `None` for the org's default.
    pub(crate) session_minutes: Option<u64>,
    pub(crate) start_url: String,
}

impl Policies {
    /// The policies of a new app.
    pub(crate) fn of_new(apps: NewApps) -> Self {
        Self {
            permitted_users: PermittedUsers::AllSelfAuthorized,
            profiles: Vec::new(),
            refresh: apps.refresh_policy(),
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

/// "IP Relaxation". Stored and shown only: every request comes from this computer, so no other address can be refused.
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
