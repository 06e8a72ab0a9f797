//! The console that a program was started in: what is typed, and how wide it is.

use std::{
    io,
    os::windows::io::{AsHandle, AsRawHandle as _},
    ptr,
};

use windows_sys::Win32::{
    Foundation::{ERROR_OPERATION_ABORTED, GetLastError, SetLastError},
    System::Console::{
        CONSOLE_SCREEN_BUFFER_INFO, ENABLE_ECHO_INPUT, ENABLE_VIRTUAL_TERMINAL_PROCESSING, GetConsoleMode,
        GetConsoleScreenBufferInfo, ReadConsoleW, SetConsoleMode,
    },
};

/// The mode of a console's input or output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode(u32);

impl Mode {
    /// Of the input: as this, and what is typed is not shown.
    #[must_use]
    pub fn unseen(self) -> Self {
        Self(self.0 & !ENABLE_ECHO_INPUT)
    }

    /// Of the output: as this, and sequences of characters draw.
    #[must_use]
    pub fn with_sequences(self) -> Self {
        Self(self.0 | ENABLE_VIRTUAL_TERMINAL_PROCESSING)
    }
}

/// `None` for what is no console.
pub fn mode(of: &impl AsHandle) -> Option<Mode> {
    let mut mode = 0;
    // SAFETY: the handle is open, and there is a place for the answer.
    let told = unsafe { GetConsoleMode(of.as_handle().as_raw_handle(), &raw mut mode) };
    (told != 0).then_some(Mode(mode))
}

pub fn set_mode(of: &impl AsHandle, mode: Mode) -> io::Result<()> {
    // SAFETY: the handle is open.
    let set = unsafe { SetConsoleMode(of.as_handle().as_raw_handle(), mode.0) };
    if set == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Its width in characters, as far as it is seen. `None` for what is no console.
pub fn width(of: &impl AsHandle) -> Option<usize> {
    let mut found = CONSOLE_SCREEN_BUFFER_INFO::default();
    // SAFETY: the handle is open, and there is a place for the answer.
    let told = unsafe { GetConsoleScreenBufferInfo(of.as_handle().as_raw_handle(), &raw mut found) };
    let columns = i32::from(found.srWindow.Right) - i32::from(found.srWindow.Left) + 1;
    usize::try_from(columns).ok().filter(|columns| told != 0 && *columns > 0)
}

/// Waits for the next 16 bits of the text that is typed, and takes no more. `None` where a person was interrupted.
pub fn typed(input: &impl AsHandle) -> io::Result<Option<u16>> {
    let (mut unit, mut read) = (0_u16, 0);
    // SAFETY: no pointer is passed. What an earlier call left there must not be taken for this one's.
    unsafe { SetLastError(0) };
    // SAFETY: the handle is open, and there is a place for one unit and for their number.
    let told = unsafe {
        ReadConsoleW(input.as_handle().as_raw_handle(), (&raw mut unit).cast(), 1, &raw mut read, ptr::null())
    };
    // SAFETY: nothing is passed.
    let error = unsafe { GetLastError() };
    match (told, read) {
        (0, _) if error != ERROR_OPERATION_ABORTED => Err(io::Error::from_raw_os_error(error.cast_signed())),
        (0, _) | (_, 0) => Ok(None),
        (_, _) => Ok(Some(unit)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn a_file_is_no_console() {
        let file = File::open(std::env::current_exe().unwrap()).unwrap();
        assert_eq!((mode(&file), width(&file)), (None, None));
        assert!(typed(&file).is_err() && set_mode(&file, Mode(0)).is_err());
    }
}
