//! Signing in: from an org's address and its pair through the browser to a stored connection, with everything that can
//! go wrong on the way.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod another_try;
mod chromium;
mod connect;
mod connect_input;
mod missed;
mod mistakes;
mod names_and_users;
mod older_tab;
mod org_answers;
mod pasted;
mod rotating;
mod rotating_by_rest;
mod rotating_exposed;
mod rotating_told;
mod sign_in_mistakes;
mod who_signs_in;
