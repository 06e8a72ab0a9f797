//! The session that a process belongs to: a person's at the screen, or that of services.

use std::io;

use windows_sys::Win32::System::{RemoteDesktop::ProcessIdToSessionId, Threading::GetCurrentProcessId};

/// The number of this process's session. 0 is that of services, which nobody sees.
pub fn number() -> io::Result<u32> {
    let mut session = 0;
    // SAFETY: nothing is passed.
    let own = unsafe { GetCurrentProcessId() };
    // SAFETY: there is a place for the answer.
    let told = unsafe { ProcessIdToSessionId(own, &raw mut session) };
    if told == 0 { Err(io::Error::last_os_error()) } else { Ok(session) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_process_has_a_session() {
        assert!(super::number().is_ok());
    }
}
