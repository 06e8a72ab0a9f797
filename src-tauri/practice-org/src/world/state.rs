//! The org's state: its apps, its users, its clock, and the tables of the endpoints.

use std::io;

use super::apps::app::{App, at_start};
use super::clock::Clock;
use super::counters::Counters;
use super::deploys::Deploy;
use super::grants::grant::Grants;
use super::grants::requests::AuthorizationRequests;
use super::options::Options;
use super::people::browsers::Browsers;
use super::people::checks::Verifications;
use super::people::inbox::Inbox;
use super::people::users::{self, User};
use super::seeded::{Seeded, Unguessable, long_id};
use super::switches::Switches;

/// All data that changes while the org runs.
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) seeded: Seeded,
    pub(crate) unguessable: Unguessable,
    pub(crate) org: OrgRecord,
    /// All apps, also deleted ones, so that indexes stay valid.
    pub(crate) apps: Vec<App>,
    pub(crate) users: Vec<User>,
    pub(crate) switches: Switches,
    pub(crate) counters: Counters,
    pub(crate) requests: AuthorizationRequests,
    pub(crate) browsers: Browsers,
    pub(crate) grants: Grants,
    pub(crate) inbox: Inbox,
    pub(crate) verifications: Verifications,
    pub(crate) deploys: Vec<Deploy>,
}

impl State {
    pub(crate) fn new(options: &Options) -> io::Result<Self> {
        let seeded = Seeded::new(options.seed);
        let clock = Clock::start();
        let org = OrgRecord::new(&seeded, clock.now());
        let apps = at_start(options, &seeded, clock.now());
        let users = users::at_start(&seeded);
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
            deploys: Vec::new(),
        })
    }
}

/// The facts of the org's own record.
pub(crate) struct OrgRecord {
    /// The org id with 15 characters; it stands before the `!` of an access token.
    pub(crate) short_id: String,
    /// The org id with 18 characters; it stands in the identity address.
    pub(crate) id: String,
    pub(crate) name: &'static str,
    pub(crate) instance: &'static str,
    /// The time in milliseconds since 1970.
    pub(crate) created_at: u64,
}

impl OrgRecord {
    fn new(seeded: &Seeded, created_at: u64) -> Self {
        let short_id = seeded.id("00D", "org");
        Self { id: long_id(&short_id), short_id, name: "Practice Org", instance: "PRACTICE1", created_at }
    }
}
