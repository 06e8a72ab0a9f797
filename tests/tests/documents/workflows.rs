//! What the workflows of `.github` may know and run. A tool for that looks at the rest (`./dev test`).

use std::{fs, path::Path};

/// The workflows by name, with their text.
fn workflows() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows");
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    let found: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| read(entry.unwrap().path())).collect();
    assert!(found.len() >= 2, "they are found");
    found
}

#[test]
fn what_signs_a_release_alone_knows_secrets_and_no_change_of_a_stranger_reaches_it() {
    for (name, text) in workflows() {
        let steps = text.split("\n      - ").filter(|step| step.contains("secrets"));
        let steps: Vec<&str> = steps.filter(|step| step.contains("${{ secrets.")).collect();
        if name != "release.yml" {
            assert_eq!(steps, [""; 0], "{name} knows none");
            continue;
        }
        assert_eq!(
            steps.len(),
            2,
            "one step for each system that wants signatures knows secrets: {steps:#?}"
        );
        for step in steps {
            assert!(step.starts_with("name: Sign\n"), "it signs: {step}");
            let builds = ["cargo build", "./dev", "npm "].iter().any(|word| step.contains(word));
            assert!(!builds, "and builds and fetches nothing: {step}");
        }
        let triggers = text.split_once("\non:\n").unwrap().1.split_once("\n\n").unwrap().0;
        assert_eq!(triggers.trim(), "push:\n    tags: [\"v[0-9]*\"]", "only a tag begins it");
        assert_eq!(text.matches("environment: release").count(), 2, "and a person may let each in");
        assert!(!text.contains("secrets: inherit"), "nothing else is given them");
    }
}

#[test]
fn every_action_is_named_by_its_commit() {
    for (name, text) in workflows() {
        let uses =
            text.lines().filter_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix("uses: "));
        for action in uses.filter(|action| !action.starts_with("./")) {
            let (action, version) =
                action.split_once(" # v").unwrap_or_else(|| panic!("{name}: {action} has no version"));
            let (action, commit) = action.split_once('@').unwrap();
            assert!(action.starts_with("actions/"), "{name}: {action} is the forge's own");
            let is_whole = commit.len() == 40 && commit.bytes().all(|digit| digit.is_ascii_hexdigit());
            assert!(is_whole && !version.is_empty(), "{name}: {action}@{commit} is a whole commit");
        }
    }
}
