//! The operating system's keychain. Each platform has its own adapter behind [`system`]; nothing else in the product
//! knows which it is.

#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod secret_service;
#[cfg(target_os = "linux")]
mod unlocked;

use std::sync::Arc;

use crate::ports::Keychain;

/// What the entry is filed under. The account tells installations apart.
const SERVICE: &str = "Datatrax Connect";

/// The keychain of this login.
pub fn system() -> Arc<dyn Keychain> {
    #[cfg(target_os = "linux")]
    Arc::new(secret_service::SecretService)
}
