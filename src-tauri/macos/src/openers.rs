//! Which application opens an address.

use std::path::PathBuf;

use objc2_app_kit::NSWorkspace;
use objc2_foundation::{NSString, NSURL};

/// The bundle of the application that the system opens this address with.
pub fn of(address: &str) -> Option<PathBuf> {
    let address = NSURL::URLWithString(&NSString::from_str(address))?;
    let application = NSWorkspace::sharedWorkspace().URLForApplicationToOpenURL(&address)?;
    Some(PathBuf::from(application.path()?.to_string()))
}
