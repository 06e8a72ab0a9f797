//! Windows: an open process keeps its number, and tells its program and who started it.

use std::path::PathBuf;

use connect_windows::processes::Held;

#[derive(Debug)]
pub struct Process(Held);

impl Process {
    /// The process that has this number now.
    pub fn numbered(number: u32) -> Option<Self> {
        Held::open(number).ok().map(Self)
    }

    pub(super) fn starter_of_this_one() -> Option<Self> {
        Self::numbered(std::process::id())?.starter()
    }

    pub(super) fn program(&self) -> Option<PathBuf> {
        self.0.program().ok()
    }

    pub(super) fn starter(&self) -> Option<Self> {
        self.0.starter().ok().map(Self)
    }
}

/// A program that is replaced while it runs has another name from then on.
pub(super) fn named(program: PathBuf) -> PathBuf {
    program
}
