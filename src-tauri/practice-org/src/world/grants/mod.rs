//! What users granted to apps: requests for it, approvals, codes and tokens, and until when they are accepted.

pub(crate) mod alive;
pub(crate) mod grant;
pub(crate) mod in_process;
pub(crate) mod issuing;
pub(crate) mod requests;
pub(crate) mod usage;
