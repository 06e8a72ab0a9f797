use std::{env, os::unix::process::ExitStatusExt, path::PathBuf, process::Stdio};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
    sync::watch,
    time::timeout,
};

use crate::{Desk, PATIENCE, told};

const SIGKILL: i32 = 9;

/// A built program of this workspace, such as `dtx`.
pub fn program(name: &str) -> PathBuf {
    // Tests run from `target/<profile>/deps`, other programs from the folder above.
    let own = env::current_exe().unwrap();
    let path = own.ancestors().skip(1).find(|folder| !folder.ends_with("deps")).unwrap().join(name);
    assert!(path.exists(), "{name} is not built: run cargo build --workspace first");
    path
}

/// A running `dtx`, spoken to line by line.
pub struct Dtx {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
    told: Vec<String>,
    /// All of standard error so far; the sender is dropped at its end.
    error: watch::Receiver<String>,
}

/// The end of a `dtx`.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    /// Its whole standard output.
    pub output: String,
    /// Its whole standard error.
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

    /// Asserts that it ended with this exit code and this failure, in words, with `retryable`. Returns the failure.
    pub fn failed(&self, code: i32, failure: &str) -> Value {
        let told = self.last();
        assert_eq!(told["event"], "failed", "{self:?}");
        assert_eq!((self.code, told["code"].as_str()), (code, Some(failure)), "{self:?}");
        let known = told::code_of(failure).expect("a code of the closed set");
        assert_eq!(i32::from(known.exit()), code, "{failure} has this exit code");
        let message = told["message"].as_str().unwrap_or_default();
        assert!(told::is_told(known, message), "in the words of {failure}: {message}");
        let words = format!("{} {}", told["message"], told["fix"]);
        assert!(!words.contains('{'), "every fact is filled in: {words}");
        assert!(code != 4 || told["retryable"] == true, "for now: {told}");
        assert!(told["fix"].as_array().is_some_and(|fix| !fix.is_empty()), "something to do: {told}");
        told
    }
}

impl Desk {
    /// Starts `dtx` on this desk.
    pub fn start(&self, arguments: &[&str]) -> Dtx {
        self.start_with(arguments, &[])
    }

    /// Starts `dtx` with additional environment variables.
    pub fn start_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Dtx {
        let mut command = self.command(self.program("dtx"));
        command.args(arguments).envs(environment.iter().copied());
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        // Read all the time, since a full pipe would block the program.
        let (errors, error) = watch::channel(String::new());
        tokio::spawn(collect(child.stderr.take().unwrap(), errors));
        Dtx { child, input, output, told: Vec::new(), error }
    }

    /// Runs `dtx` to its end, with empty standard input.
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
        // A program that has ended reads no more; the test sees its end.
        let _ = input.write_all(format!("{line}\n").as_bytes()).await;
    }

    pub fn end_input(&mut self) {
        self.input = None;
    }

    /// Asks the program to end, as Ctrl+C does.
    pub async fn interrupt(&mut self) {
        self.signal("-INT").await;
    }

    /// Sends a signal, named as `kill` takes it.
    pub async fn signal(&mut self, signal: &str) {
        let pid = self.id().to_string();
        tokio::process::Command::new("kill").args([signal, &pid]).status().await.unwrap();
    }

    /// Kills the program, and returns once it is gone: whether this ended it.
    pub async fn kill(&mut self) -> bool {
        // A program that has ended already cannot be killed.
        let _ = self.child.start_kill();
        self.child.wait().await.unwrap().signal() == Some(SIGKILL)
    }

    /// The next line of standard output.
    pub async fn line(&mut self) -> Option<String> {
        let line = timeout(PATIENCE, self.output.next_line()).await.expect("dtx goes on").unwrap();
        self.told.extend(line.clone());
        line
    }

    /// The next event of `connect --json` with this name. Others before it are skipped.
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

    /// The first line of standard error that contains this, now or later.
    pub async fn hint(&mut self, part: &str) -> String {
        let line = |text: &str| {
            text.split_inclusive('\n')
                .find(|line| line.ends_with('\n') && line.contains(part))
                .map(str::to_owned)
        };
        let told =
            timeout(PATIENCE, self.error.wait_for(|text| line(text).is_some())).await.expect("dtx goes on");
        let told = told.unwrap_or_else(|_| panic!("dtx ended without a word of {part}"));
        line(&told).unwrap_or_default().trim_end().to_owned()
    }

    /// Waits for its end.
    pub async fn ended(mut self) -> Ended {
        while self.line().await.is_some() {}
        // An error means that all was read and the sender is gone.
        let _ = timeout(PATIENCE, self.error.wait_for(|_| false)).await.expect("dtx ends");
        let error = self.error.borrow().clone();
        let status = timeout(PATIENCE, self.child.wait()).await.expect("dtx ends").unwrap();
        let lines = self.told.iter().filter_map(|line| serde_json::from_str(line).ok());
        lines.for_each(|line: Value| told::assert_ways_into_setup(&line));
        let output = self.told.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        Ended { code: status.code().unwrap_or(-1), output, error }
    }
}

async fn collect(stderr: impl AsyncRead + Unpin, errors: watch::Sender<String>) {
    let mut lines = BufReader::new(stderr);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
        errors.send_modify(|text| text.push_str(&String::from_utf8_lossy(&line)));
        line.clear();
    }
}
