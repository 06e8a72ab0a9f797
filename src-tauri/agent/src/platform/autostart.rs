//! Starting with the login.

#[cfg(target_os = "linux")]
mod linux;

use std::{io, path::Path};

use connect_core::platform::home::Home;

#[cfg(target_os = "linux")]
use self::linux as system;

/// What starts this home's agent with the login, where the desktop's own settings show it too.
pub(crate) struct Autostart(system::Entry);

impl Autostart {
    /// `agent` is the program that is started.
    pub(crate) fn new(home: &Home, agent: &Path) -> Self {
        Self(system::Entry::new(home, agent))
    }

    /// Has it started with the login, or not. What somebody did about that in the desktop's own settings stays, until it is
    /// asked for anew: `before` is what was asked for last by this process.
    ///
    /// # Errors
    /// Those of the system, and [`io::ErrorKind::Unsupported`] where it is wanted and there is no way.
    pub(crate) fn set(&self, wanted: bool, before: Option<bool>) -> io::Result<()> {
        self.0.set(wanted, before)
    }
}
