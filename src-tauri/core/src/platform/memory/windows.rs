//! Windows: there are no core dumps. Another program of the same user may read this memory, and the system's error reports
//! may hold parts of it: `docs/security.md` says so.

pub(super) fn close() {}

pub(super) fn no_core_dumps() {}
