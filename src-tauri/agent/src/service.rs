//! The controller that the agent serves, and the signals of its end.

use connect_core::{contract::view::End, controller::Controller};
use tokio::sync::watch;

/// All that a conversation needs to answer.
pub struct Service {
    pub controller: Controller,
    /// Why a client asked the agent to end; `None` before that.
    pub stop: watch::Sender<Option<End>>,
    /// Becomes true when no more requests are taken. Those under way are still answered.
    pub ending: watch::Sender<bool>,
}

impl Service {
    pub fn new(controller: Controller) -> Self {
        Self { controller, stop: watch::channel(None).0, ending: watch::channel(false).0 }
    }
}
