//! In which way the page is drawn, and what the last start had to do with that.

use std::{env, ffi::OsString, fs, path::PathBuf, process::Command};

use connect_agent::platform::drawing::{PLAINLY, USUALLY};
use connect_core::platform::{home::Home, private, process};
use serde::{Deserialize, Serialize};

use crate::remembered;

/// Starts this program anew, as the same process and with the same arguments, with what the window is to draw with. That is
/// read from the environment, which a program cannot change safely in itself. Returns when the environment is as it is to be;
/// what somebody has set there stands.
pub(crate) fn choose() {
    let plainly = Home::from_environment().is_ok_and(|home| Start::of(&home).has_failed());
    let wanted = if plainly { PLAINLY } else { USUALLY };
    let missing: Vec<_> = wanted.iter().copied().filter(|(name, _)| env::var_os(name).is_none()).collect();
    if !missing.is_empty() {
        start_anew(env::args_os().skip(1), &missing);
    }
}

/// The same in the plainest way.
pub(crate) fn start_plainly(argument: Option<String>) {
    start_anew(argument.into_iter().map(Into::into), PLAINLY);
}

/// This process becomes the new one; returns only when that fails. Then the window draws as it did.
fn start_anew(arguments: impl Iterator<Item = OsString>, with: &[(&str, &str)]) {
    let Ok(program) = env::current_exe() else { return };
    let mut again = Command::new(program);
    let error = process::give_way_to(again.args(arguments).envs(with.iter().copied()));
    tracing::warn!(kind = %error.kind(), "the window could not be started again");
}

pub(crate) fn is_plain() -> bool {
    PLAINLY.iter().all(|(name, value)| env::var(name).is_ok_and(|found| found == *value))
}

/// That a window was started and has drawn nothing yet, kept in the home. A compositor may end the whole program at its
/// first picture; then the next start finds this.
#[derive(Clone)]
pub(crate) struct Start(PathBuf);

/// With which versions. Others may well draw, so they begin in the usual way.
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

    /// Whether the last window of these versions drew nothing in the usual way, as far as is known.
    fn has_failed(&self) -> bool {
        remembered::small(&self.0)
            .and_then(|text| serde_json::from_slice::<Versions>(&text).ok())
            .is_some_and(|versions| versions == Versions::here())
    }

    /// Nothing is drawn yet. What is drawn plainly is kept on being drawn so.
    pub(crate) fn is_under_way(&self) {
        let text = serde_json::to_vec(&Versions::here()).unwrap_or_default();
        if let Err(error) = private::replace(&self.0, &text) {
            tracing::info!(kind = %error.kind(), "that the window starts is not kept");
        }
    }

    /// The usual way has drawn something, or no way has.
    pub(crate) fn is_over(&self) {
        // It may not be there, and a folder that cannot be written to has never had it.
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
