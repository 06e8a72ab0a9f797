//! The people of the org: its users, their browsers, their mails, and their identity checks.

pub(crate) mod browsers;
pub(crate) mod checks;
pub(crate) mod inbox;
pub(crate) mod users;
mod verification;
