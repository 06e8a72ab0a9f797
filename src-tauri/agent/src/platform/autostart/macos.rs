//! macOS: a launch agent that the bundle brings, which System Settings show under *Login Items*.

use std::{io, path::Path};

use connect_core::platform::home::Home;
use connect_macos::{
    bundle,
    login_item::{self, State},
};

/// In the bundle's `Contents/Library/LaunchAgents`. It starts the agent of the user's own home.
const LIST: &str = "com.getdatatrax.connect.agent.plist";

pub(super) struct Entry {
    /// The bundle's list names one program and one home.
    is_possible: bool,
}

impl Entry {
    pub(super) fn new(home: &Home, _: &Path) -> Self {
        Self { is_possible: bundle::is_there() && !home.is_named() }
    }

    pub(super) fn set(&self, wanted: bool, before: Option<bool>) -> io::Result<()> {
        if !self.is_possible {
            return if wanted { Err(io::ErrorKind::Unsupported.into()) } else { Ok(()) };
        }
        match step(login_item::state(LIST), wanted, before) {
            Step::On => login_item::switch_on(LIST),
            Step::Off => login_item::switch_off(LIST),
            Step::Nothing => Ok(()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    On,
    Off,
    Nothing,
}

/// What is switched off in the system's settings stays so until the wish itself changes.
fn step(state: State, wanted: bool, before: Option<bool>) -> Step {
    match (state, wanted) {
        (State::NotAllowed, true) if before != Some(false) => {
            tracing::info!("the start at login is switched off in System Settings, under Login Items");
            Step::Nothing
        }
        // Before the first time the system may not know of it.
        (State::Off | State::NotAllowed | State::Unknown, true) => Step::On,
        (State::On | State::NotAllowed, false) => Step::Off,
        (State::On, true) | (State::Off | State::Unknown, false) => Step::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_settings_switched_off_stays_off_until_asked_for() {
        for (state, wanted, before, expected) in [
            (State::Unknown, true, None, Step::On),
            (State::Off, true, Some(false), Step::On),
            (State::On, true, None, Step::Nothing),
            (State::NotAllowed, true, None, Step::Nothing),
            (State::NotAllowed, true, Some(true), Step::Nothing),
            (State::NotAllowed, true, Some(false), Step::On),
            (State::On, false, Some(true), Step::Off),
            (State::NotAllowed, false, Some(true), Step::Off),
            (State::Off, false, None, Step::Nothing),
            (State::Unknown, false, None, Step::Nothing),
        ] {
            assert_eq!(
                step(state, wanted, before),
                expected,
                "{state:?}, wanted: {wanted}, before: {before:?}"
            );
        }
    }
}
