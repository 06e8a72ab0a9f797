//! A folder that somebody asked for, written whole or not at all. What stands there already is never touched.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// Where files are written before they stand in their place. A dot at its beginning hides it.
const BESIDE: &str = ".datatrax-";

/// Why a folder was not written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// There is something at its path that is no empty folder.
    #[error("it is no empty folder")]
    Taken,
    #[error(transparent)]
    Refused(#[from] io::Error),
}

/// Writes a folder that is not there yet, or is empty: each file by its path below it, with `/` between the names.
///
/// The files are written beside their place and then moved there. A new folder comes as a whole; in one that is there
/// already each entry does, in the order of `files`, so that what the last file is about is there last.
///
/// # Errors
/// Why nothing was written.
pub fn write(folder: &Path, files: &[(&str, &str)]) -> Result<(), NotWritten> {
    if is_there(folder)? {
        let staged = staged_in(folder, files)?;
        return Ok(move_in(&staged, folder, files)?);
    }
    let above = match folder.parent() {
        Some(above) if above != Path::new("") => above,
        _ => Path::new("."),
    };
    fs::create_dir_all(above)?;
    let staged = staged_in(above, files)?;
    Ok(fs::rename(staged.path().join(INNER), folder)?)
}

/// The folder inside the temporary one, with the permissions that any new folder has.
const INNER: &str = "folder";

/// Whether the folder is there, and empty.
fn is_there(folder: &Path) -> Result<bool, NotWritten> {
    match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().map_or(Ok(true), |_| Err(NotWritten::Taken)),
        Err(error) if error.kind() == ErrorKind::NotADirectory => Err(NotWritten::Taken),
        // A link that leads nowhere is in the way all the same.
        Err(error) if error.kind() == ErrorKind::NotFound => match fs::symlink_metadata(folder) {
            Ok(_) => Err(NotWritten::Taken),
            Err(_) => Ok(false),
        },
        Err(error) => Err(error.into()),
    }
}

/// All files in a new temporary folder below `above`, which goes away with the value.
fn staged_in(above: &Path, files: &[(&str, &str)]) -> io::Result<TempDir> {
    let staged = tempfile::Builder::new().prefix(BESIDE).tempdir_in(above)?;
    let inner = staged.path().join(INNER);
    fs::create_dir(&inner)?;
    for (path, text) in files {
        let path = inner.join(path.split('/').collect::<PathBuf>());
        fs::create_dir_all(path.parent().unwrap_or(&inner))?;
        let mut file = File::create_new(&path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
    }
    Ok(staged)
}

/// Moves each entry of the staged folder into the empty one, or none.
fn move_in(staged: &TempDir, folder: &Path, files: &[(&str, &str)]) -> io::Result<()> {
    let mut entries: Vec<&str> = files.iter().filter_map(|(path, _)| path.split('/').next()).collect();
    entries.dedup();
    for (moved, entry) in entries.iter().enumerate() {
        if let Err(error) = fs::rename(staged.path().join(INNER).join(entry), folder.join(entry)) {
            for back in entries.iter().take(moved) {
                // They go away with the staged folder.
                let _ = fs::rename(folder.join(back), staged.path().join(INNER).join(back));
            }
            return Err(error);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, &str); 4] =
        [("a/b/one.txt", "1\n"), ("a/two.txt", "2\n"), ("c/three.txt", "3\n"), ("last.txt", "4\n")];

    fn entries(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_that_is_new_or_empty_is_written_whole() {
        let temp = tempfile::tempdir().unwrap();
        let empty = temp.path().join("empty");
        fs::create_dir(&empty).unwrap();
        for folder in [temp.path().join("new"), temp.path().join("far/below"), empty] {
            write(&folder, &FILES).unwrap();
            assert_eq!(entries(&folder), ["a", "c", "last.txt"], "nothing else: {}", folder.display());
            for (path, text) in FILES {
                assert_eq!(fs::read_to_string(folder.join(path)).unwrap(), text, "{path}");
            }
        }
        assert_eq!(entries(temp.path()), ["empty", "far", "new"], "nothing is left beside them");
    }

    #[test]
    fn what_is_there_already_is_not_touched() {
        let temp = tempfile::tempdir().unwrap();
        let full = temp.path().join("full");
        fs::create_dir(&full).unwrap();
        fs::File::create(full.join(".hidden")).unwrap();
        let file = temp.path().join("file");
        fs::File::create(&file).unwrap();
        for taken in [&full, &file, &full.join(".hidden")] {
            assert!(matches!(write(taken, &FILES), Err(NotWritten::Taken)), "{}", taken.display());
        }
        write(&temp.path().join("once"), &FILES).unwrap();
        assert!(matches!(write(&temp.path().join("once"), &FILES), Err(NotWritten::Taken)), "a second time");
        assert_eq!(entries(&full), [".hidden"], "as it was");
        assert_eq!(entries(temp.path()), ["file", "full", "once"], "nothing is left");
    }

    #[test]
    fn a_write_that_fails_in_the_middle_leaves_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let empty = temp.path().join("empty");
        fs::create_dir(&empty).unwrap();
        // The second file stands where the first needs a folder.
        let impossible = [("a/one.txt", "1"), ("b", "2"), ("b/three.txt", "3")];
        for folder in [temp.path().join("new"), empty.clone()] {
            assert!(matches!(write(&folder, &impossible), Err(NotWritten::Refused(_))), "it fails");
        }
        assert_eq!(entries(&empty), [""; 0], "nothing is in it");
        assert_eq!(entries(temp.path()), ["empty"], "and nothing new");
    }

    #[test]
    fn entries_that_cannot_all_be_moved_are_moved_back() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("folder");
        fs::create_dir(&folder).unwrap();
        let staged = staged_in(temp.path(), &FILES).unwrap();
        // A folder came in between, where a file is to stand.
        fs::create_dir_all(folder.join("last.txt/other")).unwrap();
        assert!(move_in(&staged, &folder, &FILES).is_err(), "not all of it");
        assert_eq!(entries(&folder), ["last.txt"], "none of it");
    }
}
