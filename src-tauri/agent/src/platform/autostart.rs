//! Starting with the login.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::{io, path::Path};

use connect_core::platform::home::Home;

use super::quiet;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// The entry that starts this home's agent at login, placed where the desktop's own settings show it too.
pub(crate) struct Autostart(system::Entry);

impl Autostart {
    /// `agent` is the program that the agent runs in now.
    pub(crate) fn new(home: &Home, agent: &Path) -> Self {
        Self(system::Entry::new(home, &quiet::program(agent)))
    }

    /// Turns the start at login on or off. A change made in the desktop's own settings stays until the wish itself
    /// changes: `before` is what this process was asked for last.
    ///
    /// # Errors
    /// Those of the system, and [`io::ErrorKind::Unsupported`] where it is wanted and there is no way.
    pub(crate) fn set(&self, wanted: bool, before: Option<bool>) -> io::Result<()> {
        self.0.set(wanted, before)
    }
}
