//! The window: a face of the agent. It forwards what the page asks for and what the agent tells, keeps no secret and
//! decides nothing.

mod agent;
#[cfg(test)]
mod agent_test;
mod arguments;
#[cfg(test)]
mod bindings_test;
mod browser;
mod commands;
mod events;
#[cfg(test)]
mod permissions_test;
mod remembered;
mod turn;
mod watchdog;
mod window;

use std::process::ExitCode;

/// Shows the window until it is closed, or has the one that is open come forward.
///
/// Ends with 1 and one line on standard error when no window can be made, as without a display.
pub fn run() -> ExitCode {
    // A dump of a page would hold what was pasted into it.
    connect_core::platform::private::no_core_dumps();
    connect_core::platform::logging::to_stderr();
    match window::show(arguments::read(std::env::args_os().skip(1))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            watchdog::say_why(&trouble.to_string());
            ExitCode::FAILURE
        }
    }
}
