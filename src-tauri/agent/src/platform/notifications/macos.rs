//! macOS: the notification centre, in the name of the bundle. A person is asked once whether notifications are wanted.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use connect_core::contract::view::Place;
use connect_macos::{bundle, notifications};
use tokio::sync::mpsc;

use super::NotTold;
use crate::shown::note::{Click, Note};

/// Of more notifications it is not known any more where a click leads.
const MOST_SHOWN: usize = 50;

/// A person may have switched them off, which is told only when one is shown.
pub(super) async fn shower() -> Result<Option<String>, NotTold> {
    std::future::ready(if bundle::is_there() { Err(NotTold) } else { Ok(None) }).await
}

/// Whoever shows notifications in this session.
pub(crate) struct Desktop {
    shown: Shown,
    /// Whether there is a window for a click to open.
    has_window: bool,
}

/// What each notification is named, and where a click on it leads.
type Shown = Arc<Mutex<VecDeque<(String, Place)>>>;

impl Desktop {
    pub(super) fn new(clicked: mpsc::Sender<Click>, has_window: bool) -> Self {
        let shown = Shown::default();
        let places = Arc::clone(&shown);
        notifications::hear(move |name| {
            if let Some(place) = place_of(&places, name).filter(|_| has_window) {
                // A click that finds the queue full is dropped, as on a busy desktop.
                let _ = clicked.try_send(Click { place, activation_token: None });
            }
        });
        Self { shown, has_window }
    }
}

impl super::Notifier for Desktop {
    async fn show(&mut self, note: Note) -> Result<(), String> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let button = self.has_window.then(|| note.button());
        let Note { title, text, place } = note;
        let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        remember(&self.shown, name.clone(), place);
        // A person is asked before the first one.
        let show = move || notifications::show(&name, &title, &text, button.as_deref());
        tokio::task::spawn_blocking(show).await.unwrap_or_else(|error| Err(error.to_string()))
    }

    /// That a person switches notifications on is told to nobody. What is to be told is tried again at the next occasion.
    async fn comes(&mut self) {
        std::future::pending::<()>().await;
    }
}

fn remember(shown: &Shown, name: String, place: Place) {
    let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
    shown.push_back((name, place));
    if shown.len() > MOST_SHOWN {
        shown.pop_front();
    }
}

fn place_of(shown: &Shown, name: &str) -> Option<Place> {
    let shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
    shown.iter().find(|(known, _)| known == name).map(|(_, place)| place.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_leads_where_its_notification_does_for_as_long_as_that_is_known() {
        let shown = Shown::default();
        for number in 0..=MOST_SHOWN {
            remember(&shown, number.to_string(), Place::Connection { alias: number.to_string() });
        }
        let alias = MOST_SHOWN.to_string();
        assert_eq!(place_of(&shown, &alias), Some(Place::Connection { alias }), "the newest");
        assert_eq!(place_of(&shown, "0"), None, "the oldest is forgotten");
    }
}
