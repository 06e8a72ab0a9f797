//! Users' grants to apps: requests for them, approvals, codes and tokens, and how long they are valid.

pub(crate) mod alive;
pub(crate) mod grant;
pub(crate) mod in_process;
pub(crate) mod issuing;
pub(crate) mod requests;
pub(crate) mod usage;
