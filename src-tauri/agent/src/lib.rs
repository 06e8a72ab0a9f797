//! The private socket between the faces and the [`Controller`](connect_core::controller::Controller): one JSON-RPC 2.0
//! message a line, described in `docs/protocol.md`.

pub mod agent;
mod ask;
pub mod client;
pub mod desktop;
pub mod diagnostics;
pub mod doctor;
pub mod early;
mod holder;
mod lines;
pub mod notify;
pub mod of_agent;
mod place;
pub mod platform;
pub mod server;
pub mod service;
pub mod shown;
pub mod tray;
mod unread;
pub mod window;
pub mod wire;

pub use ask::Ask;
pub use client::Client;
pub use unread::{PartOf, Unread};
