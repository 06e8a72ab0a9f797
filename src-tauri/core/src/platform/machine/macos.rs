//! macOS: the names that the system has for this computer, the number that it was made with, and the kinds of file systems.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use connect_macos::computer;
use rustix::fs::{StatFs, statfs};

use crate::secret::hex;

/// A file system on a disk of this computer (`MNT_LOCAL`).
const LOCAL: u32 = 0x1000;

/// Those that number a file once.
const NUMBERED: [&str; 2] = ["apfs", "hfs"];

pub(super) fn name() -> Option<String> {
    let name = rustix::system::uname().nodename().to_str().ok()?.to_owned();
    (!name.is_empty()).then_some(name)
}

#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may not be told")]
pub(super) fn system() -> Option<String> {
    Some(format!("macOS, {}", computer::version()))
}

/// It stays when the system is installed anew.
pub(super) fn id() -> Option<String> {
    Some(hex(&computer::number().ok()?))
}

pub(super) fn is_shared(folder: &Path) -> bool {
    statfs(folder).is_ok_and(|on| on.f_flags & LOCAL == 0)
}

pub(super) fn file_number(file: &Path) -> Option<u64> {
    let kind = kind(&statfs(file).ok()?);
    NUMBERED.contains(&kind.as_str()).then_some(())?;
    Some(fs::metadata(file).ok()?.ino())
}

fn kind(on: &StatFs) -> String {
    let letters = on.f_fstypename.iter().take_while(|letter| **letter != 0);
    letters.map(|letter| char::from(letter.cast_unsigned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_has_a_name_and_a_number() {
        assert!(name().is_some() && system().is_some(), "{:?} {:?}", name(), system());
        assert_eq!(id().map(|id| id.len()), Some(32));
    }

    #[test]
    fn a_file_and_its_copy_have_numbers_of_their_own() {
        let temp = tempfile::tempdir().unwrap();
        let [file, copy, moved] = ["file", "copy", "moved"].map(|name| temp.path().join(name));
        crate::platform::private::replace(&file, b"one").unwrap();
        fs::copy(&file, &copy).unwrap();
        let number = file_number(&file);
        assert_ne!(file_number(&copy), number, "a copy is another file");
        fs::rename(&file, &moved).unwrap();
        assert_eq!(file_number(&moved), number, "one that was moved is the same");
        assert!(!is_shared(temp.path()), "on a disk of this computer");
    }
}
