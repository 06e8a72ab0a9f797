//! The OAuth 2.0 endpoints: authorize with its approval page, token, introspect, revoke, and a token's owner.

pub(crate) mod approval;
pub(crate) mod authorize;
mod client;
pub(crate) mod errors;
pub(crate) mod identity;
pub(crate) mod introspect;
pub(crate) mod revoke;
pub(crate) mod token;
pub(crate) mod well_known;
