//! macOS: which process has a socket is told by no call that is looked at here.

use super::Holder;

/// Whether this system tells.
#[cfg(test)]
pub(super) const TELLS: bool = false;

pub(super) fn holder(_: u16) -> Holder {
    Holder::Unknown
}
