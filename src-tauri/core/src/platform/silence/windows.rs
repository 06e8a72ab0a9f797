//! Windows: how long each process has run is told; how many want to run is not.

use std::time::Duration;

use connect_windows::processes;

/// How long the program has run, all its threads together. `None` once it is gone, or where it is another user's.
pub(super) fn work_of(program: u32) -> Option<Duration> {
    processes::worked(program).ok()
}

/// Not told: the clock counts.
pub(super) fn wanting_to_work() -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_of_a_program_is_known_and_of_none_is_not() {
        assert!(work_of(std::process::id()).is_some(), "of this one");
        assert_eq!(work_of(3), None, "no process has such a number: they are multiples of four");
    }
}
