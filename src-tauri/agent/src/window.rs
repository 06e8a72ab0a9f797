//! The window's program: the argument that names a place, and how the agent starts it.

use std::{path::PathBuf, process::Stdio};

use connect_core::contract::view::Place;

use crate::platform::activation;

/// The longest name in an argument, in bytes. An alias has 64 characters at most, the number of a sign-in 32.
const LONGEST_NAME: usize = 256;

const ADD: &str = "--add";
const SETTINGS: &str = "--settings";
const QUIT: &str = "--quit";
const HELP: &str = "--help-screen";
const COMPUTER: &str = "--computer";
const EXPLAIN: &str = "--explain";
const REQUESTS: &str = "--requests";
const CONNECTION: &str = "--connection=";
const SET_UP: &str = "--set-up=";
const ATTEMPT: &str = "--attempt=";

/// The argument that makes the window show a place: see `docs/desktop.md`. `None` for the place shown last.
pub fn argument(place: &Place) -> Option<String> {
    match place {
        Place::Connections => None,
        Place::Connection { alias } => Some(format!("{CONNECTION}{alias}")),
        Place::Add => Some(ADD.to_owned()),
        Place::SetUp { host } => Some(format!("{SET_UP}{host}")),
        Place::Attempt { id } => Some(format!("{ATTEMPT}{id}")),
        Place::Settings => Some(SETTINGS.to_owned()),
        Place::Quit => Some(QUIT.to_owned()),
        Place::Help => Some(HELP.to_owned()),
        Place::Computer => Some(COMPUTER.to_owned()),
        Place::Explain => Some(EXPLAIN.to_owned()),
        Place::Requests => Some(REQUESTS.to_owned()),
    }
}

/// The place that an argument names. The argument may come from anywhere: whether such a connection, set-up or sign-in
/// exists is checked elsewhere.
pub fn place(argument: &str) -> Option<Place> {
    match argument {
        ADD => return Some(Place::Add),
        SETTINGS => return Some(Place::Settings),
        QUIT => return Some(Place::Quit),
        HELP => return Some(Place::Help),
        COMPUTER => return Some(Place::Computer),
        EXPLAIN => return Some(Place::Explain),
        REQUESTS => return Some(Place::Requests),
        _ => {}
    }
    let name = |prefix| {
        let name: &str = argument.strip_prefix(prefix)?;
        let is_name = !name.is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
        is_name.then(|| name.to_owned())
    };
    if let Some(alias) = name(CONNECTION) {
        return Some(Place::Connection { alias });
    }
    if let Some(host) = name(SET_UP) {
        return Some(Place::SetUp { host });
    }
    let id = name(ATTEMPT)?;
    id.chars().all(|digit| digit.is_ascii_hexdigit()).then_some(Place::Attempt { id })
}

/// Starts windows, where their program is installed. A second one brings the first to the front and ends.
#[derive(Clone, Debug)]
pub(crate) struct Window(Option<PathBuf>);

impl Window {
    pub(crate) fn new(program: Option<PathBuf>) -> Self {
        Self(program)
    }

    pub(crate) fn is_installed(&self) -> bool {
        self.0.is_some()
    }

    /// Opens the window, or brings the open one forward, at a place. An activation token lets it come to the front.
    ///
    /// Returns whether its program could be started: it may have been removed since.
    pub(crate) fn open(&self, place: Option<&Place>, activation_token: Option<String>) -> bool {
        let Some(program) = &self.0 else {
            tracing::info!("no window is installed here; dtx does the same work in a terminal");
            return false;
        };
        let mut command = std::process::Command::new(program);
        command.args(place.and_then(argument));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(token) = activation_token {
            activation::hand_on(&mut command, &token);
        }
        match command.spawn() {
            // A thread waits for the window, so that no zombie process is left.
            Ok(mut window) => drop(std::thread::spawn(move || window.wait())),
            Err(error) => {
                tracing::warn!(kind = %error.kind(), "the window could not be started");
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_can_be_called_for() {
        let connection = Place::Connection { alias: "Acme, uat".to_owned() };
        let setup = Place::SetUp { host: "acme--uat.sandbox.my.salesforce.com".to_owned() };
        let attempt = Place::Attempt { id: "0a1b".to_owned() };
        for wanted in [
            Place::Add,
            Place::Settings,
            Place::Quit,
            Place::Help,
            Place::Computer,
            Place::Explain,
            Place::Requests,
            connection,
            setup,
            attempt,
        ] {
            let argument = argument(&wanted).unwrap();
            assert_eq!(place(&argument), Some(wanted), "{argument}");
        }
        assert_eq!(argument(&Place::Connections), None, "the window, wherever it was");
    }
}
