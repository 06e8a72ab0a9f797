//! Prevents blank windows: a page that does not load, is not drawn, or crashes again and again is tried once more with
//! the plainest way of drawing, and then reported in words.

use std::{
    io::{self, Write as _},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use connect_core::platform::silence;
use tauri::AppHandle;

use crate::{
    drawing::{self, Start},
    platform::{
        toolkit,
        web_view::{Seen, WHAT_OFTEN_HELPS},
    },
    remembered::Remembered,
};

/// Many times what a page takes on a slow computer. Where other programs have the processors, the time stands still.
const TIME_FOR_THE_PAGE: Duration = Duration::from_secs(15);

/// Between two looks at how busy the computer is, while the page is waited for.
const LOOK: Duration = Duration::from_secs(1);

/// The crashes after which the page is not loaded again.
const MOST_CRASHES: usize = 3;
const TIME_OF_CRASHES: Duration = Duration::from_secs(60);

const NO_PAGE: &str = "Datatrax Connect could not draw its window, not even in the plainest way. \
    The connections are kept all the same. In a terminal, dtx does the same work as this window.";

/// Watches over the page.
#[derive(Clone)]
pub(crate) struct Watchdog(Arc<Shared>);

struct Shared {
    page: Mutex<Page>,
    changed: Condvar,
    start: Start,
}

#[derive(Default)]
struct Page {
    /// Whether the page says that it is ready.
    is_ready: bool,
    /// Since when the page is not seen, moved on by times when nobody could tell; `None` once it is drawn.
    gone_since: Option<Instant>,
    looked_at: Option<Instant>,
    /// The times of its crashes, within the last [`TIME_OF_CRASHES`].
    crashes: Vec<Instant>,
    /// Whether the start is over: something was drawn, or could not be observed.
    start_is_over: bool,
}

impl Page {
    /// Notes that the page says it is ready. Whether it is drawn is another matter.
    fn says_it_is_ready(&mut self, now: Instant) {
        self.is_ready = true;
        self.looked_at = Some(now);
    }

    /// Notes the result of a look, and returns whether that ends the start, which happens once.
    fn is_seen(&mut self, seen: Seen, now: Instant) -> bool {
        let looked_at = self.looked_at.replace(now).unwrap_or(now);
        match seen {
            Seen::Drawn => self.gone_since = None,
            Seen::Blank => {}
            // Time out of sight does not count. It is not reset: a busy computer may leave out a picture.
            Seen::OutOfSight => self.gone_since = self.gone_since.map(|since| since + (now - looked_at)),
        }
        seen != Seen::Blank && !mem::replace(&mut self.start_is_over, true)
    }

    /// So much of its time other programs had.
    fn was_kept_waiting(&mut self, time: Duration) {
        self.gone_since = self.gone_since.map(|since| since + time);
    }

    fn waits_for_a_picture(&self) -> bool {
        self.is_ready && self.gone_since.is_some()
    }

    /// The time left for the page; `None` while it is drawn.
    fn left(&self, now: Instant) -> Option<Duration> {
        self.gone_since.map(|since| TIME_FOR_THE_PAGE.saturating_sub(now.duration_since(since)))
    }

    /// Notes a crash, and returns whether to load the page again.
    fn crashed(&mut self, now: Instant) -> bool {
        self.is_ready = false;
        self.gone_since.get_or_insert(now);
        self.crashes.retain(|crash| now.duration_since(*crash) < TIME_OF_CRASHES);
        self.crashes.push(now);
        !self.keeps_crashing()
    }

    fn keeps_crashing(&self) -> bool {
        self.crashes.len() >= MOST_CRASHES
    }
}

impl Watchdog {
    pub(crate) fn of(start: Start) -> Self {
        Self(Arc::new(Shared { page: Mutex::default(), changed: Condvar::new(), start }))
    }

    pub(crate) fn page_is_ready(&self) {
        self.page().says_it_is_ready(Instant::now());
    }

    pub(crate) fn waits_for_a_picture(&self) -> bool {
        self.page().waits_for_a_picture()
    }

    /// Whether there is a page to ask.
    pub(crate) fn page_is_drawn(&self) -> bool {
        let page = self.page();
        page.is_ready && page.gone_since.is_none()
    }

    /// Takes in the result of a look at the page.
    pub(crate) fn sees(&self, seen: Seen) {
        let start_is_over = self.page().is_seen(seen, Instant::now());
        if start_is_over && !drawing::is_plain() {
            self.0.start.is_over();
        }
        self.0.changed.notify_all();
    }

    /// Takes in that the process drawing the page has ended. Returns whether to load the page again.
    pub(crate) fn page_is_gone(&self) -> bool {
        let once_more = self.page().crashed(Instant::now());
        tracing::warn!(once_more, "the page has crashed");
        self.0.changed.notify_all();
        once_more
    }

    /// Watches for as long as the window lives.
    pub(crate) fn watch(&self, app: &AppHandle, remembered: Remembered) {
        self.page().gone_since = Some(Instant::now());
        if !drawing::is_plain() {
            self.0.start.is_under_way();
        }
        let (watchdog, app) = (self.clone(), app.clone());
        thread::spawn(move || {
            watchdog.until_overdue();
            remembered.write();
            watchdog.again_or_say_why(&app, &remembered);
        });
    }

    fn until_overdue(&self) {
        let mut page = self.page();
        loop {
            let left = page.left(Instant::now());
            if page.keeps_crashing() || left == Some(Duration::ZERO) {
                return;
            }
            page = match left {
                Some(left) => {
                    let began = Instant::now();
                    let waiting = self.0.changed.wait_timeout(page, left.min(LOOK));
                    let mut page = waiting.unwrap_or_else(PoisonError::into_inner).0;
                    let waited = began.elapsed();
                    page.was_kept_waiting(waited.saturating_sub(silence::unhindered(waited)));
                    page
                }
                None => self.0.changed.wait(page).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn again_or_say_why(&self, app: &AppHandle, remembered: &Remembered) {
        if !drawing::is_plain() {
            tracing::warn!("the page does not stay; it is tried once more with plain drawing");
            self.0.start.is_under_way();
            let place = remembered.beginning().place;
            drawing::start_plainly(place.as_ref().and_then(connect_agent::window::argument));
        }
        tracing::error!("the page does not stay");
        // No way draws better than another, so the next window begins in the usual one.
        self.0.start.is_over();
        let handle = app.clone();
        let said = app.run_on_main_thread(move || {
            say_why(&format!("{NO_PAGE} {WHAT_OFTEN_HELPS}"));
            handle.exit(1);
        });
        if said.is_err() {
            app.exit(1);
        }
    }

    fn page(&self) -> MutexGuard<'_, Page> {
        self.0.page.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says the words on standard error, and in a window of the toolkit's if it can. Returns when that was closed.
pub(crate) fn say_why(words: &str) {
    // With standard error closed there is nowhere to tell.
    let _ = writeln!(io::stderr(), "datatrax-connect: {words}");
    toolkit::say(words);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_crashes_again_and_again_is_given_up() {
        let (mut page, start) = (Page::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        assert!(page.crashed(after(0)) && page.crashed(after(20)), "twice may happen");
        page.is_ready = true;
        assert!(page.crashed(after(61)), "the first is long past");
        assert!(!page.crashed(after(70)) && page.keeps_crashing(), "three in a minute are too many");
    }

    #[test]
    fn a_page_is_there_once_it_is_drawn_and_not_when_it_says_so() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut page = Page { gone_since: Some(start), ..Page::default() };
        assert!(!page.waits_for_a_picture(), "its script has not come so far");
        page.says_it_is_ready(after(1));
        assert!(page.waits_for_a_picture(), "now it is looked at");
        assert!(!page.is_seen(Seen::Blank, after(10)), "the start is not over");
        assert_eq!(page.left(after(15)), Some(Duration::ZERO), "ready and blank is not there");
        assert!(page.is_seen(Seen::Drawn, after(15)), "the start is over");
        assert_eq!(page.left(after(99)), None, "drawn");
        assert!(!page.waits_for_a_picture(), "and not looked at any more");
        page.crashed(after(100));
        assert_eq!(page.left(after(115)), Some(Duration::ZERO), "after a crash it is to be drawn again");
    }

    #[test]
    fn a_window_that_nobody_can_see_is_never_taken_for_blank() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut page = Page { gone_since: Some(start), ..Page::default() };
        page.says_it_is_ready(start);
        for seconds in (10..=3600).step_by(10) {
            assert_ne!(page.left(after(seconds)), Some(Duration::ZERO), "minimized for {seconds} s");
            assert_eq!(page.is_seen(Seen::OutOfSight, after(seconds)), seconds == 10, "nobody can tell");
        }
        page.is_seen(Seen::Blank, after(3610));
        assert_ne!(page.left(after(3614)), Some(Duration::ZERO), "come into sight, it has its whole time");
        assert_eq!(page.left(after(3615)), Some(Duration::ZERO), "and no more");
    }

    #[test]
    fn time_that_other_programs_had_is_not_the_page_s() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut page = Page { gone_since: Some(start), ..Page::default() };
        page.was_kept_waiting(Duration::from_secs(80));
        assert_ne!(page.left(after(94)), Some(Duration::ZERO), "most of it other programs had");
        assert_eq!(page.left(after(95)), Some(Duration::ZERO), "its own is over");
        page.is_seen(Seen::Drawn, after(95));
        page.was_kept_waiting(Duration::from_secs(80));
        assert_eq!(page.left(after(99)), None, "what is drawn waits for nothing");
    }

    #[test]
    fn a_picture_that_is_left_out_now_and_then_does_not_hide_that_all_are_blank() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut page = Page { gone_since: Some(start), ..Page::default() };
        page.says_it_is_ready(start);
        for seconds in 1..=20 {
            let seen = if seconds % 4 == 0 { Seen::OutOfSight } else { Seen::Blank };
            page.is_seen(seen, after(seconds));
        }
        assert_eq!(page.left(after(20)), Some(Duration::ZERO), "fifteen seconds of blank pictures");
    }
}
