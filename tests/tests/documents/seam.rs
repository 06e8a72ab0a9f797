//! The platform seam: code for Unix, Linux, macOS or Windows is only in the folders made for it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The sources of each product crate, and its manifest.
const CRATES: [(&str, &str); 5] = [
    ("src-tauri/core/src", "src-tauri/core/Cargo.toml"),
    ("src-tauri/agent/src", "src-tauri/agent/Cargo.toml"),
    ("src-tauri/cli/src", "src-tauri/cli/Cargo.toml"),
    ("src-tauri/practice-org/src", "src-tauri/practice-org/Cargo.toml"),
    ("src-tauri/src", "Cargo.toml"),
];

/// Names from Unix, Linux desktops, macOS and Windows, in code and in text.
const NAMES: &str = r#"os::unix os::fd os::linux unix:: linux:: Unix rustix libc:: geteuid 0o6 0o7
    SIGTERM SIGINT SIGHUP SIGKILL SignalKind ExitStatusExt CommandExt PermissionsExt /proc /dev/ /run/
    XDG xdg- WAYLAND "DISPLAY" DBUS D-Bus systemd org.freedesktop zbus ksni SetExtLinux gtk webkit WebKit
    os::macos macos:: connect_macos security_framework objc2 kqueue SetExtApple NSApplication NSWorkspace
    os::windows windows:: connect_windows windows_sys windows_registry winreg SetExtWindows HANDLE HKEY Win32
    own_sid \\.\pipe LOCALAPPDATA CREATE_NO_WINDOW WM_ keyring_core"#;

/// Conditions on the platform, and how a program's file ends there. Only a file of the seam has them, to choose between those beside
/// it.
const QUESTIONS: &str =
    "cfg(unix cfg(not(unix cfg(windows cfg!(unix cfg!(windows target_os target_family EXE_SUFFIX";

/// Crates that exist only for these platforms.
const DEPENDENCIES: [&str; 14] = [
    "rustix",
    "zbus",
    "ksni",
    "gtk",
    "webkit2gtk",
    "secret-service",
    "connect-macos",
    "connect-start",
    "security-framework",
    "connect-windows",
    "windows-registry",
    "windows-native-keyring-store",
    "keyring-core",
    "interprocess",
];

/// The crates that are of one platform as a whole.
const OF_ONE_PLATFORM: [&str; 3] = ["src-tauri/macos", "src-tauri/start", "src-tauri/windows"];

/// Folders, and files, shared by several files of one platform.
const SHARED: [&str; 4] = ["unix", "linux", "macos", "windows"];

#[test]
fn names_of_a_platform_stand_behind_the_seam_and_nowhere_else() {
    let (mut behind, mut misplaced) = (0, Vec::new());
    for file in CRATES.iter().flat_map(|(folder, _)| sources(&root().join(folder))) {
        behind += usize::from(place(&file) == Place::Behind);
        let found = foreign(&file, &without_tests(&fs::read_to_string(&file).unwrap()));
        misplaced.extend(found.into_iter().map(|name| format!("{}: {name}", file.display())));
    }
    assert!(behind > 20, "the platform's files are found: {behind}");
    assert!(misplaced.is_empty(), "these belong behind the seam:\n{}", misplaced.join("\n"));
}

#[test]
fn a_name_in_the_wrong_place_is_found() {
    let plain = ["agent/src/client.rs", "core/src/linux.rs", "core/src/unix/mod.rs"].map(Path::new);
    let seam = Path::new("core/src/platform/private.rs");
    let behind = [
        "core/src/platform/private/unix.rs",
        "agent/src/platform/linux/markup.rs",
        "core/src/platform/private/windows.rs",
        "agent/src/platform/windows.rs",
        "agent/src/platform/tray/macos.rs",
        "agent/src/platform/macos.rs",
    ]
    .map(Path::new);
    for (source, name) in [
        ("use std::os::unix::process::CommandExt;", "os::unix"),
        ("tokio::net::UnixStream::connect(path)", "Unix"),
        ("    rustix::process::geteuid()", "rustix"),
        ("fs::read_to_string(\"/proc/net/tcp\")", "/proc"),
        ("env::var(\"XDG_RUNTIME_DIR\")", "XDG"),
        ("// as SIGTERM does", "SIGTERM"),
        ("#[cfg(unix)]", "cfg(unix"),
        ("if cfg!(target_os = \"linux\") {", "target_os"),
        ("folder.join(format!(\"dtx{EXE_SUFFIX}\"))", "EXE_SUFFIX"),
        ("use std::os::windows::process::CommandExt;", "os::windows"),
        ("connect_windows::identity::own_sid()", "connect_windows"),
        ("let handle: HANDLE = process.as_raw_handle();", "HANDLE"),
        ("windows_registry::CURRENT_USER.open(path)", "windows_registry"),
        ("connect_macos::application::serve(hear)", "connect_macos"),
        ("use std::os::macos::fs::MetadataExt;", "os::macos"),
        (r"open(r\\.\pipe\name)", r"\\.\pipe"),
    ] {
        for file in plain {
            assert!(foreign(file, source).contains(&name), "{name} in {}", file.display());
        }
        let may_ask = QUESTIONS.contains(name);
        assert_eq!(foreign(seam, source).contains(&name), !may_ask, "{name} in what all platforms use");
        for file in behind {
            assert!(foreign(file, source).is_empty(), "{name} in {}", file.display());
        }
    }
    assert!(foreign(seam, "use std::{fs, io};").is_empty(), "what every platform has");
}

