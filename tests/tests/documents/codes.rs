//! Every code is produced by a test from end to end.

use std::{collections::BTreeSet, fs};

use connect_core::explain::{self, Code, setup};
use connect_tests::{figures, told};

use crate::documents::{read, rooms_with, sources};

/// The rows of docs/codes.md: the code, its exit code, the page of Setup, and the test.
fn rows() -> Vec<[String; 4]> {
    let page = read("../docs/codes.md");
    let row = |line: &str| {
        let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', ""));
        let cells: Vec<String> = cells.collect();
        cells.try_into().unwrap_or_else(|cells| panic!("a row of four: {cells:?}"))
    };
    page.lines().filter(|line| line.starts_with("| `")).map(row).collect()
}

/// The source of a test's file in a room, with the modules of that file.
fn source_of(file: &str) -> String {
    let found = rooms_with(&format!("{file}.rs"));
    let [path] = found.as_slice() else { panic!("one room has a {file}.rs: {found:?}") };
    let folder = path.with_extension("");
    let below = if folder.is_dir() { sources(&folder) } else { Vec::new() };
    std::iter::once(path.clone()).chain(below).map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn every_code_is_produced_by_a_test_from_end_to_end() {
    let rows = rows();
    let listed: Vec<&str> = rows.iter().map(|[code, ..]| code.as_str()).collect();
    let all: Vec<String> = Code::ALL.iter().map(|code| told::name(*code)).collect();
    let (found, wanted): (BTreeSet<&str>, BTreeSet<&str>) =
        (listed.iter().copied().collect(), all.iter().map(String::as_str).collect());
    assert_eq!(found, wanted, "docs/codes.md has each code");
    assert_eq!(listed.len(), all.len(), "and once");
    for [code, exit, page, test] in &rows {
        let known = told::code_of(code).unwrap();
        assert_eq!(*exit, known.exit().to_string(), "the exit code of {code}");
        let label = explain::way_out(known).2.map_or("none", |page| setup::page(page).0);
        assert_eq!(page, label, "where in Setup something is done about {code}");
        let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("{code}: file::test, not {test}"));
        let source = source_of(file);
        assert!(source.contains(&format!("fn {name}(")), "{test} is no test");
        let names = [format!("\"{code}\""), format!("Code::{known:?}")];
        let is_named = |text: &str| names.iter().any(|name| text.contains(name.as_str()));
        // That something is not told produces nothing.
        let is_checked = source.lines().filter(|line| !line.contains("assert_ne!")).any(is_named);
        assert!(is_checked, "{test} does not check {code}");
    }
    figures(&format!("{} of {} codes are produced by a test from end to end", rows.len(), all.len()));
}

/// The number is the document's, which a unit test beside the table holds to that; its own output is not shown.
#[test]
fn how_many_of_salesforces_errors_are_explained_is_printed_with_what_is_not() {
    let page = read("../docs/codes.md");
    let (_, section) = page.split_once("## Errors of Salesforce's\n\n").unwrap();
    let numbers: Vec<&str> = section.split(" documented and reported errors are explained").collect();
    assert!(numbers.len() == 2 && numbers[0].contains(" of "), "the number stands first: {section}");
    let missing: Vec<&str> = section.lines().filter(|line| line.starts_with("- ")).collect();
    assert!(!missing.is_empty(), "what has no row is named");
    figures(&format!("{} errors of Salesforce's are explained; not:\n{}", numbers[0], missing.join("\n")));
}
