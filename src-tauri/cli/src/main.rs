//! `dtx`: connections to Salesforce orgs, from a terminal or a script.

#![cfg_attr(lean, no_main)]

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

/// Zeroes all memory when it is freed: libraries leave secrets behind in their buffers.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

#[cfg(lean)]
connect_start::with!(connect_cli::run);

#[cfg(not(lean))]
fn main() -> std::process::ExitCode {
    connect_cli::run().into()
}
