//! Resolves names, with an error that can be told from all others.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The system's own resolver, except for `localhost`, which is always this computer (RFC 6761, section 6.3).
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolver;

/// The host name is not known.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the host name is not known")]
pub(super) struct NameUnknown;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            if name.as_str() == "localhost" {
                return Ok(Box::new(loopback().into_iter()) as Addrs);
            }
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| NameUnknown)?;
            let found: Vec<SocketAddr> = found.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Port 0 is replaced by the address's own.
fn loopback() -> [SocketAddr; 2] {
    [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))]
}
