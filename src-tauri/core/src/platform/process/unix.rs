//! Unix: process groups, SIGTERM, and the signal that a process ended by.

use std::{
    io,
    os::{
        fd::IntoRawFd,
        unix::process::{CommandExt, ExitStatusExt},
    },
    process::{Command, ExitStatus},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags, open},
    process::{Pid, Signal, kill_process},
    stdio,
};

/// A stream that whoever started this has closed leads nowhere: else the next file that is opened would be written what is told.
pub(super) fn keep_streams() {
    let streams = [stdio::stdin(), stdio::stdout(), stdio::stderr()];
    let mut looked = streams.map(|stream| PollFd::from_borrowed_fd(stream, PollFlags::empty()));
    let _ = poll(&mut looked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
    for _ in looked.iter().filter(|stream| stream.revents().contains(PollFlags::NVAL)) {
        // The system gives the lowest number that is free, and programs that this one starts have the stream too.
        if let Ok(nothing) = open("/dev/null", OFlags::RDWR, Mode::empty()) {
            let _ = nothing.into_raw_fd();
        }
    }
}

pub(super) fn set_apart(command: &mut Command) {
    command.process_group(0);
}

pub(super) fn ask_to_end(id: u32) {
    if let Some(process) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let _ = kill_process(process, Signal::TERM);
    }
}

/// Whether a signal other than a request to end killed it. `None` if it ended by itself.
pub(super) fn was_ended_by_a_fault(status: ExitStatus) -> Option<bool> {
    const ASKED_TO_END: [i32; 3] = [1, 2, 15];
    status.signal().map(|signal| !ASKED_TO_END.contains(&signal))
}

/// As shells report it: this, and the signal's number.
pub(super) fn code_of_end_by_signal(status: ExitStatus) -> i32 {
    const BY_SIGNAL: i32 = 128;
    status.signal().map_or(BY_SIGNAL, |signal| BY_SIGNAL + signal)
}

pub(super) fn give_way_to(command: &mut Command) -> io::Error {
    command.exec()
}

#[cfg(test)]
mod tests {
    use super::super::{exit_code, has_crashed};
    use super::*;

    #[test]
    fn an_exit_code_is_that_of_shells() {
        for (status, code) in [(0, 0), (3 << 8, 3), (255 << 8, 255), (15, 143), (9, 137), (0x8b, 139)] {
            assert_eq!(exit_code(ExitStatus::from_raw(status)), code, "{status:#x}");
        }
    }

    #[test]
    fn an_end_that_was_asked_for_is_no_crash() {
        for signal in [1, 2, 15] {
            assert!(!has_crashed(ExitStatus::from_raw(signal)), "signal {signal}");
        }
        for fault in [6, 9, 11] {
            assert!(has_crashed(ExitStatus::from_raw(fault)), "signal {fault}");
        }
        for (code, is_fault) in [(0, false), (1, true), (4, false), (101, true), (130, false)] {
            assert_eq!(has_crashed(ExitStatus::from_raw(code << 8)), is_fault, "exit code {code}");
        }
    }

    #[test]
    fn a_process_is_asked_to_end_as_often_as_wanted() {
        let mut sleeping = Command::new("sleep").arg("60").spawn().unwrap();
        ask_to_end(sleeping.id());
        // Until the process is waited for, no other has its number.
        ask_to_end(sleeping.id());
        assert_eq!(sleeping.wait().unwrap().signal(), Some(15), "by that signal");
    }
}
