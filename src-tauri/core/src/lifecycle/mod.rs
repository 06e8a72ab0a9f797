//! The life of a connection, decided without doing anything: a sign-in ([`attempt`]), what keeps its tokens usable
//! ([`renewal`]), and until when it is safe ([`health`]).
//!
//! All pure: events and the time come in, effects go out, and whoever carries an effect out brings its result back as
//! the next event.

pub mod attempt;
pub mod health;
pub mod renewal;
