//! The refresh tokens in use: two requests with one token are never answered at once.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Refresh tokens whose request is being processed.
#[derive(Default)]
pub(crate) struct InProcess(Mutex<BTreeSet<String>>);

impl InProcess {
    /// Holds a token until the result is dropped; `None` while another request holds it.
    pub(crate) fn hold(&self, token: String) -> Option<Held<'_>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(token.clone()).then(|| Held { tokens: self, token })
    }
}

/// Releases the token when dropped, also when the client hung up.
pub(crate) struct Held<'a> {
    tokens: &'a InProcess,
    token: String,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.tokens.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_held_by_one_request_at_a_time() {
        let in_process = InProcess::default();
        let held = in_process.hold("a".to_owned());
        assert!(held.is_some(), "the first holds it");
        assert!(in_process.hold("a".to_owned()).is_none(), "the second does not");
        assert!(in_process.hold("b".to_owned()).is_some(), "another token is free");
        drop(held);
        assert!(in_process.hold("a".to_owned()).is_some(), "free again");
    }
}
