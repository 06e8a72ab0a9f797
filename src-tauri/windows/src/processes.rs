//! Other processes, by their number.

use std::{io, os::windows::io::AsRawHandle as _, time::Duration};

use windows_sys::Win32::{
    Foundation::FILETIME,
    System::Threading::{GetProcessTimes, OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION},
};

use crate::identity::owned;

/// How long a process has run on a processor, all its threads together.
pub fn worked(id: u32) -> io::Result<Duration> {
    // SAFETY: no pointer is passed.
    let process = owned(unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, id) })?;
    let [mut began, mut ended, mut in_system, mut in_program] = [FILETIME::default(); 4];
    // SAFETY: the process is open, and there is a place for each of the four.
    let told = unsafe {
        GetProcessTimes(
            process.as_raw_handle(),
            &raw mut began,
            &raw mut ended,
            &raw mut in_system,
            &raw mut in_program,
        )
    };
    if told == 0 { Err(io::Error::last_os_error()) } else { Ok(time(in_system) + time(in_program)) }
}

/// It is counted in tenths of a microsecond.
pub(crate) fn time(counted: FILETIME) -> Duration {
    let units = (u64::from(counted.dwHighDateTime) << 32) | u64::from(counted.dwLowDateTime);
    Duration::from_micros(units / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_has_worked_grows_while_it_works() {
        let own = std::process::id();
        let before = worked(own).unwrap();
        while worked(own).unwrap() == before {
            std::hint::spin_loop();
        }
        assert!(worked(3).is_err(), "no process has such a number: they are multiples of four");
    }
}
