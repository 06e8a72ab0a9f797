//! Links of our scheme, and which program opens them.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

use std::path::Path;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(windows)]
use self::windows as system;

/// Whether the desktop opens links of our scheme with `window`. Another copy of the program, or another program, may
/// have registered itself.
pub(crate) async fn lead_to(window: &Path) -> bool {
    system::lead_to(window).await
}
