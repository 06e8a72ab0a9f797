//! Windows: a console, of whose text the system tells 16 bits at a time; or a pipe, whose bytes are taken as they are.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    os::windows::io::AsHandle,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use connect_windows::console::{self, Mode};

/// As a person ends the input of a console, at the beginning of a line.
const CONTROL_Z: u16 = 0x1a;

/// What was typed of a character and is not read yet: two of these units at most, or four bytes.
static TYPED: Mutex<Typed> = Mutex::new(Typed::new());
/// Whether what is typed is not shown.
static UNSEEN: AtomicBool = AtomicBool::new(false);

pub(super) const END_OF_INPUT: &str = "Enter, Ctrl+Z and Enter";

pub(super) fn byte_of_stdin() -> io::Result<Option<u8>> {
    let stdin = io::stdin();
    if console::mode(&stdin).is_none() {
        return byte_of(&stdin);
    }
    let mut typed = TYPED.lock().unwrap_or_else(PoisonError::into_inner);
    let byte = typed.next(|| {
        loop {
            // A person who interrupts it is heard elsewhere.
            if let Some(unit) = console::typed(&stdin)? {
                return Ok(unit);
            }
        }
    })?;
    if byte == Some(b'\n') && UNSEEN.load(Ordering::SeqCst) {
        // That was not shown either.
        let _ = io::stderr().write_all(b"\n");
    }
    Ok(byte)
}

/// The same handle, without the memory that the standard library keeps of what it reads ahead.
fn byte_of(stdin: &impl AsHandle) -> io::Result<Option<u8>> {
    let mut bytes = File::from(stdin.as_handle().try_clone_to_owned()?);
    let mut byte = [0];
    loop {
        match bytes.read(&mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(byte[0])),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // So a pipe ends.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(None),
            Err(error) => return Err(error),
        }
    }
}

/// A character on its way from units of 16 bits to bytes.
struct Typed {
    bytes: [u8; 4],
    /// How many of them are read, and how many there are.
    at: usize,
    length: usize,
    begins_line: bool,
}

impl Typed {
    const fn new() -> Self {
        Self { bytes: [0; 4], at: 0, length: 0, begins_line: true }
    }

    /// The next byte, `None` at the end of the input.
    fn next(&mut self, mut unit: impl FnMut() -> io::Result<u16>) -> io::Result<Option<u8>> {
        if self.at == self.length {
            let first = unit()?;
            if first == CONTROL_Z && self.begins_line {
                return Ok(None);
            }
            let is_half = matches!(first, 0xd800..=0xdbff);
            let second = if is_half { Some(unit()?) } else { None };
            let read = char::decode_utf16([first].into_iter().chain(second)).next();
            let character = read.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER);
            self.begins_line = character == '\n';
            self.length = character.encode_utf8(&mut self.bytes).len();
            self.at = 0;
        }
        let byte = self.bytes.get_mut(self.at).map(std::mem::take);
        self.at += 1;
        Ok(byte)
    }
}

/// The mode to restore.
pub(super) struct Unseen(Mode);

impl Unseen {
    pub(super) fn begin() -> Option<Self> {
        let before = console::mode(&io::stdin())?;
        console::set_mode(&io::stdin(), before.unseen()).ok()?;
        UNSEEN.store(true, Ordering::SeqCst);
        Some(Self(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        UNSEEN.store(false, Ordering::SeqCst);
        // A console that is gone needs no restoring.
        let _ = console::set_mode(&io::stdin(), self.0);
    }
}

pub(super) fn width(stream: &impl AsHandle) -> Option<usize> {
    console::width(stream)
}

/// A console draws only when it is told to, and stays so: the programs that come after it set what they need themselves.
pub(super) fn draws(stream: &impl AsHandle) -> bool {
    let Some(mode) = console::mode(stream) else {
        // A terminal of another kind, which is a pipe to this system.
        return std::env::var_os("TERM").is_some_and(|terminal| terminal != "dumb");
    };
    console::set_mode(stream, mode.with_sequences()).is_ok()
}

#[cfg(test)]
mod tests {
    use connect_core::platform::private;

    use super::*;

    fn read(text: &[u16]) -> Vec<u8> {
        let (mut units, mut typed, mut bytes) = (text.iter().copied(), Typed::new(), Vec::new());
        while let Ok(Some(byte)) = typed.next(|| units.next().ok_or(io::ErrorKind::UnexpectedEof.into())) {
            bytes.push(byte);
        }
        bytes
    }

    #[test]
    fn what_is_typed_is_read_byte_by_byte_whatever_its_letters() {
        let text = "añ→😀\r\n";
        assert_eq!(read(&text.encode_utf16().collect::<Vec<_>>()), text.as_bytes());
        assert_eq!(read(&[0xd800, b'a'.into()]), "\u{fffd}".as_bytes(), "half a character");
    }

    #[test]
    fn the_end_of_the_input_is_at_the_beginning_of_a_line() {
        let (end, line): (u16, [u16; 2]) = (CONTROL_Z, [b'a'.into(), b'\n'.into()]);
        assert_eq!(read(&[end, line[0]]), b"", "at once");
        assert_eq!(read(&[line[0], line[1], end, line[0]]), b"a\n", "after a line");
        assert_eq!(read(&[line[0], end, line[1]]), b"a\x1a\n", "not within one");
    }

    #[test]
    fn a_file_is_read_without_reading_ahead() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("input");
        private::replace(&path, b"ab").unwrap();
        let file = File::open(&path).unwrap();
        let read = [byte_of(&file), byte_of(&file), byte_of(&file)].map(Result::unwrap);
        assert_eq!(read, [Some(b'a'), Some(b'b'), None]);
        assert_eq!(width(&file), None, "it has no width");
    }
}
