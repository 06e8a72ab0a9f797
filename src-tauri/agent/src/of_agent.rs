//! The requests that only an agent understands, and their replies.

use connect_core::contract::{intent::Request, view::Tray};
use serde::{Deserialize, Serialize};

/// The requests about the agent itself, as the socket carries them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case")]
pub enum OfAgent {
    Status,
    Stop,
    StopWhenIdle,
    Quit,
}

impl OfAgent {
    pub const METHODS: &[&str] = &[Status::METHOD, Stop::METHOD, StopWhenIdle::METHOD, Quit::METHOD];
}

/// Asks which agent answers.
#[derive(Clone, Copy, Debug)]
pub struct Status;

/// Asks the agent to end. Its form never changes, so that agents of all versions understand it.
#[derive(Clone, Copy, Debug)]
pub struct Stop;

/// Asks the agent to end once no sign-in is under way and none is kept by it alone, so that a newer one takes its place.
/// As lasting as [`Stop`].
#[derive(Clone, Copy, Debug)]
pub struct StopWhenIdle;

/// Asks the agent to end as Quit in its tray does: the whole program, with its window.
#[derive(Clone, Copy, Debug)]
pub struct Quit;

/// The answer to [`Status`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentStatus {
    pub pid: u32,
    pub version: String,
    pub connections: usize,
    #[serde(default)]
    pub tray: Tray,
}

impl Request for Status {
    const METHOD: &'static str = "status";
    type Reply = AgentStatus;
}

impl Request for Stop {
    const METHOD: &'static str = "stop";
    type Reply = ();
}

impl Request for StopWhenIdle {
    const METHOD: &'static str = "stop_when_idle";
    type Reply = ();
}

impl Request for Quit {
    const METHOD: &'static str = "quit";
    type Reply = ();
}
