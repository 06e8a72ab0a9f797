//! Key and secret of a sign-in that did not work, kept for another try: in memory alone, for the set-up they were pasted
//! into, and for half an hour at most.

use time::{Duration, OffsetDateTime};

use super::{Controller, lock};
use crate::{explain::Code, vault::Pair};

const KEPT: Duration = Duration::minutes(30);

/// A pair that is kept.
pub(super) struct KeptPair {
    pair: Pair,
    until: OffsetDateTime,
}

impl Controller {
    /// Keeps the pair of a sign-in that ended this way, where another try with it makes sense.
    pub(super) async fn keep_pair(&self, host: &str, pair: &Pair, ended_by: Code) {
        if is_over_for(ended_by) || self.unfinished_setup_of(host).await.is_none() {
            return;
        }
        let until = self.now() + KEPT;
        lock(&self.0.pairs).insert(host.to_owned(), KeptPair { pair: pair.clone(), until });
        let controller = self.clone();
        tokio::spawn(async move {
            controller.0.clock.sleep(KEPT.unsigned_abs()).await;
            let now = controller.now();
            lock(&controller.0.pairs).retain(|_, kept| kept.until > now);
            controller.tell_snapshot().await;
        });
    }

    /// The pair kept for this host.
    pub(super) fn kept_pair(&self, host: &str) -> Option<Pair> {
        self.kept_pair_until(host)?;
        lock(&self.0.pairs).get(host).map(|kept| kept.pair.clone())
    }

    /// Until when a pair is kept for this host.
    pub(super) fn kept_pair_until(&self, host: &str) -> Option<OffsetDateTime> {
        let now = self.now();
        lock(&self.0.pairs).get(host).map(|kept| kept.until).filter(|until| *until > now)
    }

    pub(super) fn forget_pair(&self, host: &str) {
        lock(&self.0.pairs).remove(host);
    }
}

/// Whether the sign-in was given up, or its end is about the pair itself.
fn is_over_for(ended_by: Code) -> bool {
    matches!(
        ended_by,
        Code::Cancelled
            | Code::KeyUnknown
            | Code::KeyLooksSecret
            | Code::SecretWrong
            | Code::Swapped
            | Code::AppNotInOrg
            | Code::PracticeKeyIsReal
    )
}
