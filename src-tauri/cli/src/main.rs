//! `dtx`: connections to Salesforce orgs, from a terminal or a script.

use std::{alloc::System, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

/// Everything is zeroed when it is freed: secrets pass through buffers of libraries that leave them behind.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    connect_cli::run()
}
