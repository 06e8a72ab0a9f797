//! Unix: modes and owners decide who may read a file, and a pipe has a file type of its own.

use std::{
    fs::{self, Metadata},
    os::unix::fs::{FileTypeExt, MetadataExt},
    path::Path,
};

use crate::platform::user;

const ROOT: u32 = 0;

pub(super) const CLOSE: &str =
    "Close it to them: chmod 600 and the name of the file. It has to belong to your user account.";
pub(super) const OTHERWISE: &str = "One that cannot be changed, as a container engine mounts it: have it mounted with mode 0400, below a \
    folder that only you can enter, or give the program a pipe in its place, such as <(cat FILE) in bash.";

/// Whether only this user may read or change it. Root's files, such as a service's credentials, are root's
/// responsibility.
pub(super) fn is_closed(path: &Path, found: &Metadata) -> bool {
    const OTHERS: u32 = 0o077;
    if found.uid() != user::number() {
        return found.uid() == ROOT;
    }
    found.mode() & OTHERS == 0 || is_out_of_reach(path, found)
}

/// Whether a folder above it keeps other users out: a secret mounted by a container engine is readable by all who can
/// reach it, and cannot be closed. A file with several names may be reachable by another one.
fn is_out_of_reach(path: &Path, found: &Metadata) -> bool {
    const THROUGH: u32 = 0o011;
    let Ok(path) = fs::canonicalize(path) else { return false };
    let lets_nobody_through = |folder: &Path| {
        let folder = fs::metadata(folder);
        folder.is_ok_and(|folder| {
            [ROOT, user::number()].contains(&folder.uid()) && folder.mode() & THROUGH == 0
        })
    };
    found.nlink() == 1 && path.ancestors().skip(1).any(lets_nobody_through)
}

pub(super) fn is_pipe(found: &Metadata) -> bool {
    found.file_type().is_fifo()
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write, os::unix::fs::PermissionsExt, process::Command, thread, time::Duration};

    use super::*;
    use crate::{
        platform::{
            private,
            secret_file::{NoSecret, first_line},
        },
        secret::Secret,
    };

    /// Longer than the pause between two looks at a pipe.
    const A_WHILE: Duration = Duration::from_millis(80);

    #[test]
    fn a_file_that_others_may_read_or_that_is_somebody_elses_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let path = folder.path().join("secret");
        private::replace(&path, b"correct horse\n").unwrap();
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
        if user::number() == 0 {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            std::os::unix::fs::chown(&path, Some(12_345), None).unwrap();
            assert_eq!(first_line(&path), Err(NoSecret::Open), "another user's");
        }
    }

    #[test]
    fn a_file_that_cannot_be_closed_is_taken_where_a_folder_above_it_lets_nobody_else_through() {
        let outer = tempfile::tempdir().unwrap();
        let inner = outer.path().join("run/secrets");
        fs::create_dir_all(&inner).unwrap();
        let path = inner.join("passphrase");
        private::replace(&path, b"correct horse\n").unwrap();
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        set(&path, 0o444);
        for (above, expected) in [
            (0o700, Ok(Secret::new("correct horse"))),
            (0o744, Ok(Secret::new("correct horse"))),
            (0o710, Err(NoSecret::Open)),
            (0o755, Err(NoSecret::Open)),
        ] {
            set(outer.path(), above);
            assert_eq!(first_line(&path), expected, "a folder with mode {above:o}");
        }
        set(outer.path(), 0o700);
        fs::hard_link(&path, outer.path().join("another")).unwrap();
        assert_eq!(first_line(&path), Err(NoSecret::Open), "another name may be within reach");
    }

    #[test]
    fn a_pipe_is_waited_for_while_somebody_writes_and_not_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        assert!(Command::new("mkfifo").args(["-m", "644"]).arg(&path).status().unwrap().success());
        thread::scope(|scope| {
            let reading = scope.spawn(|| first_line(&path));
            // This opens only once there is a reader.
            let mut writing = fs::OpenOptions::new().write(true).open(&path).unwrap();
            writing.write_all(b"correct ").unwrap();
            thread::sleep(A_WHILE);
            writing.write_all(b"horse\n").unwrap();
            let found = reading.join().unwrap();
            assert_eq!(found, Ok(Secret::new("correct horse")), "in two parts, its writer still there");
        });
        thread::scope(|scope| {
            let reading = scope.spawn(|| first_line(&path));
            let writing = fs::OpenOptions::new().write(true).open(&path).unwrap();
            thread::sleep(A_WHILE);
            drop(writing);
            assert_eq!(reading.join().unwrap(), Err(NoSecret::Unwritten), "nothing was written");
        });
    }
}
