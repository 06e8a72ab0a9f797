//! Windows: the table of TCP connections names the process of each socket that listens.

use connect_windows::{
    identity::{self, SYSTEM},
    programs, tcp,
};

use super::Holder;
use crate::platform::user;

/// Whether this system tells.
#[cfg(test)]
pub(super) const TELLS: bool = true;

pub(super) fn holder(port: u16) -> Holder {
    let Ok(Some(id)) = tcp::listens_on(port) else { return Holder::Unknown };
    let whose = identity::sid_of_process(id).ok();
    if whose.is_some_and(|whose| whose != user::sid() && whose != SYSTEM) {
        return Holder::AnotherUsers;
    }
    // The program of another user's process, or of one with an administrator's rights, may not be told.
    let file = programs::of_process(id).ok();
    let name =
        file.as_ref().and_then(|file| file.file_stem()).map(|name| name.to_string_lossy().into_owned());
    name.map_or(Holder::Unknown, |name| Holder::Program { name, id })
}
