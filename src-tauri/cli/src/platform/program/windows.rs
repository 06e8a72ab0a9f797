//! Windows: scripts of its command interpreter are named without their ending. `sf` and `npm` are some.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

/// What a name without an ending may stand for, in the order in which shells look in each folder.
const ENDINGS: [&str; 3] = [".exe", ".bat", ".cmd"];

pub(super) const SCRIPT: &str = "Windows runs programs (.exe) and scripts of its command interpreter (.bat, .cmd) by themselves. Name the \
    program that reads any other script before it: dtx run NAME -- powershell -File SCRIPT.ps1.";

pub(super) fn named(program: &OsStr) -> OsString {
    let folders = env::var_os("PATH").unwrap_or_default();
    script(Path::new(program), env::split_paths(&folders)).map_or_else(|| program.to_owned(), Into::into)
}

/// A session is not found by a variable here.
pub(super) fn way_to_session() -> Option<(&'static str, String)> {
    None
}

/// The script that is meant. `None` for all else, which the standard library finds.
fn script(program: &Path, folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    if program.extension().is_some() {
        return None;
    }
    let is_in_a_folder = program.parent().is_some_and(|folder| folder != Path::new(""));
    let files = |file: PathBuf| {
        ENDINGS.map(|ending| {
            let mut file = file.clone().into_os_string();
            file.push(ending);
            PathBuf::from(file)
        })
    };
    let found = if is_in_a_folder {
        files(program.to_owned()).into_iter().find(|file| file.is_file())
    } else {
        // Any other is another one wherever somebody stands.
        let mut folders = folders.filter(|folder| folder.is_absolute());
        folders.find_map(|folder| files(folder.join(program)).into_iter().find(|file| file.is_file()))
    };
    found.filter(|file| file.extension() != Some(OsStr::new("exe")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_script_is_found_without_its_ending_and_a_program_comes_first_in_its_folder() {
        let temp = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| temp.path().join(name));
        for file in [
            one.join("sf.cmd"),
            one.join("sf"),
            one.join("both.exe"),
            one.join("both.cmd"),
            other.join("sf.exe"),
            other.join("npm.bat"),
        ] {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::File::create_new(file).unwrap();
        }
        let found = |program: &Path| {
            script(program, [PathBuf::new(), PathBuf::from("one"), one.clone(), other.clone()].into_iter())
        };
        assert_eq!(found(Path::new("sf")), Some(one.join("sf.cmd")), "the first folder's");
        assert_eq!(found(Path::new("npm")), Some(other.join("npm.bat")));
        assert_eq!(found(&one.join("sf")), Some(one.join("sf.cmd")), "also by its path");
        for program in ["both", "sf.cmd", "neither", ""] {
            assert_eq!(found(Path::new(program)), None, "{program} is left to the standard library");
        }
    }
}
