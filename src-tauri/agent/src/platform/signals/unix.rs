//! Unix: SIGINT, SIGTERM and SIGHUP.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that ask for the end. Once this exists, they no longer end the program by themselves.
pub(super) struct Signals([Option<Signal>; 3]);

impl Signals {
    pub(super) fn listen() -> Self {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        // A signal that cannot be listened to keeps its usual effect.
        Self(kinds.map(|kind| signal(kind).ok()))
    }

    /// Returns when one of the signals has come.
    pub(super) async fn next(&mut self) {
        let [interrupt, terminate, hang_up] = &mut self.0;
        tokio::select! {
            () = came(interrupt) => {}
            () = came(terminate) => {}
            () = came(hang_up) => {}
        }
    }
}

async fn came(signal: &mut Option<Signal>) {
    let came = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if came.is_none() {
        std::future::pending::<()>().await;
    }
}
