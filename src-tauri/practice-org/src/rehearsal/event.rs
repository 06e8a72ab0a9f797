//! Irreversible events in an org.

use serde::{Deserialize, Serialize};

use crate::world::apps::app::SEEDED;
use crate::world::apps::policies::PermittedUsers;
use crate::world::seeded::long_id;
use crate::world::state::State;

/// An irreversible event in an org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// An admin revokes every token.
    RevokeAll,
    /// The sandbox is refreshed: the org has another id, and its apps and tokens are gone.
    SandboxRefresh,
    /// Key and secret of the org's first app are rotated.
    RotateCredentials {
        /// Whether the former pair still authenticates, for 30 days.
        keep_former: bool,
    },
    /// An admin blocks or unblocks the org's first app.
    BlockApp {
        /// Whether the app is blocked.
        blocked: bool,
    },
    /// An admin sets "Permitted Users" of the org's first app.
    PermitUsers {
        /// The profiles whose users are approved beforehand; `None` lets all users self-authorize.
        profiles: Option<Vec<String>>,
    },
    /// An admin deletes the org's first app.
    DeleteApp,
}

impl State {
    /// Carries out an event.
    pub(crate) fn happen(&mut self, event: Event) {
        let now = self.clock.now();
        match event {
            Event::RevokeAll => self.revoke_all(),
            Event::SandboxRefresh => {
                self.org.short_id =
                    self.seeded.id("00D", &format!("org refreshed from {}", self.org.short_id));
                self.org.id = long_id(&self.org.short_id);
                for app in 0..self.apps.len() {
                    self.delete_app(app);
                }
            }
            Event::RotateCredentials { keep_former } => {
                let renewed = self.seeded.next_pair();
                let consumer = self.apps.get_mut(SEEDED).and_then(|app| app.consumer.as_mut());
                if let Some(consumer) = consumer {
                    consumer.stage(renewed, now);
                    consumer.rotate(now);
                    if !keep_former {
                        consumer.delete_rotated();
                    }
                }
            }
            Event::BlockApp { blocked } => {
                if let Some(app) = self.apps.get_mut(SEEDED) {
                    app.blocked = blocked;
                }
            }
            Event::PermitUsers { profiles } => {
                if let Some(app) = self.apps.get_mut(SEEDED) {
                    app.policies.permitted_users = match profiles {
                        None => PermittedUsers::AllSelfAuthorized,
                        Some(_) => PermittedUsers::AdminApproved,
                    };
                    app.policies.profiles = profiles.unwrap_or_default();
                }
            }
            Event::DeleteApp => self.delete_app(SEEDED),
        }
    }
}
