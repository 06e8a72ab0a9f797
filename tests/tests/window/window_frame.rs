//! The position of the real window on the desktop, which is always within reach.

use std::{fs, io::Write, path::Path, time::Duration};

use connect_tests::{Desk, Display, Manager, Seen, one_at_a_time, until, until_so};
use serde_json::{Value, json};
use tokio::time::sleep;

/// The one monitor of these displays, in pixels.
const MONITOR: (i16, i16) = (1280, 900);

/// Opens a window where the last one had this frame. Returns its position, and whether it asks to be maximized.
async fn shown(frame: &Value) -> (Seen, bool) {
    let (desk, display) = (Desk::without_keyring(), Display::start());
    remember(&desk, frame);
    let wishes = display.wishes();
    let _window = desk.start_window(&display, &[], &[]);
    let seen = until("the window", async || display.seen("Datatrax Connect")).await;
    if frame["maximized"] == true {
        until_so("it does not ask to fill the screen", async || wishes.has_maximized()).await;
        return (seen, true);
    }
    // If it asks all the same, it does so a moment after it is shown.
    sleep(Duration::from_secs(1)).await;
    (seen, wishes.has_maximized())
}

/// Writes the file that a window with this frame would leave.
fn remember(desk: &Desk, frame: &Value) {
    let kept = json!({ "frame": frame, "place": null }).to_string();
    fs::File::create(desk.home().join("window.json")).unwrap().write_all(kept.as_bytes()).unwrap();
}

#[tokio::test]
async fn the_window_stands_where_the_last_one_stood() {
    let _turn = one_at_a_time();
    for fills in [false, true] {
        let (seen, maximized) =
            shown(&json!({ "width": 700, "height": 600, "at": [210, 95], "maximized": fills })).await;
        assert_eq!(seen, Seen { at: (210, 95), size: (700, 600) }, "as it was left");
        assert_eq!(maximized, fills, "it asks to fill the screen if the last one did");
    }
}

#[tokio::test]
async fn a_window_whose_monitor_went_stands_where_it_can_be_reached() {
    let _turn = one_at_a_time();
    for at in [[1400, 100], [-3000, 40], [200, 2000]] {
        let (seen, _) = shown(&json!({ "width": 700, "height": 600, "at": at, "maximized": false })).await;
        let (x, y) = seen.at;
        assert!((0..MONITOR.0 - 40).contains(&x) && (0..MONITOR.1 - 40).contains(&y), "{at:?}: {seen:?}");
        assert_eq!(seen.size, (700, 600), "as large as it was");
    }
}

#[tokio::test]
async fn the_whole_window_is_on_a_small_screen_below_its_panel() {
    const PANEL: u16 = 26;
    let _turn = one_at_a_time();
    let large = json!({ "width": 1500, "height": 1100, "at": [200, 150], "maximized": false });
    let cases = [
        ((1366, 768), Value::Null, "the first window"),
        ((1280, 800), Value::Null, "the first window"),
        ((1366, 768), large, "one that was left on a larger screen"),
    ];
    for ((wide, high), frame, what) in cases {
        let (desk, display) = (Desk::without_keyring(), Display::of_size(&format!("{wide}x{high}")));
        remember(&desk, &frame);
        let _manager = Manager::start(&desk, &display, PANEL.into());
        let _window = desk.start_window(&display, &["--add"], &[]);
        until("the window", async || display.managed("Datatrax Connect")).await;
        // If the window manager moves it, it does so before showing it; a change of size would follow.
        sleep(Duration::from_secs(1)).await;
        let seen = display.managed("Datatrax Connect").unwrap();
        let end = seen.at.1.unsigned_abs() + seen.size.1;
        assert!(seen.at.1.unsigned_abs() > PANEL && end <= high, "{what} on {wide} x {high}: {seen:?}");
        assert!(seen.size.0 <= wide && seen.size.1 > 600, "{what} on {wide} x {high}: {seen:?}");
    }
}

#[tokio::test]
async fn a_desktop_finds_the_entry_of_the_window_by_what_the_window_says_of_itself() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::without_keyring(), Display::start());
    let _window = desk.start_window(&display, &[], &[]);
    let class = until("no window is shown", async || display.class("Datatrax Connect")).await;
    let packaging = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/packaging/linux");
    let entry =
        fs::read_to_string(packaging.join(format!("{class}.desktop"))).expect("by the name of its file");
    assert!(
        entry.lines().any(|line| line == format!("StartupWMClass={class}")),
        "and by what it says: {entry}"
    );
}
