//! The system browser, opened only for addresses that the agent or the core made, never for one from the page.

use std::path::Path;

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

/// Opens a folder of this program in whatever shows folders.
pub(crate) fn open_folder(folder: &Path) -> Result<(), Failure> {
    start(&folder.display().to_string())
}

fn start(address: &str) -> Result<(), Failure> {
    browser::start(address).map_err(|error| {
        tracing::warn!("nothing could be started that opens it");
        unexpected(error.kind())
    })
}
