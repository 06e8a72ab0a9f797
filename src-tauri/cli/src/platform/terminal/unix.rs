//! Unix: the terminal's own settings.

use std::{io, os::fd::AsFd};

use rustix::{
    io::Errno,
    termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr},
};

pub(super) const END_OF_INPUT: &str = "Enter and Ctrl+D";

pub(super) fn byte_of_stdin() -> io::Result<Option<u8>> {
    let (stdin, mut byte) = (io::stdin(), [0]);
    loop {
        match rustix::io::read(&stdin, &mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(byte[0])),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The settings to restore.
pub(super) struct Unseen(Termios);

impl Unseen {
    pub(super) fn begin() -> Option<Self> {
        let before = tcgetattr(io::stdin()).ok()?;
        let mut unseen = before.clone();
        unseen.local_modes.remove(LocalModes::ECHO);
        unseen.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(io::stdin(), OptionalActions::Now, &unseen).ok()?;
        Some(Self(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // A terminal that is gone needs no restoring.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

pub(super) fn width(stream: &impl AsFd) -> Option<usize> {
    let columns = tcgetwinsize(stream).ok()?.ws_col;
    (columns > 0).then(|| usize::from(columns))
}

pub(super) fn draws(_: &impl AsFd) -> bool {
    std::env::var_os("TERM").is_some_and(|terminal| terminal != "dumb")
}
