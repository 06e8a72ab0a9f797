//! The documents are true where a program can tell.

use std::{fs, path::Path};

#[test]
fn every_behaviour_names_a_test_that_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(folder.join("../docs/behaviour.md")).unwrap();
    let promised: Vec<&str> =
        document.split('`').skip(1).step_by(2).filter(|name| name.contains("::")).collect();
    assert!(promised.len() > 40, "the promises are found: {}", promised.len());
    for name in promised.into_iter().filter(|name| *name != "file::test") {
        let (file, test) = name.split_once("::").unwrap();
        let source =
            fs::read_to_string(folder.join("tests").join(file).with_extension("rs")).unwrap_or_default();
        assert!(
            source.contains(&format!("fn {test}()")),
            "{name} is promised in docs/behaviour.md and is no test"
        );
    }
}
