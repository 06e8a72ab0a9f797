//! The org as a client meets it: over a socket, with nothing but HTTP.

mod client;
mod control;
mod faults;
mod scenario;
mod identity;
mod odd_requests;
mod setup;
mod sign_in;
mod tokens;
