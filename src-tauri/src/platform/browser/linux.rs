//! Linux: the desktop's launchers, one after another until one works.

use std::{
    io,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use connect_agent::platform::drawing;
use connect_core::platform::process;

/// The time within which a launcher that does not work reports that.
const TIME_TO_FAIL: Duration = Duration::from_millis(250);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

pub(super) fn start(address: &str) -> io::Result<()> {
    let mut opened = Err(io::Error::from(io::ErrorKind::NotFound));
    for launcher in open::commands(address) {
        opened = launch(launcher);
        if opened.is_ok() {
            break;
        }
    }
    opened
}

/// Starts one of the desktop's launchers. It may run for as long as the browser does, so this waits only for an early
/// failure.
fn launch(mut launcher: Command) -> io::Result<()> {
    drawing::is_its_own_matter(&mut launcher);
    process::set_apart(&mut launcher);
    launcher.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut launcher = launcher.spawn()?;
    let give_up_at = Instant::now() + TIME_TO_FAIL;
    while Instant::now() < give_up_at {
        match launcher.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(status.to_string())),
            None => thread::sleep(LOOK_AGAIN),
        }
    }
    // Waited for, so that no zombie process is left.
    thread::spawn(move || launcher.wait());
    Ok(())
}
