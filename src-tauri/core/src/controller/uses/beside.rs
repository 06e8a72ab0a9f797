//! What a `dtx` without an agent notes: a line in a file beside the database, since a commit there takes longer than the
//! token did. Whoever writes into the database next takes the lines over.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::Noted;
use crate::{
    contract::view::Use,
    platform::{
        home::Home,
        lock::{Held, exclusive_within},
        private,
    },
    vault::VaultError,
};

/// How long others may be at the file: each is done at once.
const MOMENT: Duration = Duration::from_secs(1);

/// From this length on it is to be taken over, in bytes.
const LONG: u64 = 32 * 1024;

/// It grows no longer than this, also where it cannot be taken over.
const LONGEST: u64 = 4 * LONG;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Room {
    Enough,
    /// Soon no further line will fit.
    Little,
}

#[derive(Serialize, Deserialize)]
struct Line {
    connection: String,
    #[serde(flatten)]
    used: Use,
}

/// Adds a line for each use.
///
/// # Errors
/// The file cannot be written, or is full.
pub(super) fn leave(home: &Home, uses: &[Noted]) -> io::Result<Room> {
    let mut lines = Vec::new();
    for (connection, used) in uses {
        serde_json::to_writer(&mut lines, &Line { connection: connection.clone(), used: used.clone() })?;
        lines.push(b'\n');
    }
    let _held = held(home)?;
    let mut file = private::append_options().open(home.uses())?;
    let length = file.metadata()?.len();
    if length > LONGEST {
        return Err(io::ErrorKind::StorageFull.into());
    }
    file.write_all(&lines)?;
    Ok(if length > LONG { Room::Little } else { Room::Enough })
}

/// All lines. What cannot be read is no use.
pub(super) fn read(home: &Home) -> Vec<Noted> {
    if !is_there(home) {
        return Vec::new();
    }
    held(home).map(|_held| lines(home)).unwrap_or_default()
}

/// Has these uses and all lines written at once, and empties the file after that.
///
/// # Errors
/// That of the writing; then all lines stay.
pub(super) fn take_over<T>(
    home: &Home,
    mut uses: Vec<Noted>,
    write: impl FnOnce(&[Noted]) -> Result<T, VaultError>,
) -> Result<T, VaultError> {
    let held = if is_there(home) { held(home).ok() } else { None };
    if held.is_some() {
        uses.extend(lines(home));
    }
    let written = write(&uses)?;
    if held.is_some()
        && let Err(error) = fs::remove_file(home.uses())
    {
        tracing::warn!(kind = ?error.kind(), "uses that are in the database are still beside it, and count twice");
    }
    Ok(written)
}

fn is_there(home: &Home) -> bool {
    home.uses().exists()
}

fn held(home: &Home) -> io::Result<Held> {
    exclusive_within(&home.uses_lock(), MOMENT)?.ok_or_else(|| io::ErrorKind::TimedOut.into())
}

fn lines(home: &Home) -> Vec<Noted> {
    let mut text = Vec::new();
    let Ok(file) = File::open(home.uses()) else { return Vec::new() };
    if file.take(2 * LONGEST).read_to_end(&mut text).is_err() {
        return Vec::new();
    }
    let lines = text.split(|byte| *byte == b'\n');
    let read = lines.filter_map(|line| serde_json::from_slice::<Line>(line).ok());
    read.map(|Line { connection, used }| (connection, used)).collect()
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::contract::view::{Asker, Purpose};

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        (folder, home)
    }

    fn used(program: &str) -> Noted {
        let by = Asker { program: Some(program.to_owned()), through_dtx: true };
        ("a".to_owned(), Use::once(by, Purpose::Run, OffsetDateTime::UNIX_EPOCH))
    }

    #[test]
    fn what_was_left_is_taken_over_once_and_stays_where_that_fails() {
        let (_folder, home) = home();
        assert_eq!(read(&home), [], "nothing yet");
        for program in ["/bin/a", "/bin/b\u{fffd}\"\n"] {
            assert_eq!(leave(&home, &[used(program)]).unwrap(), Room::Enough);
        }
        let left = [used("/bin/a"), used("/bin/b\u{fffd}\"\n")];
        assert_eq!(read(&home), left, "a line each, whatever is in it");
        let refused = take_over(&home, vec![used("/bin/c")], |_| Err::<(), _>(VaultError::Full));
        assert_eq!(refused, Err(VaultError::Full), "a full disk");
        assert_eq!(read(&home), left, "nothing is lost");
        let taken = take_over(&home, vec![used("/bin/c")], |all| Ok(all.len())).unwrap();
        assert_eq!((taken, read(&home).len()), (3, 0), "all of them, and none a second time");
        assert_eq!(take_over(&home, Vec::new(), |all| Ok(all.len())), Ok(0));
    }

    #[test]
    fn what_is_no_line_is_left_out_and_the_file_never_grows_without_end() {
        let (_folder, home) = home();
        leave(&home, &[used("/bin/a")]).unwrap();
        let mut file = private::append_options().open(home.uses()).unwrap();
        file.write_all(b"{\"connection\":\"a\"}\n\xff\xfe\nnull\n{\"conn").unwrap();
        assert_eq!(read(&home), [used("/bin/a")], "a crash or a stranger wrote the rest");
        let mut lengths = Vec::new();
        let full = loop {
            match leave(&home, &vec![used("/bin/a"); 100]) {
                Ok(room) => lengths.push(room),
                Err(error) => break error,
            }
        };
        assert_eq!(full.kind(), io::ErrorKind::StorageFull, "where nobody takes it over");
        assert!(
            lengths.contains(&Room::Enough) && lengths.ends_with(&[Room::Little]),
            "and it is said before"
        );
    }
}
