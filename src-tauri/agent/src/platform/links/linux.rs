//! Linux: `xdg-mime` names the desktop entry, and the entry names the program.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Stdio,
};

use connect_core::org::address::LINK_SCHEME;
use tokio::process::Command;

use super::Opener;
use crate::platform::linux::desktop_entry as entry;

pub(super) async fn lead_to(window: &Path) -> bool {
    let Some(name) = registered(LINK_SCHEME).await.unwrap_or_default() else { return false };
    let Some(text) = entry_of(&name) else { return false };
    let words = entry::value(&text, "Exec").and_then(entry::words).unwrap_or_default();
    let takes_link = words.iter().any(|word| matches!(word.as_str(), "%u" | "%U"));
    let program = words.first().and_then(|program| find(program));
    takes_link && program.is_some() && program == fs::canonicalize(window).ok()
}

/// The program that is set for https, by the name in its entry. `BROWSER` is what the launchers take first.
pub(super) async fn browser() -> Opener {
    if let Some(named) = env::var("BROWSER").ok().filter(|named| !named.is_empty()) {
        let program = named.split(':').next().unwrap_or_default().to_owned();
        return Opener::Named(
            Path::new(&program)
                .file_name()
                .map_or(program.clone(), |name| name.to_string_lossy().into_owned()),
        );
    }
    match registered("https").await {
        Ok(Some(name)) => {
            let text = entry_of(&name);
            let known = text.as_deref().and_then(|text| entry::value(text, "Name"));
            Opener::Named(known.unwrap_or(&name).to_owned())
        }
        Ok(None) => Opener::Nobody,
        Err(_) => Opener::Unknown,
    }
}

/// The file name of the desktop entry for a scheme, if one is set.
///
/// # Errors
/// The program that knows is not there.
async fn registered(scheme: &str) -> io::Result<Option<String>> {
    let mut query = Command::new("xdg-mime");
    query.args(["query", "default", &format!("x-scheme-handler/{scheme}")]);
    query.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let answer = query.output().await?;
    let name = String::from_utf8_lossy(&answer.stdout);
    let name = name.trim();
    // Only a plain file name is accepted, never a path.
    let is_name = name.ends_with(".desktop") && !name.contains(['/', '\n']);
    Ok(is_name.then(|| name.to_owned()))
}

/// The text of a desktop entry.
fn entry_of(name: &str) -> Option<String> {
    folders().iter().find_map(|folder| fs::read_to_string(folder.join(name)).ok())
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
