//! Unix: a private file or folder belongs to this user and has a mode that lets no other user in.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use super::{Found, NotPrivate};
use crate::platform::user;

const ROOT: u32 = 0;

/// What others may do with a file or folder.
const OTHERS: u32 = 0o077;

/// Ensures mode 0700. Nearly always the folder is there: then one look at it is all.
pub(super) fn folder(path: &Path) -> Result<(), NotPrivate> {
    let unusable = |error| NotPrivate::Unusable { path: path.to_owned(), error };
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(_) => made(path)?,
    };
    if !found.is_dir() {
        return Err(NotPrivate::NotFolder(path.to_owned()));
    }
    if found.uid() != user::number() {
        return Err(NotPrivate::NotOurs(path.to_owned()));
    }
    // The sticky bit marks a folder made for all users, such as /tmp, even if root asks.
    if found.mode() & 0o1000 != 0 || path.parent().is_none() {
        return Err(NotPrivate::Shared(path.to_owned()));
    }
    close(path, &found, 0o700).map_err(unusable)
}

/// Makes the folder, with those above it.
fn made(path: &Path) -> Result<fs::Metadata, NotPrivate> {
    let unusable = |error| NotPrivate::Unusable { path: path.to_owned(), error };
    may_be_made(path)?;
    if let Err(error) = DirBuilder::new().recursive(true).mode(0o700).create(path) {
        let taken = fs::symlink_metadata(path).is_ok_and(|found| !found.is_dir());
        return Err(match left_by_another(path, &error) {
            Some(folder) => NotPrivate::NotOurs(folder),
            None if taken => NotPrivate::NotFolder(path.to_owned()),
            None => unusable(error),
        });
    }
    fs::symlink_metadata(path).map_err(unusable)
}

pub(super) fn may_be_made(path: &Path) -> Result<(), NotPrivate> {
    let above = nearest(path).filter(|above| user::number() == ROOT && above != path && is_anothers(above));
    above.map_or(Ok(()), |above| Err(NotPrivate::InAnothers(above)))
}

/// The folder, or the last one above it that is there.
fn nearest(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|above| fs::symlink_metadata(above).is_ok()).map(Path::to_owned)
}

/// A folder below this user's own that lets nobody make anything in it, since it is another's.
fn left_by_another(path: &Path, error: &io::Error) -> Option<PathBuf> {
    let (own, above) = (dirs::home_dir()?, nearest(path)?);
    let is_in_the_way = error.kind() == io::ErrorKind::PermissionDenied && is_anothers(&above);
    (is_in_the_way && above != own && above.starts_with(own)).then_some(above)
}

pub(super) fn is_anothers(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.uid() != user::number())
}

/// Whose it is, and what helps.
pub(super) fn owner_in_words(path: &Path) -> String {
    let owner = fs::symlink_metadata(path).map_or(ROOT, |found| found.uid());
    if user::number() == ROOT {
        format!("{}: run dtx as that user, without sudo", user::named(owner))
    } else if owner == ROOT {
        let (user, path) = (user::number(), path.display());
        format!("root, as after sudo dtx: give it back to yourself with sudo chown -R {user} '{path}'")
    } else {
        format!("{}, another user of this computer", user::named(owner))
    }
}

/// Ensures mode 0600. The file is not opened: closing it again would release the locks that `SQLite` holds on it in
/// this process. (<https://www.sqlite.org/howtocorrupt.html>, section 2.2)
pub(super) fn file(path: &Path) -> Result<(), NotPrivate> {
    let unusable = |error| NotPrivate::Unusable { path: path.to_owned(), error };
    let found = fs::symlink_metadata(path).map_err(unusable)?;
    if found.uid() != user::number() {
        return Err(NotPrivate::NotOurs(path.to_owned()));
    }
    close(path, &found, 0o600).map_err(unusable)
}

pub(super) fn closed_from_the_start(options: &mut OpenOptions) {
    options.mode(0o600);
}

/// Does not block, as opening a pipe without a writer otherwise would.
pub(super) fn open_at_once(path: &Path) -> io::Result<File> {
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).map_err(io::Error::other)?;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

pub(super) fn is_at(file: &File, path: &Path) -> bool {
    let which = |found: io::Result<fs::Metadata>| found.ok().map(|found| (found.dev(), found.ino()));
    let open = which(file.metadata());
    open.is_some() && open == which(fs::symlink_metadata(path))
}

pub(super) fn found(path: &Path) -> Found {
    match fs::metadata(path) {
        Ok(found) => Found::It(found.dev(), found.ino()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Nothing,
        Err(_) => Found::Unknown,
    }
}

pub(super) fn is_our_folder(path: &Path) -> bool {
    path.is_absolute()
        && fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && found.uid() == user::number())
}

