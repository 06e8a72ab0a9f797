//! Links of our scheme: that the system opens them with this window.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

use tauri::AppHandle;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(windows)]
use self::windows as system;

/// Registers this window for them where it was installed and nothing is registered any more. Another copy, or another
/// program, is left in its place. Links themselves arrive as arguments, which are read in `arguments.rs` alone.
pub(crate) fn keep(app: &AppHandle) {
    system::keep(app);
}
