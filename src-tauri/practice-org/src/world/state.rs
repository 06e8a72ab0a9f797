//! What the org knows: its app, its users, its clock, and the tables the endpoints work on.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::world::apps::registry::{self as apps, App};
use crate::world::grants::issuing::Grants;
use crate::world::grants::requests::AuthorizationRequests;
use crate::world::options::Options;
use crate::world::people::browsers::Browsers;
use crate::world::people::inbox::Inbox;
use crate::world::people::verification::Verifications;
use crate::world::seeded::{Seeded, Unguessable, long_id};
use crate::world::switches::Switches;

/// All that changes while the org runs.
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) seeded: Seeded,
    pub(crate) unguessable: Unguessable,
    pub(crate) org: OrgRecord,
    /// Every app there ever was; an app's index stays its own.
    pub(crate) apps: Vec<App>,
    pub(crate) users: Vec<User>,
    pub(crate) switches: Switches,
    pub(crate) counters: Counters,
    pub(crate) requests: AuthorizationRequests,
    pub(crate) browsers: Browsers,
    pub(crate) grants: Grants,
    pub(crate) inbox: Inbox,
    pub(crate) verifications: Verifications,
}

impl State {
    pub(crate) fn new(options: &Options) -> io::Result<Self> {
        let seeded = Seeded::new(options.seed);
        let clock = Clock::start();
        let org = OrgRecord::new(&seeded, clock.now());
        let apps = apps::at_start(options, &seeded, clock.now());
        let users = vec![
            User::new(&seeded, Role::Admin, "admin", "Avery", "Admin"),
            User::new(&seeded, Role::Integration, "integration", "Iris", "Integration"),
            User::new(&seeded, Role::WithoutApi, "no-api", "Noel", "Noapi"),
            User::new(&seeded, Role::Frozen, "frozen", "Finn", "Frozen"),
            User::new(&seeded, Role::OtherOrg, "other-org", "Olga", "Otherorg"),
        ];
        Ok(Self {
            clock,
            seeded,
            unguessable: Unguessable::new()?,
            org,
            apps,
            users,
            switches: Switches::from_options(options),
            counters: Counters::default(),
            requests: AuthorizationRequests::default(),
            browsers: Browsers::default(),
            grants: Grants::default(),
            inbox: Inbox::default(),
            verifications: Verifications::default(),
        })
    }
}

/// The facts of the org's own record.
pub(crate) struct OrgRecord {
    /// 15 characters; it stands before the `!` of an access token.
    pub(crate) short_id: String,
    /// 18 characters; it stands in the identity address.
    pub(crate) id: String,
    pub(crate) name: &'static str,
    pub(crate) instance: &'static str,
    /// Milliseconds since 1970.
    pub(crate) created_at: u64,
}

impl OrgRecord {
    fn new(seeded: &Seeded, created_at: u64) -> Self {
        let short_id = seeded.id("00D", "org");
        Self { id: long_id(&short_id), short_id, name: "Practice Org", instance: "PRACTICE1", created_at }
    }
}

/// What a user of the org is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sets the org up.
    Admin,
    /// The user a connection should be made with.
    Integration,
    /// Lacks the "API Enabled" permission.
    WithoutApi,
    /// Is frozen: cannot log in.
    Frozen,
    /// Belongs to another org, where the app is not.
    OtherOrg,
}

impl Role {
    /// What a person reads about it on the login page.
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
            Self::Admin => "System Administrator",
            Self::Integration => "Datatrax Integration",
            Self::WithoutApi | Self::Frozen | Self::OtherOrg => "Standard User",
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
        let username = format!("{name}@practice.example");
        let id = long_id(&seeded.id("005", &username));
        let password = seeded.password(&username);
        let profile = role.profile();
        Self { id, username, password, first_name, last_name, role, profile }
    }

    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// The org's own clock: real time, plus what it was advanced by.
pub(crate) struct Clock {
    started_at: u64,
    started: Instant,
    advanced: u64,
}

impl Clock {
    fn start() -> Self {
        let started_at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, milliseconds);
        Self { started_at, started: Instant::now(), advanced: 0 }
    }

    /// Milliseconds since 1970. Never goes back.
    pub(crate) fn now(&self) -> u64 {
        self.started_at.saturating_add(milliseconds(self.started.elapsed())).saturating_add(self.advanced)
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced = self.advanced.saturating_add(milliseconds(by));
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What has happened since the org started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Requests by endpoint: `authorize`, `token`, `introspect`, `revoke`, `userinfo`, `identity`, `well_known`, `rest`,
    /// `setup`, `pages`.
    pub requests: BTreeMap<String, u64>,
    /// Refreshes that gave a new access token.
    pub refreshes: u64,
    /// Rotated refresh tokens that came back, each of which revoked its whole family.
    pub reuses_detected: u64,
    /// Second uses of an authorization code.
    pub code_reuses: u64,
    /// Requests that carried a secret, token or code in the query of an address, where logs keep it.
    pub secrets_in_query: u64,
    /// Access tokens that would be accepted now. Filled in when the counters are read.
    pub access_tokens_alive: usize,
    /// Refresh tokens that would be accepted now. Filled in when the counters are read.
    pub refresh_tokens_alive: usize,
}
