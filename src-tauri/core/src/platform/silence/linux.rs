//! Linux: what the scheduler notes of each thread, and how many want to run now.

use std::{fs, time::Duration};

/// How long the program has run and waited for a processor, all its threads together. Time in which one of them waits for the
/// disk is not in it. `None` once it is gone, or where that is not told.
pub(super) fn work_of(program: u32) -> Option<Duration> {
    let mut work = Duration::ZERO;
    for thread in fs::read_dir(format!("/proc/{program}/task")).ok()?.flatten() {
        let Ok(noted) = fs::read_to_string(thread.path().join("schedstat")) else { continue };
        work += work_in(&noted)?;
    }
    Some(work)
}

/// Nanoseconds on a processor, those waiting for one, and a count.
/// (<https://docs.kernel.org/scheduler/sched-stats.html>)
fn work_in(noted: &str) -> Option<Duration> {
    let mut numbers = noted.split_ascii_whitespace().map(str::parse::<u64>);
    let (ran, waited) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some(Duration::from_nanos(ran.saturating_add(waited)))
}

/// How many threads of this computer run or want to, but for the one that asks.
pub(super) fn wanting_to_work() -> Option<u32> {
    wanting_in(&fs::read_to_string("/proc/loadavg").ok()?)
}

/// Three averages, then those that want to run beside all there are.
fn wanting_in(noted: &str) -> Option<u32> {
    let (wanting, _) = noted.split_ascii_whitespace().nth(3)?.split_once('/')?;
    wanting.parse::<u32>().ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use tokio::time::timeout;

    use super::*;
    use crate::platform::silence::Silence;

    /// Reached only when something hangs.
    const PATIENCE: Duration = Duration::from_secs(300);
    const SHORT: Duration = Duration::from_millis(200);

    struct Program(Child);

    impl Program {
        fn start(script: &str) -> Self {
            Self(Command::new("sh").args(["-c", script]).spawn().unwrap())
        }

        fn signal(&self, signal: &str) {
            Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        }
    }

    impl Drop for Program {
        fn drop(&mut self) {
            self.0.kill().unwrap();
            self.0.wait().unwrap();
        }
    }

    #[tokio::test]
    async fn a_program_that_does_nothing_is_silent_and_one_at_work_is_not() {
        let idle = Program::start("exec sleep 600");
        let at_work = Program::start("while :; do :; done");
        let of_both = Silence::of([idle.0.id(), at_work.0.id()]);
        // Ten times as long by the clock, and many times less than a program at work is given.
        assert!(timeout(SHORT * 10, of_both.lasts(SHORT)).await.is_err(), "one of them is at work");
        at_work.signal("-STOP");
        timeout(PATIENCE, of_both.lasts(SHORT)).await.expect("held still, it is silent");
        let none = Silence::within(SHORT, [idle.0.id()], std::future::pending::<()>());
        assert_eq!(timeout(PATIENCE, none).await, Ok(None), "and so is one that sleeps");
        let some = Silence::within(SHORT, [idle.0.id()], std::future::ready(7));
        assert_eq!(some.await, Some(7), "what is there is taken");
    }

    #[test]
    fn what_the_kernel_notes_is_read() {
        assert_eq!(work_in("1104519 1999845 2\n"), Some(Duration::from_nanos(3_104_364)), "both together");
        assert_eq!(wanting_in("2.46 3.09 2.97 12/96 458\n"), Some(11), "without the one that asks");
        for noted in ["", "1", "a b c", "1.0 1.0 1.0 0/9 1", "1.0 1.0 1.0"] {
            assert_eq!((work_in(noted), wanting_in(noted)), (None, None), "{noted:?}");
        }
        assert!(work_of(std::process::id()).is_some() && wanting_to_work().is_some(), "and is there");
        assert_eq!(work_of(u32::MAX), None, "of no program that is none");
    }
}
