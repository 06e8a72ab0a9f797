//! The requests that a [`Client`](crate::Client) takes: all that a controller carries out, and those about the agent.

use std::sync::Arc;

use connect_core::{
    contract::{
        intent::Request,
        view::{ConnectionView, End, Failure},
    },
    controller::CarryOut,
};

use crate::{
    of_agent::{AgentStatus, OfAgent, Quit, Status, Stop, StopWhenIdle},
    service::Service,
    wire::Call,
};

/// A request that a client sends to the agent, or carries out in its own process.
pub trait Ask: Request {
    /// The request as a message of the socket.
    fn call(self) -> Call;

    /// Carries the request out in this process.
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

impl Ask for Quit {
    fn call(self) -> Call {
        Call::OfAgent(OfAgent::Quit)
    }

    async fn carry_out(self, service: &Arc<Service>) -> Result<(), Failure> {
        service.stop.send_replace(Some(End::Quit));
        Ok(())
    }
}

impl Ask for StopWhenIdle {
    fn call(self) -> Call {
        Call::OfAgent(OfAgent::StopWhenIdle)
    }

    async fn carry_out(self, service: &Arc<Service>) -> Result<(), Failure> {
        tracing::info!(
            "another program waits until no sign-in is under way or ends with this one, to take its place"
        );
        let service = service.clone();
        tokio::spawn(async move {
            service.controller.can_make_way().await;
            service.stop.send_replace(Some(End::Newer));
        });
        Ok(())
    }
}
