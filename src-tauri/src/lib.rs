//! The window: a face of the agent. It forwards the page's requests and the agent's notices, keeps no secret and
//! decides nothing.

mod agent;
#[cfg(test)]
mod agent_test;
mod app_files;
mod arguments;
mod asked;
#[cfg(test)]
mod bindings_test;
mod browser;
#[cfg(test)]
mod bundle_test;
mod closing;
mod commands;
mod drawing;
mod events;
mod frame;
mod help;
mod known;
mod pasted;
#[cfg(test)]
mod permissions_test;
mod platform;
mod practice;
mod remembered;
mod single_instance;
mod trouble;
mod watchdog;
mod window;

use std::process::ExitCode;

/// Shows the window until it is closed, or brings an open one to the front.
///
/// Ends with 1 and one line on standard error when no window can be made, as without a display.
pub fn run() -> ExitCode {
    // A core dump would hold what was pasted into the page.
    connect_core::platform::memory::no_core_dumps();
    connect_core::platform::logging::to_stderr();
    drawing::choose();
    match window::show(arguments::read(std::env::args_os().skip(1))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            watchdog::say_why(&trouble.to_string());
            ExitCode::FAILURE
        }
    }
}
