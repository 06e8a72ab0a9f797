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
