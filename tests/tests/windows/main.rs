//! What only Windows has, with the programs for Windows in a Wine: Credential Manager, the named pipe, paths with a drive, the
//! installer. Most of what is proved there is proved by the tests of the other rooms, which docs/behaviour.md marks.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod distribution;
mod installer;
mod installer_walls;
mod installing;
mod on_windows;
mod pipe;
mod web_view;
