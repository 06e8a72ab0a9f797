//! The bundle (`….app`) that this program stands in.

use std::{ffi::OsStr, path::PathBuf};

use objc2_foundation::NSBundle;

/// Whether it stands in one: macOS shows notifications, and starts programs at the login, for bundles alone.
pub fn is_there() -> bool {
    let bundle = NSBundle::mainBundle();
    let folder = PathBuf::from(bundle.bundlePath().to_string());
    bundle.bundleIdentifier().is_some() && folder.extension() == Some(OsStr::new("app"))
}
