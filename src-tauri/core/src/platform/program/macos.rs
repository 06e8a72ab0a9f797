//! macOS: nothing holds a process. What is told by its number counts only while the process with it is the one that began when this
//! one did.

use std::path::PathBuf;

use connect_macos::processes::{self, Facts};
use rustix::process::getppid;

#[derive(Debug)]
pub struct Process {
    number: u32,
    began: (u64, u64),
}

impl Process {
    /// The process that has this number now.
    pub fn numbered(number: u32) -> Option<Self> {
        let Facts { began, .. } = processes::facts(number).ok()?;
        Some(Self { number, began })
    }

    /// The program that started this one, unless it has ended.
    pub(super) fn starter_of_this_one() -> Option<Self> {
        let number = getppid()?;
        let starter = Self::numbered(number.as_raw_nonzero().get().cast_unsigned())?;
        (getppid() == Some(number)).then_some(starter)
    }

    /// The file that it runs. `None` where that is not told, or the process has ended.
    pub(super) fn program(&self) -> Option<PathBuf> {
        let program = processes::program(self.number).ok()?;
        self.facts().map(|_| program)
    }

    /// The process that started it, or has taken its place there.
    pub(super) fn starter(&self) -> Option<Self> {
        let number = self.facts()?.starter;
        let starter = Self::numbered(number)?;
        (self.facts()?.starter == number).then_some(starter)
    }

    /// What is told of it, unless another one has its number by now.
    fn facts(&self) -> Option<Facts> {
        processes::facts(self.number).ok().filter(|facts| facts.began == self.began)
    }
}

/// The system tells the place that a file has now.
pub(super) fn named(program: PathBuf) -> PathBuf {
    program
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn nothing_is_read_of_a_process_that_has_ended() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let process = Process::numbered(child.id()).unwrap();
        assert!(process.program().is_some_and(|program| program.is_absolute()), "while it runs");
        assert_eq!(process.starter().unwrap().number, std::process::id(), "this one has started it");
        let other = Process { number: child.id(), began: (process.began.0, process.began.1 + 1) };
        assert_eq!(other.program(), None, "another one has its number by now");
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(process.program().is_none() && process.starter().is_none(), "once it has ended");
    }
}
