//! This computer's processors: how long they had nothing to do.

use std::{io, time::Duration};

use windows_sys::Win32::{Foundation::FILETIME, System::Threading::GetSystemTimes};

use crate::processes::time;

/// The time of all processors together since the computer began: what there was, and what of it was idle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    pub all: Duration,
    pub idle: Duration,
}

pub fn times() -> io::Result<Times> {
    let [mut idle, mut in_system, mut in_programs] = [FILETIME::default(); 3];
    // SAFETY: there is a place for each of the three.
    let told = unsafe { GetSystemTimes(&raw mut idle, &raw mut in_system, &raw mut in_programs) };
    if told == 0 {
        return Err(io::Error::last_os_error());
    }
    // What is idle is counted to the system's.
    Ok(Times { all: time(in_system) + time(in_programs), idle: time(idle) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_the_processors_goes_on_and_what_is_idle_is_a_part_of_it() {
        let before = times().unwrap();
        let mut now = before;
        while now.all == before.all {
            now = times().unwrap();
        }
        assert!(now.all > before.all && now.idle <= now.all, "{now:?} after {before:?}");
    }
}
