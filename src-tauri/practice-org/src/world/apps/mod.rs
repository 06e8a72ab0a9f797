//! The External Client Apps of the org: their fields, their keys, their policies, and their users.

pub(crate) mod app;
pub(crate) mod consumer;
pub(crate) mod permission;
pub(crate) mod policies;
mod registry;
pub(crate) mod rules;
pub(crate) mod scopes;
pub(crate) mod settings;
