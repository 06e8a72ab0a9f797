//! Requests of the system to end: Ctrl+C, a supervisor's signal, a terminal or a login that closes.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::time::Duration;

use tokio::{process::Child, sync::watch, time::Instant};

use self::system::Signals;
#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

/// Signals this close together count as one request: the end of a login may send several to each of its processes, and
/// a parent among those passes its own on.
const MOMENT: Duration = Duration::from_millis(500);

/// Counts the requests to end. Once this exists, the signals no longer end the program by themselves.
pub struct AskedToEnd {
    times: watch::Receiver<u32>,
    told: u32,
}

impl AskedToEnd {
    pub fn listen() -> Self {
        Self::to(Signals::listen())
    }

    /// The same, except for what this program was started to ignore: that stays ignored, by the programs that it starts too.
    pub fn listen_as_started() -> Self {
        Self::to(Signals::listen_as_started())
    }

    fn to(signals: Signals) -> Self {
        let (count, times) = watch::channel(0);
        tokio::spawn(hear(signals, count));
        Self { times, told: 0 }
    }

    /// Returns at the next request to end.
    pub async fn next(&mut self) {
        let told = self.told;
        if self.times.wait_for(|times| *times > told).await.is_err() {
            std::future::pending::<()>().await;
        }
        self.told += 1;
    }

    /// Ignores the next request, which is known to follow.
    pub(crate) fn expect_one(&mut self) {
        self.told += 1;
    }
}

/// What this process is told, to be passed on to a program that runs in its place. Once this exists, it does not end this
/// process by itself.
pub struct PassedOn(system::PassedOn);

impl PassedOn {
    pub fn listen() -> Self {
        Self(system::PassedOn::listen())
    }

    /// Returns what this process is told next.
    pub async fn next(&mut self) -> Told {
        Told(self.0.next().await)
    }
}

/// Something that this process was told.
pub struct Told(system::Told);

impl Told {
    pub fn pass_on_to(self, program: &mut Child) {
        system::pass_on(self.0, program);
    }
}

/// Counts the requests to end, at all times: those that come during other work are told apart by when they came.
async fn hear(mut signals: Signals, count: watch::Sender<u32>) {
    let mut moments = Moments::default();
    loop {
        tokio::select! {
            () = signals.next() => {}
            () = count.closed() => return,
        }
        if moments.is_another(Instant::now()) {
            count.send_modify(|times| *times += 1);
        }
    }
}

/// Groups signals into requests.
#[derive(Default)]
struct Moments(Option<Instant>);

impl Moments {
    fn is_another(&mut self, now: Instant) -> bool {
        let is_another = self.0.is_none_or(|last| now.duration_since(last) > MOMENT);
        if is_another {
            self.0 = Some(now);
        }
        is_another
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_of_one_moment_are_one_word() {
        let mut moments = Moments::default();
        let began = Instant::now();
        let heard =
            [0, 3, 400, 501, 700, 5000].map(|at| moments.is_another(began + Duration::from_millis(at)));
        assert_eq!(heard, [true, false, false, true, false, true], "by the first of each moment");
    }
}
