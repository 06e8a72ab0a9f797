//! The window for Windows, as far as it goes without `WebView2`, which Wine does not have.

use std::{
    collections::BTreeSet,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use connect_tests::{Desk, Display, block_until_so};

/// The fewest colours of a window with text, whose edges are smoothed.
const COLOURS_OF_TEXT: usize = 4;

/// As Windows hands over the answer to a sign-in.
const LINK: &str =
    "com.getdatatrax.connect://auth/salesforce/callback?code=CodeOfALink&state=dtxc1.hGq0Zk3xYb7PpW2vN5tRcA";

#[test]
fn without_webview2_the_window_says_what_to_do_and_ends() {
    let display = Display::start();
    let desk = Desk::of_windows_on(&display);
    let mut window = desk
        .command(desk.program("datatrax-connect"))
        .arg(LINK)
        // Wine shows there what is written for debuggers.
        .env("WINEDEBUG", "-all,+debugstr")
        .env("DATATRAX_LOG", "trace")
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    block_until_so("no words are shown", || display.seen("Datatrax Connect").is_some());
    block_until_so("the words are not drawn", || display.colours("Datatrax Connect") >= COLOURS_OF_TEXT);
    assert!(window.try_wait().unwrap().is_none(), "they stay until they were read");
    let keys = ["key", "Return"];
    let pressed = Command::new("xdotool").env("DISPLAY", display.name()).args(keys).status().unwrap();
    assert!(pressed.success(), "{pressed}");
    assert_eq!(window.wait().unwrap().code(), Some(1), "and then it ends");
    let mut said = String::new();
    window.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    for words in
        ["WebView2 Runtime, which this computer does not have", "Evergreen", "dtx does the same work"]
    {
        assert!(said.contains(words), "a terminal is told it too: {said}");
    }
    for part in ["CodeOfALink", "hGq0Zk3xYb7PpW2vN5tRcA"] {
        assert!(
            !said.contains(part),
            "what stands in a link is neither printed nor told to a debugger: {said}"
        );
        assert_eq!(with(&desk.home(), part), Vec::<PathBuf>::new(), "nor is it in a file");
    }
}

/// The files below a folder that hold a text.
fn with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let below = |entry: fs::DirEntry| {
        let path = entry.path();
        if path.is_dir() {
            return with(&path, text);
        }
        let holds = fs::read(&path).unwrap().windows(text.len()).any(|part| part == text.as_bytes());
        if holds { vec![path] } else { Vec::new() }
    };
    fs::read_dir(folder).unwrap().flat_map(|entry| below(entry.unwrap())).collect()
}

#[test]
fn every_program_needs_libraries_of_windows_alone_and_the_window_its_web_view_s_loader() {
    let desk = Desk::of_windows();
    let windows =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/wine/windows/drive_c/windows/system32");
    for (program, more) in
        [("dtx", None), ("datatrax-agent", None), ("datatrax-connect", Some("webview2loader.dll"))]
    {
        let told =
            Command::new("x86_64-w64-mingw32-objdump").arg("-p").arg(desk.program(program)).output().unwrap();
        let told = String::from_utf8_lossy(&told.stdout).to_lowercase();
        let needed: BTreeSet<&str> =
            told.lines().filter_map(|line| line.trim().strip_prefix("dll name: ")).collect();
        assert!(needed.contains("kernel32.dll"), "{program}: {needed:?}");
        let of_others: Vec<&&str> = needed
            .iter()
            .filter(|name| !windows.join(name).exists() && !name.starts_with("api-ms-win-"))
            .collect();
        assert_eq!(of_others, more.iter().collect::<Vec<_>>(), "{program}");
    }
}
