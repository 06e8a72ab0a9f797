//! `dtx agent`: the background process, and questions about it.

use std::path::PathBuf;

use connect_agent::{
    Client,
    agent::{self, AgentError},
};
use connect_core::{
    explain::{self, Code},
    intent::Intent,
    logging,
    view::{AgentStatus, Failure},
};
use serde_json::json;

use crate::{
    arguments::{Agent, AgentCommand},
    output, session,
};

pub(crate) async fn agent(command: Agent) -> Result<u8, Failure> {
    match command.command {
        None => run(!command.no_tray).await,
        Some(AgentCommand::Status { json }) => status(json.json).await,
        Some(AgentCommand::Stop) => stop().await,
    }
}

async fn run(tray: bool) -> Result<u8, Failure> {
    let home = session::home()?;
    if logging::to_file(&home.logs().join("agent.log")).is_err() {
        // A log file that cannot be written is no reason not to keep the connections.
        logging::to_stderr();
    }
    let controller = session::controller(home.clone())?;
    let window = if tray { window() } else { None };
    match agent::run(&home, controller, window).await {
        Ok(()) => Ok(0),
        Err(AgentError::AlreadyRunning) => Err(explain::failure(Code::AgentBusy, &[])),
        Err(AgentError::Socket(_)) => Err(explain::failure(Code::AgentSocket, &[])),
    }
}

/// The window's program, which is installed beside this one.
fn window() -> Option<PathBuf> {
    std::env::current_exe().ok().map(|dtx| dtx.with_file_name("datatrax-connect"))
}

async fn status(json: bool) -> Result<u8, Failure> {
    let Some(client) = Client::open(&session::home()?).await? else {
        if json {
            output::json(
                &json!({ "running": false, "pid": null, "program_version": null, "connections": null }),
            )?;
        } else {
            output::line("No agent is running.");
        }
        return Ok(0);
    };
    let status: AgentStatus = client.call(Intent::Status).await?;
    if json {
        let AgentStatus { pid, version, connections } = status;
        output::json(
            &json!({ "running": true, "pid": pid, "program_version": version, "connections": connections }),
        )?;
    } else {
        output::line(&format!(
            "The agent runs as process {}, version {}, with {} connections.",
            status.pid, status.version, status.connections
        ));
    }
    Ok(0)
}

async fn stop() -> Result<u8, Failure> {
    let Some(client) = Client::open(&session::home()?).await? else {
        output::hint("No agent is running.");
        return Ok(0);
    };
    client.call::<()>(Intent::Stop).await?;
    client.closed().await;
    output::hint("The agent has stopped.");
    Ok(0)
}
