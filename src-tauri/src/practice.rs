//! A practice org for people without a terminal: `dtx practice` beside this window, which ends with it.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use connect_core::{
    contract::view::Failure,
    explain::{Code, failure, unexpected},
    platform::process,
};
use serde::{Deserialize, Serialize};

/// The ports to try, the same each time, so that a connection to the org of last time finds this one.
const PORTS: [u16; 4] = [8600, 8601, 8602, 8603];

/// A running practice org, as the page shows it. Its passwords are those of a rehearsal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Practice {
    address: String,
    users: Vec<PracticeUser>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct PracticeUser {
    username: String,
    password: String,
    role: String,
}

/// The practice org of this window.
#[derive(Clone)]
pub(crate) struct PracticeOrg(Arc<Shared>);

struct Shared {
    program: PathBuf,
    running: Mutex<Option<Running>>,
}

struct Running {
    process: Child,
    told: Practice,
}

impl PracticeOrg {
    /// One that `program` (`dtx`) is to run.
    pub(crate) fn of(program: &Path) -> Self {
        Self(Arc::new(Shared { program: program.to_owned(), running: Mutex::default() }))
    }

    pub(crate) fn running(&self) -> Option<Practice> {
        let mut lock = self.lock();
        let running = lock.as_mut()?;
        if matches!(running.process.try_wait(), Ok(None)) {
            return Some(running.told.clone());
        }
        *lock = None;
        None
    }

    /// Starts the org, unless it runs.
    ///
    /// # Errors
    /// The program is not there, or all ports are taken.
    pub(crate) fn start(&self) -> Result<Practice, Failure> {
        if let Some(running) = self.running() {
            return Ok(running);
        }
        for port in PORTS {
            if let Some(running) = self.start_at(port)? {
                let told = running.told.clone();
                *self.lock() = Some(running);
                return Ok(told);
            }
        }
        let lines = PORTS.map(|port| format!("http://localhost:{port}")).join("\n");
        Err(failure(Code::PortsTaken, &[("lines", &lines)]))
    }

    /// `None` where the port is taken.
    fn start_at(&self, port: u16) -> Result<Option<Running>, Failure> {
        let mut command = Command::new(&self.0.program);
        command.args(["practice", "--json", "--until-input-ends", "--port", &port.to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        process::set_apart(&mut command);
        let mut child = command.spawn().map_err(|error| unexpected(error.kind()))?;
        let mut line = String::new();
        let read = child.stdout.take().map(|said| BufReader::new(said).read_line(&mut line));
        if let (Some(Ok(_)), Ok(told)) = (read, serde_json::from_str(&line)) {
            Ok(Some(Running { process: child, told }))
        } else {
            end(&mut child);
            Ok(None)
        }
    }

    pub(crate) fn stop(&self) {
        if let Some(mut running) = self.lock().take() {
            end(&mut running.process);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends it by the end of its input, which also comes when this program ends in whatever way.
fn end(process: &mut Child) {
    drop(process.stdin.take());
    if let Err(error) = process.wait() {
        tracing::warn!(kind = %error.kind(), "the practice org was not seen to end");
    }
}
