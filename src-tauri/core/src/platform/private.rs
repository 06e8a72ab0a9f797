//! Folders and files that nobody but this user can open. What Unix and another platform do differently for that
//! belongs here.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Read as _, Write as _},
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
///
/// # Errors
/// Names the folder, and which of these it is.
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
///
/// # Errors
/// It is another user's, is not there, or cannot be closed.
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
        rename(&unfinished, path)
    };
    write().inspect_err(|_| {
        // What is left of the try is of no use to anybody.
        let _ = fs::remove_file(&unfinished);
    })
}

/// Renames, and has the folder on the disk too: until then a power cut may bring the old name back.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    if let Some(Err(error)) = to.parent().map(|folder| File::open(folder)?.sync_all()) {
        // Not every file system does that. What was renamed is renamed.
        tracing::info!(kind = ?error.kind(), "a folder was not synced");
    }
    Ok(())
}

/// Reads a file whole that a person names or may have written, and that is short.
///
/// # Errors
/// Those of opening and reading; [`io::ErrorKind::InvalidData`] for what is longer than `at_most` bytes or no file at all:
/// a pipe would be waited for, and a device has no end.
pub fn read_short(path: &Path, at_most: usize) -> io::Result<Vec<u8>> {
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let mut content = Vec::new();
    let is_file = file.metadata()?.is_file();
    let read = if is_file { file.take(at_most as u64 + 1).read_to_end(&mut content)? } else { 0 };
    if !is_file || read > at_most {
        return Err(io::Error::from(io::ErrorKind::InvalidData));
    }
    Ok(content)
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
///
/// # Errors
/// The folder cannot be looked at.
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

/// Keeps this process, and every program it starts, out of core dumps. Their size is limited to one byte and not to none:
/// Linux takes a limit of none for a word about files only and hands the dump to a crash reporter all the same, whereas
/// one byte is too small for a file and keeps it from the reporter too (`fs/coredump.c`, `RLIMIT_CORE`).
pub fn no_core_dumps() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = Rlimit { current: Some(1), ..getrlimit(Resource::Core) };
    if let Err(error) = setrlimit(Resource::Core, limit) {
        tracing::info!(%error, "this process may leave a core dump");
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

    /// Whether a folder was synced cannot be seen from outside; that it was opened for it after the rename can.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_written_anew_is_in_its_folder_before_that_returns() {
        use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};
        let temp = tempfile::tempdir().unwrap();
        let watch = init(CreateFlags::NONBLOCK).unwrap();
        add_watch(&watch, temp.path(), WatchFlags::OPEN | WatchFlags::MOVED_TO).unwrap();
        replace(&temp.path().join("file"), b"whole").unwrap();
        let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
        let (mut events, mut reader) = (Vec::new(), Reader::new(&watch, &mut buffer));
        while let Ok(event) = reader.next() {
            events.push(event.events());
        }
        let renamed = events.iter().position(|event| event.contains(ReadFlags::MOVED_TO)).unwrap();
        let synced = |event: &ReadFlags| event.contains(ReadFlags::ISDIR | ReadFlags::OPEN);
        assert!(events.iter().skip(renamed).any(synced), "{events:?}");
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
