//! The program that a process runs.

use std::{
    ffi::OsString,
    io,
    os::windows::{ffi::OsStringExt as _, io::AsRawHandle as _},
    path::PathBuf,
};

use windows_sys::Win32::System::Threading::{
    OpenProcess, PROCESS_NAME_WIN32, PROCESS_QUERY_LIMITED_INFORMATION, QueryFullProcessImageNameW,
};

use crate::identity::owned;

/// The longest path there is, in units of 16 bits.
const LONGEST: u32 = 32_768;

/// The file of the program that a process runs.
pub fn of_process(id: u32) -> io::Result<PathBuf> {
    // SAFETY: no pointer is passed.
    let process = owned(unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, id) })?;
    let mut path = vec![0_u16; LONGEST as usize];
    let mut length = LONGEST;
    // SAFETY: the process is open, and the place has the room that is told.
    let told = unsafe {
        QueryFullProcessImageNameW(
            process.as_raw_handle(),
            PROCESS_NAME_WIN32,
            path.as_mut_ptr(),
            &raw mut length,
        )
    };
    if told == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(OsString::from_wide(path.get(..length as usize).unwrap_or_default()).into())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_process_runs_the_program_that_it_was_started_from() {
        let own = of_process(std::process::id()).unwrap();
        let known = std::env::current_exe().unwrap();
        assert_eq!(fs::canonicalize(own).unwrap(), fs::canonicalize(known).unwrap());
        assert!(of_process(3).is_err(), "no process has such a number: they are multiples of four");
    }
}
