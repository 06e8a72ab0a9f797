//! What the system says of itself and of this computer.

use std::io;

use objc2_foundation::NSProcessInfo;

/// The system's version, in its own words.
pub fn version() -> String {
    NSProcessInfo::processInfo().operatingSystemVersionString().to_string()
}

/// The number that this computer was made with.
///
/// # Errors
/// It is not told.
pub fn number() -> io::Result<[u8; 16]> {
    let mut number = [0; 16];
    let at_once = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: there is room for the sixteen bytes, and the time outlives the call.
    let told = unsafe { libc::gethostuuid(number.as_mut_ptr(), &raw const at_once) };
    if told == 0 { Ok(number) } else { Err(io::Error::last_os_error()) }
}
