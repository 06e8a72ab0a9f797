//! How `dtx` starts on Linux. Other programs call it so often that its start counts, and Rust's own costs a fifth of what
//! starting any program does: it makes ready to put into words that the stack is full, for which it reads the map of the memory,
//! and the kernel ends the program then all the same. What else Rust's own start does is here, and in
//! `connect_core::platform::process::keep_streams`.

/// Makes a function the start of a program that is `no_main`. What it returns is the exit code.
#[macro_export]
macro_rules! with {
    ($run:path) => {
        // SAFETY: the system's library looks for this name, and no other function of the program has it.
        #[unsafe(no_mangle)]
        extern "C" fn main() -> ::core::ffi::c_int {
            $crate::ignore_broken_pipes();
            $crate::have_one_heap();
            ::std::process::exit($run().into())
        }
    };
}

/// A pipe that nobody reads any more is an error of the write, as in every program of Rust's; it would else end this one.
pub fn ignore_broken_pipes() {
    // SAFETY: both are constants of the system's, and no other thread has begun.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
}

/// All threads share one heap. Each would have its own otherwise, which grows page by page, with a call of the system for each; and
/// what a thread has freed would stay with its heap.
pub fn have_one_heap() {
    // SAFETY: both are numbers, and no other thread has begun.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
}

/// `x` to the power of `y`, as in C. Tokio's scheduler for several threads refers to it, which `dtx` does not use: with it here, the
/// system's library of mathematics is not loaded at each start.
// SAFETY: it is what the name says, for whoever calls it in place of the system's.
#[unsafe(no_mangle)]
pub extern "C" fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}
