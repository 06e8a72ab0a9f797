//! The deploys of metadata, and what became of each component.

use super::seeded::long_id;
use super::state::State;

/// One deploy. It is over when it is kept: whoever asks for it the first time gets its end.
pub(crate) struct Deploy {
    /// 18 characters, prefix 0Af.
    pub(crate) id: String,
    pub(crate) by: usize,
    /// The time in milliseconds since 1970.
    pub(crate) at: u64,
    /// Whether it was to be looked at only.
    pub(crate) check_only: bool,
    pub(crate) messages: Vec<Message>,
}

/// What is said of one component, or of `package.xml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// The metadata type; empty for `package.xml`.
    pub(crate) of: String,
    pub(crate) full_name: String,
    pub(crate) file: String,
    /// The id of its record, where this org has one.
    pub(crate) id: Option<String>,
    pub(crate) created: bool,
    /// Why it is refused.
    pub(crate) problem: Option<String>,
}

impl Deploy {
    pub(crate) fn has_failed(&self) -> bool {
        self.messages.iter().any(|message| message.problem.is_some())
    }
}

impl State {
    /// Keeps a deploy and returns its id.
    pub(crate) fn keep_deploy(&mut self, by: usize, check_only: bool, messages: Vec<Message>) -> String {
        let number = self.deploys.len();
        let id = long_id(&self.seeded.id("0Af", &format!("deploy {number}")));
        let at = self.clock.now();
        self.deploys.push(Deploy { id: id.clone(), by, at, check_only, messages });
        id
    }
}
