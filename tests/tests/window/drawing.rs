//! The page counts as shown when it is drawn, not when it says so; and what happens when it is not drawn.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use connect_core::platform::home::Home;
use connect_tests::{Desk, Display, one_at_a_time, until};
use serde_json::{Value, json};
use tokio::{process::Child, time::sleep};

const TITLE: &str = "Datatrax Connect";
/// The fewest colours of a window with text, whose edges are smoothed; one without has one or two.
const COLOURS_OF_TEXT: usize = 16;
/// Longer than a page may take.
const LONG: Duration = Duration::from_secs(18);

/// The window's program on its own desk, without a driver.
struct Case {
    desk: Desk,
    display: Display,
}

impl Case {
    fn new() -> Self {
        Self { desk: Desk::without_keyring(), display: Display::start() }
    }

    fn start(&self) -> Child {
        self.desk.start_window(&self.display, &["--settings"], &[])
    }

    /// Prevents all drawing from now on, although the page's script runs, like a broken driver or a faulty version of
    /// the toolkit. Returns the file that does it.
    fn draw_nothing(&self) -> PathBuf {
        let folder = self.desk.folder().join("user/.config/gtk-3.0");
        fs::create_dir_all(&folder).unwrap();
        write(&folder.join("gtk.css"), "* { opacity: 0; }");
        folder.join("gtk.css")
    }

    async fn is_drawn(&self) {
        let drawn = async || (self.display.colours(TITLE) >= COLOURS_OF_TEXT).then_some(());
        until("the page is to be seen", drawn).await;
    }

    fn kept(&self) -> PathBuf {
        Home::at(&self.desk.home()).unwrap().window_start()
    }
}

fn write(file: &Path, text: &str) {
    fs::File::create(file).unwrap().write_all(text.as_bytes()).unwrap();
}

/// Whether the window draws in the plainest way.
fn is_plain(window: &Child) -> bool {
    let environment = fs::read(format!("/proc/{}/environ", window.id().unwrap())).unwrap_or_default();
    String::from_utf8_lossy(&environment).contains("WEBKIT_DISABLE_COMPOSITING_MODE=1")
}

async fn until_plain(window: &Child) {
    until("plain drawing", async || is_plain(window).then_some(())).await;
}

/// The process that draws the page.
async fn page_of(window: &Child) -> String {
    let pid = window.id().unwrap();
    let child_named = |name: &str| {
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        let mut children = children.split_whitespace().map(str::to_owned);
        children.find(|child| {
            fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default().starts_with(name)
        })
    };
    until("the page's process", async || child_named("WebKitWebProces")).await
}

#[tokio::test]
async fn a_window_that_stays_blank_is_drawn_plainly_from_then_on_until_a_version_changes() {
    let _turn = one_at_a_time();
    let case = Case::new();
    let fault = case.draw_nothing();
    let window = case.start();
    until("the blank window", async || (case.display.colours(TITLE) == 1).then_some(())).await;
    // The toolkit has read the file already, so this window stays blank.
    fs::remove_file(fault).unwrap();
    assert!(!is_plain(&window), "begun in the usual way");
    until_plain(&window).await;
    case.is_drawn().await;
    drop(window);

    // The next one begins plainly. One that began in the usual way would be drawn, and stay with it.
    let window = case.start();
    until_plain(&window).await;
    case.is_drawn().await;
    drop(window);

    let kept: Value = serde_json::from_slice(&fs::read(case.kept()).unwrap()).unwrap();
    write(&case.kept(), &json!({ "product": kept["product"], "web_view": "2.0.0" }).to_string());
    let window = case.start();
    case.is_drawn().await;
    assert!(!is_plain(&window), "another version of the toolkit begins in the usual way");
    until("that nothing is kept", async || (!case.kept().exists()).then_some(())).await;
    assert!(!is_plain(&window), "and stays with that");
}

#[tokio::test]
async fn a_window_that_was_ended_before_it_was_drawn_begins_plainly_the_next_time() {
    let _turn = one_at_a_time();
    let case = Case::new();
    let mut window = case.start();
    let page = page_of(&window).await;
    std::process::Command::new("kill").args(["-STOP", &page]).status().unwrap();
    until("that the start is kept", async || case.kept().exists().then_some(())).await;
    assert!(!is_plain(&window), "begun in the usual way");
    // Killed, as by a compositor that cannot show the picture.
    window.kill().await.unwrap();
    std::process::Command::new("kill").args(["-KILL", &page]).status().unwrap();

    let window = case.start();
    case.is_drawn().await;
    assert!(is_plain(&window), "by itself");
}

#[tokio::test]
async fn a_window_that_is_drawn_leaves_nothing_for_the_next_one_to_know() {
    let _turn = one_at_a_time();
    let case = Case::new();
    for _ in 0..2 {
        let mut window = case.start();
        case.is_drawn().await;
        until("that nothing is kept", async || (!case.kept().exists()).then_some(())).await;
        assert!(!is_plain(&window), "in the usual way");
        window.kill().await.unwrap();
    }
}

#[tokio::test]
async fn a_minimized_window_is_never_taken_for_blank() {
    let _turn = one_at_a_time();
    let case = Case::new();
    case.draw_nothing();
    let window = case.start();
    until("the window", async || case.display.seen(TITLE)).await;
    let restore = case.display.minimize(TITLE);
    sleep(LONG).await;
    assert!(!is_plain(&window), "nobody can tell, and nobody waits");
    restore();
    until_plain(&window).await;
}
