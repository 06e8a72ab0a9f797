//! The External Client Apps of the org: their fields, their keys, their policies, and who may use them.

pub(crate) mod consumer;
pub(crate) mod policies;
pub(crate) mod registry;
pub(crate) mod settings;
