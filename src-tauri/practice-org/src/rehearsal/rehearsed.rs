//! An org in a rehearsal: its endpoints work as usual, and faults around them are set from outside.

use std::sync::Arc;

use super::faults::Faults;
use super::scenario::Scenario;
use super::script::Script;
use crate::http::shared::Shared;

pub(crate) struct Rehearsed {
    pub(crate) shared: Arc<Shared>,
    pub(crate) faults: Faults,
    /// The required value of the control API's header.
    pub(crate) control_value: String,
    script: Script,
}

impl Rehearsed {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let control_value = shared.lock().unguessable.next();
        Self { shared, faults: Faults::default(), control_value, script: Script::default() }
    }

    /// Starts a scenario, replacing a running one.
    ///
    /// # Errors
    /// The reason in words: another version, or a switch or value that does not exist. Nothing was changed then.
    pub(crate) fn play(&self, scenario: Scenario) -> Result<(), String> {
        self.script.begin(&self.shared, scenario)?;
        self.play_what_is_due();
        Ok(())
    }

    /// Carries out the scenario's steps that are due.
    pub(crate) fn play_what_is_due(&self) {
        self.script.play_what_is_due(&self.shared, &self.faults);
    }
}
