//! Causes are kept: what is told as unexpected leaves its place and kind in the log.

use std::{fs, path::Path};

use crate::documents::sources;

/// Where the code itself stands: its definition, the one function that tells it, and what only compares with it.
const MAY_NAME_IT: [&str; 4] = [
    "core/src/contract/code.rs",
    "core/src/explain/unexpected.rs",
    "core/src/vault/error.rs",
    // What stands there before anything was asked.
    "core/src/org/preflight/inquiry.rs",
];

/// The lines that make a failure of it, tests, comments and patterns left out.
fn silent(source: &str) -> Vec<&str> {
    let code = source.split("#[cfg(test)]\nmod ").next().unwrap();
    let lines = code.lines().map(|line| line.split("//").next().unwrap());
    lines.filter(|line| line.contains("Code::Unexpected") && !line.trim_start().starts_with('|')).collect()
}

#[test]
fn nothing_is_told_as_unexpected_without_its_cause_in_the_log() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri");
    let mut looked_at = 0;
    for file in sources(&root) {
        let name = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        if name.contains("test") || MAY_NAME_IT.contains(&name.as_str()) {
            continue;
        }
        let found = fs::read_to_string(&file).unwrap();
        assert_eq!(silent(&found), Vec::<&str>::new(), "{name}: explain::unexpected tells it, and logs why");
        looked_at += 1;
    }
    assert!(looked_at > 150, "the sources are found: {looked_at}");
    let planted = ".map_err(|_| explain::failure(Code::Unexpected, &[]))";
    assert_eq!(silent(planted).len(), 1, "one that is silent is seen");
}
