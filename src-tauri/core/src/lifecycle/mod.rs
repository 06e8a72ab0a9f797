//! The life of a connection, decided without doing anything: a sign-in ([`attempt`]), what keeps its tokens usable
//! ([`renewal`]), and until when it is safe ([`health`]).
//!
//! All pure: events and the time come in, effects go out, and their results come back as the next events.

pub mod attempt;
pub mod health;
pub mod renewal;
