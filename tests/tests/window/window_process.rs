//! The processes of the real window: where they write, and how their memory is protected.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use connect_tests::{Desk, Display, Window, one_at_a_time, until};
use practice_org::{Options, Org};

/// All files and folders below this one.
fn below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.insert(path);
    }
    found
}

#[tokio::test]
async fn the_window_writes_nowhere_but_in_the_named_home() {
    let _turn = one_at_a_time();
    // A keyring would add its own files there.
    let (desk, display) = (Desk::without_keyring(), Display::start());
    let user = desk.folder().join("user");
    let before = below(&user);
    let org = Org::start(Options::default()).await.unwrap();
    let window = Window::open(&desk, &display).await;
    window.begin(&org).await;
    window.page.click("[data-testid=nav-settings]").await;
    window.page.shows("h1", "Settings").await;
    drop(window);
    // The desktop's settings service and the graphics driver store files there for every drawing program.
    let not_ours = ["run/dconf", ".cache/mesa_shader_cache"].map(|name| user.join(name));
    let is_ours =
        |path: &&PathBuf| !not_ours.iter().any(|other| path.starts_with(other) || other.starts_with(path));
    let left: Vec<PathBuf> = below(&user).difference(&before).filter(is_ours).cloned().collect();
    assert!(left.is_empty(), "in HOME, which is beside DATATRAX_HOME: {left:#?}");
    assert!(desk.home().join("webview").is_dir(), "what the web view keeps is in there");
}

/// This process and its descendants.
fn family(pid: u32) -> Vec<(u32, String)> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let mut found = Vec::new();
    for child in children.split_whitespace() {
        let child = child.parse().unwrap();
        let name = fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default();
        found.push((child, name.trim().to_owned()));
        found.extend(family(child));
    }
    found
}

/// The limit of a core dump's size in bytes.
fn largest_dump(pid: u32) -> String {
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    line.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn no_process_of_the_window_leaves_a_core_dump() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let window = desk.start_window(&display, &[], &[]);
    let pid = window.id().unwrap();
    let of_page = async || family(pid).into_iter().find(|(_, name)| name == "WebKitWebProces");
    let (page, _) = until("the page's process", of_page).await;
    // One byte keeps a dump from files and from crash reporters; zero would not keep it from those.
    for (pid, of) in [(pid, "the window"), (page, "its page")] {
        assert_eq!(largest_dump(pid), "1", "of {of}");
    }
}
