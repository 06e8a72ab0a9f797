//! Everything that decides in Datatrax Connect: no window, no terminal.

#[cfg(test)]
mod bindings;
#[cfg(test)]
mod testing;

pub mod address;
pub mod code;
pub mod connection;
pub mod controller;
pub mod credentials;
pub mod explain;
pub mod guide;
pub mod health;
pub mod home;
pub mod identity;
pub mod intent;
pub mod keychain;
pub mod lock;
pub mod logging;
pub mod net;
pub mod oauth;
pub mod ports;
pub mod preflight;
pub mod private;
pub mod rest;
pub mod salesforce;
pub mod secret;
pub mod secret_file;
pub mod settings;
pub mod setup;
pub mod vault;
pub mod view;
