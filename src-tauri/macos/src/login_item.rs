//! What the system starts at the login for a bundle: a launch agent whose property list the bundle has in
//! `Contents/Library/LaunchAgents`.

use std::io;

use objc2::rc::Retained;
use objc2_foundation::{NSError, NSString};
use objc2_service_management::{SMAppService, SMAppServiceStatus};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Off,
    On,
    /// A person has switched it off in the system's settings, or has not been asked yet.
    NotAllowed,
    /// The bundle has no such list, or there is no bundle.
    Unknown,
}

pub fn state(list: &str) -> State {
    // SAFETY: nothing is passed.
    let state = unsafe { service(list).status() };
    match state {
        SMAppServiceStatus::NotRegistered => State::Off,
        SMAppServiceStatus::Enabled => State::On,
        SMAppServiceStatus::RequiresApproval => State::NotAllowed,
        _ => State::Unknown,
    }
}

/// # Errors
/// Those of the system.
pub fn switch_on(list: &str) -> io::Result<()> {
    // SAFETY: the place for the error is the binding's own.
    unsafe { service(list).registerAndReturnError() }.map_err(|error| why(&error))
}

/// # Errors
/// Those of the system.
pub fn switch_off(list: &str) -> io::Result<()> {
    // SAFETY: the place for the error is the binding's own.
    unsafe { service(list).unregisterAndReturnError() }.map_err(|error| why(&error))
}

fn service(list: &str) -> Retained<SMAppService> {
    // SAFETY: any text may be asked for.
    unsafe { SMAppService::agentServiceWithPlistName(&NSString::from_str(list)) }
}

fn why(error: &NSError) -> io::Error {
    io::Error::other(error.localizedDescription().to_string())
}
