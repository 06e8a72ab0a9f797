//! macOS: the main thread serves the program's icon and menu, and hears of the end and of sleep.

use std::{process, thread};

use connect_macos::{application, session};

use crate::platform::macos;

pub(super) fn serve_during(work: impl FnOnce() -> u8 + Send + 'static) -> u8 {
    if !session::has_screen() {
        return work();
    }
    let hear = macos::begin();
    // Nothing brings the system's loop to an end but the end of the process.
    let beside = thread::Builder::new().name("agent".to_owned()).spawn(move || process::exit(work().into()));
    if let Err(error) = beside {
        tracing::error!(kind = %error.kind(), "there is no second thread");
        return 1;
    }
    application::serve(hear);
    wait_for_the_end()
}

/// The loop has ended before the work, which ends the process.
fn wait_for_the_end() -> ! {
    loop {
        thread::park();
    }
}
