//! What happens to a practice org in a rehearsal: all at once, or step by step as its clock goes on.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::http::shared::Shared;
use crate::org::Org;
use crate::rehearsal::faults::Fault;
use crate::world::apps::consumer::Pair;
use crate::world::apps::policies::PermittedUsers;
use crate::world::apps::registry::SEEDED;
use crate::world::options::Options;
use crate::world::seeded::long_id;
use crate::world::state::State;
use crate::world::switches::Switches;

/// A rehearsal, as a scenario file describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// 1.
    pub version: u32,
    /// What is rehearsed, in a line.
    pub title: String,
    /// What happens.
    pub steps: Vec<Step>,
}

/// One change of the org.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// When, in seconds of the org's clock since the scenario began. 0 is at once.
    pub after_seconds: u64,
    /// Ends the faults that were set before.
    pub clear_faults: bool,
    /// Switches to set, by name; the others stay.
    pub switches: Map<String, Value>,
    /// What happens in the org.
    pub events: Vec<Event>,
    /// Faults to set.
    pub faults: Vec<Fault>,
}

/// Something that happens in an org and cannot be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// An admin revokes every token.
    RevokeAll,
    /// The sandbox is refreshed: the org has another id, and its apps and tokens are gone.
    SandboxRefresh,
    /// Key and secret of the app the org started with are renewed.
    RotateCredentials {
        /// Whether the former pair authenticates as well, for 30 days.
        keep_former: bool,
    },
    /// An admin blocks the app the org started with, or unblocks it.
    BlockApp {
        /// Blocked from now on.
        blocked: bool,
    },
    /// An admin sets "Permitted Users" of the app the org started with.
    PermitUsers {
        /// The profiles whose users are approved beforehand; without them all users can self-authorize.
        profiles: Option<Vec<String>>,
    },
    /// An admin deletes the app the org started with.
    DeleteApp,
}

/// The scenarios that come with the program: their names, and what stands in their files.
const INCLUDED: &[(&str, &str)] = &[
    ("bad-network", include_str!("../../scenarios/bad-network.json")),
    ("blocked", include_str!("../../scenarios/blocked.json")),
    ("busy", include_str!("../../scenarios/busy.json")),
    ("credentials-renewed", include_str!("../../scenarios/credentials-renewed.json")),
    ("ip-restricted", include_str!("../../scenarios/ip-restricted.json")),
    ("maintenance", include_str!("../../scenarios/maintenance.json")),
    ("network-sign-in", include_str!("../../scenarios/network-sign-in.json")),
    ("not-active-yet", include_str!("../../scenarios/not-active-yet.json")),
    ("sandbox-refresh", include_str!("../../scenarios/sandbox-refresh.json")),
    ("token-never-arrived", include_str!("../../scenarios/token-never-arrived.json")),
];

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// The reason in words: no JSON, another version, or a member, switch or value that does not exist.
    pub fn read(text: &str) -> Result<Self, String> {
        let scenario: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        scenario.check(&Switches::from_options(&Options::default()))?;
        Ok(scenario)
    }

    /// The names of the scenarios that come with the program.
    pub fn included() -> impl Iterator<Item = &'static str> {
        INCLUDED.iter().map(|(name, _)| *name)
    }

    /// The scenario of this name, of those that come with the program.
    pub fn named(name: &str) -> Option<Self> {
        let (_, text) = INCLUDED.iter().find(|(included, _)| *included == name)?;
        Self::read(text).ok()
    }

    fn check(&self, switches: &Switches) -> Result<(), String> {
        if self.version != 1 {
            return Err("the version of a scenario is 1".to_owned());
        }
        self.steps.iter().try_for_each(|step| switches.with(&Value::Object(step.switches.clone())).map(drop))
    }
}

/// The steps that are still to come, each with when it is due in milliseconds since 1970.
#[derive(Default)]
pub(crate) struct Script(Mutex<Vec<(u64, Step)>>);

impl Shared {
    /// Begins a scenario in place of one that was running.
    ///
    /// # Errors
    /// The reason in words: another version, or a switch or value that does not exist. Nothing was changed then.
    pub(crate) fn play(&self, scenario: Scenario) -> Result<(), String> {
        let now = {
            let state = self.lock();
            scenario.check(&state.switches)?;
            state.clock.now()
        };
        let due = |step: Step| (now.saturating_add(step.after_seconds.saturating_mul(1000)), step);
        let mut steps: Vec<_> = scenario.steps.into_iter().map(due).collect();
        steps.sort_by_key(|(due, _)| *due);
        *self.script.0.lock().unwrap_or_else(PoisonError::into_inner) = steps;
        self.play_what_is_due();
        Ok(())
    }

    /// Carries out the steps whose time has come.
    pub(crate) fn play_what_is_due(&self) {
        let mut script = self.script.0.lock().unwrap_or_else(PoisonError::into_inner);
        if script.is_empty() {
            return;
        }
        let mut state = self.lock();
        let now = state.clock.now();
        let due = script.iter().take_while(|(due, _)| *due <= now).count();
        for (_, step) in script.drain(..due) {
            if let Ok(switches) = state.switches_now().with(&Value::Object(step.switches)) {
                state.set_switches(switches);
            }
            step.events.into_iter().for_each(|event| state.happen(event));
            if step.clear_faults {
                self.faults.clear();
            }
            step.faults.into_iter().for_each(|fault| self.faults.set(fault));
        }
    }
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
                let (key, secret) = self.seeded.next_pair();
                let consumer = self.apps.get_mut(SEEDED).and_then(|app| app.consumer.as_mut());
                if let Some(consumer) = consumer {
                    consumer.stage(Pair { key, secret }, now);
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

impl Org {
    /// Begins a scenario in place of one that was running.
    ///
    /// # Errors
    /// The reason in words: another version, or a switch or value that does not exist. Nothing was changed then.
    pub fn play(&self, scenario: Scenario) -> Result<(), String> {
        self.shared.play(scenario)
    }

    /// Makes something happen in the org.
    pub fn happen(&self, event: Event) {
        self.shared.lock().happen(event);
    }
}
