//! The window's last position, size and screen: one small file in the home, read strictly.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use connect_core::{
    contract::view::Place,
    platform::{
        home::Home,
        private,
        settings::{SettingsFile, Theme},
    },
};
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, time::sleep};

/// The largest file read, in bytes. Ours are far smaller.
const LARGEST_FILE: u64 = 16 * 1024;
/// Moves and changes of size come in bursts; the last one counts.
const REST: Duration = Duration::from_millis(400);
const SMALLEST: f64 = 200.0;
/// The longest name of a column, in bytes. Ours are far shorter.
const LONGEST_COLUMN: usize = 40;
const LARGEST: f64 = 20_000.0;

/// The window's position and size, in logical pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Frame {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// The position. Absent where the desktop does not tell, as under Wayland.
    pub(crate) at: Option<(f64, f64)>,
    pub(crate) maximized: bool,
}

impl Frame {
    fn is_sound(&self) -> bool {
        let sides = [self.width, self.height].iter().all(|side| (SMALLEST..=LARGEST).contains(side));
        let at = self.at.is_none_or(|(x, y)| x.abs() <= LARGEST && y.abs() <= LARGEST);
        sides && at
    }
}

/// How a person has the page look. It knows the columns and the steps of the zoom, and takes no other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Appearance {
    /// Whether the connections are a table.
    table: bool,
    /// The column that the table is sorted by.
    column: String,
    down: bool,
    /// The size of the text, in percent.
    zoom: u16,
}

impl Appearance {
    fn is_sound(&self) -> bool {
        self.column.len() <= LONGEST_COLUMN
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Window {
    frame: Option<Frame>,
    place: Option<Place>,
    appearance: Option<Appearance>,
    /// Whether a person was told what goes on once the window is closed.
    closing_told: bool,
    /// Written by versions that had a note about a missing tray.
    #[serde(skip_serializing)]
    tray_note_read: bool,
}

/// All that the page asks for first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Beginning {
    pub(crate) place: Option<Place>,
    theme: Theme,
    appearance: Option<Appearance>,
}

/// The memory of this window.
#[derive(Clone)]
pub(crate) struct Remembered(Arc<Shared>);

struct Shared {
    file: PathBuf,
    theme: Theme,
    window: Mutex<Window>,
    changes: watch::Sender<u64>,
}

impl Remembered {
    /// The state that the last window left, with the place that this one was called to.
    pub(crate) fn of(home: &Home, called_to: Option<Place>) -> Self {
        let mut window = read(&home.window());
        // A question is asked once.
        window.place = called_to.or(window.place.filter(|place| *place != Place::Quit));
        let theme = SettingsFile::read(home).settings().theme;
        let (changes, _) = watch::channel(0);
        Self(Arc::new(Shared { file: home.window(), theme, window: Mutex::new(window), changes }))
    }

    pub(crate) fn beginning(&self) -> Beginning {
        let Window { place, appearance, .. } = self.window().clone();
        Beginning { place, theme: self.0.theme, appearance }
    }

    pub(crate) fn theme(&self) -> Theme {
        self.0.theme
    }

    pub(crate) fn frame(&self) -> Option<Frame> {
        self.window().frame
    }

    pub(crate) fn place(&self, place: Place) {
        self.change(|window| window.place = Some(place));
    }

    pub(crate) fn appearance(&self, appearance: Appearance) {
        if appearance.is_sound() {
            self.change(|window| window.appearance = Some(appearance));
        }
    }

    pub(crate) fn closing_is_told(&self) {
        self.change(|window| window.closing_told = true);
    }

    pub(crate) fn was_closing_told(&self) -> bool {
        self.window().closing_told
    }

    pub(crate) fn remember_frame(&self, frame: Frame) {
        if frame.is_sound() {
            self.change(|window| {
                let size = window.frame.filter(|_| frame.maximized);
                // The size to return to from the full one.
                window.frame = Some(size.map_or(frame, |size| Frame { maximized: true, ..size }));
            });
        }
    }

