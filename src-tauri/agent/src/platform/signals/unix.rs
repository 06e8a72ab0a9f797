//! Unix: signals that ask for the end, and those that are passed on to a program.
//!
//! What a terminal sends, it sends to every process in its foreground. Such signals are passed on only where this process is
//! in no foreground, since a program that is interrupted twice may leave its work undone. From elsewhere they are to be sent
//! to the program itself then.

use std::{fs, fs::File, future, io};

use rustix::{
    process::{Pid, Signal as Number, getpgrp, kill_process},
    termios::tcgetpgrp,
};
use tokio::{
    process::Child,
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};

/// The signals that ask for the end. Once this exists, they no longer end the program by themselves.
pub(super) struct Signals([Option<Signal>; 3]);

impl Signals {
    pub(super) fn listen() -> Self {
        Self::but_for(Ignored::default())
    }

    pub(super) fn listen_as_started() -> Self {
        Self::but_for(Ignored::by_this_process())
    }

    fn but_for(ignored: Ignored) -> Self {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        // A signal that cannot be listened to keeps its usual effect.
        Self(kinds.map(|kind| if ignored.has(kind.as_raw_value()) { None } else { signal(kind).ok() }))
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
        future::pending::<()>().await;
    }
}

/// The signals that a process ignores: `nohup` has one ignore the hangup, and a shell the interrupt in the background.
#[derive(Clone, Copy, Default)]
struct Ignored(u64);

impl Ignored {
    /// Where the system does not tell, none.
    fn by_this_process() -> Self {
        Self::in_status(&fs::read_to_string("/proc/self/status").unwrap_or_default())
    }

    /// As `proc_pid_status(5)` has it: a bit for each signal, the first for the number 1.
    fn in_status(status: &str) -> Self {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        Self(mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default())
    }

    fn has(self, number: i32) -> bool {
        u32::try_from(number - 1)
            .ok()
            .and_then(|bit| self.0.checked_shr(bit))
            .is_some_and(|bits| bits & 1 == 1)
    }
}

/// The signals that are passed on, and whether a terminal sends them.
const PASSED_ON: [(Number, bool); 8] = [
    (Number::HUP, true),
    (Number::INT, true),
    (Number::QUIT, true),
    (Number::WINCH, true),
    (Number::TERM, false),
    (Number::USR1, false),
    (Number::USR2, false),
    (Number::ALARM, false),
];

/// A signal that came, and whether a terminal sends such.
pub(super) type Told = (Number, bool);

pub(super) struct PassedOn(mpsc::UnboundedReceiver<Told>);

impl PassedOn {
    /// What this process was started to ignore stays ignored, by it and by the program.
    pub(super) fn listen() -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        let ignored = Ignored::by_this_process();
        for (number, by_terminal) in PASSED_ON.into_iter().filter(|(number, _)| !ignored.has(number.as_raw()))
        {
            if let Ok(stream) = signal(SignalKind::from_raw(number.as_raw())) {
                tokio::spawn(hear(stream, (number, by_terminal), tell.clone()));
            }
        }
        Self(told)
    }

    pub(super) async fn next(&mut self) -> Told {
        match self.0.recv().await {
            Some(told) => told,
            // All of them are ignored.
            None => future::pending().await,
        }
    }
}

async fn hear(mut stream: Signal, what: Told, tell: mpsc::UnboundedSender<Told>) {
    while stream.recv().await.is_some() && tell.send(what).is_ok() {}
}

pub(super) fn pass_on((number, by_terminal): Told, program: &mut Child) {
    if by_terminal && is_in_foreground() {
        return;
    }
    // Until it is waited for, no other process has its number.
    let process = program.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(process) = process {
        let _ = kill_process(process, number);
    }
}

/// Whether this process is in the foreground of its terminal.
fn is_in_foreground() -> bool {
    let foreground = File::open("/dev/tty").and_then(|terminal| tcgetpgrp(terminal).map_err(io::Error::from));
    foreground.is_ok_and(|group| group == getpgrp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_ignores_is_read_from_its_status() {
        let ignored =
            Ignored::in_status("Name:\tdtx\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001003\n");
        let numbers: Vec<i32> = (0..=65).filter(|number| ignored.has(*number)).collect();
        assert_eq!(numbers, [1, 2, 13], "hangup, interrupt, pipe");
        assert!(!Ignored::in_status("").has(1), "nothing where it is not told");
    }
}
