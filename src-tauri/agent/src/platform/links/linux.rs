//! Linux: `xdg-mime` names the desktop entry, and the entry names the program.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use connect_core::org::address::LINK_SCHEME;
use tokio::process::Command;

use crate::platform::linux::desktop_entry as entry;

pub(super) async fn lead_to(window: &Path) -> bool {
    let Some(name) = registered().await else { return false };
    let Some(text) = folders().iter().find_map(|folder| fs::read_to_string(folder.join(&name)).ok()) else {
        return false;
    };
    let words = entry::value(&text, "Exec").and_then(entry::words).unwrap_or_default();
    let takes_link = words.iter().any(|word| matches!(word.as_str(), "%u" | "%U"));
    let program = words.first().and_then(|program| find(program));
    takes_link && program.is_some() && program == fs::canonicalize(window).ok()
}

/// The file name of the desktop entry for our scheme.
async fn registered() -> Option<String> {
    let mut query = Command::new("xdg-mime");
    query.args(["query", "default", &format!("x-scheme-handler/{LINK_SCHEME}")]);
    query.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let answer = query.output().await.ok()?;
    let name = String::from_utf8(answer.stdout).ok()?;
    let name = name.trim();
    // Only a plain file name is accepted, never a path.
    let is_name = name.ends_with(".desktop") && !name.contains(['/', '\n']);
    is_name.then(|| name.to_owned())
}

/// Where desktop entries are, the most important first.
fn folders() -> Vec<PathBuf> {
    let system = env::var_os("XDG_DATA_DIRS").filter(|dirs| !dirs.is_empty());
    let system = system.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    let all = dirs::data_dir().into_iter().chain(env::split_paths(&system));
    all.map(|folder| folder.join("applications")).collect()
}

/// Finds the program's file as a launcher does.
fn find(program: &str) -> Option<PathBuf> {
    if program.contains('/') {
        return fs::canonicalize(program).ok();
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path).find_map(|folder| fs::canonicalize(folder.join(program)).ok())
}
