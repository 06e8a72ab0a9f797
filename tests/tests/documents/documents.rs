//! The documents are true as far as a program can tell.

use std::{
    fs,
    path::{Path, PathBuf},
};

use connect_agent::of_agent::OfAgent;
use connect_core::{contract::intent::Intent, guide, org::salesforce};
use serde_json::Value;

#[test]
fn every_behaviour_and_every_case_names_tests_that_exist() {
    for (document, at_least) in [("docs/behaviour.md", 40), ("docs/cases.md", 30)] {
        let page = read(&format!("../{document}"));
        let promised: Vec<&str> =
            page.split('`').skip(1).step_by(2).filter(|name| name.contains("::")).collect();
        assert!(promised.len() > at_least, "the promises of {document} are found: {}", promised.len());
        for name in promised.into_iter().filter(|name| *name != "file::test") {
            let (file, test) = name.rsplit_once("::").unwrap();
            let is_there = sources_of(file)
                .iter()
                .any(|source| fs::read_to_string(source).unwrap().contains(&format!("fn {test}(")));
            assert!(is_there, "{name} is promised in {document} and is no test");
        }
    }
}

/// What `./dev test` runs with the programs for Windows too, it finds by this mark.
#[test]
fn every_flow_that_is_marked_for_windows_is_one_that_can_run_there() {
    let page = read("../docs/behaviour.md");
    let mut before: Vec<&str> = page.split("` ⊞").collect();
    before.pop();
    let marked: Vec<&str> = before.into_iter().map(|text| text.rsplit('`').next().unwrap()).collect();
    assert!(marked.len() > 25, "the marked flows are found: {}", marked.len());
    for name in marked {
        let (file, _) = name.rsplit_once("::").unwrap_or_else(|| panic!("{name} is no flow"));
        let source = rooms_with(&format!("{file}.rs"));
        let source = fs::read_to_string(source.first().unwrap_or_else(|| panic!("{name} is in no room")));
        assert!(source.unwrap().contains("Desk::new()"), "{name} begins with a desk of either system");
    }
}

#[test]
fn whatever_wine_lacks_has_its_check_by_hand() {
    let document = read("../docs/platforms.md");
    let (_, section) = document.split_once("## What is proved of Windows here, and what is not").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let script = read("by-hand/windows.ps1");
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() > 12, "the table is found: {}", rows.len());
    for row in rows {
        let checks: Vec<&str> = row.rsplit('|').nth(1).unwrap().split('`').skip(1).step_by(2).collect();
        assert!(!checks.is_empty(), "a check for: {row}");
        for check in checks {
            assert!(script.contains(&format!(" '{check}' '")), "tests/by-hand/windows.ps1 has no {check}");
        }
    }
}

/// The files that may hold a test of this name: the file in a room of tests/tests, or a module of a crate.
fn sources_of(file: &str) -> Vec<PathBuf> {
    if !file.contains('/') {
        let found = rooms_with(&format!("{file}.rs"));
        assert!(found.len() == 1, "one room of tests/tests has a {file}.rs: {found:?}");
        return found;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri");
    // A test module is in the file of the tested module, or beside it under a name that begins alike.
    let (tested, _) = file.split_once("/tests").unwrap_or((file, ""));
    let folders = ["core/src", "agent/src", "cli/src", "windows/src", "src"].map(|folder| root.join(folder));
    let of_module = |folder: &PathBuf| {
        let begins =
            |path: &PathBuf| path.strip_prefix(folder).unwrap().to_str().unwrap().starts_with(tested);
        sources(folder).into_iter().filter(begins).collect::<Vec<_>>()
    };
    folders.iter().flat_map(of_module).collect()
}

#[test]
fn every_page_behaviour_names_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let document = read("../docs/behaviour.md");
    let promised: Vec<(&str, &str)> =
        document.split('`').skip(1).step_by(2).filter_map(|name| name.split_once(" > ")).collect();
    assert!(promised.len() > 10, "the promises are found: {}", promised.len());
    for (file, test) in promised {
        let source = fs::read_to_string(root.join(file)).unwrap_or_default();
        // A title may begin with the case that is tested.
        let is_there = [format!("'{test}'"), format!(" {test}`")].iter().any(|title| source.contains(title));
        assert!(is_there, "{file} > {test} is promised in docs/behaviour.md and is no test");
    }
}

#[test]
fn every_sentence_of_the_guide_has_its_place_in_the_steps() {
    let rows = coverage();
    let steps = guide::steps(None);
    for [sentence, step, words] in rows {
        let step = steps.iter().find(|known| known.id == *step).unwrap_or_else(|| panic!("no step {step}"));
        let shown = serde_json::to_value(step).unwrap();
        assert!(!words.is_empty() && holds(&shown, &words), "{sentence}: {words:?} is not in {}", step.id);
    }
}

#[test]
fn the_sentences_are_those_of_the_guide_from_its_first_word_to_its_last() {
    let rows = coverage();
    let covered: Vec<(&str, &str)> =
        rows.iter().flat_map(|[row, ..]| words(row).map(move |word| (word, row.as_str()))).collect();
    let guide = read("../docs/datatrax-guide.txt");
    let lines: Vec<(&str, &str)> =
        guide.lines().flat_map(|line| words(line).map(move |word| (word, line))).collect();
    assert!(lines.len() > 400, "the guide is there: {} words", lines.len());
    for (place, (word, line)) in lines.iter().enumerate() {
        let (found, row) = covered.get(place).copied().unwrap_or_default();
        assert_eq!(found, *word, "the guide says {line:?}, and docs/guide-coverage.md has {row:?} there");
    }
    assert_eq!(covered.len(), lines.len(), "and the table says no more than the guide");
}

