//! The system browser, opened for addresses that the agent or the core made, never for one the page names.

use connect_core::{
    contract::view::Failure,
    explain::{Code, failure},
    guide,
    org::address,
};

/// Opens a page of an org in the system browser and does not wait for it.
pub(crate) fn open(address: &str) -> Result<(), Failure> {
    if !address::may_open(address) {
        tracing::error!("an address that is no org's was not opened");
        return Err(failure(Code::Unexpected, &[]));
    }
    start(address)
}

/// Opens the Datatrax portal.
pub(crate) fn open_portal() -> Result<(), Failure> {
    start(guide::PORTAL)
}

fn start(address: &str) -> Result<(), Failure> {
    open::that_detached(address).map_err(|error| {
        tracing::warn!(kind = %error.kind(), "the browser could not be started");
        failure(Code::Unexpected, &[])
    })
}
