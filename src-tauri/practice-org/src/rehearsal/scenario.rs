//! The events of a rehearsal: all at once, or step by step as the org's clock advances.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::event::Event;
use super::faults::fault::Fault;
use crate::world::options::Options;
use crate::world::switches::Switches;

/// A rehearsal, as a scenario file describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The version of the file's form: 1.
    pub version: u32,
    /// The subject of the rehearsal, in a line.
    pub title: String,
    /// The steps of the rehearsal.
    pub steps: Vec<Step>,
}

/// One change of the org.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// When it happens, in seconds of the org's clock since the scenario began. 0 is at once.
    pub after_seconds: u64,
    /// Whether to end the faults that were set before.
    pub clear_faults: bool,
    /// Switches to set, by name; the others stay.
    pub switches: Map<String, Value>,
    /// The events in the org.
    pub events: Vec<Event>,
    /// Faults to set.
    pub faults: Vec<Fault>,
}

/// The scenarios that come with the program: their names, and their files' contents.
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

    /// The included scenario of this name.
    pub fn named(name: &str) -> Option<Self> {
        let (_, text) = INCLUDED.iter().find(|(included, _)| *included == name)?;
        Self::read(text).ok()
    }

    pub(super) fn check(&self, switches: &Switches) -> Result<(), String> {
        if self.version != 1 {
            return Err("the version of a scenario is 1".to_owned());
        }
        self.steps.iter().try_for_each(|step| switches.with(&Value::Object(step.switches.clone())).map(drop))
    }
}
