//! Causes are kept: an unexpected error leaves its place and kind in the log.

use std::{fs, path::Path};

use crate::documents::sources;

/// The places that may name the code: its definition, the one function that reports it, and comparisons.
const MAY_NAME_IT: [&str; 6] = [
    "core/src/contract/code.rs",
    "core/src/explain/unexpected.rs",
    "core/src/vault/error.rs",
    // A row for it, and who reports what the row says.
    "core/src/explain/causes/token.rs",
    "core/src/explain/answers.rs",
    // The value before any request.
    "core/src/org/preflight/inquiry.rs",
];

/// The lines that make such a failure, without tests, comments and patterns.
fn silent(source: &str) -> Vec<&str> {
    let code = source.split("#[cfg(test)]\nmod ").next().unwrap();
    let lines = code.lines().map(|line| line.split("//").next().unwrap());
    lines.filter(|line| names_it(line) && !line.trim_start().starts_with('|')).collect()
}

/// Whether a line has the code's name as a word, however it was imported.
fn names_it(line: &str) -> bool {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == "Unexpected")
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
    for planted in [".map_err(|_| explain::failure(Code::Unexpected, &[]))", "let code = Unexpected;"] {
        assert_eq!(silent(planted).len(), 1, "one that is silent is seen: {planted}");
    }
}

#[test]
fn whoever_may_name_it_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri");
    for name in MAY_NAME_IT {
        let found = fs::read_to_string(root.join(name)).unwrap();
        assert!(!silent(&found).is_empty(), "{name} names it no more, and needs no exception");
    }
}
