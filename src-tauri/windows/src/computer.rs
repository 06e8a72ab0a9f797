//! What this computer is called.

use std::io;

use windows_sys::Win32::System::SystemInformation::{ComputerNamePhysicalDnsHostname, GetComputerNameExW};

use crate::text::narrow;

/// Its own name, also where it has another one as part of a cluster.
pub fn name() -> io::Result<String> {
    let (mut name, mut room) = ([0_u16; 256], 256);
    // SAFETY: the place has the room that is told.
    let told =
        unsafe { GetComputerNameExW(ComputerNamePhysicalDnsHostname, name.as_mut_ptr(), &raw mut room) };
    if told == 0 { Err(io::Error::last_os_error()) } else { Ok(narrow(&name)) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_computer_has_a_name() {
        assert!(!super::name().unwrap().is_empty());
    }
}
