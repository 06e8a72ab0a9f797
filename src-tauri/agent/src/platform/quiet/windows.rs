//! Windows: a program of the console gets a console from whoever starts it without one, such as the login. So the same program
//! is there once more as one without a console.

use std::path::{Path, PathBuf};

use connect_core::platform::process;

/// Where it is not installed, such as beside a single `dtx`, that has to do.
pub(super) fn program(dtx: &Path) -> PathBuf {
    let quiet = process::beside(dtx, "datatrax-agent");
    if quiet.is_file() { quiet } else { dtx.to_owned() }
}