#[test]
fn every_message_of_the_socket_stands_in_its_document() {
    let document = read("../docs/protocol.md");
    let methods = [Intent::METHODS, OfAgent::METHODS].concat().into_iter().map(str::to_owned);
    let words: Vec<String> = methods.chain(notices()).collect();
    assert!(words.len() > 40, "the messages are found: {}", words.len());
    for word in words {
        assert!(document.contains(&format!("`{word}`")), "docs/protocol.md says nothing of {word}");
    }
}

/// The agent's notices, by their names on the socket.
fn notices() -> Vec<String> {
    let source = read("../src-tauri/core/src/contract/view.rs");
    let (_, variants) = source.split_once("pub enum Notice {").unwrap();
    let variants = variants.lines().take_while(|line| !line.starts_with('}'));
    let names = variants
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()));
    names
        .map(|line| line.split(|character: char| !character.is_alphanumeric()).next().unwrap())
        .map(|name| {
            let mut word = String::new();
            for character in name.chars() {
                let is_inside = character.is_ascii_uppercase() && !word.is_empty();
                word.extend(is_inside.then_some('_').into_iter().chain(character.to_lowercase()));
            }
            word
        })
        .collect()
}

#[test]
fn every_host_that_is_asked_stands_where_a_reviewer_looks() {
    let document = read("../docs/security.md");
    let (_, section) = document.split_once("## Where it connects to").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let hosts = salesforce::GENERIC_HOSTS.map(str::to_owned).into_iter();
    for host in hosts.chain(salesforce::LOGIN_SUFFIXES.map(|suffix| format!("*.{suffix}"))) {
        assert!(section.contains(&format!("`{host}`")), "docs/security.md does not name {host}");
    }
}

#[test]
fn a_room_of_the_core_uses_only_those_that_stand_after_it() {
    uses_lead_downwards("### Inside the core", "core/src");
}

#[test]
fn a_room_of_every_other_crate_uses_only_those_that_stand_after_it() {
    uses_lead_downwards("### Inside the practice org", "practice-org/src");
    uses_lead_downwards("### Inside the agent", "agent/src");
    uses_lead_downwards("### Inside `dtx`", "cli/src");
    uses_lead_downwards("### Inside the window", "src");
}

/// Checks a crate's modules against the table below a heading of docs/ARCHITECTURE.md.
fn uses_lead_downwards(heading: &str, sources_of: &str) {
    let document = read("../docs/ARCHITECTURE.md");
    let (_, table) = document.split_once(heading).unwrap();
    let (table, _) = table.split_once("\n##").unwrap();
    let firsts = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" | "));
    let order: Vec<&str> = firsts.flat_map(|(first, _)| first.trim_matches('`').split("`, `")).collect();
    let place = |module: &str| order.iter().position(|known| *known == module);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri").join(sources_of);
    let mut found = 0;
    for file in sources(&folder) {
        let within = file.strip_prefix(&folder).unwrap().with_extension("");
        let module = within.iter().next().unwrap().to_str().unwrap();
        if within.iter().any(|part| part.to_str().unwrap().contains("test"))
            || matches!(module, "lib" | "main" | "bindings")
        {
            continue;
        }
        let own = place(module).unwrap_or_else(|| panic!("docs/ARCHITECTURE.md says nothing of {module}"));
        for used in used(&fs::read_to_string(&file).unwrap()).into_iter().filter(|used| used != module) {
            let other = place(&used).unwrap_or_else(|| panic!("{} uses {used}", file.display()));
            assert!(own < other, "{} uses {used}, which stands before {module} in the table", file.display());
            found += 1;
        }
    }
    assert!(found > 15, "the uses are found: {found}");
}

/// Every Rust file below a folder.
pub(crate) fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|file| file.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The modules that a source names after `crate::`, without tests and comments.
fn used(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap();
    let code: String = source.lines().map(|line| line.split("//").next().unwrap()).collect();
    let name = |text: &str| {
        text.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_owned()
    };
    let mut names = Vec::new();
    for after in code.split("crate::").skip(1) {
        let Some(list) = after.strip_prefix('{') else {
            names.push(name(after));
            continue;
        };
        let (mut depth, mut begins) = (0, true);
        for (at, character) in list.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                _ if begins && character.is_alphabetic() => {
                    names.push(name(list.get(at..).unwrap()));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    names
}

/// The files of this name in all rooms of tests/tests.
pub(crate) fn rooms_with(file: &str) -> Vec<PathBuf> {
    let rooms = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")).unwrap();
    rooms.map(|room| room.unwrap().path().join(file)).filter(|file| file.is_file()).collect()
}

/// The rows of docs/guide-coverage.md: the guide's sentence, the step, and the words there.
fn coverage() -> Vec<[String; 3]> {
    let document = read("../docs/guide-coverage.md");
    let rows = document.lines().filter(|line| line.starts_with('|')).skip(2).map(|line| {
        let cells: Vec<String> =
            line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        cells.try_into().unwrap_or_else(|cells| panic!("a row of three: {cells:?}"))
    });
    rows.collect()
}

/// The words of a text, however it is formatted.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn holds(shown: &Value, words: &str) -> bool {
    match shown {
        Value::String(text) => text.contains(words),
        Value::Array(parts) => parts.iter().any(|part| holds(part, words)),
        Value::Object(fields) => fields.values().any(|field| holds(field, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
