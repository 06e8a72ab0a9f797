//! Formats shared by several of the Linux files.

pub(super) mod desktop_entry;
pub(super) mod markup;
