//! Key and secret of a sign-in that did not work, kept for another try: in memory alone, for the set-up they were pasted
//! into, and for half an hour; after a wait, during which people leave their desks, for two hours.

use std::sync::Arc;

use time::{Duration, OffsetDateTime};

use super::{Controller, lock};
use crate::{explain::Code, vault::Pair};

const KEPT: Duration = Duration::minutes(30);
const KEPT_AFTER_WAIT: Duration = Duration::hours(2);

/// A pair that is kept.
pub(super) struct KeptPair {
    pair: Pair,
    until: OffsetDateTime,
    kept_for: Duration,
    /// Tells it from one that was kept later for the same host.
    itself: Arc<()>,
}

impl KeptPair {
    /// Whether its time is not over, also by a clock that was put back or slept through it.
    fn counts(&self, now: OffsetDateTime) -> bool {
        now < self.until && self.until <= now + self.kept_for
    }
}

impl Controller {
    /// Keeps the pair of a sign-in that ended this way, where another try with it makes sense. `waited`: whether the app was
    /// waited for.
    pub(super) async fn keep_pair(&self, host: &str, pair: &Pair, ended_by: Code, waited: bool) {
        if is_over_for(ended_by, waited) || self.unfinished_setup_of(host).await.is_none() {
            return;
        }
        let kept_for = if waited { KEPT_AFTER_WAIT } else { KEPT };
        let until = self.now() + kept_for;
        let itself = Arc::new(());
        let kept = KeptPair { pair: pair.clone(), until, kept_for, itself: itself.clone() };
        lock(&self.0.pairs).insert(host.to_owned(), kept);
        let controller = self.clone();
        tokio::spawn(async move {
            controller.0.clock.sleep(kept_for.unsigned_abs()).await;
            lock(&controller.0.pairs).retain(|_, kept| !Arc::ptr_eq(&kept.itself, &itself));
            controller.tell_snapshot().await;
        });
    }

    /// Lets go of the pairs whose time ran out while the timers stood still.
    pub(super) fn sweep_pairs(&self) {
        let now = self.now();
        lock(&self.0.pairs).retain(|_, kept| kept.counts(now));
    }

    /// The pair kept for this host.
    pub(super) fn kept_pair(&self, host: &str) -> Option<Pair> {
        self.kept_pair_until(host)?;
        lock(&self.0.pairs).get(host).map(|kept| kept.pair.clone())
    }

    /// Until when a pair is kept for this host.
    pub(super) fn kept_pair_until(&self, host: &str) -> Option<OffsetDateTime> {
        let now = self.now();
        lock(&self.0.pairs).get(host).filter(|kept| kept.counts(now)).map(|kept| kept.until)
    }

    pub(super) fn forget_pair(&self, host: &str) {
        lock(&self.0.pairs).remove(host);
    }
}

/// Whether its end is about the pair itself. A key that was still unknown after a wait may be known at the next try, and one
/// of an app that the org "does not have" is most often asked about with the browser in another org.
fn is_over_for(ended_by: Code, waited: bool) -> bool {
    matches!(ended_by, Code::KeyLooksSecret | Code::SecretWrong | Code::Swapped | Code::PracticeKeyIsReal)
        || (ended_by == Code::KeyUnknown && !waited)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn a_kept_pair_outlives_its_half_hour_by_no_clock() {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(1);
        let pair = Pair { key: Secret::new("k"), secret: Secret::new("s") };
        let kept = KeptPair { pair, until: now + KEPT, kept_for: KEPT, itself: Arc::new(()) };
        assert!(kept.counts(now) && kept.counts(now + KEPT - Duration::SECOND), "for half an hour");
        assert!(!kept.counts(now + KEPT), "and no longer, also after a sleep");
        assert!(!kept.counts(now - Duration::SECOND), "nor by a clock that was put back");
    }
}
