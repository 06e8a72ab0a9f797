//! Closing the window: once, a person is told what goes on without it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{remembered::Remembered, watchdog::Watchdog};

/// Whether the window closes at once from now on.
#[derive(Clone, Default)]
pub(crate) struct Closing(Arc<AtomicBool>);

impl Closing {
    /// From now on the window closes at once, as when the whole program is quit.
    pub(crate) fn is_settled(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the page is to be asked before the window closes. Only ever once, so that a page that answers nothing
    /// keeps no window open.
    pub(crate) fn asks(&self, remembered: &Remembered, watchdog: &Watchdog) -> bool {
        !remembered.was_closing_told() && watchdog.page_is_drawn() && !self.0.swap(true, Ordering::Relaxed)
    }
}
