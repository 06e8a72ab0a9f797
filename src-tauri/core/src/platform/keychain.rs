//! The operating system's keychain. Each platform has its own adapter behind [`system`]; nothing else in the product
//! knows which it is.

#[cfg(target_os = "linux")]
mod linux;

use std::{sync::Arc, time::Duration};

#[cfg(target_os = "linux")]
use self::linux as system;
use crate::ports::Keychain;

/// What an entry is called, and filed under. The account tells installations apart.
const LABEL: &str = "Datatrax Connect";

/// How long a question of the keychain's stands while somebody is there to answer it.
pub const WHILE_SOMEBODY_IS_THERE: Duration = Duration::from_secs(10 * 60);

/// How long it stands where most likely nobody is, so that no window is left behind.
pub const WHILE_NOBODY_IS_THERE: Duration = Duration::from_millis(2_500);

/// The keychain of this login. A question that it asks a person stands for so long, also when whoever asked for it gave up
/// before.
pub fn system(patience: Duration) -> Arc<dyn Keychain> {
    Arc::new(system::System::new(patience))
}
