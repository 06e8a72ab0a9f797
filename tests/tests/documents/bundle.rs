//! The bundle for macOS (`src-tauri/packaging/macos`), which only a Mac can make: what its parts say of each other.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use connect_core::org::address::LINK_TO_WINDOW;
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn bundle() -> Value {
    serde_json::from_str::<Value>(&read("src-tauri/packaging/macos/bundle.json")).unwrap()["bundle"].take()
}

/// A property list, as a reader has it that nobody here wrote.
fn list(path: &Value) -> Value {
    let script = "import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))";
    let path = root().join(path.as_str().unwrap());
    let read = Command::new("/usr/bin/python3").args(["-c", script]).arg(path).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).unwrap()
}

#[test]
fn it_has_dtx_and_the_notices_where_they_are_looked_for() {
    let bundle = bundle();
    let programs = bundle["externalBin"].as_array().unwrap();
    assert!(matches!(programs.as_slice(), [one] if one.as_str().unwrap().ends_with("/dtx")), "{programs:?}");
    let resources = bundle["resources"].as_object().unwrap();
    let looked_for = read("src-tauri/src/platform/notices/macos.rs");
    let found = resources
        .values()
        .all(|name| looked_for.contains(&format!("\"Resources/{}\"", name.as_str().unwrap())));
    assert!(found && resources.len() == 1, "{resources:?}");
    assert_eq!(bundle["macOS"]["minimumSystemVersion"], "13.0", "the first with `SMAppService`");
}

#[test]
fn its_links_are_ours_alone() {
    let list = list(&bundle()["macOS"]["infoPlist"]);
    let types = list["CFBundleURLTypes"].as_array().unwrap();
    let [one] = types.as_slice() else { panic!("{types:?}") };
    let (ours, _) = LINK_TO_WINDOW.split_once(':').unwrap();
    assert_eq!(one["CFBundleURLSchemes"], json!([ours]));
}

#[test]
fn what_starts_at_the_login_is_its_own_agent() {
    let bundle = bundle();
    let files = bundle["macOS"]["files"].as_object().unwrap();
    let Some((place, file)) = files.iter().next().filter(|_| files.len() == 1) else { panic!("{files:?}") };
    let name = place.strip_prefix("Library/LaunchAgents/").expect("where the system looks");
    let asked_for = read("src-tauri/agent/src/platform/autostart/macos.rs");
    assert!(
        asked_for.contains(&format!("const LIST: &str = \"{name}\";")),
        "{name} is the one that is asked for"
    );

    let list = list(file);
    assert_eq!(format!("{}.plist", list["Label"].as_str().unwrap()), name);
    assert_eq!(list["BundleProgram"], "Contents/MacOS/dtx");
    assert_eq!(list["ProgramArguments"], json!(["dtx", "agent"]));
    assert_eq!(list["KeepAlive"], json!({ "SuccessfulExit": false }), "once more after a crash alone");
}
