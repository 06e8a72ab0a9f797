//! A word from one process of this user to another: that it may end. Windows has none for a process without a console or a
//! window, so each of ours waits for an event that is named after its number.

use std::{io, os::windows::io::AsRawHandle as _, ptr, thread};

use windows_sys::Win32::{
    Foundation::WAIT_OBJECT_0,
    System::Threading::{
        CreateEventW, EVENT_MODIFY_STATE, INFINITE, OpenEventW, SetEvent, WaitForSingleObject,
    },
};

use crate::{identity::owned, text::wide};

/// In the session's own names: a process of another session is another person's, or ends with that session.
fn name(process: u32) -> Vec<u16> {
    wide(format!(r"Local\datatrax-connect-end-{process}"))
}

/// Calls `asked` each time that this process is asked to end, for as long as it lives. By the system's usual access list only
/// this user's programs reach the event.
pub fn hear(mut asked: impl FnMut() + Send + 'static) -> io::Result<()> {
    let name = name(std::process::id());
    // SAFETY: the name ends with a zero, and no other pointer is passed. It sets itself back after each wait.
    let event = owned(unsafe { CreateEventW(ptr::null(), 0, 0, name.as_ptr()) })?;
    let wait = move || {
        // SAFETY: the event is open for as long as this thread has it.
        while unsafe { WaitForSingleObject(event.as_raw_handle(), INFINITE) } == WAIT_OBJECT_0 {
            asked();
        }
    };
    thread::Builder::new().name("asked to end".to_owned()).spawn(wait).map(drop)
}

/// Asks a process to end that hears this.
pub fn ask(process: u32) -> io::Result<()> {
    let name = name(process);
    // SAFETY: the name ends with a zero.
    let event = owned(unsafe { OpenEventW(EVENT_MODIFY_STATE, 0, name.as_ptr()) })?;
    // SAFETY: the event is open.
    if unsafe { SetEvent(event.as_raw_handle()) } == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_process_hears_each_time_that_it_is_asked_to_end() {
        let own = std::process::id();
        assert!(ask(own).is_err(), "it does not hear yet");
        let (told, hears) = mpsc::channel();
        hear(move || told.send(()).unwrap()).unwrap();
        for _ in 0..2 {
            ask(own).unwrap();
            hears.recv().unwrap();
        }
        assert!(ask(3).is_err(), "no process has such a number");
    }
}
