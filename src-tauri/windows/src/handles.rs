//! Handles, and who else gets them.

use std::{
    io,
    os::windows::io::{AsRawHandle as _, BorrowedHandle},
};

use windows_sys::Win32::Foundation::{HANDLE_FLAG_INHERIT, SetHandleInformation};

/// Keeps a handle from the programs that this one starts.
pub fn keep(handle: BorrowedHandle<'_>) -> io::Result<()> {
    // SAFETY: the handle is open.
    let set = unsafe { SetHandleInformation(handle.as_raw_handle(), HANDLE_FLAG_INHERIT, 0) };
    if set == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::{fs::File, os::windows::io::AsHandle as _, ptr};

    use windows_sys::Win32::Foundation::GetHandleInformation;

    use super::*;

    #[test]
    fn a_handle_that_was_handed_on_is_so_no_longer() {
        let file = File::open(std::env::current_exe().unwrap()).unwrap();
        let raw = file.as_handle().as_raw_handle();
        let is_handed_on = || {
            let mut flags = 0;
            // SAFETY: the handle is open, and there is a place for the answer.
            assert_ne!(unsafe { GetHandleInformation(raw, &raw mut flags) }, 0);
            flags & HANDLE_FLAG_INHERIT != 0
        };
        // SAFETY: the handle is open.
        unsafe { SetHandleInformation(raw, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT) };
        assert!(is_handed_on());
        keep(file.as_handle()).unwrap();
        assert!(!is_handed_on());
        // SAFETY: no handle is none.
        assert!(keep(unsafe { BorrowedHandle::borrow_raw(ptr::null_mut()) }).is_err());
    }
}
