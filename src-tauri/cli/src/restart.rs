//! Keeps an agent running that was started with the login or by the window: one that crashes is started again.

use std::{
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use connect_core::{
    contract::view::Failure,
    explain::{self, Code},
};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::end::AskedToEnd;

const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// An agent that ran this long had no trouble to start.
const LONG_RUN: Duration = Duration::from_secs(60);

/// Returns the exit code of the agent that ended by itself, or was asked to.
pub(crate) async fn keep_running(tray: bool) -> Result<u8, Failure> {
    // Asked for now: once an upgrade has put another file in its place, the system no longer knows its name.
    let program = std::env::current_exe().map_err(|_| explain::failure(Code::Unexpected, &[]))?;
    let mut asked = AskedToEnd::listen();
    let mut pause = SHORTEST_PAUSE;
    loop {
        let started = Instant::now();
        let mut agent = start(&program, tray)?;
        let status = tokio::select! {
            status = agent.wait() => status.map_err(|_| explain::failure(Code::Unexpected, &[]))?,
            () = asked.next() => return end(agent, asked).await,
        };
        if !has_crashed(status) {
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

/// A fault of ours, or a signal that nobody sends to have it end in order. Everything else is an answer: it was stopped,
/// another one runs, the home cannot be used.
fn has_crashed(status: ExitStatus) -> bool {
    const ASKED_TO_END: [i32; 3] = [1, 2, 15];
    match status.signal() {
        Some(signal) => !ASKED_TO_END.contains(&signal),
        // 101 is a panic of Rust's.
        None => matches!(status.code(), Some(1 | 101)),
    }
}

fn start(program: &Path, tray: bool) -> Result<Child, Failure> {
    let mut agent = Command::new(program);
    agent.args(["agent", "--take-over", if tray { "--tray" } else { "--no-tray" }]).stdin(Stdio::null());
    agent.spawn().map_err(|_| explain::failure(Code::Unexpected, &[]))
}

/// Passes the word on, each time it comes, and waits until the agent has finished what it was doing.
async fn end(mut agent: Child, mut asked: AskedToEnd) -> Result<u8, Failure> {
    loop {
        if let Some(pid) =
            agent.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
        {
            // One that has ended meanwhile needs no word.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        tokio::select! {
            ended = agent.wait() => {
                ended.map_err(|_| explain::failure(Code::Unexpected, &[]))?;
                return Ok(0);
            }
            () = asked.next() => {}
        }
    }
}
