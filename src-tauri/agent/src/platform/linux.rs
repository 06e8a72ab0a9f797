//! What several of the files for Linux read or write.

pub(super) mod desktop_entry;
pub(super) mod markup;
