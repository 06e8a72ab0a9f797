//! The window's program, as the agent starts it.

use std::{path::PathBuf, process::Stdio};

use connect_core::view::Place;

/// What the window is called with to show a place: see `docs/desktop.md`.
fn argument(place: &Place) -> Option<String> {
    match place {
        Place::Connections => None,
        Place::Connection { alias } => Some(format!("--connection={alias}")),
        Place::Add => Some("--add".to_owned()),
        Place::SetUp { host } => Some(format!("--set-up={host}")),
        Place::Attempt { id } => Some(format!("--attempt={id}")),
        Place::Settings => Some("--settings".to_owned()),
    }
}

/// Starts windows. A second one only has the first come forward.
#[derive(Clone, Debug)]
pub(crate) struct Window(PathBuf);

impl Window {
    pub(crate) fn new(program: PathBuf) -> Self {
        Self(program)
    }

    /// Opens the window, or brings the open one forward, at a place. With the desktop's leave it comes to the front.
    pub(crate) fn open(&self, place: Option<&Place>, activation_token: Option<String>) {
        let mut command = std::process::Command::new(&self.0);
        command.args(place.and_then(argument));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(token) = activation_token {
            // XDG activation.
            command.env("XDG_ACTIVATION_TOKEN", token);
        }
        match command.spawn() {
            // Waited for on a thread, so that no dead process is left behind.
            Ok(mut window) => drop(std::thread::spawn(move || window.wait())),
            Err(error) => tracing::warn!(kind = %error.kind(), "the window could not be started"),
        }
    }
}
