//! The network: Salesforce's hosts over TLS, the obstacles on the way to them, and hostile input from outside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod authorities;
mod fuzz;
mod real_hosts;
mod real_network;
