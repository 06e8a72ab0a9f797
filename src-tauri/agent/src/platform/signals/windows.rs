//! Windows: what a console tells its programs, and the word of another program of this user.

use std::{
    future::{self, Future},
    sync::OnceLock,
};

use connect_windows::ending;
use tokio::{
    signal::windows::{
        CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_logoff,
        ctrl_shutdown,
    },
    sync::watch,
};

/// All that asks for the end. Once this exists, Ctrl+C no longer ends the program by itself. When the console closes, the
/// system ends the program five seconds later, whatever it does.
pub(super) struct Signals {
    interrupt: Option<CtrlC>,
    stop: Option<CtrlBreak>,
    close: Option<CtrlClose>,
    log_off: Option<CtrlLogoff>,
    shut_down: Option<CtrlShutdown>,
    word: watch::Receiver<()>,
}

impl Signals {
    pub(super) fn listen() -> Self {
        // What cannot be listened to keeps its usual effect.
        Self {
            interrupt: ctrl_c().ok(),
            stop: ctrl_break().ok(),
            close: ctrl_close().ok(),
            log_off: ctrl_logoff().ok(),
            shut_down: ctrl_shutdown().ok(),
            word: words(),
        }
    }

    /// Returns when one of them has come.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            () = came(self.interrupt.as_mut().map(CtrlC::recv)) => {}
            () = came(self.stop.as_mut().map(CtrlBreak::recv)) => {}
            () = came(self.close.as_mut().map(CtrlClose::recv)) => {}
            () = came(self.log_off.as_mut().map(CtrlLogoff::recv)) => {}
            () = came(self.shut_down.as_mut().map(CtrlShutdown::recv)) => {}
            // The sender lives as long as the program.
            Ok(()) = self.word.changed() => {}
        }
    }
}

async fn came(signal: Option<impl Future<Output = Option<()>>>) {
    let came = match signal {
        Some(signal) => signal.await,
        None => None,
    };
    if came.is_none() {
        future::pending::<()>().await;
    }
}

/// Told at each word from now on.
fn words() -> watch::Receiver<()> {
    static WORDS: OnceLock<watch::Sender<()>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let words = watch::Sender::default();
        let tell = words.clone();
        if let Err(error) = ending::hear(move || tell.send_replace(())) {
            tracing::info!(kind = %error.kind(), "this program cannot be asked to end by others");
        }
        words
    });
    words.subscribe()
}

#[cfg(test)]
mod tests {
    use connect_core::platform::process;
    use tokio::time::{Duration, timeout};

    use super::*;

    #[tokio::test]
    async fn a_word_of_another_program_is_heard_by_everybody_who_listens() {
        let (mut one, mut other) = (Signals::listen(), Signals::listen());
        process::ask_to_end(std::process::id());
        for signals in [&mut one, &mut other] {
            timeout(Duration::from_secs(60), signals.next()).await.expect("it comes");
        }
    }
}
