//! The proxies that this computer's own settings name, where it has such settings besides the environment's variables.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// Whether it has any: nothing is asked for where it has none.
pub(crate) const HAS_SETTINGS: bool = system::HAS_SETTINGS;

/// The proxy for an address: `host:port`, maybe with a scheme. Blocks: a script may have to be fetched first.
pub(crate) fn of(address: &url::Url) -> Option<String> {
    system::of(address)
}