#[test]
fn a_platforms_files_stand_beside_one_that_all_use_and_that_decides() {
    let seams = CRATES.iter().map(|(folder, _)| root().join(folder).join("platform"));
    let folders: Vec<_> = seams.filter(|seam| seam.is_dir()).flat_map(|seam| entries(&seam)).collect();
    let folders =
        folders.iter().filter(|path| path.is_dir() && !SHARED.iter().any(|name| path.ends_with(name)));
    let mut found = 0;
    for folder in folders {
        let neutral = fs::read_to_string(folder.with_extension("rs")).unwrap_or_default();
        let decides = QUESTIONS.split_whitespace().any(|question| neutral.contains(question));
        assert!(decides, "{} has no file beside it that all platforms use", folder.display());
        found += 1;
    }
    assert!(found > 20, "the folders are found: {found}");
}

#[test]
fn what_a_platform_alone_has_is_a_dependency_of_that_platform_alone() {
    let mut found = 0;
    for (_, manifest) in CRATES {
        let text = fs::read_to_string(root().join(manifest)).unwrap();
        let mut table = "";
        for line in text.lines() {
            if line.starts_with('[') {
                table = line;
            }
            let name = line.split(['.', ' ', '=']).next().unwrap();
            let is_used = table.ends_with("dependencies]") && table != "[workspace.dependencies]";
            if is_used && DEPENDENCIES.contains(&name) {
                assert!(table.starts_with("[target.'cfg("), "{manifest}: {name} stands in {table}");
                found += 1;
            }
        }
    }
    assert!(found > 5, "the dependencies are found: {found}");
}

#[test]
fn every_crate_of_the_product_is_held_or_is_of_one_platform() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, members) = workspace.split_once("members = [").unwrap();
    let (members, _) = members.split_once(']').unwrap();
    let of_product = members.split('"').skip(1).step_by(2).filter(|member| !member.starts_with("tests"));
    let (of_one, held): (Vec<&str>, Vec<&str>) =
        of_product.partition(|member| OF_ONE_PLATFORM.contains(member));
    assert_eq!(of_one.len(), OF_ONE_PLATFORM.len(), "those of one platform: {of_one:?}");
    for member in &held {
        let manifest = format!("{member}/Cargo.toml");
        assert!(CRATES.iter().any(|(_, known)| *known == manifest), "{member} is not looked through");
    }
    assert_eq!(held.len() + 1, CRATES.len(), "these, and the window: {held:?}");
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a folder beside a file of the seam, or shared by several such.
    Behind,
    /// A file used on all platforms, which chooses between those behind it.
    Seam,
    Elsewhere,
}

fn place(file: &Path) -> Place {
    let mut folders = file.parent().unwrap().iter().rev();
    match folders.position(|folder| folder == "platform") {
        Some(0) if SHARED.iter().any(|name| file.file_stem().is_some_and(|stem| stem == *name)) => {
            Place::Behind
        }
        Some(0) => Place::Seam,
        Some(_) => Place::Behind,
        None => Place::Elsewhere,
    }
}

/// The parts of this source that belong behind the seam, or into it.
fn foreign(file: &Path, source: &str) -> Vec<&'static str> {
    // What the TLS library calls a point in time, on every platform.
    let source = source.replace("UnixTime", "");
    let (names, questions) = (NAMES.split_whitespace(), QUESTIONS.split_whitespace());
    let refused: Vec<_> = match place(file) {
        Place::Behind => Vec::new(),
        Place::Seam => names.collect(),
        Place::Elsewhere => names.chain(questions).collect(),
    };
    refused.into_iter().filter(|name| source.contains(name)).collect()
}

/// The sources of the product, without its tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let is_test = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().contains("test");
    let files = entries(folder).into_iter().filter(|path| !is_test(path));
    let files = files.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|file| file.extension().is_some_and(|extension| extension == "rs")).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn without_tests(source: &str) -> String {
    source.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
