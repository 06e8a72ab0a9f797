//! The system browser, opened for addresses that the agent or the core made, never for one the page names.

use connect_core::explain::{Code, failure};
use connect_core::view::Failure;

/// Opens `address` in the system browser and does not wait for it.
pub(crate) fn open(address: &str) -> Result<(), Failure> {
    if !may_open(address) {
        tracing::error!("an address that is neither https nor of this computer was not opened");
        return Err(failure(Code::Unexpected, &[]));
    }
    open::that_detached(address).map_err(|error| {
        tracing::warn!(kind = %error.kind(), "the browser could not be started");
        failure(Code::Unexpected, &[])
    })
}

/// Real orgs are opened over https; practice orgs live on this computer.
fn may_open(address: &str) -> bool {
    ["https://", "http://localhost:", "http://127.0.0.1:"].iter().any(|start| address.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::may_open;

    #[test]
    fn opens_only_orgs_and_this_computer() {
        for address in
            ["https://acme.my.salesforce.com/services", "http://localhost:8080/x", "http://127.0.0.1:1/"]
        {
            assert!(may_open(address), "{address} may be opened");
        }
        for address in ["http://acme.my.salesforce.com/", "file:///etc/passwd", "javascript:1", "-x", ""] {
            assert!(!may_open(address), "{address} must not be opened");
        }
    }
}
