//! Supervises an agent that was started at login or by the window: one that crashes is started again.

use std::{io, path::Path, process::Stdio, time::Duration};

use connect_core::{
    contract::view::Failure,
    explain,
    platform::{home, process},
};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::{end::AskedToEnd, platform::program};

const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// An agent that ran this long started well; a crash after that is a new one.
const LONG_RUN: Duration = Duration::from_secs(60);

/// Returns the exit code of the agent once it ended by itself or was asked to. It has its files in `home`, where that is
/// named here.
pub(crate) async fn supervise(tray: bool, home: Option<&Path>) -> Result<u8, Failure> {
    // Read now: after an upgrade has replaced the file, the system no longer knows its name.
    let program = std::env::current_exe().map_err(|error| unexpected(&error))?;
    let mut asked = AskedToEnd::listen();
    let mut pause = SHORTEST_PAUSE;
    loop {
        let started = Instant::now();
        let mut agent = start(&program, tray, home)?;
        let status = tokio::select! {
            status = agent.wait() => status.map_err(|error| unexpected(&error))?,
            () = asked.next() => return end(agent, asked).await,
        };
        if !process::has_crashed(status) {
            return Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(0));
        }
        if started.elapsed() >= LONG_RUN {
            pause = SHORTEST_PAUSE;
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = asked.next() => return Ok(0),
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn start(own: &Path, tray: bool, home: Option<&Path>) -> Result<Child, Failure> {
    let mut agent = Command::new(own);
    if let Some(home) = home {
        agent.env(home::VARIABLE, home);
    }
    agent.envs(program::way_to_session());
    agent.args(["agent", "--take-over", if tray { "--tray" } else { "--no-tray" }]).stdin(Stdio::null());
    agent.spawn().map_err(|error| unexpected(&error))
}

fn unexpected(error: &io::Error) -> Failure {
    explain::unexpected(error.kind())
}

/// Passes each request to end on to the agent, and waits until it has finished its work.
async fn end(mut agent: Child, mut asked: AskedToEnd) -> Result<u8, Failure> {
    loop {
        agent.id().into_iter().for_each(process::ask_to_end);
        tokio::select! {
            ended = agent.wait() => {
                ended.map_err(|error| unexpected(&error))?;
                return Ok(0);
            }
            () = asked.next() => {}
        }
    }
}
