//! Links of our scheme.

#[cfg(target_os = "linux")]
mod linux;

use std::path::Path;

#[cfg(target_os = "linux")]
use self::linux as system;

/// Asks the desktop for the program that opens links of our scheme, and whether that is `window`. Another copy of the
/// program, or another program, may have registered itself.
pub(crate) async fn lead_to(window: &Path) -> bool {
    system::lead_to(window).await
}
