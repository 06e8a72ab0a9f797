//! The window of Datatrax Connect.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    datatrax_connect::run()
}
