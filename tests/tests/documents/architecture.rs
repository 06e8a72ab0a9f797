//! docs/ARCHITECTURE.md shows the tree as it is: every path in it exists, and every room has its row.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::documents::read;

const PAGE: &str = "../docs/ARCHITECTURE.md";

/// Each table of rooms below its heading, and the folder whose parts they are.
const TABLES: [(&str, &str); 6] = [
    ("### Inside the tests", "tests/tests"),
    ("### Inside the core", "src-tauri/core/src"),
    ("### Inside the practice org", "src-tauri/practice-org/src"),
    ("### Inside the agent", "src-tauri/agent/src"),
    ("### Inside `dtx`", "src-tauri/cli/src"),
    ("### Inside the window", "src-tauri/src"),
];

/// How a name ends that is one of a file.
const FILES: [&str; 7] = ["rs", "md", "toml", "json", "js", "ts", "yml"];

#[test]
fn every_path_that_it_names_exists() {
    let (page, tree) = (read(PAGE), tree());
    let quoted = page.split('`').skip(1).step_by(2);
    let is_file = |name: &str| FILES.iter().any(|end| name.ends_with(&format!(".{end}")));
    let marked = quoted.filter(|name| !name.contains(' ') && (name.contains('/') || is_file(name)));
    let linked = page.split("](").skip(1).map(|rest| rest.split([')', '#']).next().unwrap());
    let names: BTreeSet<&str> = marked.chain(linked).collect();
    assert!(names.len() > 60, "the paths are found: {}", names.len());
    for name in names {
        assert!(is_in(&tree, name), "docs/ARCHITECTURE.md names {name}, which is nowhere");
    }
    assert!(!is_in(&tree, "core/src/no/such/room.rs"), "one that is not there is seen");
}

#[test]
fn every_row_of_a_room_has_its_room_and_what_is_said_to_be_in_it() {
    let mut parts = 0;
    for (heading, folder) in TABLES {
        let folder = root().join(folder);
        for (rooms, said) in rows(heading) {
            for room in &rooms {
                let [own, of_one] = [folder.join(room), folder.join(format!("{room}.rs"))];
                assert!(own.is_dir() || of_one.is_file(), "{heading}: there is no room {room}");
            }
            let within: Vec<PathBuf> = rooms.iter().flat_map(|room| below(&folder.join(room))).collect();
            for part in said.split("(`").skip(1).filter_map(|rest| rest.split_once("`)")) {
                assert!(is_in(&within, part.0), "{heading}: {rooms:?} has no {}", part.0);
                parts += 1;
            }
        }
    }
    assert!(parts > 15, "the parts are found: {parts}");
}

#[test]
fn every_folder_has_its_row() {
    let rooms: BTreeSet<String> = rows(TABLES[0].0).into_iter().flat_map(|(rooms, _)| rooms).collect();
    assert_eq!(rooms, folders("tests/tests"), "the rooms of the tests");
    let crates: BTreeSet<String> = rows("## The rooms").into_iter().flat_map(|(rooms, _)| rooms).collect();
    for name in folders("src-tauri") {
        let is_named = crates.contains(&format!("src-tauri/{name}")) || name == "bindings";
        assert!(is_named, "docs/ARCHITECTURE.md says nothing of src-tauri/{name}");
    }
    for name in folders(".").into_iter().filter(|name| !is_made(name)) {
        let is_named = crates.iter().any(|known| Path::new(known).starts_with(&name));
        assert!(is_named, "docs/ARCHITECTURE.md says nothing of {name}");
    }
}

/// Whether a folder at the root is a tool's own, or was made by one.
fn is_made(name: &str) -> bool {
    name.starts_with('.') || ["target", "gen", "node_modules"].contains(&name)
}

/// The rows of the first table below a heading: the names in the first cell, and the text of the second.
fn rows(heading: &str) -> Vec<(Vec<String>, String)> {
    let page = read(PAGE);
    let (_, section) = page.split_once(&format!("{heading}\n")).unwrap();
    let (section, _) = section.split_once("\n##").unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" | "));
    let names = |cell: &str| cell.trim_matches('`').split("`, `").map(str::to_owned).collect();
    rows.map(|(first, second)| (names(first), second.to_owned())).collect()
}

/// Whether one of these paths ends so. A module may be named without its ending.
fn is_in(tree: &[PathBuf], name: &str) -> bool {
    tree.iter().any(|path| path.ends_with(name) || path.ends_with(format!("{name}.rs")))
}

/// The files and folders of the project.
fn tree() -> Vec<PathBuf> {
    let tops = ["src-tauri", "ui", "tests", "icons", "docs", ".github"].map(|top| root().join(top));
    let files = ["Cargo.toml", "tauri.conf.json", "dev"].map(|file| root().join(file));
    tops.iter().flat_map(|top| below(top)).chain(tops.clone()).chain(files).collect()
}

/// What stands below a folder, at any depth, without what was installed there.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let own = entries.filter(|path| !path.ends_with("node_modules") && !path.is_symlink());
    own.flat_map(|path| if path.is_dir() { [below(&path), vec![path]].concat() } else { vec![path] })
        .collect()
}

/// The names of the folders in a folder.
fn folders(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let names = entries.filter(|path| path.is_dir()).map(|path| path.file_name().unwrap().to_owned());
    names.map(|name| name.into_string().unwrap()).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
