//! Linux: a pidfd holds a process, and what `/proc` says by its number counts only while that one has it.

use std::{
    ffi::OsString,
    fs,
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::ffi::{OsStrExt, OsStringExt},
    },
    path::PathBuf,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    process::{Pid, PidfdFlags, getppid, pidfd_open},
};

/// What `/proc` adds to the path of a program that was replaced or removed while it runs.
const GONE: &[u8] = b" (deleted)";

#[derive(Debug)]
pub struct Process {
    number: u32,
    held: Held,
}

#[derive(Debug)]
enum Held {
    Handle(OwnedFd),
    /// By a kernel without pidfds: when the process with this number began, in ticks since the start of the computer.
    Began(u64),
}

impl Process {
    /// The process of a pidfd that the system gave.
    pub fn behind(handle: OwnedFd) -> Option<Self> {
        Some(Self { number: number_of(&handle)?, held: Held::Handle(handle) })
    }

    /// The process that has this number now.
    pub fn numbered(number: u32) -> Option<Self> {
        let id = Pid::from_raw(i32::try_from(number).ok()?)?;
        match pidfd_open(id, PidfdFlags::empty()) {
            Ok(handle) => Some(Self { number, held: Held::Handle(handle) }),
            Err(Errno::NOSYS) => Some(Self { number, held: Held::Began(stat(number)?.began) }),
            Err(_) => None,
        }
    }

    /// The program that started this one, unless it has ended.
    pub(super) fn starter_of_this_one() -> Option<Self> {
        let number = getppid()?;
        let starter = Self::numbered(number.as_raw_nonzero().get().cast_unsigned())?;
        (getppid() == Some(number)).then_some(starter)
    }

    /// The file that it runs. `None` where that may not be read, or the process has ended.
    pub(super) fn program(&self) -> Option<PathBuf> {
        let program = fs::read_link(format!("/proc/{}/exe", self.number)).ok()?;
        self.has_its_number().then(|| named(program))
    }

    /// The process that started it, or has taken its place there.
    pub(super) fn starter(&self) -> Option<Self> {
        let number = stat(self.number)?.starter;
        let starter = Self::numbered(number)?;
        let is_still = stat(self.number).is_some_and(|stat| stat.starter == number);
        (is_still && self.has_its_number()).then_some(starter)
    }

    fn has_its_number(&self) -> bool {
        match &self.held {
            Held::Handle(handle) => !has_ended(handle),
            Held::Began(began) => stat(self.number).is_some_and(|stat| stat.began == *began),
        }
    }
}

/// A program by the path that it was started from.
pub(super) fn named(program: PathBuf) -> PathBuf {
    match program.as_os_str().as_bytes().strip_suffix(GONE) {
        Some(path) => OsString::from_vec(path.to_vec()).into(),
        None => program,
    }
}

/// A pidfd can be read from once its process has ended. Until then no other process has its number.
fn has_ended(handle: &OwnedFd) -> bool {
    let mut ended = [PollFd::new(handle, PollFlags::IN)];
    poll(&mut ended, Some(&Timespec::default())) != Ok(0)
}

/// The number of the process that a pidfd holds, which has it until it is waited for.
fn number_of(handle: &OwnedFd) -> Option<u32> {
    let facts = fs::read_to_string(format!("/proc/self/fdinfo/{}", handle.as_raw_fd())).ok()?;
    let number = facts.lines().find_map(|line| line.strip_prefix("Pid:"))?.trim().parse().ok()?;
    // A process of another namespace has none here.
    (number > 0).then_some(number)
}

struct Stat {
    starter: u32,
    began: u64,
}

fn stat(number: u32) -> Option<Stat> {
    let text = fs::read(format!("/proc/{number}/stat")).ok()?;
    in_stat(&String::from_utf8_lossy(&text))
}

/// The fields behind the program's name, which may hold anything: `proc_pid_stat(5)`.
fn in_stat(text: &str) -> Option<Stat> {
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let starter = fields.nth(1)?.parse().ok()?;
    let began = fields.nth(17)?.parse().ok()?;
    Some(Stat { starter, began })
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn nothing_is_read_of_a_process_that_has_ended() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let process = Process::numbered(child.id()).unwrap();
        let began = stat(child.id()).unwrap().began;
        let by_its_begin = Process { number: child.id(), held: Held::Began(began) };
        let other = Process { number: child.id(), held: Held::Began(began + 1) };
        for process in [&process, &by_its_begin] {
            assert!(process.program().is_some_and(|program| program.is_absolute()), "while it runs");
            let starter = process.starter().unwrap();
            assert_eq!(starter.number, std::process::id(), "this one has started it");
        }
        assert_eq!(other.program(), None, "another one has its number by now");
        child.kill().unwrap();
        child.wait().unwrap();
        for process in [&process, &by_its_begin] {
            assert!(process.program().is_none() && process.starter().is_none(), "once it has ended");
        }
        assert!(Process::numbered(child.id()).is_none(), "nobody has the number");
        assert!(Process::numbered(0).is_none() && Process::numbered(u32::MAX).is_none(), "no number");
    }

    #[test]
    fn a_program_that_was_replaced_while_it_runs_keeps_its_name() {
        for (told, name) in [("/usr/bin/dtx (deleted)", "/usr/bin/dtx"), ("/usr/bin/dtx", "/usr/bin/dtx")] {
            assert_eq!(named(PathBuf::from(told)), PathBuf::from(name), "{told}");
        }
    }

    #[test]
    fn a_name_with_anything_in_it_moves_no_field() {
        let behind = "S 7 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4242 1 1";
        for name in ["cat", "a b", "x) S 99 (y", "", "\u{fffd}\n"] {
            let found = in_stat(&format!("12 ({name}) {behind}")).unwrap();
            assert_eq!((found.starter, found.began), (7, 4242), "{name:?}");
        }
        for cut in ["", "12 (cat", "12 (cat) S", "12 (cat) S x 1"] {
            assert!(in_stat(cut).is_none(), "{cut:?}");
        }
    }
}
