//! The users of the org, and the purpose of each.

use serde::{Deserialize, Serialize};

use crate::world::seeded::{Seeded, long_id};

const ADMINISTRATOR: &str = "System Administrator";
const INTEGRATION: &str = "Datatrax Integration";
const STANDARD: &str = "Standard User";
/// The profiles of the org's users.
pub(crate) const PROFILES: [&str; 3] = [ADMINISTRATOR, INTEGRATION, STANDARD];

/// The purpose of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sets the org up.
    Admin,
    /// The user a connection should be made with.
    Integration,
    /// Lacks the "API Enabled" permission.
    WithoutApi,
    /// Is frozen and cannot log in.
    Frozen,
    /// Belongs to another org, which lacks the app.
    OtherOrg,
}

impl Role {
    /// The description on the login page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Admin => "Admin: can open Setup",
            Self::Integration => "Integration user: for connections",
            Self::WithoutApi => "Lacks the permission API Enabled",
            Self::Frozen => "Frozen: cannot log in",
            Self::OtherOrg => "Belongs to another org",
        }
    }

    /// The profile of a user of this role.
    const fn profile(self) -> &'static str {
        match self {
            Self::Admin => ADMINISTRATOR,
            Self::Integration => INTEGRATION,
            Self::WithoutApi | Self::Frozen | Self::OtherOrg => STANDARD,
        }
    }
}

/// A user of the org.
#[derive(Clone)]
pub(crate) struct User {
    /// 18 characters.
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) role: Role,
    pub(crate) profile: &'static str,
}

impl User {
    fn new(
        seeded: &Seeded,
        role: Role,
        name: &str,
        first_name: &'static str,
        last_name: &'static str,
    ) -> Self {
        let username = format!("{name}@{}", seeded.domain());
        let id = long_id(&seeded.id("005", &username));
        let password = seeded.password(&username);
        let profile = role.profile();
        Self { id, username, password, first_name, last_name, role, profile }
    }

    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// The org's users at its start.
pub(crate) fn at_start(seeded: &Seeded) -> Vec<User> {
    vec![
        User::new(seeded, Role::Admin, "admin", "Avery", "Admin"),
        User::new(seeded, Role::Integration, "integration", "Iris", "Integration"),
        User::new(seeded, Role::WithoutApi, "no-api", "Noel", "Noapi"),
        User::new(seeded, Role::Frozen, "frozen", "Finn", "Frozen"),
        User::new(seeded, Role::OtherOrg, "other-org", "Olga", "Otherorg"),
    ]
}
