//! The data shared by all requests: the fixed facts of the running org, and its state behind one lock.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use url::Url;

use crate::world::grants::in_process::InProcess;
use crate::world::options::Options;
use crate::world::state::State;

pub(crate) struct Shared {
    pub(crate) port: u16,
    origin: Option<String>,
    origin_authority: Option<String>,
    pub(crate) in_process: InProcess,
    state: Mutex<State>,
}

impl Shared {
    pub(crate) fn new(options: &Options, port: u16) -> io::Result<Self> {
        let origin = options.origin.as_ref().map(|origin| origin.trim_end_matches('/').to_owned());
        let origin_authority = match &origin {
            Some(origin) => Some(authority_of(origin)?),
            None => None,
        };
        let state = Mutex::new(State::new(options)?);
        Ok(Self { port, origin, origin_authority, in_process: InProcess::default(), state })
    }

    /// The state. Never hold it across an `await`.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The org's address: the configured origin, else `http://localhost:PORT`.
    pub(crate) fn address(&self) -> String {
        self.origin.clone().unwrap_or_else(|| format!("http://localhost:{}", self.port))
    }

    /// The address of the org for a client that sent this `Host`; `None` when the host is not this org's, as for a page
    /// of another site whose name points here (DNS rebinding).
    pub(crate) fn base_for(&self, host: &str) -> Option<String> {
        let host = host.to_ascii_lowercase();
        if self.origin_authority.as_ref() == Some(&host) {
            return Some(self.address());
        }
        let own =
            ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host == format!("{name}:{}", self.port));
        own.then(|| self.origin.clone().unwrap_or_else(|| format!("http://{host}")))
    }

    /// Whether clients reach the org over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.origin.as_ref().is_some_and(|origin| origin.starts_with("https:"))
    }
}

/// The `host` or `host:port` of an origin, as a client sends it in `Host`.
fn authority_of(origin: &str) -> io::Result<String> {
    let invalid = || {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "the origin must look like https://host or https://host:port",
        )
    };
    let address = Url::parse(origin).map_err(|_| invalid())?;
    let is_bare = address.path() == "/" && address.query().is_none() && address.fragment().is_none();
    let is_http = matches!(address.scheme(), "http" | "https") && address.username().is_empty();
    let host = address.host_str().filter(|_| is_bare && is_http).ok_or_else(invalid)?;
    Ok(address.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(origin: Option<&str>) -> Shared {
        let options = Options { origin: origin.map(str::to_owned), ..Options::default() };
        Shared::new(&options, 8123).unwrap()
    }

    #[test]
    fn only_its_own_names_are_answered() {
        let org = shared(None);
        assert_eq!(org.base_for("localhost:8123").as_deref(), Some("http://localhost:8123"), "by name");
        assert_eq!(org.base_for("127.0.0.1:8123").as_deref(), Some("http://127.0.0.1:8123"), "by number");
        for strange in ["localhost", "localhost:1", "evil.example:8123", "localhost.evil.example:8123", ""] {
            assert_eq!(org.base_for(strange), None, "{strange} is no name of this org");
        }
    }

    #[test]
    fn a_configured_origin_is_its_address_by_whichever_name_it_is_reached() {
        let org = shared(Some("https://acme--uat.sandbox.my.salesforce.com/"));
        let address = Some("https://acme--uat.sandbox.my.salesforce.com");
        assert_eq!(
            org.base_for("acme--uat.sandbox.my.salesforce.com").as_deref(),
            address,
            "through the front"
        );
        assert_eq!(org.base_for("localhost:8123").as_deref(), address, "at its own port");
        assert_eq!(org.base_for("acme.my.salesforce.com"), None, "another org's host");
    }

    #[test]
    fn an_origin_with_more_than_scheme_host_and_port_is_refused() {
        for strange in
            ["acme", "ftp://acme.example", "https://acme.example/path", "https://user@acme.example"]
        {
            let options = Options { origin: Some(strange.to_owned()), ..Options::default() };
            assert!(Shared::new(&options, 1).is_err(), "{strange} is no origin");
        }
    }
}
