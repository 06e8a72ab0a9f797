//! What does the work, and what is known of its end.

use connect_core::{contract::view::End, controller::Controller};
use tokio::sync::watch;

/// What a conversation needs to answer.
pub struct Service {
    pub controller: Controller,
    /// Why a client wants the agent to end, once one does.
    pub stop: watch::Sender<Option<End>>,
    /// Becomes true when no more requests are taken. What was asked before is still answered.
    pub ending: watch::Sender<bool>,
}

impl Service {
    pub fn new(controller: Controller) -> Self {
        Self { controller, stop: watch::channel(None).0, ending: watch::channel(false).0 }
    }
}
