//! `dtx`: connections to Salesforce orgs, from a terminal or a script.

use std::{alloc::System, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

/// Zeroes all memory when it is freed: libraries leave secrets behind in their buffers.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    connect_cli::run()
}
