//! The window for Windows, as far as it goes without `WebView2`, which Wine does not have.

use std::{
    collections::BTreeSet,
    io::Read as _,
    path::Path,
    process::{Command, Stdio},
};

use connect_tests::{Desk, Display, block_until_so};

/// The fewest colours of a window with text, whose edges are smoothed.
const COLOURS_OF_TEXT: usize = 4;

#[test]
fn without_webview2_the_window_says_what_to_do_and_ends() {
    let (desk, display) = (Desk::of_windows(), Display::start());
    let mut window = desk
        .command(desk.program("datatrax-connect"))
        .env("DISPLAY", display.name())
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
