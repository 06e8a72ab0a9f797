use std::{collections::BTreeSet, fmt::Write as _, fs, io::Write as _, path::Path};

use super::*;
use crate::explain::{self, Code};

const HEAD: &str = "# What the product assumes about Salesforce

Written from `src-tauri/core/src/org/salesforce.rs`; `UPDATE_DOCS=1 cargo test -p connect-core salesforce` renews it.

No live org was asked for any of this. *Certain*: an official page, or the source of a client in wide use, says exactly this.
*Reported*: third parties say so. *Uncertain*: an inference, or sources disagree; nothing depends on it, and the product
answers \"cannot tell\" where it matters.

| assumption | where used | source | certainty |
|---|---|---|---|
";

fn rendered() -> String {
    let mut page = HEAD.to_owned();
    for row in ASSUMPTIONS {
        let constant = if row.constant.is_empty() { String::new() } else { format!(" (`{}`)", row.constant) };
        writeln!(
            page,
            "| {}{constant} | {} | {} | {} |",
            row.says,
            row.used_in,
            row.source,
            format!("{:?}", row.certainty).to_lowercase()
        )
        .expect("a string takes all");
    }
    page
}

#[test]
fn the_page_shows_the_same_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/salesforce.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::File::create(&path).and_then(|mut file| file.write_all(rendered().as_bytes())).expect("written");
    }
    let page = fs::read_to_string(&path).expect("docs/salesforce.md is there");
    assert!(
        page == rendered(),
        "docs/salesforce.md is stale: UPDATE_DOCS=1 cargo test -p connect-core salesforce"
    );
}

#[test]
fn every_row_is_whole_and_said_once() {
    let mut said = BTreeSet::new();
    for row in ASSUMPTIONS {
        assert!(
            row.says.ends_with('.') && !row.says.contains('|'),
            "a sentence that fits a table: {}",
            row.says
        );
        assert!(!row.used_in.is_empty() && !row.source.is_empty(), "where and whence: {}", row.says);
        assert!(said.insert(row.says), "said twice: {}", row.says);
    }
}

#[test]
fn the_words_name_the_scopes_as_setup_does() {
    let exact = explain::exact(Code::ScopeMissing, &[]);
    assert_eq!(exact[0].scopes, [API_SCOPE_LABEL, REFRESH_SCOPE_LABEL], "both, letter for letter");
}

#[test]
fn waiting_asks_no_more_than_three_times_a_minute() {
    assert!(POLL_INTERVAL * 3 >= Duration::from_secs(60), "three polls take a minute or more");
    assert!(SETTLE_INTERVAL < POLL_INTERVAL, "the second positive is asked for sooner");
}
