//! Where the window begins, and how large: as it was left, as far as the present monitors allow.

use tauri::{AppHandle, Monitor};

use crate::remembered::Frame;

/// The frame that a desktop adds: a border on each side and a title bar. It is unknown before the window shows.
const AROUND: (f64, f64) = (12.0, 48.0);

/// How far inside a monitor the window must begin, so that its title bar can be grabbed.
const INSIDE: f64 = 40.0;

/// An area of the desktop, in logical pixels.
#[derive(Clone, Copy, Debug)]
struct Area {
    at: (f64, f64),
    size: (f64, f64),
}

impl Area {
    fn has(&self, (x, y): (f64, f64)) -> bool {
        (self.at.0..self.at.0 + self.size.0).contains(&x) && (self.at.1..self.at.1 + self.size.1).contains(&y)
    }
}

/// A monitor, and the part of it that panels leave free.
#[derive(Clone, Copy, Debug)]
struct Screen {
    whole: Area,
    work: Area,
}

impl Screen {
    fn of(monitor: &Monitor) -> Self {
        let scale = monitor.scale_factor();
        let (at, size) =
            (monitor.position().to_logical::<f64>(scale), monitor.size().to_logical::<f64>(scale));
        let work = monitor.work_area();
        let (free_at, free) = (work.position.to_logical::<f64>(scale), work.size.to_logical::<f64>(scale));
        Self {
            whole: Area { at: (at.x, at.y), size: (size.width, size.height) },
            work: Area { at: (free_at.x, free_at.y), size: (free.width, free.height) },
        }
    }
}

/// The window's position and size. Without a position, the desktop chooses.
pub(crate) fn begin(app: &AppHandle, kept: Option<Frame>, usual: (f64, f64)) -> Frame {
    let first = app.primary_monitor().ok().flatten();
    let all = app.available_monitors().unwrap_or_default();
    let screens: Vec<Screen> = first.iter().chain(&all).map(Screen::of).collect();
    stand(kept, usual, &screens)
}

/// The first screen is for a window without a position. The window must not reach below its screen: not every desktop
/// can move or shrink one that is too large.
fn stand(kept: Option<Frame>, usual: (f64, f64), screens: &[Screen]) -> Frame {
    let wanted = kept.unwrap_or(Frame { width: usual.0, height: usual.1, at: None, maximized: false });
    let reachable = |(x, y): (f64, f64)| {
        screens
            .iter()
            .find(|screen| screen.whole.has((x + INSIDE, y + INSIDE)))
            .map(|screen| (screen, (x, y)))
    };
    let place = wanted.at.and_then(reachable);
    let Some(screen) = place.map(|(screen, _)| screen).or_else(|| screens.first()) else {
        return Frame { at: None, ..wanted };
    };
    let Area { at: (left, top), size: (wide, high) } = screen.work;
    let width = wanted.width.min(wide - AROUND.0);
    let height = wanted.height.min(high - AROUND.1);
    let spare = (wide - AROUND.0 - width, high - AROUND.1 - height);
    let at = match place {
        Some((_, (x, y))) => (x, y.min(top + spare.1)),
        None => (left + spare.0 / 2.0, top + spare.1 / 2.0),
    };
    Frame { width, height, at: Some(at), ..wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: (f64, f64) = (1080.0, 780.0);

    /// A monitor with a panel of this height at its top.
    fn screen(left: f64, width: f64, height: f64, panel: f64) -> Screen {
        let area = |top| Area { at: (left, top), size: (width, height - top) };
        Screen { whole: area(0.0), work: area(panel) }
    }

    fn left(width: f64, height: f64, at: (f64, f64)) -> Frame {
        Frame { width, height, at: Some(at), maximized: false }
    }

    /// The bottom edge of a window with its frame.
    fn end(frame: &Frame) -> f64 {
        frame.at.unwrap().1 + frame.height + AROUND.1
    }

    #[test]
    fn the_first_window_ends_above_the_end_of_the_screen() {
        for (width, height) in [(1366.0, 768.0), (1280.0, 800.0), (1024.0, 600.0)] {
            let frame = stand(None, USUAL, &[screen(0.0, width, height, 26.0)]);
            assert!(end(&frame) <= height && frame.at.unwrap().1 >= 26.0, "{width} x {height}: {frame:?}");
            assert!(frame.width <= width, "{width} x {height}: {frame:?}");
        }
        let frame = stand(None, USUAL, &[screen(0.0, 1920.0, 1080.0, 26.0)]);
        assert_eq!(
            (frame.width, frame.height),
            USUAL,
            "where there is room, it is as large as it wants to be"
        );
    }

    #[test]
    fn a_window_that_was_left_on_a_larger_screen_fits_on_this_one() {
        let small = screen(0.0, 1366.0, 768.0, 26.0);
        let frame = stand(Some(left(1500.0, 1000.0, (100.0, 60.0))), USUAL, &[small]);
        assert!(end(&frame) <= 768.0 && frame.width < 1366.0, "{frame:?}");
        let frame = stand(Some(left(900.0, 600.0, (100.0, 500.0))), USUAL, &[small]);
        assert_eq!((frame.width, frame.height), (900.0, 600.0), "what fits stays as large as it was");
        assert!(end(&frame) <= 768.0, "and is moved up: {frame:?}");
        assert_eq!(frame.at.map(|(x, _)| x), Some(100.0), "but not sideways");
    }

    #[test]
    fn a_window_stays_on_the_monitor_it_was_left_on() {
        let screens = [screen(0.0, 1366.0, 768.0, 26.0), screen(1366.0, 2560.0, 1440.0, 0.0)];
        let there = left(1500.0, 1200.0, (1500.0, 100.0));
        assert_eq!(stand(Some(there), USUAL, &screens), there, "there it has room");
        let gone = stand(Some(there), USUAL, &screens[..1]);
        assert!(end(&gone) <= 768.0 && gone.at.unwrap().0 < 1366.0, "without that monitor: {gone:?}");
    }

    #[test]
    fn a_desktop_that_names_no_monitor_is_left_to_place_the_window() {
        let frame = stand(Some(left(900.0, 600.0, (100.0, 500.0))), USUAL, &[]);
        assert_eq!((frame.width, frame.height, frame.at), (900.0, 600.0, None));
    }
}
