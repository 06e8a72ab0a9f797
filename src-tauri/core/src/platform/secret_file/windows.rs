//! Windows: the access list decides who may read a file. Shells there hand over no pipe in place of one.

use std::{fs::Metadata, path::Path};

use crate::platform::private::windows as private;

pub(super) const CLOSE: &str = "Close it to them: in Explorer, Properties of the file, Security, remove everybody but yourself, SYSTEM and \
    Administrators. It has to belong to your user account.";
pub(super) const OTHERWISE: &str = "One that cannot be changed: name a copy of it in a folder of your own, below the one that USERPROFILE names.";

/// Whether only this user may read or change it, besides the system and its administrators, who may read everything anyway.
pub(super) fn is_closed(path: &Path, _: &Metadata) -> bool {
    private::is_closed(path)
}

pub(super) fn is_pipe(_: &Metadata) -> bool {
    false
}
