use std::{fmt::Write, process::Stdio};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, ChildStdout},
    time::timeout,
};

use crate::{Desk, PATIENCE, program};

/// A person's terminal with a command running in it.
pub struct Terminal {
    child: Child,
    keyboard: ChildStdin,
    screen: ChildStdout,
    shown: String,
    read: usize,
}

impl Terminal {
    /// Runs a command that begins with `dtx`, on a pseudo-terminal made by `script`.
    pub fn start(desk: &Desk, command: &str) -> Self {
        let command = command.replacen("dtx", program("dtx").to_str().unwrap(), 1);
        let mut script = desk.command("script");
        script.args(["--quiet", "--return", "--echo", "never", "--command", &command, "/dev/null"]);
        let mut script = tokio::process::Command::from(script);
        script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = script.spawn().expect("script is installed");
        let (keyboard, screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, keyboard, screen, shown: String::new(), read: 0 }
    }

    /// Waits until a line with this text is on the screen, below the text seen before. Returns that line as far as it
    /// is written, and the text after it.
    pub async fn sees(&mut self, text: &str) -> String {
        loop {
            let new = self.shown.get(self.read..).unwrap_or_default();
            if let Some(at) = new.find(text) {
                let seen = new.get(at..).unwrap_or_default().to_owned();
                // An address is complete only when its line has ended.
                if !text.starts_with("http") || seen.contains('\n') {
                    self.read += at + text.len();
                    return seen;
                }
            }
            assert!(self.look().await, "the command ended without {text}: {}", self.shown);
        }
    }

    /// Types a line.
    pub async fn types(&mut self, line: &str) {
        self.keyboard.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// Presses these keys, without Enter.
    pub async fn presses(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).await.unwrap();
    }

    /// Presses Ctrl+C.
    pub async fn interrupts(&mut self) {
        self.keyboard.write_all(b"\x03").await.unwrap();
    }

    /// Waits for the end, and returns all output.
    pub async fn ended(mut self) -> String {
        while self.look().await {}
        let status = timeout(PATIENCE, self.child.wait()).await.expect("the command ends").unwrap();
        write!(self.shown, "\n({status})").unwrap();
        self.shown
    }

    async fn look(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let read = timeout(PATIENCE, self.screen.read(&mut bytes)).await;
        let read = read.unwrap_or_else(|_| panic!("nothing more is shown after {}", self.shown)).unwrap_or(0);
        self.shown.push_str(&String::from_utf8_lossy(&bytes[..read]));
        read > 0
    }
}
