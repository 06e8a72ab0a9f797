//! What several of the Linux files share: the session's bus, and formats.

pub(super) mod bus;
pub(super) mod desktop_entry;
pub(super) mod markup;
