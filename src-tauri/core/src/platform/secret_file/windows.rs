//! Windows: the access list decides who may read a file. Shells there hand over no pipe in place of one.

use std::{fs::Metadata, path::Path};

use crate::platform::private::windows as private;

/// Whether only this user may read or change it, besides the system and its administrators, who may read everything anyway.
pub(super) fn is_closed(path: &Path, _: &Metadata) -> bool {
    private::is_closed(path)
}

pub(super) fn is_pipe(_: &Metadata) -> bool {
    false
}
