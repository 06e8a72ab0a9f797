//! How the page is drawn, and whether the last start failed at it.

use std::{env, ffi::OsString, fs, path::PathBuf, process::Command};

use connect_agent::platform::drawing::{PLAINLY, USUALLY};
use connect_core::platform::{home::Home, private, process};
use serde::{Deserialize, Serialize};

use crate::remembered;

/// Starts this program anew as the same process, with the same arguments and the variables to draw with: a program
/// cannot safely change its own environment. Returns when they are set already; values set by a person are kept.
pub(crate) fn choose() {
    let plainly = Home::from_environment().is_ok_and(|home| Start::of(&home).has_failed());
    let wanted = if plainly { PLAINLY } else { USUALLY };
    let missing: Vec<_> = wanted.iter().copied().filter(|(name, _)| env::var_os(name).is_none()).collect();
    if !missing.is_empty() {
        start_anew(env::args_os().skip(1), &missing);
    }
}

/// As [`choose`], in the plainest way.
pub(crate) fn start_plainly(argument: Option<String>) {
    start_anew(argument.into_iter().map(Into::into), PLAINLY);
}

/// Replaces this process; returns only if that fails. Then the window draws as before.
fn start_anew(arguments: impl Iterator<Item = OsString>, with: &[(&str, &str)]) {
    let Ok(program) = env::current_exe() else { return };
    let mut again = Command::new(program);
    let error = process::give_way_to(again.args(arguments).envs(with.iter().copied()));
    tracing::warn!(kind = %error.kind(), "the window could not be started again");
}

pub(crate) fn is_plain() -> bool {
    PLAINLY.iter().all(|(name, value)| env::var(name).is_ok_and(|found| found == *value))
}

/// A mark in the home for a window that was started and has drawn nothing yet. A compositor may end the whole program
/// at its first picture; then the next start finds the mark.
#[derive(Clone)]
pub(crate) struct Start(PathBuf);

/// The versions with which a start failed. Others may well draw, so they begin in the usual way.
#[derive(PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Versions {
    product: String,
    web_view: String,
}

impl Versions {
    fn here() -> Self {
        Self {
            product: env!("CARGO_PKG_VERSION").to_owned(),
            web_view: tauri::webview_version().unwrap_or_default(),
        }
    }
}

impl Start {
    pub(crate) fn of(home: &Home) -> Self {
        Self(home.window_start())
    }

    /// Whether the last window of these versions drew nothing in the usual way.
    fn has_failed(&self) -> bool {
        remembered::small(&self.0)
            .and_then(|text| serde_json::from_slice::<Versions>(&text).ok())
            .is_some_and(|versions| versions == Versions::here())
    }

    /// Marks that nothing is drawn yet. A window that draws plainly keeps to that.
    pub(crate) fn is_under_way(&self) {
        let text = serde_json::to_vec(&Versions::here()).unwrap_or_default();
        if let Err(error) = private::replace(&self.0, &text) {
            tracing::info!(kind = %error.kind(), "that the window starts is not kept");
        }
    }

    /// Removes the mark: the usual way has drawn something, or no way has.
    pub(crate) fn is_over(&self) {
        // The mark may be absent; a folder that cannot be written to never had it.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> (tempfile::TempDir, Start) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        (folder, Start::of(&home))
    }

    #[test]
    fn a_start_that_drew_nothing_is_known_to_the_next_one() {
        let (_folder, start) = start();
        assert!(!start.has_failed(), "the first");
        start.is_under_way();
        assert!(start.has_failed(), "it has not come to its end");
        start.is_over();
        assert!(!start.has_failed(), "it was drawn");
    }

    #[test]
    fn other_versions_begin_in_the_usual_way_again() {
        let here = Versions::here();
        let kept =
            |product: &str, web_view: &str| format!(r#"{{"product":"{product}","web_view":"{web_view}"}}"#);
        let (_folder, start) = start();
        for (text, has_failed) in [
            (kept(&here.product, &here.web_view), true),
            (kept("0.0.0", &here.web_view), false),
            (kept(&here.product, "2.0.0"), false),
            ("{".to_owned(), false),
            (String::new(), false),
        ] {
            private::replace(&start.0, text.as_bytes()).unwrap();
            assert_eq!(start.has_failed(), has_failed, "{text}");
        }
    }
}
