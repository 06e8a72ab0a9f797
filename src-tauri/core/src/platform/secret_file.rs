//! A secret in the first line of a file: a passphrase or a Consumer Secret. A pipe serves too, such as what a shell makes
//! of `<(…)`.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::{ErrorKind, Read},
    os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rustix::fs::OFlags;
use zeroize::Zeroizing;

use crate::{platform::private, secret::Secret};

/// In bytes, with its line end: many times what any secret has.
const LONGEST_LINE: usize = 4096;

/// How long a pipe is given until somebody writes into it at all.
const UNTIL_SOMEBODY_IS_THERE: Duration = Duration::from_secs(10);
/// And until whoever has opened it for that has written: a password manager may have to ask its person first.
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

/// The first line, without its end.
///
/// # Errors
/// [`NoSecret::Open`] for a file that other users may read or change, as ssh has it with a key.
pub fn first_line(path: &Path) -> Result<Secret, NoSecret> {
    // A pipe without a writer would otherwise hold up the opening.
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).map_err(|_| NoSecret::Unreadable)?;
    let open = OpenOptions::new().read(true).custom_flags(flags).open(path);
    let mut file = open.map_err(|_| NoSecret::Unreadable)?;
    let found = file.metadata().map_err(|_| NoSecret::Unreadable)?;
    if found.is_file() && !is_closed(&found) {
        return Err(NoSecret::Open);
    }
    let bytes = read(&mut file, found.file_type().is_fifo()).ok_or(NoSecret::Unreadable)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| NoSecret::Unreadable)?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() { Err(NoSecret::Unreadable) } else { Ok(Secret::new(line)) }
}

/// What root lays down for a program, such as the credentials of a service, is root's to decide about.
fn is_closed(found: &Metadata) -> bool {
    const ROOT: u32 = 0;
    const OTHERS: u32 = 0o077;
    if found.uid() == private::user_id() { found.mode() & OTHERS == 0 } else { found.uid() == ROOT }
}

/// All of it up to the end of its first line. `None` when that is too long, or nobody writes it.
fn read(file: &mut File, is_pipe: bool) -> Option<Zeroizing<Vec<u8>>> {
    let began = Instant::now();
    let mut bytes = Zeroizing::new(vec![0; LONGEST_LINE]);
    let (mut length, mut patience) = (0, UNTIL_SOMEBODY_IS_THERE);
    loop {
        let room = bytes.get_mut(length..).filter(|room| !room.is_empty())?;
        match file.read(room) {
            // Nobody has the pipe open for writing: not yet, or not any more.
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
    use std::{fs, io::Write, os::unix::fs::PermissionsExt, path::PathBuf};

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    fn file(folder: &Path, text: &[u8]) -> PathBuf {
        let path = folder.join("secret");
        let mut file = private::file_options().truncate(true).open(&path).unwrap();
        file.write_all(text).unwrap();
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

    #[test]
    fn a_file_that_others_may_read_or_that_is_somebody_elses_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), b"correct horse\n");
        for (mode, expected) in [
            (0o600, Ok(Secret::new("correct horse"))),
            (0o400, Ok(Secret::new("correct horse"))),
            (0o640, Err(NoSecret::Open)),
            (0o604, Err(NoSecret::Open)),
            (0o620, Err(NoSecret::Open)),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(first_line(&path), expected, "mode {mode:o}");
        }
        if private::user_id() == 0 {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            std::os::unix::fs::chown(&path, Some(12_345), None).unwrap();
            assert_eq!(first_line(&path), Err(NoSecret::Open), "another user's");
        }
    }

    #[test]
    fn a_pipe_is_waited_for_while_somebody_writes_and_not_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        mknodat(CWD, &path, FileType::Fifo, Mode::from_bits_truncate(0o644), 0).unwrap();
        thread::scope(|scope| {
            let reading = scope.spawn(|| first_line(&path));
            // Opened for writing only once somebody reads.
            let mut writing = OpenOptions::new().write(true).open(&path).unwrap();
            writing.write_all(b"correct ").unwrap();
            thread::sleep(4 * LOOK_AGAIN);
            writing.write_all(b"horse\n").unwrap();
            let found = reading.join().unwrap();
            assert_eq!(found, Ok(Secret::new("correct horse")), "in two parts, its writer still there");
        });
        thread::scope(|scope| {
            let reading = scope.spawn(|| first_line(&path));
            let writing = OpenOptions::new().write(true).open(&path).unwrap();
            thread::sleep(4 * LOOK_AGAIN);
            drop(writing);
            assert_eq!(reading.join().unwrap(), Err(NoSecret::Unreadable), "nothing was written");
        });
    }
}
