//! What can be asked through a [`Client`](crate::Client): all that a controller carries out, and what only an agent knows.

use std::sync::Arc;

use connect_core::{
    contract::{
        intent::Request,
        view::{ConnectionView, End, Failure, Tray},
    },
    controller::CarryOut,
};
use serde::{Deserialize, Serialize};

use crate::{server::Service, wire::Call};

/// A request as a client sends it, or does it here.
pub trait Ask: Request {
    /// What the socket carries.
    fn call(self) -> Call;

    /// Does it in this process.
    fn carry_out(self, service: &Arc<Service>) -> impl Future<Output = Result<Self::Reply, Failure>> + Send;
}

impl<R: CarryOut> Ask for R {
    fn call(self) -> Call {
        Call::Intent(Box::new(self.into()))
    }

    async fn carry_out(self, service: &Arc<Service>) -> Result<Self::Reply, Failure> {
        service.controller.handle(self).await
    }
}

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

impl Ask for Status {
    fn call(self) -> Call {
        Call::OfAgent(OfAgent::Status)
    }

    async fn carry_out(self, service: &Arc<Service>) -> Result<AgentStatus, Failure> {
        let connections: Vec<ConnectionView> = service.controller.list().await?;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let tray = service.controller.tray();
        Ok(AgentStatus { pid: std::process::id(), version, connections: connections.len(), tray })
    }
}

impl Ask for Stop {
    fn call(self) -> Call {
        Call::OfAgent(OfAgent::Stop)
    }

    async fn carry_out(self, service: &Arc<Service>) -> Result<(), Failure> {
        service.stop.send_replace(Some(End::Stop));
        Ok(())
    }
}

impl Ask for StopWhenIdle {
    fn call(self) -> Call {
        Call::OfAgent(OfAgent::StopWhenIdle)
    }

    async fn carry_out(self, service: &Arc<Service>) -> Result<(), Failure> {
        tracing::info!("another program waits until no sign-in is under way, to take this one's place");
        let service = service.clone();
        tokio::spawn(async move {
            service.controller.idle().await;
            service.stop.send_replace(Some(End::Newer));
        });
        Ok(())
    }
}
