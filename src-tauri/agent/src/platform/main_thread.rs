//! The thread that a program begins with. Some systems show what is on the desktop there and nowhere else.

#[cfg(not(target_os = "macos"))]
mod elsewhere;
#[cfg(target_os = "macos")]
mod macos;

#[cfg(not(target_os = "macos"))]
use self::elsewhere as system;
#[cfg(target_os = "macos")]
use self::macos as system;

/// Does this and returns its exit code, with the desktop served on this thread meanwhile where the system wants that. Then the process may
/// end in place of the return.
pub fn serve_during(work: impl FnOnce() -> u8 + Send + 'static) -> u8 {
    system::serve_during(work)
}
