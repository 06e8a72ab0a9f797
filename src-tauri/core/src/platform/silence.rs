//! How long another program has been silent that is waited for: only time in which it could have answered. On a computer that
//! is busy with other work everything takes longer, and nobody is called silent for that.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::time::sleep;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// Between two looks at first, and later.
const LOOK: Duration = Duration::from_millis(50);
const LONGEST_LOOK: Duration = Duration::from_millis(500);

/// How much longer by the clock a program is waited for that is at work all the time, or that never gets its turn.
const LONGEST_AT_WORK: Duration = Duration::from_secs(60);

/// A program that was at work for a smaller part of the time than one in this many was idle.
const NOTHING: u32 = 10;

/// The silence of the programs that are waited for: they are idle, and the computer would let them work.
#[derive(Debug, Default)]
pub struct Silence {
    /// Each with how much it had worked, or waited for its turn to, when it was looked at last. `None` before the first look: most
    /// have answered by then.
    programs: Mutex<Vec<(u32, Option<Duration>)>>,
    /// In microseconds, as what follows.
    counted: AtomicU64,
    /// What of it passed while a person was asked.
    of_a_person: AtomicU64,
    a_person_is_asked: AtomicBool,
}

impl Silence {
    pub fn of(programs: impl IntoIterator<Item = u32>) -> Self {
        let silence = Self::default();
        programs.into_iter().for_each(|program| silence.also_of(program));
        silence
    }

    /// Waits for the work as long as these programs are not silent for longer than this. `None` when they are.
    pub async fn within<T>(
        limit: Duration,
        programs: impl IntoIterator<Item = u32>,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let silence = Self::of(programs);
        tokio::select! {
            biased;
            result = work => Some(result),
            () = silence.lasts(limit) => None,
        }
    }

    /// One more program has a part in what is waited for.
    pub fn also_of(&self, program: u32) {
        let mut programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        if programs.iter().all(|(known, _)| *known != program) {
            programs.push((program, None));
        }
    }

    /// Begins again with nothing.
    pub fn end(&self) {
        self.programs.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.counted.store(0, Ordering::SeqCst);
        self.of_a_person.store(0, Ordering::SeqCst);
        self.a_person_is_asked.store(false, Ordering::SeqCst);
    }

    /// From now on it is a person who does not answer, or no longer.
    pub fn a_person_is_asked(&self, is_asked: bool) {
        self.a_person_is_asked.store(is_asked, Ordering::SeqCst);
    }

    /// As counted so far.
    pub fn so_far(&self) -> Duration {
        Duration::from_micros(self.counted.load(Ordering::SeqCst))
    }

    /// Counts, for as long as this is waited for. Returns once the programs have been silent for so long, not counting what a
    /// person took.
    pub async fn lasts(&self, limit: Duration) {
        let (mut look, mut by_the_clock) = (LOOK, Duration::ZERO);
        loop {
            let began = Instant::now();
            sleep(look).await;
            let counted = self.share_of(look);
            add(&self.counted, counted);
            if self.a_person_is_asked.load(Ordering::SeqCst) {
                add(&self.of_a_person, counted);
            } else {
                by_the_clock += began.elapsed();
            }
            let of_a_person = Duration::from_micros(self.of_a_person.load(Ordering::SeqCst));
            if self.so_far().saturating_sub(of_a_person) >= limit || by_the_clock >= limit + LONGEST_AT_WORK {
                return;
            }
            look = (look + look / 8).min(LONGEST_LOOK);
        }
    }

    /// Returns when so much has been counted from now on. Somebody has to count.
    pub async fn has_grown_by(&self, time: Duration) {
        let (before, give_up_at) = (self.so_far(), Instant::now() + time + LONGEST_AT_WORK);
        loop {
            let left = time.saturating_sub(self.so_far().saturating_sub(before));
            if left.is_zero() || Instant::now() >= give_up_at {
                return;
            }
            // It grows no faster than the clock goes.
            sleep(left.max(LOOK)).await;
        }
    }

    /// What of this time was silence: none while one of the programs worked, or waited for its turn to.
    fn share_of(&self, time: Duration) -> Duration {
        let mut programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut is_at_work = false;
        for (program, before) in programs.iter_mut() {
            let now = system::work_of(*program);
            is_at_work |= match (*before, now) {
                (Some(before), Some(now)) => now.saturating_sub(before) >= time / NOTHING,
                // It may have been at work all the time.
                (None, Some(_)) => true,
                (_, None) => false,
            };
            *before = now;
        }
        if is_at_work { Duration::ZERO } else { unhindered(time) }
    }
}

fn add(to: &AtomicU64, time: Duration) {
    to.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::SeqCst);
}

/// What of this time a program had that wanted to work: less where more want to than there are processors.
pub fn unhindered(time: Duration) -> Duration {
    match system::wanting_to_work() {
        Some(wanting) => {
            let processors = std::thread::available_parallelism().map_or(1, usize::from);
            let processors = u32::try_from(processors).unwrap_or(u32::MAX);
            if wanting > processors { time.saturating_mul(processors) / wanting } else { time }
        }
        None => time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn what_a_person_takes_is_counted_by_itself() {
        let silence = Silence::default();
        silence.a_person_is_asked(true);
        let answered = async {
            silence.has_grown_by(SHORT).await;
            silence.a_person_is_asked(false);
            let at_its_end = silence.so_far();
            silence.has_grown_by(SHORT / 2).await;
            at_its_end
        };
        let at_its_end = tokio::select! {
            () = silence.lasts(SHORT) => None,
            at_its_end = answered => Some(at_its_end),
        };
        assert!(at_its_end >= Some(SHORT), "it was counted, and ended nothing: {at_its_end:?}");
        silence.end();
        assert_eq!(silence.so_far(), Duration::ZERO, "the next one begins anew");
    }
}
