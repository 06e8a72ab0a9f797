//! Changes to an org in a rehearsal or a test: faults, events, whole scenarios, and the control API that sets them.

pub(crate) mod control;
pub(crate) mod event;
pub(crate) mod faults;
pub(crate) mod rehearsed;
pub(crate) mod scenario;
mod script;
