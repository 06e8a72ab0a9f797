use std::{
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use connect_tests::Desk;

use crate::figures::median;

const PATIENCE: Duration = Duration::from_secs(30);

/// A program as it is shipped.
pub(crate) fn program(name: &str) -> PathBuf {
    let folder =
        std::env::var_os("BENCH_PROGRAMS").map_or_else(|| PathBuf::from("target/release"), PathBuf::from);
    folder.join(name)
}

/// A command that is timed from exec to exit.
pub(crate) struct Timed(Command);

impl Timed {
    pub(crate) fn new(desk: &Desk, program: impl AsRef<OsStr>, arguments: &[&str]) -> Self {
        let mut command = desk.command(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command)
    }

    /// The median of so many runs, after one that is not counted.
    pub(crate) fn runs(mut self, runs: usize) -> Duration {
        assert!(self.0.status().unwrap().success(), "{} works", self.0.get_program().display());
        let mut run = || {
            let started = Instant::now();
            self.0.status().unwrap();
            started.elapsed()
        };
        median((0..runs).map(|_| run()).collect())
    }
}

/// A running agent. It ends with this.
pub(crate) struct Agent(Child);

impl Agent {
    /// Started, and answering.
    pub(crate) async fn start(desk: &Desk, arguments: &[&str]) -> Self {
        let agent = Self::start_at_once(desk, arguments);
        let give_up_at = Instant::now() + PATIENCE;
        while !desk.home().join("run/agent.sock").exists() {
            assert!(Instant::now() < give_up_at, "the agent has not come up");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        agent
    }

    pub(crate) fn start_at_once(desk: &Desk, arguments: &[&str]) -> Self {
        let mut command = desk.command(program("dtx"));
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }

    /// Its share of the memory, in bytes.
    pub(crate) fn pss(&self) -> u64 {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.0.id())).unwrap();
        let line = rollup.lines().find(|line| line.starts_with("Pss:")).unwrap();
        let kilobytes: u64 = line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap();
        kilobytes * 1024
    }

    /// How often its threads have gone to sleep of their own will, which is how often they woke up.
    pub(crate) fn wake_ups(&self) -> u64 {
        let threads = fs::read_dir(format!("/proc/{}/task", self.0.id())).unwrap();
        let switches = |status: String| -> u64 {
            let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches:"));
            line.and_then(|line| line.split_whitespace().nth(1))
                .and_then(|number| number.parse().ok())
                .unwrap_or(0)
        };
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

/// Runs so many of the same command at once and says how many succeeded with output.
pub(crate) fn crowd(desk: &Desk, arguments: &[&str], count: usize) -> usize {
    let start = || {
        let mut command = desk.command(program("dtx"));
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let started: Vec<Child> = (0..count).map(|_| start()).collect();
    let waiting: Vec<_> =
        started.into_iter().map(|child| thread::spawn(move || child.wait_with_output().unwrap())).collect();
    let ended = waiting.into_iter().map(|thread| thread.join().unwrap());
    ended.filter(|output| output.status.success() && !output.stdout.is_empty()).count()
}
