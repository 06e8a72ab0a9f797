//! Windows: beside the program.

use std::path::{Path, PathBuf};

pub(super) fn file(program: &Path) -> PathBuf {
    program.with_file_name("notices.txt")
}
