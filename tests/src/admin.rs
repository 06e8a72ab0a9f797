use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::Desk;

/// A program of `tests/ui`, with key and secret on its standard input. Returns what it prints.
fn node(program: &str, arguments: &[&Path], (key, secret): (&str, &str)) -> String {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui").join(program);
    let mut node = Command::new("node");
    node.arg(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut node = node.spawn().expect("node is installed");
    node.stdin.take().unwrap().write_all(format!("{key}\n{secret}\n").as_bytes()).unwrap();
    let ended = node.wait_with_output().unwrap();
    assert!(ended.status.success(), "{} has sealed nothing", arguments[0].display());
    String::from_utf8(ended.stdout).unwrap()
}

/// Seals both values with the script of this page, as it does in a browser.
pub fn seal(page: &Path, pair: (&str, &str)) -> String {
    node("sealing.mjs", &[page], pair)
}

/// The same in a real Chromium, in which everything else of the page is tried.
pub fn seal_in_chromium(page: &Path, pair: (&str, &str)) -> String {
    let pictures = std::env::var_os("REQUEST_PICTURES").map(PathBuf::from);
    let arguments: Vec<&Path> = std::iter::once(page).chain(pictures.as_deref()).collect();
    node("request-page.mjs", &arguments, pair)
}

/// The same in a real Firefox. `None`, and said, where there is none that can be driven: a snap is closed off from the files here.
#[expect(clippy::print_stderr, reason = "what a test did not look at is to be seen")]
pub fn seal_in_firefox(page: &Path, pair: (&str, &str)) -> Option<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let programs = ["firefox-esr", "firefox"].into_iter().flat_map(|name| {
        std::env::split_paths(&path).map(move |folder| folder.join(name)).collect::<Vec<_>>()
    });
    let found = programs.filter_map(|program| program.canonicalize().ok()).find(|program| !is_snap(program));
    let Some(firefox) = found else {
        eprintln!("no Firefox here, or one that is a snap: not looked at");
        return None;
    };
    let pictures = std::env::var_os("REQUEST_PICTURES").map(PathBuf::from);
    let arguments: Vec<&Path> = [page, &firefox].into_iter().chain(pictures.as_deref()).collect();
    Some(node("request-page-firefox.mjs", &arguments, pair))
}

/// Whether a program is a snap, or a script that starts one, as Ubuntu's.
fn is_snap(program: &Path) -> bool {
    let is_script = std::fs::read(program)
        .is_ok_and(|bytes| bytes.starts_with(b"#!") && bytes.windows(5).any(|found| found == b"/snap"));
    is_script || program.ends_with("snap") || program.starts_with("/snap")
}

/// A request that was made with `dtx`.
pub struct Asked {
    pub page: PathBuf,
    pub number: String,
    /// What `dtx request new --json` told.
    pub told: Value,
}

impl Desk {
    /// Asks an admin of this org, with a page of this name on the desk.
    pub async fn ask_admin(&self, address: &str, name: &str) -> Asked {
        let page = self.folder().join(name);
        let file = page.to_str().unwrap();
        let told = self.json(&["request", "new", address, "--from", "Ada <Lovelace>", "--file", file]).await;
        let number = told["request"]["number"].as_str().unwrap().to_owned();
        Asked { page, number, told }
    }
}
