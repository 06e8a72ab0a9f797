//! Everything that decides in Datatrax Connect: no window, no terminal.

#[cfg(test)]
mod bindings;

pub mod address;
pub mod credentials;
pub mod explain;
pub mod home;
pub mod intent;
pub mod keychain;
pub mod lock;
pub mod ports;
pub mod private;
pub mod secret;
pub mod vault;
pub mod view;
