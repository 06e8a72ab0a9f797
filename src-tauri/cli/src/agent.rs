//! `dtx agent`: the background process, and questions about it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use connect_agent::{
    Client,
    agent::{self, AgentError},
    desktop::Desktop,
};
use connect_core::{
    explain::{self, Code},
    intent::Intent,
    logging,
    settings::{Kept, Settings},
    view::{AgentStatus, Failure},
};
use serde_json::json;

use crate::{
    arguments::{Agent, AgentCommand},
    output, restart, session,
};

/// Three times what an agent takes at most.
const TIME_TO_END: Duration = Duration::from_secs(15);

pub(crate) async fn agent(command: Agent) -> Result<u8, Failure> {
    match command.command {
        None if command.restart => restart::keep_running(!command.no_tray).await,
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
    // A setting that cannot hold is no reason not to keep the connections; the settings say it.
    let settings = Kept::read(&home).settings().clone();
    let net = session::net(&settings).or_else(|_| session::net(&Settings::default()))?;
    let net = Arc::new(net);
    let controller = session::controller_over(home.clone(), net.clone())?;
    if let (Ok(dtx), Some(window)) = (std::env::current_exe(), window()) {
        controller.join(Arc::new(Desktop::new(&home, &dtx, &window, net))).await;
    }
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
    // It ends within five seconds, unless something has gone very wrong with it.
    let closed = tokio::time::timeout(TIME_TO_END, client.closed()).await;
    closed.map_err(|_| explain::failure(Code::AgentBusy, &[]))?;
    output::hint("The agent has stopped.");
    Ok(0)
}
