//! The system browser, opened only for addresses that the agent or the core made, never for one from the page.

use connect_core::{contract::view::Failure, explain::unexpected, guide, org::address};

use crate::platform::browser;

/// Opens a page of an org in the system browser and does not wait for it.
pub(crate) fn open(address: &str) -> Result<(), Failure> {
    if !address::may_open(address) {
        return Err(unexpected("an address that is no org's was not opened"));
    }
    start(address)
}

/// Opens the Datatrax portal.
pub(crate) fn open_portal() -> Result<(), Failure> {
    start(guide::PORTAL)
}

fn start(address: &str) -> Result<(), Failure> {
    browser::start(address).map_err(|error| {
        tracing::warn!("the browser could not be started");
        unexpected(error.kind())
    })
}
