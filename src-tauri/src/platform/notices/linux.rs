//! Linux: beside the other documents of the package.

use std::path::{Path, PathBuf};

pub(super) fn file(program: &Path) -> PathBuf {
    let prefix = program.ancestors().nth(2).unwrap_or(program);
    prefix.join("share/doc/datatrax-connect/notices.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_found_from_the_program_whatever_it_is_installed_below() {
        for (program, expected) in [
            ("/usr/bin/datatrax-connect", "/usr/share/doc/datatrax-connect/notices.txt"),
            ("/opt/d/bin/datatrax-connect", "/opt/d/share/doc/datatrax-connect/notices.txt"),
        ] {
            assert_eq!(file(Path::new(program)), Path::new(expected));
        }
    }
}