    /// Writes changes, a moment after they happened, while the window lives.
    pub(crate) async fn write_changes(self) {
        let mut changes = self.0.changes.subscribe();
        while changes.changed().await.is_ok() {
            sleep(REST).await;
            changes.mark_unchanged();
            self.write();
        }
    }

    pub(crate) fn write(&self) {
        let window = self.window().clone();
        let text = serde_json::to_vec(&window).unwrap_or_default();
        if let Err(error) = private::replace(&self.0.file, &text) {
            tracing::info!(kind = %error.kind(), "where the window was is not kept");
        }
    }

    fn change(&self, change: impl FnOnce(&mut Window)) {
        let mut window = self.window();
        let before = window.clone();
        change(&mut window);
        if *window != before {
            self.0.changes.send_modify(|count| *count += 1);
        }
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.0.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The content of a small file. `None` for one that is too large.
pub(crate) fn small(file: &Path) -> Option<Vec<u8>> {
    let is_small = fs::metadata(file).is_ok_and(|found| found.is_file() && found.len() <= LARGEST_FILE);
    is_small.then(|| fs::read(file).ok())?
}

/// Reads the file. One that cannot be read whole counts as absent.
fn read(file: &Path) -> Window {
    let text = small(file).unwrap_or_default();
    let mut window: Window = serde_json::from_slice(&text).unwrap_or_default();
    window.frame = window.frame.filter(Frame::is_sound);
    window.appearance = window.appearance.filter(Appearance::is_sound);
    window
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        (folder, home)
    }

    #[test]
    fn what_was_written_is_read_again() {
        let (_folder, home) = home();
        let first = Remembered::of(&home, None);
        assert_eq!((first.frame(), first.beginning().place), (None, None), "nothing yet");
        let frame = Frame { width: 900.0, height: 700.0, at: Some((-20.0, 30.0)), maximized: false };
        first.remember_frame(frame);
        first.place(Place::Settings);
        let appearance = Appearance { table: true, column: "state".to_owned(), down: true, zoom: 125 };
        first.appearance(appearance.clone());
        first.appearance(Appearance { column: "x".repeat(50), ..Appearance::default() });
        assert!(!first.was_closing_told(), "nobody has closed it");
        first.closing_is_told();
        first.remember_frame(Frame { width: 1280.0, height: 900.0, at: Some((0.0, 0.0)), maximized: true });
        first.write();
        let second = Remembered::of(&home, None);
        assert_eq!(second.frame(), Some(Frame { maximized: true, ..frame }), "and what it goes back to");
        assert_eq!(second.beginning().place, Some(Place::Settings), "the screen");
        assert!(second.was_closing_told(), "and what has been told");
        assert_eq!(second.beginning().appearance, Some(appearance), "and how it looked");
        let third = Remembered::of(&home, Some(Place::Add));
        assert_eq!(third.beginning().place, Some(Place::Add), "the one it was called to");
    }

    #[test]
    fn what_an_older_version_wrote_is_read() {
        let (_folder, home) = home();
        let text = r#"{"frame":null,"place":{"name":"settings"},"tray_note_read":true}"#;
        private::replace(&home.window(), text.as_bytes()).unwrap();
        assert_eq!(Remembered::of(&home, None).beginning().place, Some(Place::Settings), "the screen");
    }

    #[test]
    fn what_makes_no_window_is_not_taken() {
        for text in [
            r#"{"frame":{"width":1e9,"height":700,"at":null,"maximized":false},"place":null}"#,
            r#"{"frame":{"width":10,"height":10,"at":null,"maximized":false},"place":null}"#,
            r#"{"frame":null,"place":{"name":"elsewhere"}}"#,
            r#"{"frame":null,"place":null,"more":1}"#,
            "[]",
            "{",
        ] {
            let (_folder, home) = home();
            private::replace(&home.window(), text.as_bytes()).unwrap();
            let remembered = Remembered::of(&home, None);
            assert_eq!((remembered.frame(), remembered.beginning().place), (None, None), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_file_is_read_without_harm(text in "\\PC{0,200}") {
            let (_folder, home) = home();
            private::replace(&home.window(), text.as_bytes()).unwrap();
            Remembered::of(&home, None);
        }
    }
}
