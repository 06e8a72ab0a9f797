//! A browser, opened only for addresses that the agent or the core made, never for one from the page. Which one it is, the page
//! says by words that are looked up among the installed ones.

use std::{io, path::Path};

use connect_agent::platform::drawing;
use connect_core::{
    contract::view::{BrowserChoice, Failure, Instead},
    explain::unexpected,
    guide,
    org::address,
    platform::browsers,
};

use crate::platform::browser;

/// Opens a page of an org as it is chosen, and does not wait for the browser. `Some` where it does not simply open there.
pub(crate) fn open(address: &str, choice: &BrowserChoice) -> Result<Option<Instead>, Failure> {
    if !address::may_open(address) {
        return Err(unexpected("an address that is no org's was not opened"));
    }
    if *choice == BrowserChoice::Ask {
        let browsers = browsers::installed();
        // Where there is none to choose from, nobody has to.
        if !browsers.is_empty() {
            return Ok(Some(Instead::Choose { browsers }));
        }
    }
    let why = browsers::open(choice, address, drawing::is_its_own_matter, browser::start).map_err(untold)?;
    Ok(why.map(|why| Instead::Default { why }))
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
    browser::start(address).map_err(untold)
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` calls")]
fn untold(error: io::Error) -> Failure {
    tracing::warn!("nothing could be started that opens it");
    unexpected(error.kind())
}
