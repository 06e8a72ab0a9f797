//! What several of the macOS files share.

use std::sync::OnceLock;

pub(super) use connect_macos::application::News;
use tokio::sync::broadcast;

/// News that may wait for somebody who is behind.
const NEWS_AHEAD: usize = 16;

static NEWS: OnceLock<broadcast::Sender<News>> = OnceLock::new();

/// From now on this program is an application of the desktop. What is returned is to be told its news.
pub(super) fn begin() -> impl Fn(News) + 'static {
    let news = NEWS.get_or_init(|| broadcast::channel(NEWS_AHEAD).0);
    move |told| {
        // Nobody may listen at the moment.
        let _ = news.send(told);
    }
}

/// Whether this program is an application of the desktop.
pub(super) fn is_application() -> bool {
    NEWS.get().is_some()
}

/// What the system tells from now on. `None` where this program is no application of the desktop.
pub(super) fn news() -> Option<broadcast::Receiver<News>> {
    Some(NEWS.get()?.subscribe())
}

/// Waits for this one. Never returns where nothing more is told.
pub(super) async fn next_of(news: &mut broadcast::Receiver<News>, awaited: News) {
    loop {
        match news.recv().await {
            Ok(told) if told == awaited => return,
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}
