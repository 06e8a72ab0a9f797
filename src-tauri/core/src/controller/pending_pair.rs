//! Key and secret kept for a try: in memory only. Those of a failed sign-in are, for the set-up they were pasted into and
//! for half an hour; after a wait, during which people leave their desks, for two hours. So are those of a sealed answer,
//! which somebody else has made.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use time::{Duration, OffsetDateTime};

use super::{Controller, lock};
use crate::{contract::view::RequestStanding, explain::Code, vault::Pair};

const HELD: Duration = Duration::minutes(30);
const HELD_AFTER_WAIT: Duration = Duration::hours(2);

/// The kept pairs, by host.
#[derive(Default)]
pub(super) struct PendingPairs(Mutex<BTreeMap<String, PendingPair>>);

/// A pair that was pasted, and when.
#[derive(Clone, Debug)]
pub(super) struct Pasted {
    pub(super) pair: Pair,
    pub(super) at: OffsetDateTime,
    /// The sealed answer that it came in, if it did.
    pub(super) answer: Option<Opened>,
    /// Whether it is that of a rotation.
    pub(super) of_rotation: bool,
}

/// A sealed answer that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    /// The id of its request, which ends once this answer has connected the org.
    pub(super) request: String,
    /// By which the same answer is known again.
    pub(super) sum: [u8; 32],
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
        lock(&self.0)
    }

    fn get<T>(&self, host: &str, now: OffsetDateTime, read: impl FnOnce(&PendingPair) -> T) -> Option<T> {
        self.all().get(host).filter(|pending| pending.counts(now)).map(read)
    }
}

impl Controller {
    /// Keeps the pair of a sign-in that ended with this code, if another try makes sense. `waited`: whether it waited
    /// for the app.
    pub(super) async fn hold_pair(&self, host: &str, pasted: Pasted, ended_by: Code, waited: bool) {
        let is_answered = pasted.answer.is_some();
        if self.is_withdrawn(&pasted).await {
            return;
        }
        let is_wanted = is_answered || self.unfinished_setup_of(host).await.is_some();
        // An answer that was opened during the sign-in counts from then on.
        let is_newest = self.pending_pair(host).is_none_or(|other| other.at <= pasted.at);
        if is_wanted && is_newest && !is_over_for(ended_by, waited) {
            self.hold(host, pasted, if waited || is_answered { HELD_AFTER_WAIT } else { HELD });
        }
    }

    /// Keeps the pair of a sealed answer for a sign-in. Returns until when.
    pub(super) fn hold_answer(&self, host: &str, pair: Pair, answer: Opened) -> OffsetDateTime {
        self.hold(
            host,
            Pasted { pair, at: self.now(), answer: Some(answer), of_rotation: false },
            HELD_AFTER_WAIT,
        )
    }

    /// Whether what this answer held is kept for a sign-in, or in use by one.
    pub(super) fn is_at_hand(&self, host: &str, answer: &Opened) -> bool {
        let is_it = |pasted: &Pasted| pasted.answer.as_ref() == Some(answer);
        self.pending_pair(host).as_ref().is_some_and(is_it) || self.0.sign_ins.any_pasted(host, is_it)
    }

    /// Until when what an answer to this request held is kept for a sign-in, if it is.
    pub(super) fn opened_until(&self, host: &str, request: &str) -> Option<OffsetDateTime> {
        let pending = self.pending_pair(host)?;
        let is_its = pending.answer.is_some_and(|answer| answer.request == request);
        self.pending_pair_until(host).filter(|_| is_its)
    }

    /// Forgets what an answer to this request held.
    pub(super) fn forget_answer(&self, request: &str) {
        let is_its = |pending: &PendingPair| {
            pending.pasted.answer.as_ref().is_some_and(|answer| answer.request == request)
        };
        self.0.pending_pairs.all().retain(|_, pending| !is_its(pending));
    }

    /// Whether the pair came in an answer to a request that was withdrawn, or answered otherwise, meanwhile.
    async fn is_withdrawn(&self, pasted: &Pasted) -> bool {
        let Some(id) = pasted.answer.as_ref().map(|answer| answer.request.clone()) else { return false };
        let known = self.vault(move |vault| vault.request(&id)).await.ok().flatten();
        known.is_some_and(|request| {
            matches!(request.standing, RequestStanding::Withdrawn | RequestStanding::Answered)
        })
    }

    /// Whether the pair kept for this host came in a sealed answer. It is newer than any that is stored.
    pub(super) fn is_answered(&self, host: &str) -> bool {
        self.pending_pair(host).is_some_and(|pending| pending.answer.is_some())
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
pub(super) fn is_over_for(ended_by: Code, waited: bool) -> bool {
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
        let pasted = Pasted { pair, at: now, answer: None, of_rotation: false };
        let pending = PendingPair { pasted, until: now + HELD, held_for: HELD, itself: Arc::new(()) };
        assert!(pending.counts(now) && pending.counts(now + HELD - Duration::SECOND), "for half an hour");
        assert!(!pending.counts(now + HELD), "and no longer, also after a sleep");
        assert!(!pending.counts(now - Duration::SECOND), "nor by a clock that was put back");
    }
}
