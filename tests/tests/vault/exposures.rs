//! The sources say why they take out the text of a secret.

use std::{
    fs,
    path::{Path, PathBuf},
};

#[test]
fn every_exposure_of_a_secret_has_its_reason() {
    let mut found = 0;
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri")) {
        let text = fs::read_to_string(&path).unwrap();
        // The rest of the file is its tests, which expose made-up values.
        let text = text.split("\nmod tests {").next().unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            if !line.contains(".expose()") || line.trim_start().starts_with("//") {
                continue;
            }
            found += 1;
            let above = lines[..=number].iter().rev().take(7).take_while(|line| !line.trim().is_empty());
            let has_reason = above.into_iter().any(|line| {
                line.split_once("// EXPOSE: ").is_some_and(|(_, reason)| !reason.trim().is_empty())
            });
            assert!(has_reason, "{}:{}: why is it exposed? // EXPOSE: …", path.display(), number + 1);
        }
    }
    assert!(found > 20, "the exposures are found: {found}");
}

/// The source files below a folder, except tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        if name == "tests" || name == "testing" || name.ends_with("_test") || name.ends_with("_tests") {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
