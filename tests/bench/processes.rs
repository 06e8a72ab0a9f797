use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use connect_tests::{Desk, PATIENCE};

use crate::figures::Times;

/// Uncounted runs of each command.
pub(crate) const WARM_UP: usize = 3;

/// Names a `dtx` built earlier, to measure beside this one.
pub(crate) const FORMER: &str = "DATATRAX_FORMER_DTX";

/// A desk at which that one is the agent and what is asked with.
pub(crate) fn former() -> Option<Desk> {
    let dtx = fs::canonicalize(std::env::var_os(FORMER)?).expect("the former dtx is there");
    Some(Desk::new().with_dtx(dtx))
}

/// A command that is timed from exec to exit.
pub(crate) struct Timed {
    command: Command,
    /// What it reads from standard input.
    input: Option<PathBuf>,
}

impl Timed {
    pub(crate) fn new(desk: &Desk, program: impl AsRef<OsStr>, arguments: &[&str]) -> Self {
        let mut command = desk.command(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { command, input: None }
    }

    /// The same, with this file as its standard input.
    pub(crate) fn reading(self, path: &Path) -> Self {
        Self { input: Some(path.to_owned()), ..self }
    }

    pub(crate) fn dtx(desk: &Desk, arguments: &[&str]) -> Self {
        Self::new(desk, desk.program("dtx"), arguments)
    }

    fn run(&mut self) -> Duration {
        if let Some(path) = &self.input {
            self.command.stdin(fs::File::open(path).unwrap());
        }
        let started = Instant::now();
        let status = self.command.status().unwrap();
        let took = started.elapsed();
        assert!(status.success(), "{:?} works", self.command);
        took
    }
}

/// Runs the commands by turns, so that the computer's other work affects all alike.
pub(crate) fn by_turns<const N: usize>(mut commands: [Timed; N], rounds: usize) -> [Times; N] {
    let mut times = [(); N].map(|()| Times::default());
    for round in 0..WARM_UP + rounds {
        for (command, times) in commands.iter_mut().zip(&mut times) {
            let took = command.run();
            if round >= WARM_UP {
                times.push(took);
            }
        }
    }
    times
}

/// A running agent. It ends when this is dropped.
pub(crate) struct Agent(Child);

impl Agent {
    /// Starts an agent, and returns once it listens.
    pub(crate) async fn start(desk: &Desk, arguments: &[&str]) -> Self {
        let socket = desk.home().join("run/agent.sock");
        // A killed agent leaves its socket behind.
        let _ = fs::remove_file(&socket);
        let agent = Self::start_at_once(desk, arguments);
        let give_up_at = Instant::now() + PATIENCE;
        while !socket.exists() {
            assert!(Instant::now() < give_up_at, "the agent has not come up");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        agent
    }

    pub(crate) fn start_at_once(desk: &Desk, arguments: &[&str]) -> Self {
        let mut command = desk.command(desk.program("dtx"));
        command.arg("agent").args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// How often its threads went to sleep voluntarily, which is how often they woke up.
    pub(crate) fn wake_ups(&self) -> u64 {
        let threads = fs::read_dir(format!("/proc/{}/task", self.0.id())).unwrap();
        let switches = |status: String| field(&status, "voluntary_ctxt_switches:").unwrap_or(0);
        threads
            .map(|thread| fs::read_to_string(thread.unwrap().path().join("status")).map_or(0, switches))
            .sum()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The share of memory of this process and its descendants, in bytes. `None` where the system does not tell: our
/// programs close their memory, and only root can still read it.
pub(crate) fn memory(process: u32) -> Option<u64> {
    let mut all = BTreeSet::from([process]);
    let parents = parents();
    // Children have higher numbers than their parents except where numbers wrapped; then another round finds them.
    for _ in 0..4 {
        let below = parents.iter().filter(|(_, parent)| all.contains(parent)).map(|(child, _)| *child);
        let below: Vec<_> = below.collect();
        all.extend(below);
    }
    all.into_iter().map(share).sum()
}

fn share(process: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    field(&rollup, "Pss:").map(|kilobytes| kilobytes * 1024)
}

/// Every process with its parent.
fn parents() -> Vec<(u32, u32)> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers
        .filter_map(|process| {
            let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
            Some((process, u32::try_from(field(&status, "PPid:")?).ok()?))
        })
        .collect()
}

fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
}
