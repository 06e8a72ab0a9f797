//! A secret in the first line of a file: a passphrase or a Consumer Secret. The file may be a pipe, such as a shell's
//! `<(…)`.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use zeroize::Zeroizing;

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;
use crate::{platform::private, secret::Secret};

/// The longest line with its end, in bytes: many times as long as any secret.
const LONGEST_LINE: usize = 4096;

/// How long to wait until a writer opens a pipe.
const UNTIL_SOMEBODY_IS_THERE: Duration = Duration::from_secs(10);
/// How long to wait until the writer has written: a password manager may first have to ask a person.
const UNTIL_IT_IS_WRITTEN: Duration = Duration::from_secs(120);

const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Why nothing was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSecret {
    #[error("the file cannot be read, or its first line is empty or too long")]
    Unreadable,
    #[error("others may read the file, or it belongs to somebody else")]
    Open,
}

/// The first line, without its end, and without the byte order mark of a Windows editor.
///
/// # Errors
/// [`NoSecret::Open`] for a file that other users may read or change, as ssh checks for a key.
pub fn first_line(path: &Path) -> Result<Secret, NoSecret> {
    let mut file = private::open_at_once(path).map_err(|_| NoSecret::Unreadable)?;
    let found = file.metadata().map_err(|_| NoSecret::Unreadable)?;
    if found.is_file() && !system::is_closed(path, &found) {
        return Err(NoSecret::Open);
    }
    let bytes = read(&mut file, system::is_pipe(&found)).ok_or(NoSecret::Unreadable)?;
    let text = text(&bytes).ok_or(NoSecret::Unreadable)?;
    let line = text.lines().next().unwrap_or_default().trim_end_matches('\r');
    if line.is_empty() { Err(NoSecret::Unreadable) } else { Ok(Secret::new(line)) }
}

/// The bytes as text: UTF-8, or UTF-16 as Windows editors save it.
fn text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let wide = |rest: &[u8], one: fn([u8; 2]) -> u16| {
        let (pairs, _) = rest.as_chunks::<2>();
        String::from_utf16(&pairs.iter().map(|pair| one(*pair)).collect::<Vec<_>>()).ok()
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => std::str::from_utf8(rest).ok()?.to_owned(),
    };
    Some(Zeroizing::new(text))
}

/// The content up to the end of the first line. `None` if that is too long, or is never written.
fn read(file: &mut File, is_pipe: bool) -> Option<Zeroizing<Vec<u8>>> {
    let began = Instant::now();
    let mut bytes = Zeroizing::new(vec![0; LONGEST_LINE]);
    let (mut length, mut patience) = (0, UNTIL_SOMEBODY_IS_THERE);
    loop {
        let room = bytes.get_mut(length..).filter(|room| !room.is_empty())?;
        match file.read(room) {
            // No writer has the pipe open: not yet, or no longer.
            Ok(0) if is_pipe && length == 0 && patience == UNTIL_SOMEBODY_IS_THERE => {}
            Ok(0) => break,
            Ok(read) => {
                let is_whole = room.iter().take(read).any(|byte| *byte == b'\n');
                length += read;
                if is_whole {
                    break;
                }
                continue;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => patience = UNTIL_IT_IS_WRITTEN,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return None,
        }
        if began.elapsed() >= patience {
            return None;
        }
        thread::sleep(LOOK_AGAIN);
    }
    bytes.truncate(length);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::{io::Write, path::PathBuf};

    use super::*;

    fn file(folder: &Path, text: &[u8]) -> PathBuf {
        let path = folder.join("secret");
        let mut file = private::file_options().truncate(true).open(&path).unwrap();
        file.write_all(text).unwrap();
        private::file(&path).unwrap();
        path
    }

    #[test]
    fn the_first_line_of_a_file_is_the_secret() {
        let folder = tempfile::tempdir().unwrap();
        for (text, expected) in [
            (&b"correct horse\n"[..], Some("correct horse")),
            (b"correct horse\r\nsecond\n", Some("correct horse")),
            (b" spaces count ", Some(" spaces count ")),
            (b"", None),
            (b"\nsecond\n", None),
            (b"\xff\xfe", None),
            (b"\xef\xbb\xbfcorrect horse\r\n", Some("correct horse")),
            (b"correct horse\r", Some("correct horse")),
            (b"\xff\xfec\0a\0t\0\r\0\n\0", Some("cat")),
            (b"\xfe\xff\0c\0a\0t\0\r\0\n", Some("cat")),
            (b"\xffcorrect", None),
            (&[b'x'; LONGEST_LINE], None),
            (&[&[b'x'; 60][..], b"\n", &[b'y'; 2 * LONGEST_LINE]].concat(), Some(&"x".repeat(60))),
        ] {
            let found = first_line(&file(folder.path(), text));
            let expected = expected.map(Secret::new).ok_or(NoSecret::Unreadable);
            assert_eq!(found, expected, "{} bytes", text.len());
        }
        let absent = first_line(&folder.path().join("absent"));
        assert_eq!(absent, Err(NoSecret::Unreadable), "no file");
        assert_eq!(first_line(folder.path()), Err(NoSecret::Unreadable), "a folder");
    }
}
