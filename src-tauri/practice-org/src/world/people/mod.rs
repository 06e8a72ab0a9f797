//! The people of the org: its users, their browsers, their mails, and how they prove who they are.

pub(crate) mod browsers;
pub(crate) mod checks;
pub(crate) mod inbox;
pub(crate) mod users;
mod verification;
