//! A Windows for a test, by Wine. Needs root, and what `tests/wine/make` makes.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::Display;

const TARGET: &str = "x86_64-pc-windows-gnu";

/// A Windows that has just been installed. Everything in it ends when this is dropped.
pub(crate) struct Wine {
    place: TempDir,
    /// The display that its windows are on. Without one it has a desktop that nobody sees.
    display: Option<String>,
}

impl Wine {
    pub(crate) fn new(display: Option<&Display>) -> Self {
        let desks = at_the_top("target/wine/desks");
        assert!(desks.exists(), "There is no Wine yet: tests/wine/make makes one. ./dev test sees to it.");
        let display = display.map(|display| display.name().to_owned());
        let wine = Self { place: tempfile::tempdir_in(desks).unwrap(), display };
        wine.start();
        wine
    }

    /// Starts what runs beside all programs, as `run` does before the first one.
    pub(crate) fn start(&self) {
        assert!(self.run(&["cmd", "/c", "exit 0"]), "Windows starts");
    }

    /// A program for Windows. Killing it by SIGKILL is to it what Task Manager's End task is on Windows: it gets no word of it.
    pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(at_the_top("tests/wine/run"));
        command.arg(program);
        command
    }

    pub(crate) fn environment(&self, home: &Path) -> Vec<(&'static str, String)> {
        let mut environment = vec![
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("WINEPREFIX", self.windows().to_str().unwrap().to_owned()),
            ("DATATRAX_HOME", of_windows(home)),
        ];
        environment.extend(self.display.clone().map(|display| ("DISPLAY", display)));
        environment
    }

    /// A built program of the product for Windows, built as this one is.
    pub(crate) fn program(name: &str) -> PathBuf {
        let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
        let path = at_the_top("target/windows").join(TARGET).join(profile).join(name).with_extension("exe");
        assert!(path.exists(), "{} is not built. ./dev test sees to it.", path.display());
        path
    }

    /// Ends all programs, as switching off the computer does.
    pub(crate) fn end(&self) {
        self.run(&["--end"]);
    }

    /// The user's part of the registry: it is written when Windows ends.
    pub(crate) fn registry(&self) -> String {
        fs::read_to_string(self.windows().join("user.reg")).unwrap()
    }

    fn run(&self, words: &[&str]) -> bool {
        let run = Command::new(at_the_top("tests/wine/run"))
            .args(words)
            .env("WINEPREFIX", self.windows())
            .envs(self.display.iter().map(|display| ("DISPLAY", display)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
        run.unwrap().success()
    }

    fn windows(&self) -> PathBuf {
        self.place.path().join("windows")
    }
}

/// The path by which programs for Windows know a file of Linux.
pub fn of_windows(path: &Path) -> String {
    format!("Z:{}", path.to_str().unwrap().replace('/', "\\"))
}

fn at_the_top(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path)
}
