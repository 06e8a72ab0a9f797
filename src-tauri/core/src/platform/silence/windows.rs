//! Windows: how long each process has run is told; how many want to run is not.

use std::time::Duration;

use connect_windows::processes;

/// How long the program has run, all its threads together. `None` once it is gone, or where it is another user's.
pub(super) fn work_of(program: u32) -> Option<Duration> {
    processes::worked(program).ok()
}

/// Not told: the clock counts.
pub(super) fn wanting_to_work() -> Option<u32> {
    None
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
    fn the_work_of_a_program_is_known_and_of_none_is_not() {
        assert!(work_of(std::process::id()).is_some(), "of this one");
        assert_eq!(work_of(3), None, "no process has such a number: they are multiples of four");
    }
}
