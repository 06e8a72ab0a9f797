//! `dtx`: connections to Salesforce orgs, from a terminal or a script.

#![cfg_attr(all(lean, not(test)), no_main)]

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

/// Zeroes all memory when it is freed: libraries leave secrets behind in their buffers.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

#[cfg(all(lean, not(test)))]
connect_start::with!(connect_cli::run);

#[cfg(any(not(lean), test))]
fn main() -> std::process::ExitCode {
    connect_cli::run().into()
}
