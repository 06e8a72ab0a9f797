//! Being asked to end: by Ctrl+C, by whoever runs the program, or by a terminal that closes.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The exit code of a command that was asked to end, as shells give it for Ctrl+C.
pub(crate) const ASKED: u8 = 130;

/// From its making on, these signals no longer end the program by themselves.
pub(crate) struct AskedToEnd([Option<Signal>; 3]);

impl AskedToEnd {
    pub(crate) fn listen() -> Self {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        // One that cannot be listened to does what it does without us.
        Self(kinds.map(|kind| signal(kind).ok()))
    }

    /// Returns when the next one has come.
    pub(crate) async fn next(&mut self) {
        let Self([interrupt, terminate, hang_up]) = self;
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
