//! The steps of the running scenario, each carried out when the org's clock reaches it.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::faults::Faults;
use super::scenario::{Scenario, Step};
use crate::http::shared::Shared;
use crate::world::clock::later;

/// The remaining steps, each with its time in milliseconds since 1970.
#[derive(Default)]
pub(super) struct Script(Mutex<Vec<(u64, Step)>>);

impl Script {
    /// Starts a scenario, replacing a running one.
    ///
    /// # Errors
    /// The reason in words: another version, or a switch or value that does not exist. Nothing was changed then.
    pub(super) fn begin(&self, shared: &Shared, scenario: Scenario) -> Result<(), String> {
        let now = {
            let state = shared.lock();
            scenario.check(&state.switches)?;
            state.clock.now()
        };
        let due = |step: Step| (later(now, step.after_seconds), step);
        let mut steps: Vec<_> = scenario.steps.into_iter().map(due).collect();
        steps.sort_by_key(|(due, _)| *due);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = steps;
        Ok(())
    }

    /// Carries out the steps that are due.
    pub(super) fn play_what_is_due(&self, shared: &Shared, faults: &Faults) {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if steps.is_empty() {
            return;
        }
        let mut state = shared.lock();
        let now = state.clock.now();
        let due = steps.iter().take_while(|(due, _)| *due <= now).count();
        for (_, step) in steps.drain(..due) {
            if let Ok(switches) = state.switches_now().with(&Value::Object(step.switches)) {
                state.set_switches(switches);
            }
            step.events.into_iter().for_each(|event| state.happen(event));
            if step.clear_faults {
                faults.clear();
            }
            step.faults.into_iter().for_each(|fault| faults.set(fault));
        }
    }
}
