//! Which application a process is a part of.

use std::io;

use windows_sys::Win32::UI::Shell::SetCurrentProcessExplicitAppUserModelID;

use crate::text::wide;

/// From now on the windows of this process belong to the application of this identifier (`AppUserModelID`), whose shortcut
/// in the Start menu has its name and icon. To be called before the first window.
pub fn is(identifier: &str) -> io::Result<()> {
    let identifier = wide(identifier);
    // SAFETY: the text ends with a zero, and is copied.
    let told = unsafe { SetCurrentProcessExplicitAppUserModelID(identifier.as_ptr()) };
    if told < 0 { Err(io::Error::from_raw_os_error(told)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_belongs_to_the_application_that_it_names() {
        is("com.getdatatrax.connect").unwrap();
    }
}
