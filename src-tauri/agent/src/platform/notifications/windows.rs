//! Windows: toasts, shown in the name of the application that the installer has made known.

use connect_windows::toast::{self, Toast};
use tokio::sync::mpsc;

use super::NotTold;

use crate::{
    platform::windows::APPLICATION,
    shown::note::{Click, Note},
};

/// A person, an administrator or a quiet time may have switched them off, which is told only when one is shown.
pub(super) async fn shower() -> Result<Option<String>, NotTold> {
    std::future::ready(Err(NotTold)).await
}

/// Whoever shows notifications in this session.
pub(crate) struct Desktop {
    clicked: mpsc::Sender<Click>,
    /// Whether there is a window for a click to open.
    has_window: bool,
}

impl Desktop {
    pub(super) fn new(clicked: mpsc::Sender<Click>, has_window: bool) -> Self {
        Self { clicked, has_window }
    }
}

impl super::Notifier for Desktop {
    async fn show(&mut self, note: Note) -> Result<(), String> {
        let (clicked, has_window) = (self.clicked.clone(), self.has_window);
        // It asks another process, which may take its time.
        let show = move || {
            let button = note.button();
            let Note { title, text, place } = note;
            let toast = Toast { title: &title, text: &text, button: has_window.then_some(&button) };
            toast::show(APPLICATION, toast, move || {
                if has_window {
                    // A click that finds the queue full is dropped, as on a busy desktop.
                    let click = Click { place: place.clone(), activation_token: Some(String::new()) };
                    let _ = clicked.try_send(click);
                }
            })
        };
        tokio::task::spawn_blocking(show).await.unwrap_or_else(|error| Err(error.to_string()))
    }

    /// That a person switches notifications on is told to nobody. What is to be told is tried again at the next occasion.
    async fn comes(&mut self) {
        std::future::pending::<()>().await;
    }
}
