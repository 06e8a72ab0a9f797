//! Windows: how long each process has run is told, and how long the processors had nothing to do; how many programs want to run
//! is not.

use std::{
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use connect_windows::{
    processes,
    processors::{self, Times},
};

/// The processors are busy where less than one part in this many of their time was idle.
const IDLE: u32 = 20;
/// A shorter time says nothing: it is counted in ticks of a sixty-fourth of a second.
const SHORTEST: Duration = Duration::from_millis(100);
/// How many programs are taken to want each busy processor.
const WANTING: u32 = 4;

/// What was known when it was looked last.
static LAST: Mutex<Look> = Mutex::new(Look { at: None, are_busy: false });

/// How long the program has run, all its threads together. `None` once it is gone, or where it is another user's.
pub(super) fn work_of(program: u32) -> Option<Duration> {
    processes::worked(program).ok()
}

/// Of busy processors it is a guess; of others none has to wait for its turn.
pub(super) fn wanting_to_work() -> Option<u32> {
    let now = processors::times().ok()?;
    let are_busy = LAST.lock().unwrap_or_else(PoisonError::into_inner).again(now);
    let processors = u32::try_from(thread::available_parallelism().map_or(1, usize::from)).ok()?;
    Some(if are_busy { processors.saturating_mul(WANTING) } else { 0 })
}

struct Look {
    at: Option<Times>,
    are_busy: bool,
}

impl Look {
    /// Whether the processors were busy since the look before.
    fn again(&mut self, now: Times) -> bool {
        let Some(before) = self.at else {
            self.at = Some(now);
            return self.are_busy;
        };
        let passed = now.all.saturating_sub(before.all);
        if passed >= SHORTEST {
            self.are_busy = now.idle.saturating_sub(before.idle) < passed / IDLE;
            self.at = Some(now);
        }
        self.are_busy
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command, Stdio};

    use tokio::time::timeout;

    use super::*;
    use crate::platform::silence::Silence;

    /// Reached only when something hangs.
    const PATIENCE: Duration = Duration::from_secs(300);
    const SHORT: Duration = Duration::from_millis(200);

    struct Program(Child);

    impl Program {
        fn start(line: &str) -> Self {
            let mut command = Command::new("cmd");
            Self(command.args(["/d", "/c", line]).stdin(Stdio::piped()).spawn().unwrap())
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
        let idle = Program::start("set /p line=");
        let mut at_work = Program::start("for /l %i in (1,1,2000000000) do @rem");
        let of_both = Silence::of([idle.0.id(), at_work.0.id()]);
        if work_of(idle.0.id()) == work_of(std::process::id()) {
            eprintln!("this is Wine, which says of every program what its own one has worked: not looked at");
            return;
        }
        // Ten times as long by the clock, and many times less than a program at work is given.
        assert!(timeout(SHORT * 10, of_both.lasts(SHORT)).await.is_err(), "one of them is at work");
        at_work.0.kill().unwrap();
        timeout(PATIENCE, of_both.lasts(SHORT)).await.expect("ended, it is silent");
        let none = Silence::within(SHORT, [idle.0.id()], std::future::pending::<()>());
        assert_eq!(timeout(PATIENCE, none).await, Ok(None), "and so is one that sleeps");
        let some = Silence::within(SHORT, [idle.0.id()], std::future::ready(7));
        assert_eq!(some.await, Some(7), "what is there is taken");
    }

    #[test]
    fn processors_without_idle_time_are_busy() {
        let at = |all, idle| Times { all: Duration::from_millis(all), idle: Duration::from_millis(idle) };
        let mut look = Look { at: None, are_busy: false };
        for (now, are_busy) in [
            (at(1000, 500), false),
            (at(1050, 500), false),
            (at(1200, 505), true),
            (at(1210, 515), true),
            (at(1400, 600), false),
        ] {
            assert_eq!(look.again(now), are_busy, "{now:?}");
        }
        assert!(wanting_to_work().is_some(), "it is told here");
    }

    #[test]
    fn the_work_of_a_program_is_known_and_of_none_is_not() {
        assert!(work_of(std::process::id()).is_some(), "of this one");
        assert_eq!(work_of(3), None, "no process has such a number: they are multiples of four");
    }
}
