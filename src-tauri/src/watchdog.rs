//! Never a blank window: a page that does not come up, or crashes again and again, is tried once more with the plainest
//! way of drawing, and then its absence is said in words.

use std::{
    env,
    io::{self, Write as _},
    process::Command,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use connect_core::platform::process;
use tauri::AppHandle;

use crate::{
    platform::{
        toolkit,
        web_view::{PLAIN_DRAWING, WHAT_OFTEN_HELPS},
    },
    remembered::Remembered,
};

/// Many times what a page takes on a slow computer.
const TIME_FOR_THE_PAGE: Duration = Duration::from_secs(15);

/// A page that crashes as often as this within this time will not get better by being loaded again.
const MOST_CRASHES: usize = 3;
const TIME_OF_CRASHES: Duration = Duration::from_secs(60);

const NO_PAGE: &str = "Datatrax Connect could not draw its window, not even in the plainest way. \
    The connections are kept all the same. In a terminal, dtx does the same work as this window.";

/// Waits for the page.
#[derive(Clone, Default)]
pub(crate) struct Watchdog(Arc<(Mutex<Page>, Condvar)>);

#[derive(Default)]
struct Page {
    is_ready: bool,
    /// When it was last seen to be gone; at first, never.
    gone_since: Option<Instant>,
    /// When it crashed, within the last [`TIME_OF_CRASHES`].
    crashes: Vec<Instant>,
}

impl Page {
    /// Notes a crash, and says whether it is worth loading the page again.
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
    pub(crate) fn page_is_ready(&self) {
        let mut page = self.page();
        page.is_ready = true;
        page.gone_since = None;
        self.0.1.notify_all();
    }

    /// The process that draws the page has ended. Says whether it is to be loaded again.
    pub(crate) fn page_is_gone(&self) -> bool {
        let once_more = self.page().crashed(Instant::now());
        tracing::warn!(once_more, "the page has crashed");
        self.0.1.notify_all();
        once_more
    }

    /// Watches for as long as the window lives.
    pub(crate) fn watch(&self, app: &AppHandle, remembered: Remembered) {
        self.page().gone_since = Some(Instant::now());
        let (watchdog, app) = (self.clone(), app.clone());
        thread::spawn(move || {
            watchdog.until_overdue();
            remembered.write();
            again_or_say_why(&app, &remembered);
        });
    }

    fn until_overdue(&self) {
        let mut page = self.page();
        loop {
            let left = page.gone_since.map(|since| TIME_FOR_THE_PAGE.saturating_sub(since.elapsed()));
            page = match left {
                _ if page.keeps_crashing() => return,
                Some(Duration::ZERO) if !page.is_ready => return,
                Some(left) => {
                    let waited = self.0.1.wait_timeout(page, left).unwrap_or_else(PoisonError::into_inner);
                    waited.0
                }
                None => self.0.1.wait(page).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn page(&self) -> MutexGuard<'_, Page> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn draws_plainly() -> bool {
    PLAIN_DRAWING.iter().all(|(name, value)| env::var(name).is_ok_and(|found| found == *value))
}

fn again_or_say_why(app: &AppHandle, remembered: &Remembered) {
    if !draws_plainly()
        && let Ok(program) = env::current_exe()
    {
        tracing::warn!("the page does not stay; it is tried once more with plain drawing");
        let place = remembered.beginning().place.as_ref().and_then(connect_agent::window::argument);
        // This process becomes the new one; it returns only when that fails.
        let mut again = Command::new(program);
        let error = process::give_way_to(again.args(place).envs(PLAIN_DRAWING.iter().copied()));
        tracing::warn!(kind = %error.kind(), "the window could not be started again");
    }
    tracing::error!("the page does not stay");
    let handle = app.clone();
    let said = app.run_on_main_thread(move || {
        say_why(&format!("{NO_PAGE} {WHAT_OFTEN_HELPS}"));
        handle.exit(1);
    });
    if said.is_err() {
        app.exit(1);
    }
}

/// Says it on standard error, and in a window of the toolkit's own where there is a display. Returns when it was read.
pub(crate) fn say_why(words: &str) {
    // Nothing is left to tell when standard error is closed.
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
}
