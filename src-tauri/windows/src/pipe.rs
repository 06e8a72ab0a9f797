//! Whose a named pipe is, and who serves it.

use std::{
    io,
    os::windows::io::{AsHandle, AsRawHandle as _},
    ptr,
};

use windows_sys::Win32::{
    Foundation::ERROR_SUCCESS,
    Security::{
        Authorization::{GetSecurityInfo, SE_KERNEL_OBJECT},
        OWNER_SECURITY_INFORMATION, PSID,
    },
    System::Pipes::GetNamedPipeServerProcessId,
};

use crate::identity::{Local, text_of};

/// The owner of a pipe that this handle is an end of. Whoever made it says who that is, and may name only itself or a group
/// that it administers: nobody makes a pipe in another one's name.
pub fn owner(end: &impl AsHandle) -> io::Result<String> {
    let (mut owner, mut descriptor): (PSID, _) = (ptr::null_mut(), ptr::null_mut());
    let handle = end.as_handle().as_raw_handle();
    // SAFETY: the handle is open; the descriptor is given back below, and the owner stands inside it.
    let told = unsafe {
        GetSecurityInfo(
            handle,
            SE_KERNEL_OBJECT,
            OWNER_SECURITY_INFORMATION,
            &raw mut owner,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut descriptor,
        )
    };
    if told != ERROR_SUCCESS {
        return Err(io::Error::from_raw_os_error(told.cast_signed()));
    }
    let _descriptor = Local(descriptor);
    // SAFETY: it points into the descriptor, which is given back only after this.
    unsafe { text_of(owner) }
}

/// The process that serves the pipe.
pub fn server(end: &impl AsHandle) -> io::Result<u32> {
    let mut process = 0;
    // SAFETY: the handle is open, and there is a place for the answer.
    let told = unsafe { GetNamedPipeServerProcessId(end.as_handle().as_raw_handle(), &raw mut process) };
    if told == 0 { Err(io::Error::last_os_error()) } else { Ok(process) }
}
