//! The network: the hosts of Salesforce over TLS, what stands between them and this computer, and whatever comes from
//! outside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod authorities;
mod fuzz;
mod real_hosts;
mod real_network;
