use std::{env, path::PathBuf, process::Stdio, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
    time::timeout,
};

use crate::Desk;

/// Longer than anything here takes; reached only when something hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// A built program of this workspace, such as `dtx`.
pub fn program(name: &str) -> PathBuf {
    // Tests run from `target/<profile>/deps`.
    let test = env::current_exe().unwrap();
    let path = test.parent().and_then(|deps| deps.parent()).unwrap().join(name);
    assert!(path.exists(), "{name} is not built: run cargo build --workspace first");
    path
}

/// A running `dtx`, spoken to line by line.
pub struct Dtx {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
    told: Vec<String>,
}

/// How a `dtx` ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    /// All it wrote to standard output.
    pub output: String,
    /// All it wrote to standard error.
    pub error: String,
}

impl Ended {
    /// The JSON objects on standard output, one a line.
    pub fn json(&self) -> Vec<Value> {
        self.output
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
            .collect()
    }

    /// The last JSON object on standard output.
    pub fn last(&self) -> Value {
        self.json().pop().unwrap_or_else(|| panic!("no output; on standard error: {}", self.error))
    }
}

impl Desk {
    /// Starts `dtx` on this desk.
    pub fn start(&self, arguments: &[&str]) -> Dtx {
        self.start_with(arguments, &[])
    }

    /// Starts `dtx` with more in its environment.
    pub fn start_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Dtx {
        let mut command = self.command(program("dtx"));
        command.args(arguments).envs(environment.iter().copied());
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Dtx { child, input, output, told: Vec::new() }
    }

    /// Runs `dtx` to its end, with nothing on standard input.
    pub async fn dtx(&self, arguments: &[&str]) -> Ended {
        let mut dtx = self.start(arguments);
        dtx.end_input();
        dtx.ended().await
    }
}

impl Dtx {
    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Types a line.
    pub async fn say(&mut self, line: &str) {
        let input = self.input.as_mut().expect("input is open");
        // A program that has ended reads no more; the test sees that in how it ended.
        let _ = input.write_all(format!("{line}\n").as_bytes()).await;
    }

    pub fn end_input(&mut self) {
        self.input = None;
    }

    /// Asks the program to end, as Ctrl+C does.
    pub async fn interrupt(&mut self) {
        let pid = self.id().to_string();
        tokio::process::Command::new("kill").args(["-INT", &pid]).status().await.unwrap();
    }

    /// The next line of standard output.
    pub async fn line(&mut self) -> Option<String> {
        let line = timeout(PATIENCE, self.output.next_line()).await.expect("dtx goes on").unwrap();
        self.told.extend(line.clone());
        line
    }

    /// The next event of `connect --json` of this name. Others before it are passed over.
    pub async fn event(&mut self, name: &str) -> Value {
        while let Some(line) = self.line().await {
            let event: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            if event["event"] == name {
                return event;
            }
            assert_ne!(event["event"], "failed", "waiting for {name}: {event}");
        }
        panic!("dtx ended before {name}: {:?}", self.told);
    }

    /// Waits for its end.
    pub async fn ended(mut self) -> Ended {
        while self.line().await.is_some() {}
        let mut error = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        timeout(PATIENCE, stderr.read_to_string(&mut error)).await.expect("dtx ends").unwrap();
        let status = timeout(PATIENCE, self.child.wait()).await.expect("dtx ends").unwrap();
        let output = self.told.iter().map(|line| format!("{line}\n")).collect();
        Ended { code: status.code().unwrap_or(-1), output, error }
    }
}
