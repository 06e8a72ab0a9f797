//! The org as a client meets it: over a socket, with nothing but HTTP.

mod client;
mod control;
mod faults;
mod identity;
mod november_2026;
mod odd_requests;
mod policies;
mod scenario;
mod setup;
mod sign_in;
mod tokens;
