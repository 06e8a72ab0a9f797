//! The life of a connection, decided without doing anything: a sign-in ([`attempt`]) and what keeps it ([`keep`]).
//!
//! Both are pure: events and the time come in, effects go out, and whoever carries an effect out brings its result
//! back as the next event.

pub mod attempt;
pub mod keep;
