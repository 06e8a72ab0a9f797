//! Windows: the installer registers the scheme for this user. What cleans the registry may take that away.
//!
//! Tauri's plugin writes what is missing. It has no schemes in `tauri.conf.json`: with one it would read the arguments itself
//! and send each link to the page, which has no business with what stands in it.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use connect_core::org::address::LINK_SCHEME;
use tauri::{AppHandle, RunEvent};
use tauri_plugin_deep_link::DeepLinkExt as _;
use windows_registry::CURRENT_USER;

/// Where the installer says which copy is the installed one.
const INSTALLED: &str = r"Software\com.getdatatrax.connect";

pub(super) fn keep(app: &AppHandle) {
    if let Err(error) = register_where_it_is_missing(app) {
        tracing::warn!(%error, "whether links lead here is not known");
    }
}

pub(super) fn told(_: &RunEvent) -> Option<Vec<OsString>> {
    None
}

fn register_where_it_is_missing(app: &AppHandle) -> tauri::Result<()> {
    app.plugin(tauri_plugin_deep_link::init())?;
    let command = value(&format!(r"Software\Classes\{LINK_SCHEME}\shell\open\command"), "");
    let installed = value(INSTALLED, "InstallDir").map(PathBuf::from);
    let program = env::current_exe()?;
    if is_installed(&program, installed.as_deref()) && is_free(command.as_deref()) {
        let registered = app.deep_link().register(LINK_SCHEME);
        tracing::info!(is_registered = registered.is_ok(), "links were not registered any more");
    }
    Ok(())
}

fn value(key: &str, name: &str) -> Option<String> {
    CURRENT_USER.open(key).ok()?.get_string(name).ok()
}

fn is_installed(program: &Path, installed: Option<&Path>) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let folder = program.parent().and_then(real);
    folder.is_some() && folder == installed.and_then(real)
}

/// Whether a registered command opens nothing: there is none, or its program is gone.
fn is_free(command: Option<&str>) -> bool {
    let program = command.and_then(|command| command.strip_prefix('"')?.split_once('"'));
    match (command, program) {
        (None, _) => true,
        (Some(_), Some((program, _))) => !Path::new(program).is_file(),
        // Somebody else's, written otherwise.
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_opens_nothing_any_more_is_registered_anew() {
        let here = env::current_exe().unwrap();
        for (command, expected) in [
            (None, true),
            (Some(r#""C:\gone\datatrax-connect.exe" "%1""#.to_owned()), true),
            (Some(format!(r#""{}" "%1""#, here.display())), false),
            (Some(r"C:\windows\system32\cmd.exe %1".to_owned()), false),
        ] {
            assert_eq!(is_free(command.as_deref()), expected, "{command:?}");
        }
    }

    #[test]
    fn only_the_installed_copy_registers_itself() {
        let here = env::current_exe().unwrap();
        assert!(is_installed(&here, here.parent()), "the installed copy");
        assert!(!is_installed(&here, Some(&env::temp_dir())), "another one is");
        assert!(!is_installed(&here, None), "none is");
    }
}
