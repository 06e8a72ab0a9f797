//! Windows: the computer's own name, the number that its installation was given, and the kinds of drives.

use std::path::Path;

use connect_windows::{computer, files};
use windows_registry::LOCAL_MACHINE;

/// Those that number a file once. FAT does so anew whenever it moves one.
const NUMBERED: [&str; 2] = ["NTFS", "ReFS"];

pub(super) fn name() -> Option<String> {
    computer::name().ok().filter(|name| !name.is_empty())
}

/// By its build: the name that the registry has is that of Windows 10 on later ones too.
pub(super) fn system() -> Option<String> {
    let version = LOCAL_MACHINE.open(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion").ok()?;
    let build = version.get_string("CurrentBuild").ok()?;
    Some(format!("Windows, build {build}"))
}

/// Made by Windows' setup, and made anew by each one.
pub(super) fn id() -> Option<String> {
    let id = LOCAL_MACHINE.open(r"SOFTWARE\Microsoft\Cryptography").ok()?.get_string("MachineGuid").ok()?;
    let is_one = id.len() == 36 && id.bytes().all(|digit| digit == b'-' || digit.is_ascii_hexdigit());
    is_one.then_some(id)
}

pub(super) fn is_shared(folder: &Path) -> bool {
    files::is_remote(folder).unwrap_or(false)
}

pub(super) fn file_number(file: &Path) -> Option<u64> {
    let kind = files::file_system(file).ok()?;
    NUMBERED.contains(&kind.as_str()).then_some(())?;
    Some(files::number_at(file).ok()?.1)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn this_computer_has_a_name_and_a_number() {
        assert!(name().is_some() && id().is_some(), "{:?} {:?}", name(), id().is_some());
    }

    #[test]
    fn a_file_and_its_copy_have_numbers_of_their_own() {
        let temp = tempfile::tempdir().unwrap();
        let [file, copy, moved] = ["file", "copy", "moved"].map(|name| temp.path().join(name));
        crate::platform::private::replace(&file, b"one").unwrap();
        fs::copy(&file, &copy).unwrap();
        let number = file_number(&file);
        if number.is_none() {
            eprintln!("this file system numbers nothing for good: not looked at");
            return;
        }
        assert_ne!(file_number(&copy), number, "a copy is another file");
        fs::rename(&file, &moved).unwrap();
        assert_eq!(file_number(&moved), number, "one that was moved is the same");
    }

    #[test]
    fn a_folder_on_another_computer_is_shared_and_one_of_this_is_not() {
        assert!(!is_shared(&std::env::temp_dir()), "on a disk of this computer");
        assert!(!is_shared(Path::new(r"Q:\nowhere")), "nothing is known of what is not there");
    }
}
