//! Unix: users have numbers, and 0 is root's.

/// The number of this user.
pub fn number() -> u32 {
    rustix::process::geteuid().as_raw()
}
