//! Key and secret kept for a try: in memory only. Those of a failed sign-in are, for the set-up they were pasted into and
//! for half an hour; after a wait, during which people leave their desks, for two hours. So are those of a sealed answer,
//! which opens only once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use time::{Duration, OffsetDateTime};

use super::{Controller, lock};
use crate::{explain::Code, vault::Pair};

const HELD: Duration = Duration::minutes(30);
const HELD_AFTER_WAIT: Duration = Duration::hours(2);

/// The kept pairs, by host.
#[derive(Default)]
pub(super) struct PendingPairs {
    pairs: Mutex<BTreeMap<String, PendingPair>>,
    /// The hosts whose pair came in a sealed answer, and has led to no connection yet.
    answered: Mutex<BTreeSet<String>>,
}

/// A pair that was pasted, and when.
#[derive(Clone, Debug)]
pub(super) struct Pasted {
    pub(super) pair: Pair,
    pub(super) at: OffsetDateTime,
}

/// A pair kept for another try.
struct PendingPair {
    pasted: Pasted,
    until: OffsetDateTime,
    held_for: Duration,
    /// Distinguishes this pair from one kept later for the same host.
    itself: Arc<()>,
}

impl PendingPair {
    /// Whether the pair's time still runs, also with a clock that was put back or slept through it.
    fn counts(&self, now: OffsetDateTime) -> bool {
        now < self.until && self.until <= now + self.held_for
    }
}

impl PendingPairs {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, PendingPair>> {
        lock(&self.pairs)
    }

    fn get<T>(&self, host: &str, now: OffsetDateTime, read: impl FnOnce(&PendingPair) -> T) -> Option<T> {
        self.all().get(host).filter(|pending| pending.counts(now)).map(read)
    }
}

impl Controller {
    /// Keeps the pair of a sign-in that ended with this code, if another try makes sense. `waited`: whether it waited
    /// for the app.
    pub(super) async fn hold_pair(&self, host: &str, pasted: Pasted, ended_by: Code, waited: bool) {
        if is_over_for(ended_by, waited) {
            return self.answer_is_used(host);
        }
        let is_answered = self.is_answered(host);
        if !is_answered && self.unfinished_setup_of(host).await.is_none() {
            return;
        }
        self.hold(host, pasted, if waited || is_answered { HELD_AFTER_WAIT } else { HELD });
    }

    /// Keeps the pair of a sealed answer for a sign-in. Returns until when.
    pub(super) fn hold_answer(&self, host: &str, pair: Pair) -> OffsetDateTime {
        lock(&self.0.pending_pairs.answered).insert(host.to_owned());
        self.hold(host, Pasted { pair, at: self.now() }, HELD_AFTER_WAIT)
    }

    /// Whether the pair kept for this host came in a sealed answer. It is newer than any that is stored.
    pub(super) fn is_answered(&self, host: &str) -> bool {
        lock(&self.0.pending_pairs.answered).contains(host)
    }

    /// The pair of a sealed answer has led to a connection, or to nothing that another try could help.
    pub(super) fn answer_is_used(&self, host: &str) {
        lock(&self.0.pending_pairs.answered).remove(host);
    }

    fn hold(&self, host: &str, pasted: Pasted, held_for: Duration) -> OffsetDateTime {
        let until = self.now() + held_for;
        let itself = Arc::new(());
        let pending = PendingPair { pasted, until, held_for, itself: itself.clone() };
        self.0.pending_pairs.all().insert(host.to_owned(), pending);
        let controller = self.clone();
        tokio::spawn(async move {
            controller.0.clock.sleep(held_for.unsigned_abs()).await;
            controller.0.pending_pairs.all().retain(|_, pending| !Arc::ptr_eq(&pending.itself, &itself));
            controller.tell_snapshot().await;
        });
        until
    }

    /// Drops the pairs whose time ran out while the timers stood still.
    pub(super) fn sweep_pending_pairs(&self) {
        let now = self.now();
        self.0.pending_pairs.all().retain(|_, pending| pending.counts(now));
    }

    /// The pair kept for this host.
    pub(super) fn pending_pair(&self, host: &str) -> Option<Pasted> {
        self.0.pending_pairs.get(host, self.now(), |pending| pending.pasted.clone())
    }

    /// Until when the pair for this host is kept.
    pub(super) fn pending_pair_until(&self, host: &str) -> Option<OffsetDateTime> {
        self.0.pending_pairs.get(host, self.now(), |pending| pending.until)
    }

    pub(super) fn forget_pair(&self, host: &str) {
        self.0.pending_pairs.all().remove(host);
    }
}

/// Whether a sign-in that ended with this code needs another pair. A key that was unknown even after a wait may be
/// known at the next try; an app that the org "does not have" mostly means that the browser was in another org.
fn is_over_for(ended_by: Code, waited: bool) -> bool {
    matches!(
        ended_by,
        Code::KeyLooksSecret
            | Code::KeyOfConnection
            | Code::SecretWrong
            | Code::Swapped
            | Code::PracticeKeyIsReal
    ) || (ended_by == Code::KeyUnknown && !waited)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn a_pending_pair_outlives_its_half_hour_by_no_clock() {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(1);
        let pair = Pair { key: Secret::new("k"), secret: Secret::new("s") };
        let pasted = Pasted { pair, at: now };
        let pending = PendingPair { pasted, until: now + HELD, held_for: HELD, itself: Arc::new(()) };
        assert!(pending.counts(now) && pending.counts(now + HELD - Duration::SECOND), "for half an hour");
        assert!(!pending.counts(now + HELD), "and no longer, also after a sleep");
        assert!(!pending.counts(now - Duration::SECOND), "nor by a clock that was put back");
    }
}
