//! macOS: in the bundle.

use std::path::{Path, PathBuf};

pub(super) fn file(program: &Path) -> PathBuf {
    let contents = program.ancestors().nth(2).unwrap_or(program);
    contents.join("Resources/notices.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_found_from_the_program_wherever_the_bundle_is() {
        let contents = Path::new("/Applications/Datatrax Connect.app/Contents");
        assert_eq!(file(&contents.join("MacOS/datatrax-connect")), contents.join("Resources/notices.txt"));
    }
}
