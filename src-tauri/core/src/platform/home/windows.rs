//! Windows: the socket is a named pipe, whose name is no file's; a path has a drive or another computer's name.

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    os::windows::ffi::OsStrExt as _,
    path::{Component, Path, PathBuf, Prefix},
};

use connect_windows::{identity::SYSTEM, text::verbatim};

use super::{HomeError, name_of};
use crate::platform::user;

pub(in crate::platform) const WHOLE_PATH: &str = r"a path that starts with a drive, such as C:\";

const NOBODY: &str = "Windows does not tell whose program this is; log in anew, or start the computer anew";

/// A folder with a longer path keeps the form that has no limit: 260 less what is made in it, and in its folders.
const LONGEST: usize = 180;

/// How a person closes a folder to others, in any of the terminals.
pub(super) fn to_close(folder: &Path) -> String {
    let admitted = [user::sid(), SYSTEM].map(|sid| format!("\"*{sid}:(OI)(CI)F\""));
    format!("icacls \"{}\" /inheritance:r /grant:r {}", folder.display(), admitted.join(" "))
}

/// The path without links, with the letters as they were given, and as people write it where other programs can use that.
pub(super) fn resolved(path: &Path) -> io::Result<PathBuf> {
    // Some drives cannot say what a path leads to, such as those in memory.
    let resolved =
        fs::canonicalize(path).or_else(|error| if path.is_dir() { Ok(verbatim(path)) } else { Err(error) });
    resolved.map(plain)
}

/// Not every library takes the form that the system resolves a path to.
fn plain(path: PathBuf) -> PathBuf {
    let Some(Component::Prefix(prefix)) = path.components().next() else { return path };
    let begin = match prefix.kind() {
        Prefix::VerbatimDisk(drive) => format!(r"{}:\", char::from(drive)).into(),
        Prefix::VerbatimUNC(server, share) => {
            let mut begin = OsString::from(r"\\");
            begin.push(server);
            begin.push(r"\");
            begin.push(share);
            begin.push(r"\");
            begin
        }
        Prefix::Verbatim(_) | Prefix::DeviceNS(_) | Prefix::UNC(..) | Prefix::Disk(_) => return path,
    };
    let written = PathBuf::from(begin).join(path.components().skip(2).collect::<PathBuf>());
    let is_short = written.as_os_str().encode_wide().count() <= LONGEST;
    // Some names mean another thing in the plain form, such as `NUL` or one with a dot at its end.
    let means_the_same = || path.components().skip(2).all(|name| is_usual(name.as_os_str()));
    if is_short && means_the_same() { written } else { path }
}

fn is_usual(name: &OsStr) -> bool {
    const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "COM", "LPT"];
    let name = name.to_string_lossy().to_ascii_uppercase();
    let base = name.split('.').next().unwrap_or_default().trim_end();
    let is_device = DEVICES.iter().any(|device| {
        base.strip_prefix(device).is_some_and(|rest| rest.is_empty() || rest.chars().count() == 1)
    });
    !is_device && !name.ends_with(['.', ' '])
}

/// A path as the system stores it.
pub(super) fn bytes(path: &OsStr) -> &[u8] {
    path.as_encoded_bytes()
}

/// The agent's pipe for the home in `data`. All pipes are in one place, whose names everybody sees and may take.
pub(super) fn socket(data: &Path, _inside: Option<&PathBuf>) -> Result<OsString, HomeError> {
    if user::sid().is_empty() {
        return Err(HomeError::NoSocket(NOBODY));
    }
    Ok(format!(r"\\.\pipe\datatrax-connect-{}-{}", user::sid(), name_of(data)).into())
}

/// A pipe has no folder that could come or go.
pub(super) fn better_places(_: &OsStr) -> Vec<PathBuf> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::super::Home;
    use super::*;

    #[test]
    fn a_path_is_written_plainly_where_that_means_the_same() {
        let long = format!(r"\\?\C:\{}", "x".repeat(200));
        for (resolved, written) in [
            (r"\\?\C:\Users\zo\data", r"C:\Users\zo\data"),
            (r"\\?\C:\", r"C:\"),
            (r"\\?\UNC\server\share\data", r"\\server\share\data"),
            (r"\\?\C:\Users\nul\data", r"\\?\C:\Users\nul\data"),
            (r"\\?\C:\Users\com1.d\data", r"\\?\C:\Users\com1.d\data"),
            (r"\\?\C:\Users\dot.\data", r"\\?\C:\Users\dot.\data"),
            (r"C:\Users\zo", r"C:\Users\zo"),
            (&long, &long),
        ] {
            assert_eq!(plain(resolved.into()), Path::new(written), "{resolved}");
        }
    }

    #[test]
    fn each_home_has_a_pipe_of_its_own_named_after_its_user() {
        let temp = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| Home::at(&temp.path().join(name)).unwrap());
        let name = one.socket().name().to_str().unwrap().to_owned();
        assert!(name.starts_with(&format!(r"\\.\pipe\datatrax-connect-{}-", user::sid())), "{name}");
        assert_ne!(one.socket(), other.socket(), "another home, another pipe");
        assert_eq!(one.with_socket_of_now().unwrap().socket(), one.socket(), "and the same the next time");
    }

    #[test]
    fn a_home_may_have_a_path_that_is_long() {
        let temp = tempfile::tempdir().unwrap();
        let long = temp.path().join("x".repeat(120)).join("y".repeat(120));
        let home = Home::at(&long).unwrap();
        crate::platform::private::replace(&home.settings(), b"whole").unwrap();
        assert_eq!(fs::read(home.settings()).unwrap(), b"whole", "what is kept there is read");
    }
}
