//! Windows: no signals and no `exec`. A program ends by a code, which says whether the system ended it for a fault.

use std::{
    io,
    os::windows::{io::AsHandle, process::CommandExt as _},
    process::{Command, ExitStatus},
};

use connect_windows::{ending, handles};

const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// Ctrl+C in a console that it has a part in, or the end of that console.
const ENDED_BY_THE_CONSOLE: u32 = 0xc000_013a;

pub(super) fn keep_streams() {
    for stream in [&io::stdin() as &dyn AsHandle, &io::stdout(), &io::stderr()] {
        // One that is not there cannot be handed on either.
        let _ = handles::keep(stream.as_handle());
    }
}

/// Also a program of the console gets none, neither its starter's nor one that would be seen.
pub(super) fn set_apart(command: &mut Command) {
    command.creation_flags(CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW);
}

/// There is no signal: each program of ours waits for a word of its own.
pub(super) fn ask_to_end(id: u32) {
    if let Err(error) = ending::ask(id) {
        tracing::debug!(kind = %error.kind(), "a process that hears no word was not asked to end");
    }
}

/// Codes from 0xC0000000 on are the system's for what it ended. `None` for all others: they are the program's own.
pub(super) fn was_ended_by_a_fault(status: ExitStatus) -> Option<bool> {
    const FAULT: u32 = 0xc000_0000;
    let code = status.code()?.cast_unsigned();
    (code >= FAULT).then_some(code != ENDED_BY_THE_CONSOLE)
}

/// Nothing ends without a code here.
pub(super) fn code_of_end_by_signal(_: ExitStatus) -> i32 {
    1
}

/// It stays for as long as the other one runs, and ends as that did: there is nothing else that whoever waits for it would see.
pub(super) fn give_way_to(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use std::os::windows::process::ExitStatusExt as _;

    use super::{super::has_crashed, *};

    #[test]
    fn an_end_that_was_asked_for_is_no_crash() {
        for (code, is_fault) in [
            (0, false),
            (1, true),
            (4, false),
            (101, true),
            (130, false),
            (0xc000_0005, true),
            (0xc000_0409, true),
            (0xc000_013a, false),
            (0x4001_0004, false),
        ] {
            assert_eq!(has_crashed(ExitStatus::from_raw(code)), is_fault, "exit code {code:#x}");
        }
    }
}
