//! Scripts around `dtx`: the JSON they rely on, and third-party programs with its tokens.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod app_files;
mod at_a_terminal;
mod checks;
mod completions;
mod every_code;
mod explain;
mod failures;
mod groups;
mod python;
mod recipes;
mod run;
mod scripts;
mod token_forms;
