//! Text as Windows takes it and gives it: 16 bits a character, and a zero at the end.

use std::{
    ffi::OsStr,
    os::windows::ffi::OsStrExt as _,
    path::{Path, PathBuf, Prefix, absolute},
};

/// From this length on a path is taken only with [`VERBATIM`]: 260 less a file's short name.
const LONG: usize = 248;
const VERBATIM: &str = r"\\?\";

/// With a zero at the end.
pub(crate) fn wide(text: impl AsRef<OsStr>) -> Vec<u16> {
    text.as_ref().encode_wide().chain([0]).collect()
}

/// A path with a zero at the end, in the form in which it may be as long as it is.
pub(crate) fn wide_path(path: &Path) -> Vec<u16> {
    wide(if path.as_os_str().encode_wide().count() < LONG { path.to_owned() } else { verbatim(path) })
}

/// The form of a path that has no limit, where it has one.
pub fn verbatim(path: &Path) -> PathBuf {
    let Ok(path) = absolute(path) else { return path.to_owned() };
    let prefix = path.components().next();
    let Some(std::path::Component::Prefix(prefix)) = prefix else { return path };
    let begin = match prefix.kind() {
        Prefix::Disk(_) => VERBATIM,
        Prefix::UNC(..) => r"\\?\UNC",
        Prefix::Verbatim(_) | Prefix::VerbatimUNC(..) | Prefix::VerbatimDisk(_) | Prefix::DeviceNS(_) => {
            return path;
        }
    };
    // Of `\\server\share` one of the two stays.
    let rest: Vec<u16> = path.as_os_str().encode_wide().skip(usize::from(begin != VERBATIM)).collect();
    let mut whole = std::ffi::OsString::from(begin);
    whole.push(<std::ffi::OsString as std::os::windows::ffi::OsStringExt>::from_wide(&rest));
    whole.into()
}

/// The text at this place.
///
/// # Safety
/// It ends with a zero.
pub(crate) unsafe fn text_at(place: *const u16) -> String {
    let mut read = Vec::new();
    for index in 0.. {
        // SAFETY: all before the zero is the text's.
        let next = unsafe { place.add(index) };
        // SAFETY: as before.
        let unit = unsafe { next.read() };
        if unit == 0 {
            break;
        }
        read.push(unit);
    }
    String::from_utf16_lossy(&read)
}

/// What stands before the zero.
pub(crate) fn narrow(text: &[u16]) -> String {
    let text = text.split(|unit| *unit == 0).next().unwrap_or_default();
    String::from_utf16_lossy(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_is_written_so_that_it_is_taken() {
        let long = "x".repeat(300);
        for (path, begin) in [
            (format!(r"C:\{long}"), r"\\?\C:\xx"),
            (format!(r"\\server\share\{long}"), r"\\?\UNC\server\share\xx"),
            (format!(r"\\?\C:\{long}"), r"\\?\C:\xx"),
            (r"C:\short".to_owned(), r"C:\short"),
        ] {
            let written = narrow(&wide_path(Path::new(&path)));
            assert!(written.starts_with(begin), "{written}");
        }
        assert_eq!(wide("a"), [97, 0], "a zero at the end");
    }
}
