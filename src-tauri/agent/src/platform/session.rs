//! The desktop session that this process was started in: where its windows and its tray are.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::future::{self, Future};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// Whether every program of a session ends with it, also one that shows nothing there.
pub(crate) use self::system::ENDS_ALL;

/// Identifies the session: two processes with the same name show their windows at the same place. `None` without a
/// desktop, as on a server.
pub(crate) fn name() -> Option<String> {
    system::name()
}

/// What the desktop is called, where it has a name.
pub(crate) fn desktop() -> Option<String> {
    system::desktop()
}

/// Returns when the session has closed; never, where the platform has no session to watch: an agent without one ends
/// only when asked to.
pub(crate) async fn closed() {
    end_of(system::watch().await).await;
}

async fn end_of(session: Option<impl Future<Output = ()>>) {
    match session {
        Some(session) => session.await,
        None => future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_session_that_cannot_be_watched_never_ends() {
        let none: Option<future::Ready<()>> = None;
        assert!(timeout(Duration::from_secs(86_400), end_of(none)).await.is_err(), "not in a day");
        end_of(Some(future::ready(()))).await;
    }
}
