//! The documents are true where a program can tell.

use std::{fs, path::Path};

use connect_core::guide;
use serde_json::Value;

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

#[test]
fn every_page_behaviour_names_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let document = fs::read_to_string(root.join("docs/behaviour.md")).unwrap();
    let promised: Vec<(&str, &str)> =
        document.split('`').skip(1).step_by(2).filter_map(|name| name.split_once(" > ")).collect();
    assert!(promised.len() > 10, "the promises are found: {}", promised.len());
    for (file, test) in promised {
        let source = fs::read_to_string(root.join(file)).unwrap_or_default();
        // A title may begin with what the test is run for.
        let is_there = [format!("'{test}'"), format!(" {test}`")].iter().any(|title| source.contains(title));
        assert!(is_there, "{file} > {test} is promised in docs/behaviour.md and is no test");
    }
}

#[test]
fn every_sentence_of_the_guide_has_its_place_in_the_steps() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(folder.join("../docs/guide-coverage.md")).unwrap();
    let rows: Vec<Vec<&str>> = document
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() > 40, "the sentences are found: {}", rows.len());
    let steps = guide::steps(None);
    for row in rows {
        let [sentence, step, words] = row[..] else { panic!("a row of three: {row:?}") };
        let step = steps.iter().find(|known| known.id == step).unwrap_or_else(|| panic!("no step {step}"));
        let shown = serde_json::to_value(step).unwrap();
        assert!(holds(&shown, words), "{sentence}: {words:?} does not stand in the step {}", step.id);
    }
}

fn holds(shown: &Value, words: &str) -> bool {
    match shown {
        Value::String(text) => text.contains(words),
        Value::Array(parts) => parts.iter().any(|part| holds(part, words)),
        Value::Object(fields) => fields.values().any(|field| holds(field, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
