//! What the system tells of a process of this user.

use std::{ffi::OsString, io, mem::MaybeUninit, os::unix::ffi::OsStringExt as _, path::PathBuf};

/// The room for a path, in bytes (`PROC_PIDPATHINFO_MAXSIZE`).
const LONGEST_PATH: u32 = 4096;

/// A process among all that have ever had its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The number of the process that started it, or has taken that one's place.
    pub starter: u32,
    /// Seconds and microseconds.
    pub began: (u64, u64),
}

/// # Errors
/// It has ended, or nothing is told of it.
pub fn facts(number: u32) -> io::Result<Facts> {
    let number = i32::try_from(number).map_err(io::Error::other)?;
    let room = i32::try_from(size_of::<libc::proc_bsdinfo>()).map_err(io::Error::other)?;
    let mut facts = MaybeUninit::<libc::proc_bsdinfo>::zeroed();
    // SAFETY: there is as much room as is told.
    let told =
        unsafe { libc::proc_pidinfo(number, libc::PROC_PIDTBSDINFO, 0, facts.as_mut_ptr().cast(), room) };
    if told != room {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all of it was told; and it consists of numbers, for which zeros would do too.
    let facts = unsafe { facts.assume_init() };
    Ok(Facts { starter: facts.pbi_ppid, began: (facts.pbi_start_tvsec, facts.pbi_start_tvusec) })
}

/// The file that it runs.
///
/// # Errors
/// As for [`facts`].
pub fn program(number: u32) -> io::Result<PathBuf> {
    let number = i32::try_from(number).map_err(io::Error::other)?;
    let mut path = vec![0_u8; usize::try_from(LONGEST_PATH).map_err(io::Error::other)?];
    // SAFETY: there is as much room as is told.
    let length = unsafe { libc::proc_pidpath(number, path.as_mut_ptr().cast(), LONGEST_PATH) };
    match usize::try_from(length) {
        Ok(0) | Err(_) => Err(io::Error::last_os_error()),
        Ok(length) => {
            path.truncate(length);
            Ok(OsString::from_vec(path).into())
        }
    }
}
