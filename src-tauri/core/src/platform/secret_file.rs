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
use crate::{
    platform::private::{self, Unread},
    secret::Secret,
};

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
    #[error(transparent)]
    Unread(#[from] Unread),
    #[error("its first line is empty")]
    Empty,
    #[error("its first line is far too long")]
    TooLong,
    #[error("it is not text in UTF-8 or UTF-16, and an editor can save it as UTF-8")]
    NotText,
    /// A pipe.
    #[error("nobody has written anything into it")]
    Unwritten,
    #[error("others may read it, or it belongs to somebody else")]
    Open,
}

/// The facts for the words about a file that is open to others: how it is closed, and what to do where it cannot be.
pub fn how_to_close() -> [(&'static str, &'static str); 2] {
    [("close", system::CLOSE), ("otherwise", system::OTHERWISE)]
}

/// The first line, without its end, and without the byte order mark of a Windows editor.
///
/// # Errors
/// [`NoSecret::Open`] for a file that other users may read or change, as ssh checks for a key.
pub fn first_line(path: &Path) -> Result<Secret, NoSecret> {
    let bytes = beginning(path)?;
    let text = wide(&bytes).or_else(|| text(&bytes)).ok_or(NoSecret::NotText)?;
    let line = line_of(&text);
    if line.is_empty() { Err(NoSecret::Empty) } else { Ok(Secret::new(line)) }
}

/// The first line as versions before took it: UTF-16 only by its mark, else each of its bytes as one of UTF-8, and a lone
/// carriage return as a part of it. [`meant_by`] reads it as it is meant.
///
/// # Errors
/// As [`first_line`].
pub fn first_line_as_before(path: &Path) -> Result<Secret, NoSecret> {
    let bytes = beginning(path)?;
    let text = text(&bytes).or_else(|| wide(&bytes)).ok_or(NoSecret::NotText)?;
    let line = text.lines().next().unwrap_or_default().trim_end_matches('\r');
    if line_of(line).is_empty() { Err(NoSecret::Empty) } else { Ok(Secret::new(line)) }
}

/// What a line that was read as before means.
pub fn meant_by(line: &str) -> String {
    wide(line.as_bytes()).map_or_else(|| line_of(line).to_owned(), |text| line_of(&text).to_owned())
}

/// The first line of a text, also of one whose lines end with a carriage return alone.
fn line_of(text: &str) -> &str {
    text.split(['\n', '\r']).next().unwrap_or_default()
}

/// What is read of a file: its beginning, with the first line in it.
fn beginning(path: &Path) -> Result<Zeroizing<Vec<u8>>, NoSecret> {
    let mut file = private::open_at_once(path).map_err(Unread::from)?;
    let found = file.metadata().map_err(Unread::from)?;
    if found.is_dir() {
        return Err(Unread::Folder.into());
    }
    if found.is_file() && !system::is_closed(path, &found) {
        return Err(NoSecret::Open);
    }
    read(&mut file, system::is_pipe(&found))
}

/// The bytes as text: UTF-8, or UTF-16 as Windows editors save it, with its mark.
fn text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => return of_pairs(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return of_pairs(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => std::str::from_utf8(rest).ok()?.to_owned(),
    };
    Some(Zeroizing::new(text))
}

/// UTF-16 without its mark, told by the empty halves of its letters, which all stand on one side. No text in UTF-8 has any.
fn wide(bytes: &[u8]) -> Option<Zeroizing<String>> {
    if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return None;
    }
    let (pairs, _) = bytes.as_chunks::<2>();
    let before = pairs.iter().any(|[first, _]| *first == 0);
    let behind = pairs.iter().any(|[_, second]| *second == 0);
    match (before, behind) {
        (false, true) => of_pairs(bytes, u16::from_le_bytes),
        (true, false) => of_pairs(bytes, u16::from_be_bytes),
        (true, true) | (false, false) => None,
    }
}

fn of_pairs(bytes: &[u8], one: fn([u8; 2]) -> u16) -> Option<Zeroizing<String>> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let letters = Zeroizing::new(pairs.iter().map(|pair| one(*pair)).collect::<Vec<_>>());
    String::from_utf16(&letters).ok().map(Zeroizing::new)
}

