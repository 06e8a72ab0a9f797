//! Folders and files that only this user can open. The permissions depend on the platform; their use does not.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
pub(super) mod windows;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

#[cfg(test)]
pub(crate) use self::system::testing;
#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

/// Why a folder or file is not private.
#[derive(Debug, thiserror::Error)]
pub enum NotPrivate {
    #[error("{0} belongs to {owner}", owner = system::owner_in_words(.0))]
    NotOurs(PathBuf),
    /// What is made there by root would be in the way of whoever it belongs to.
    #[error("{0} belongs to {owner}", owner = system::owner_in_words(.0))]
    InAnothers(PathBuf),
    #[error("{0} is a folder that all users of this computer share")]
    Shared(PathBuf),
    #[error("{0} is not a folder")]
    NotFolder(PathBuf),
    #[error("{path} cannot be used: {error}")]
    Unusable { path: PathBuf, error: io::Error },
}

/// Ensures that the folder exists, is this user's and is closed to others. Our own folder is closed if it is open; one
/// that is not ours, is shared, or is reached through a link is refused. Root makes none in another user's folder.
///
/// # Errors
/// The folder, and which of these it is.
pub fn folder(path: &Path) -> Result<(), NotPrivate> {
    system::folder(path)
}

/// Ensures that an existing file is this user's and is closed to others.
///
/// # Errors
/// The file is another user's, is missing, or cannot be closed.
pub fn file(path: &Path) -> Result<(), NotPrivate> {
    system::file(path)
}

/// That what this program makes there would be in nobody's way: root makes nothing in another user's folder.
///
/// # Errors
/// It is another's, and this is root.
pub fn may_be_made(path: &Path) -> Result<(), NotPrivate> {
    system::may_be_made(path)
}

/// That a file or folder, where there is one, is no other user's.
///
/// # Errors
/// It is.
pub fn is_not_anothers(path: &Path) -> Result<(), NotPrivate> {
    if system::is_anothers(path) { Err(NotPrivate::NotOurs(path.to_owned())) } else { Ok(()) }
}

/// Options for opening a file, which is made if missing, closed to others from the start.
pub fn file_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    system::closed_from_the_start(&mut options);
    options
}

/// As [`file_options`], for appending.
pub fn append_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    system::closed_from_the_start(&mut options);
    options
}

/// Makes a new file, closed to others from the start. What has that name already is left as it is, and no link is followed.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] where anything has the name, and those of making a file.
pub fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    system::closed_from_the_start(&mut options);
    options.open(path)
}

/// Replaces a file, closed to others, whole or not at all: a crash in between leaves the old one.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension(format!("{}.unfinished", std::process::id()));
    let write = || {
        let mut file = file_options().truncate(true).open(&unfinished)?;
        file.write_all(content)?;
        file.sync_all()?;
        drop(file);
        rename(&unfinished, path)
    };
    write().inspect_err(|_| {
        // The unfinished file is useless.
        let _ = fs::remove_file(&unfinished);
    })
}

/// Renames, and syncs the folder: until then a power cut may bring the old name back.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    system::rename(from, to)?;
    if let Some(Err(error)) = to.parent().map(system::sync_folder) {
        // Not every file system supports this. The renaming itself has worked.
        tracing::info!(kind = ?error.kind(), "a folder was not synced");
    }
    Ok(())
}

/// Syncs a file that another handle wrote. It is opened for writing, without which Windows syncs nothing.
pub fn sync(file: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(file)?.sync_all()
}

/// Why a file that a person named was not read, in words that follow its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error("there is no such file")]
    Missing,
    #[error("your user account may not read it")]
    Forbidden,
    #[error("it is a folder, and not a file")]
    Folder,
    #[error("it is a device or a pipe, and not a file")]
    NoFile,
    #[error("it is larger than {0} KiB, and not such a file")]
    TooLarge(usize),
    #[error("it cannot be read: {0}")]
    Failed(io::ErrorKind),
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{IsADirectory, NotADirectory, NotFound, PermissionDenied};
        let known = [
            (NotFound, Self::Missing),
            (NotADirectory, Self::Missing),
            (PermissionDenied, Self::Forbidden),
            (IsADirectory, Self::Folder),
        ];
        let named = known.into_iter().find(|(kind, _)| *kind == error.kind());
        named.map_or(Self::Failed(error.kind()), |(_, named)| named)
    }
}

/// As [`read_short`], for a file that a person named.
///
/// # Errors
/// Why not, for that person.
pub fn read_named(path: &Path, at_most: usize) -> Result<Vec<u8>, Unread> {
    let kind = open_at_once(path)?.metadata()?;
    if kind.is_dir() {
        return Err(Unread::Folder);
    }
    if !kind.is_file() {
        return Err(Unread::NoFile);
    }
    read_short(path, at_most).map_err(|error| {
        let is_longer = error.kind() == io::ErrorKind::InvalidData;
        if is_longer { Unread::TooLarge(at_most / 1024) } else { error.into() }
    })
}

/// Reads a short file whole that a person named or may have written.
///
/// # Errors
/// Those of opening and reading; [`io::ErrorKind::InvalidData`] if it is longer than `at_most` bytes or no regular
/// file: reading a pipe would block, and a device has no end.
pub fn read_short(path: &Path, at_most: usize) -> io::Result<Vec<u8>> {
    let file = open_at_once(path)?;
    let mut content = Vec::new();
    let is_file = file.metadata()?.is_file();
    let read = if is_file { file.take(at_most as u64 + 1).read_to_end(&mut content)? } else { 0 };
    if !is_file || read > at_most {
        return Err(io::Error::from(io::ErrorKind::InvalidData));
    }
    Ok(content)
}

/// Opens a file of any kind for reading, without waiting for another end.
///
/// # Errors
/// Those of opening.
pub(super) fn open_at_once(path: &Path) -> io::Result<File> {
    system::open_at_once(path)
}

/// Whether this open file is the one that has this name.
pub fn is_at(file: &File, path: &Path) -> bool {
    system::is_at(file, path)
}

/// Whether this is a folder of this user's that others may open too.
pub fn is_open_to_others(folder: &Path) -> bool {
    system::is_open_to_others(folder)
}

/// What has a name: a file or folder, told from every other one for as long as something has it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    It(u64, u64),
    Nothing,
    /// It cannot be looked at.
    Unknown,
}

impl Found {
    /// Whether another thing, or none, has the name now. `false` where that cannot be told.
    pub fn has_become(self, now: Self) -> bool {
        matches!(self, Self::It(..)) && now != Self::Unknown && now != self
    }
}

/// What has this name now. A link is followed.
pub fn found(path: &Path) -> Found {
    system::found(path)
}

/// Whether this is a folder of this user's, and not a link to one.
pub fn is_our_folder(path: &Path) -> bool {
    system::is_our_folder(path)
}

/// The bytes that this user may still write to the disk of this folder.
///
/// # Errors
/// The folder cannot be examined.
pub fn room(folder: &Path) -> io::Result<u64> {
    system::room(folder)
}
