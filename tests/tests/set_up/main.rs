//! The guided set-up of an org: its steps, their proofs, the org's own pages, and the guide on a terminal. The guide in
//! the window is in the room `window`.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod admin_answers;
mod admin_requests;
mod new_apps;
mod setup_callbacks;
mod setup_pages;
mod setup_steps;
mod setups;
mod terminal_guide;
mod terminal_portal;
mod terminal_secrets;
