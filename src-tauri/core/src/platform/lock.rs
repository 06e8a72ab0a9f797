//! A lock file, held by one process at a time, or shared by several. The file is never removed: that would let two
//! holders in, one with the old file and one with the new.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;
use crate::platform::private;

/// The pause between two looks at a lock that is waited for with a limit.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Between two looks at whether it is still to be waited for, by somebody whose turn comes by itself.
const LOOK_AGAIN_IN_TURN: Duration = Duration::from_millis(250);

/// In bytes.
const LONGEST_NOTE: usize = 1024;

/// The lock is held while this value lives; it ends with the process.
#[derive(Debug)]
#[must_use = "the lock ends when this is dropped"]
pub struct Held {
    file: File,
}

impl Held {
    /// Writes into the lock's file who holds it, for others to read while this lives.
    pub fn note(&mut self, who: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.write_all(who.as_bytes())
    }

    /// Whether others still meet at this lock: its file is the one that has its name.
    pub fn is_in_place(&self, path: &Path) -> bool {
        private::is_at(&self.file, path)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        system::let_go(&self.file);
    }
}

/// What whoever holds the lock has written into it.
pub fn noted(path: &Path) -> io::Result<String> {
    String::from_utf8(private::read_short(path, LONGEST_NOTE)?).map_err(io::Error::other)
}

/// Waits in this thread until no other holder, in this process or another, has the lock.
pub fn exclusive(path: &Path) -> io::Result<Held> {
    let file = private::file_options().open(path)?;
    system::exclusive(&file)?;
    Ok(Held { file })
}

/// Takes the lock if it is free, without waiting.
pub fn try_exclusive(path: &Path) -> io::Result<Option<Held>> {
    let file = private::file_options().open(path)?;
    Ok(system::try_exclusive(&file)?.then_some(Held { file }))
}

/// As [`exclusive`], with a time limit: `None` when the lock is still held then.
pub fn exclusive_within(path: &Path, limit: Duration) -> io::Result<Option<Held>> {
    let give_up_at = Instant::now() + limit;
    loop {
        let held = try_exclusive(path)?;
        if held.is_some() || Instant::now() >= give_up_at {
            return Ok(held);
        }
        thread::sleep(LOOK_AGAIN);
    }
}

/// As [`exclusive`], in the order of coming, and told what waits: `None` when that says to give up. It is asked again and again.
pub fn exclusive_unless(path: &Path, give_up: impl Fn(Duration) -> bool) -> io::Result<Option<Held>> {
    let held = try_exclusive(path)?;
    if held.is_some() {
        return Ok(held);
    }
    let (began, own) = (Instant::now(), path.to_owned());
    let (give, take) = mpsc::channel();
    // What it gets after this gave up it lets go of.
    thread::Builder::new().name("lock".to_owned()).spawn(move || give.send(exclusive(&own)))?;
    loop {
        match take.recv_timeout(LOOK_AGAIN_IN_TURN) {
            Ok(held) => return held.map(Some),
            Err(_) if give_up(began.elapsed()) => return Ok(None),
            Err(_) => {}
        }
    }
}

/// Waits in this thread until no process holds the lock exclusively. Any number may share it.
pub fn shared(path: &Path) -> io::Result<Held> {
    let file = private::file_options().open(path)?;
    system::shared(&file)?;
    Ok(Held { file })
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU32, Ordering},
        thread,
    };

    use super::*;

    #[test]
    fn one_holder_at_a_time_and_free_again_after() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.lock");
        let held = try_exclusive(&path).unwrap();
        assert!(held.is_some(), "free at first");
        assert!(try_exclusive(&path).unwrap().is_none(), "taken");
        drop(held);
        assert!(path.exists(), "the file stays");
        assert!(try_exclusive(&path).unwrap().is_some(), "free again");
    }

    #[test]
    fn who_holds_a_lock_stands_in_it_and_that_it_was_taken_away_is_seen() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.lock");
        for who in ["the first, with a long name", "the second"] {
            let mut held = exclusive(&path).unwrap();
            held.note(who).unwrap();
            assert_eq!(noted(&path).unwrap(), who, "who holds it");
            assert!(held.is_in_place(&path), "where everybody meets");
            std::fs::rename(&path, path.with_extension("taken")).unwrap();
            assert!(!held.is_in_place(&path), "the name is gone");
            let _other = exclusive(&path).unwrap();
            assert!(!held.is_in_place(&path), "and another file has it");
        }
    }

    #[test]
    fn whoever_gives_up_a_turn_keeps_nobody_out() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.lock");
        let held = exclusive_unless(&path, |_| true).unwrap();
        assert!(held.is_some(), "free at first");
        assert!(exclusive_unless(&path, |_| true).unwrap().is_none(), "it gives up");
        thread::scope(|scope| {
            let waiting = scope.spawn(|| exclusive_unless(&path, |_| false).unwrap());
            drop(held);
            assert!(waiting.join().unwrap().is_some(), "and the next has its turn");
        });
    }

    #[test]
    fn any_number_may_share_it_and_whoever_wants_it_alone_waits_for_all_of_them() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.lock");
        let both = [shared(&path).unwrap(), shared(&path).unwrap()];
        for sharing in both {
            let refused = exclusive_within(&path, Duration::from_millis(30)).unwrap();
            assert!(refused.is_none(), "not while one of them holds it");
            drop(sharing);
        }
        assert!(exclusive_within(&path, Duration::ZERO).unwrap().is_some(), "once nobody does");
    }

    #[test]
    fn waiting_lets_everybody_in_one_by_one() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.lock");
        let (inside, visits) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let _held = exclusive(&path).unwrap();
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "alone inside");
                        thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                        visits.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(visits.into_inner(), 160, "everybody got in");
    }
}
