//! Links of our scheme, and which program opens them.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::path::Path;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// What opens web addresses here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Opener {
    /// By the name that people know it by.
    Named(String),
    Nobody,
    /// The system does not tell.
    Unknown,
}

/// The browser that the desktop is set to.
pub(crate) async fn browser() -> Opener {
    system::browser().await
}

/// Whether the desktop opens links of our scheme with `window`. Another copy of the program, or another program, may
/// have registered itself.
pub(crate) async fn lead_to(window: &Path) -> bool {
    system::lead_to(window).await
}
