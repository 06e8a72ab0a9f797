//! What several of the Windows files share.

use std::{sync::OnceLock, thread, time::Duration};

use connect_windows::message_window;
pub(super) use connect_windows::message_window::News;
use tokio::sync::broadcast;

/// What Windows knows the application by (AppUserModelID): the installer writes it on the shortcut in the Start menu.
pub(super) const APPLICATION: &str = "com.getdatatrax.connect";

/// News that may wait for somebody who is behind.
const NEWS_AHEAD: usize = 16;

/// How long the session's end is held up: the agent ends by itself before, and the system waits no longer.
const UNTIL_THE_END: Duration = Duration::from_secs(5);

/// What the system tells from now on. `None` where there is no desktop that a window could be on.
pub(super) fn news() -> Option<broadcast::Receiver<News>> {
    static NEWS: OnceLock<Option<broadcast::Sender<News>>> = OnceLock::new();
    Some(NEWS.get_or_init(listen).as_ref()?.subscribe())
}

fn listen() -> Option<broadcast::Sender<News>> {
    let (news, _) = broadcast::channel(NEWS_AHEAD);
    let tell = news.clone();
    let hear = move |told| {
        // Nobody may listen at the moment.
        let _ = tell.send(told);
        if told == News::SessionEnds {
            thread::sleep(UNTIL_THE_END);
        }
    };
    match message_window::hear(hear) {
        Ok(()) => Some(news),
        Err(error) => {
            tracing::info!(kind = %error.kind(), "there is no desktop here");
            None
        }
    }
}

/// Waits for one of these. Never returns where nothing more is told.
pub(super) async fn next_of(news: &mut broadcast::Receiver<News>, awaited: &[News]) -> News {
    loop {
        match news.recv().await {
            Ok(told) if awaited.contains(&told) => return told,
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}