/// The content up to the end of the first line.
///
/// # Errors
/// That is too long, or is never written.
fn read(file: &mut File, is_pipe: bool) -> Result<Zeroizing<Vec<u8>>, NoSecret> {
    let began = Instant::now();
    let mut bytes = Zeroizing::new(vec![0; LONGEST_LINE]);
    let (mut length, mut patience) = (0, UNTIL_SOMEBODY_IS_THERE);
    loop {
        let room = bytes.get_mut(length..).filter(|room| !room.is_empty()).ok_or(NoSecret::TooLong)?;
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
            Err(error) => return Err(Unread::from(error).into()),
        }
        if began.elapsed() >= patience {
            return Err(NoSecret::Unwritten);
        }
        thread::sleep(LOOK_AGAIN);
    }
    if is_pipe && length == 0 {
        return Err(NoSecret::Unwritten);
    }
    bytes.truncate(length);
    Ok(bytes)
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
            (&b"correct horse\n"[..], Ok("correct horse")),
            (b"correct horse\r\nsecond\n", Ok("correct horse")),
            (b" spaces count ", Ok(" spaces count ")),
            (b"", Err(NoSecret::Empty)),
            (b"\nsecond\n", Err(NoSecret::Empty)),
            (b"\xff\xfe", Err(NoSecret::Empty)),
            (b"\xef\xbb\xbfcorrect horse\r\n", Ok("correct horse")),
            (b"correct horse\r", Ok("correct horse")),
            (b"correct horse\rsecond\r", Ok("correct horse")),
            (b"\rsecond\r", Err(NoSecret::Empty)),
            (b"\xff\xfec\0a\0t\0\r\0\n\0", Ok("cat")),
            (b"\xfe\xff\0c\0a\0t\0\r\0\n", Ok("cat")),
            (b"c\0a\0t\0\r\0\n\0", Ok("cat")),
            (b"c\0a\0t\0", Ok("cat")),
            (b"\0c\0a\0t\0\r\0\n", Ok("cat")),
            (b"\0c\0a\0t", Ok("cat")),
            (b"k\0\xf6\0n\0i\0g\0\n\0", Ok("k\u{f6}nig")),
            (b"\r\0\n\0", Err(NoSecret::Empty)),
            (b"k\xf6nig\r\n", Err(NoSecret::NotText)),
            (b"\xffcorrect", Err(NoSecret::NotText)),
            (&[b'x'; LONGEST_LINE], Err(NoSecret::TooLong)),
            (&[&[b'x'; 60][..], b"\n", &[b'y'; 2 * LONGEST_LINE]].concat(), Ok(&"x".repeat(60))),
        ] {
            let found = first_line(&file(folder.path(), text));
            let expected = expected.map(Secret::new);
            assert_eq!(found, expected, "{} bytes", text.len());
        }
        let absent = first_line(&folder.path().join("absent"));
        assert_eq!(absent, Err(Unread::Missing.into()), "no file");
        assert_eq!(first_line(folder.path()), Err(Unread::Folder.into()), "a folder");
    }

    #[test]
    fn a_line_read_as_before_means_what_the_file_does() {
        let folder = tempfile::tempdir().unwrap();
        for (text, before) in [
            (&b"correct horse\n"[..], "correct horse"),
            (b"correct horse\r\nsecond\n", "correct horse"),
            (b"\xef\xbb\xbfcorrect horse\r\n", "correct horse"),
            (b"correct horse\rsecond\r", "correct horse\rsecond"),
            (b"\xff\xfec\0a\0t\0\r\0\n\0", "cat"),
            (b"c\0a\0t\0\r\0\n\0", "c\0a\0t\0\r\0"),
            (b"\0c\0a\0t\0\r\0\n", "\0c\0a\0t\0\r\0"),
            (b"k\0\xf6\0n\0i\0g\0", "k\u{f6}nig"),
        ] {
            let path = file(folder.path(), text);
            let read = first_line_as_before(&path).unwrap();
            // EXPOSE: a test's own.
            assert_eq!(read.expose(), before, "{text:?}");
            let meant = first_line(&path).unwrap();
            // EXPOSE: a test's own.
            assert_eq!(meant_by(read.expose()), meant.expose(), "{text:?}");
        }
    }
}
