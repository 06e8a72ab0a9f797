//! The requests that only an agent understands, and their replies.

use connect_core::contract::{intent::Request, view::Tray};
use serde::{Deserialize, Serialize};

/// What is asked about the agent itself, on the socket: [`Status`], [`Stop`] and [`StopWhenIdle`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case")]
pub enum OfAgent {
    Status,
    Stop,
    StopWhenIdle,
}

impl OfAgent {
    pub const METHODS: &[&str] = &[Status::METHOD, Stop::METHOD, StopWhenIdle::METHOD];
}

/// Who answers.
#[derive(Clone, Copy, Debug)]
pub struct Status;

/// Asks the agent to end. Its form never changes, so that agents of all versions understand it.
#[derive(Clone, Copy, Debug)]
pub struct Stop;

/// Asks the agent to end once no sign-in is under way: for a newer program that takes its place. As lasting as [`Stop`].
#[derive(Clone, Copy, Debug)]
pub struct StopWhenIdle;

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