pub(super) fn room(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

pub(super) fn is_open_to_others(folder: &Path) -> bool {
    is_our_folder(folder) && fs::symlink_metadata(folder).is_ok_and(|found| found.mode() & OTHERS != 0)
}

fn close(path: &Path, found: &fs::Metadata, mode: u32) -> io::Result<()> {
    if found.mode() & OTHERS != 0 {
        fs::set_permissions(path, Permissions::from_mode(mode))?;
    }
    Ok(())
}

/// What tests do to files that is done in another way elsewhere.
#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// What has no end, or waits for somebody.
    pub(crate) const NO_FILES: [fn(&Path); 3] = [
        |path| std::os::unix::fs::symlink("/dev/zero", path).unwrap(),
        |path| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success()),
        |path| fs::create_dir(path).unwrap(),
    ];

    pub(crate) fn let_others_in(path: &Path) {
        fs::set_permissions(path, Permissions::from_mode(0o644)).unwrap();
    }

    pub(crate) fn keeps_others_out(path: &Path) -> bool {
        fs::metadata(path).unwrap().mode() & OTHERS == 0
    }

    /// Whether what is made here is closed from the start.
    pub(crate) fn new_files_are_closed() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::private::file_options;
    #[cfg(target_os = "linux")]
    use crate::platform::private::{replace, sync};

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

    /// The events in a folder meanwhile, in order.
    #[cfg(target_os = "linux")]
    fn seen(folder: &Path, meanwhile: impl FnOnce()) -> Vec<rustix::fs::inotify::ReadFlags> {
        use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};
        let watch = init(CreateFlags::NONBLOCK).unwrap();
        add_watch(&watch, folder, WatchFlags::OPEN | WatchFlags::MOVED_TO | WatchFlags::CLOSE).unwrap();
        meanwhile();
        let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
        let (mut events, mut reader) = (Vec::new(), Reader::new(&watch, &mut buffer));
        while let Ok(event) = reader.next() {
            events.push(event.events());
        }
        events
    }

    /// A sync of a folder cannot be observed; that the folder was opened for it after the rename can.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_written_anew_is_in_its_folder_before_that_returns() {
        use rustix::fs::inotify::ReadFlags;
        let temp = tempfile::tempdir().unwrap();
        let events = seen(temp.path(), || replace(&temp.path().join("file"), b"whole").unwrap());
        let renamed = events.iter().position(|event| event.contains(ReadFlags::MOVED_TO)).unwrap();
        let synced = |event: &ReadFlags| event.contains(ReadFlags::ISDIR | ReadFlags::OPEN);
        assert!(events.iter().skip(renamed).any(synced), "{events:?}");
    }

    /// Windows syncs only through a handle opened for writing. Here both work, so the test looks at the handle.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_is_synced_by_a_handle_that_may_write() {
        use rustix::fs::inotify::ReadFlags;
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("file");
        replace(&path, b"whole").unwrap();
        let events = seen(temp.path(), || sync(&path).unwrap());
        assert!(events.iter().any(|event| event.contains(ReadFlags::CLOSE_WRITE)), "{events:?}");
        assert_eq!(fs::read(&path).unwrap(), b"whole", "and what it holds stays");
    }

    #[test]
    fn root_makes_no_folder_in_one_of_another_user() {
        if user::number() != ROOT {
            eprintln!("only root could: not looked at");
            return;
        }
        let temp = tempfile::tempdir().unwrap();
        let theirs = temp.path().join("theirs");
        fs::create_dir(&theirs).unwrap();
        std::os::unix::fs::chown(&theirs, Some(12_345), None).unwrap();
        for below in ["one", "one/two/three"] {
            let refused = folder(&theirs.join(below)).unwrap_err();
            assert!(matches!(&refused, NotPrivate::InAnothers(path) if *path == theirs), "{refused:?}");
            let words = refused.to_string();
            assert!(words.contains("without sudo") && words.contains("12345"), "{words}");
        }
        assert_eq!(fs::read_dir(&theirs).unwrap().count(), 0, "nothing is left there");
        fs::create_dir(theirs.join("roots")).unwrap();
        folder(&theirs.join("roots")).unwrap();
        folder(&theirs.join("roots/more")).unwrap();
    }

    #[test]
    fn what_belongs_to_another_user_is_refused() {
        if user::number() == 0 {
            // Root owns nearly everything, so the folder is given to another user first.
            let temp = tempfile::tempdir().unwrap();
            std::os::unix::fs::chown(temp.path(), Some(12_345), None).unwrap();
            assert!(matches!(folder(temp.path()), Err(NotPrivate::NotOurs(_))), "not ours");
            assert!(matches!(file(temp.path()), Err(NotPrivate::NotOurs(_))), "not ours");
        } else {
            assert!(matches!(folder(Path::new("/proc/1")), Err(NotPrivate::NotOurs(_))), "not ours");
        }
    }
}
