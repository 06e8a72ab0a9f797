//! The login: its page, the passkey and the mailed code it can ask for, and the inbox with that code.

pub(crate) mod form;
pub(crate) mod inbox;
pub(crate) mod passkey;
pub(crate) mod verification;
