//! All decisions of Datatrax Connect: no window, no terminal.

#[cfg(test)]
mod testing;

pub mod contract;
pub mod controller;
pub mod doctor;
pub mod explain;
pub mod guide;
pub mod lifecycle;
pub mod org;
pub mod paste;
pub mod platform;
pub mod ports;
pub mod salesforce_cli;
pub mod sealed;
pub mod secret;
pub mod vault;
