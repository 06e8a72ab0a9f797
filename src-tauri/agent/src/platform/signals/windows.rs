//! Windows: what a console tells its programs, and the word of another program of this user.

use std::{
    future::{self, Future},
    sync::OnceLock,
};

use connect_windows::ending;
use tokio::{
    process::Child,
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

    /// Windows has nothing that a program is started to ignore.
    pub(super) fn listen_as_started() -> Self {
        Self::listen()
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

/// A console tells each program in it of Ctrl+C and Ctrl+Break, the one in place of this too. The word of another program is
/// for this one alone, and can be passed on in one way only: by ending the program.
pub(super) struct PassedOn {
    word: watch::Receiver<()>,
    /// With these, the console does not end this process before the program has ended.
    _stays: (Option<CtrlC>, Option<CtrlBreak>),
}

impl PassedOn {
    pub(super) fn listen() -> Self {
        Self { word: words(), _stays: (ctrl_c().ok(), ctrl_break().ok()) }
    }

    pub(super) async fn next(&mut self) -> Told {
        match self.word.changed().await {
            Ok(()) => Told,
            Err(_) => future::pending().await,
        }
    }
}

/// The word that this process may end.
pub(super) struct Told;

pub(super) fn pass_on(Told: Told, program: &mut Child) {
    if let Err(error) = program.start_kill() {
        tracing::debug!(kind = %error.kind(), "the program had ended already");
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
