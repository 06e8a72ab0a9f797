//! Being asked to end by the system: by Ctrl+C, by whoever runs the program, by a terminal or a login that closes.

#[cfg(unix)]
mod unix;

use std::time::Duration;

use tokio::{sync::watch, time::Instant};

use self::system::Signals;
#[cfg(unix)]
use self::unix as system;

/// Signals that come this close together are one word: the end of a login may send several to every process of it, and a
/// parent that is one of them passes its own on.
const MOMENT: Duration = Duration::from_millis(500);

/// From its making on, these signals no longer end the program by themselves.
pub struct AskedToEnd {
    times: watch::Receiver<u32>,
    told: u32,
}

impl AskedToEnd {
    pub fn listen() -> Self {
        let signals = Signals::listen();
        let (count, times) = watch::channel(0);
        tokio::spawn(hear(signals, count));
        Self { times, told: 0 }
    }

    /// Returns when the program has been asked once more.
    pub async fn next(&mut self) {
        let told = self.told;
        if self.times.wait_for(|times| *times > told).await.is_err() {
            std::future::pending::<()>().await;
        }
        self.told += 1;
    }

    /// The next time is known to come, and does not count.
    pub(crate) fn expect_one(&mut self) {
        self.told += 1;
    }
}

/// Counts how often the program was asked. Heard all the time: what comes while somebody is busy has its own moment.
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

/// Tells the words from each other.
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
