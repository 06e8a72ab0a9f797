//! The operating system's keychain. Each platform's adapter is behind `system`; no other code depends on it.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod noted;
#[cfg(windows)]
mod windows;

use std::{sync::Arc, time::Duration};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;
use crate::ports::Keychain;

/// The label of an entry, also its service. The account distinguishes installations.
const LABEL: &str = "Datatrax Connect";

/// How long a prompt of the keychain stays while a person is there to answer it.
pub const WHILE_SOMEBODY_IS_THERE: Duration = Duration::from_secs(10 * 60);

/// How long it stays when most likely no person is there, so that no window is left behind.
pub const WHILE_NOBODY_IS_THERE: Duration = Duration::from_millis(2_500);

/// The keychain of this login. Its prompts stay this long, even if their caller gave up before.
pub fn system(patience: Duration) -> Arc<dyn Keychain> {
    Arc::new(noted::Noted(system::System::new(patience)))
}
