//! `datatrax-agent`: `dtx` once more, as a program without a console. Windows gives a program of the console a console of its
//! own wherever it is started without one, such as at the login; so it is this one that the login starts, and the window. The
//! other systems need no such program, and do not have it.

#![windows_subsystem = "windows"]

use std::{alloc::System, process::ExitCode};

use zeroizing_alloc::ZeroAlloc;

/// As in `dtx`.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    connect_cli::run().into()
}
