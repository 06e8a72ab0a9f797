//! The org as seen by a client: over a socket, only by HTTP.

mod client;
mod control;
mod credentials;
mod faults;
mod identity;
mod metadata;
mod november_2026;
mod odd_requests;
mod policies;
mod scenario;
mod setup;
mod sign_in;
mod tokens;
