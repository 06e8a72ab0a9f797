//! Folders and files that nobody but this user can open. What Unix and another platform do differently for that
//! belongs here.

use std::{
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Why a folder or file cannot be trusted with anything.
#[derive(Debug, thiserror::Error)]
pub enum NotPrivate {
    #[error("{0} belongs to another user of this computer")]
    NotOurs(PathBuf),
    #[error("{0} is a folder that all users of this computer share")]
    Shared(PathBuf),
    #[error("{0} is not a folder")]
    NotFolder(PathBuf),
    #[error("{path} cannot be used: {error}")]
    Unusable { path: PathBuf, error: io::Error },
}

/// Sees to it that the folder exists, is this user's and is closed to everybody else (mode 0700). A folder of ours
/// that stands open is closed; one that is not ours, is shared, or is reached through a link is refused.
pub fn folder(path: &Path) -> Result<(), NotPrivate> {
    let unusable = |error| NotPrivate::Unusable { path: path.to_owned(), error };
    if let Err(error) = DirBuilder::new().recursive(true).mode(0o700).create(path) {
        let taken = fs::symlink_metadata(path).is_ok_and(|found| !found.is_dir());
        return Err(if taken { NotPrivate::NotFolder(path.to_owned()) } else { unusable(error) });
    }
    let found = fs::symlink_metadata(path).map_err(unusable)?;
    if !found.is_dir() {
        return Err(NotPrivate::NotFolder(path.to_owned()));
    }
    if found.uid() != user_id() {
        return Err(NotPrivate::NotOurs(path.to_owned()));
    }
    // The sticky bit marks a folder that was made for everybody, such as /tmp, even when root asks.
    if found.mode() & 0o1000 != 0 || path.parent().is_none() {
        return Err(NotPrivate::Shared(path.to_owned()));
    }
    close(path, &found, 0o700).map_err(unusable)
}

/// Sees to it that an existing file is this user's and is closed to everybody else (mode 0600). The file is not
/// opened: closing it again would end the locks that `SQLite` holds on it in this process.
/// (<https://www.sqlite.org/howtocorrupt.html>, section 2.2)
pub fn file(path: &Path) -> Result<(), NotPrivate> {
    let unusable = |error| NotPrivate::Unusable { path: path.to_owned(), error };
    let found = fs::symlink_metadata(path).map_err(unusable)?;
    if found.uid() != user_id() {
        return Err(NotPrivate::NotOurs(path.to_owned()));
    }
    close(path, &found, 0o600).map_err(unusable)
}

/// How a file is opened that is made when missing, closed to others from the start.
pub fn file_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false).mode(0o600);
    options
}

/// Writes a file anew, closed to others, whole or not at all: a program that ends in between leaves the old one.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension(format!("{}.unfinished", std::process::id()));
    let write = || {
        let mut file = file_options().truncate(true).open(&unfinished)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    };
    write().inspect_err(|_| {
        // What is left of the try is of no use to anybody.
        let _ = fs::remove_file(&unfinished);
    })
}

/// Whether this is a folder of this user's, not merely a link to one.
pub fn is_our_folder(path: &Path) -> bool {
    path.is_absolute()
        && fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && found.uid() == user_id())
}

/// The number of the user whose rights this process has.
pub fn user_id() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Bytes that this user may still write to the disk of this folder.
pub fn room(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Closes this process's memory to other programs of this user, and keeps it out of core dumps (`PR_SET_DUMPABLE`).
/// Where the system refuses it stays as it was: nothing depends on it.
#[cfg(target_os = "linux")]
pub fn memory() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::info!(%error, "this process's memory stays open to other programs of this user");
    }
}

fn close(path: &Path, found: &fs::Metadata, mode: u32) -> io::Result<()> {
    const OTHERS: u32 = 0o077;
    if found.mode() & OTHERS != 0 {
        fs::set_permissions(path, Permissions::from_mode(mode))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_folder_is_closed_from_the_start() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("one").join("two");
        folder(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700, "mode of the folder");
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o777, 0o700, "mode of its parent");
    }

    #[test]
    fn a_folder_of_ours_that_stands_open_is_closed() {
        let temp = tempfile::tempdir().unwrap();
        fs::set_permissions(temp.path(), Permissions::from_mode(0o755)).unwrap();
        folder(temp.path()).unwrap();
        assert_eq!(fs::metadata(temp.path()).unwrap().mode() & 0o777, 0o700, "mode of the folder");
    }

    #[test]
    fn a_shared_folder_a_link_and_a_file_are_refused() {
        let temp = tempfile::tempdir().unwrap();
        let shared = temp.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, Permissions::from_mode(0o1777)).unwrap();
        assert!(matches!(folder(&shared), Err(NotPrivate::Shared(_))), "a sticky folder is everybody's");
        assert_eq!(fs::metadata(&shared).unwrap().mode() & 0o7777, 0o1777, "and is left as it was");

        let link = temp.path().join("link");
        std::os::unix::fs::symlink(&shared, &link).unwrap();
        assert!(matches!(folder(&link), Err(NotPrivate::NotFolder(_))), "a link is not a folder");

        let plain = temp.path().join("plain");
        file_options().open(&plain).unwrap();
        assert!(matches!(folder(&plain), Err(NotPrivate::NotFolder(_))), "a file is not a folder");
        assert_eq!(fs::metadata(&plain).unwrap().mode() & 0o777, 0o600, "a file of ours is closed");
    }

    #[test]
    fn what_belongs_to_another_user_is_refused() {
        if user_id() == 0 {
            // Root owns nearly everything; the folder is given away first.
            let temp = tempfile::tempdir().unwrap();
            std::os::unix::fs::chown(temp.path(), Some(12_345), None).unwrap();
            assert!(matches!(folder(temp.path()), Err(NotPrivate::NotOurs(_))), "not ours");
            assert!(matches!(file(temp.path()), Err(NotPrivate::NotOurs(_))), "not ours");
        } else {
            assert!(matches!(folder(Path::new("/proc/1")), Err(NotPrivate::NotOurs(_))), "not ours");
        }
    }
}
