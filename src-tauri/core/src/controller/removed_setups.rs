//! Set-ups that were removed a short while ago, so that a slip can be undone. They hold marks and answers of the org: key,
//! secret and tokens are gone with the removal.

use std::{collections::BTreeMap, sync::Mutex};

use time::{Duration, OffsetDateTime};

use super::lock;
use crate::vault::KeptSetup;

/// How long a removed set-up can be brought back.
const KEPT: Duration = Duration::minutes(10);

/// The removed set-ups, by host, in the memory of this process alone.
#[derive(Default)]
pub(super) struct RemovedSetups(Mutex<BTreeMap<String, (KeptSetup, OffsetDateTime)>>);

impl RemovedSetups {
    pub(super) fn keep(&self, setup: KeptSetup, now: OffsetDateTime) {
        let mut all = lock(&self.0);
        all.retain(|_, (_, at)| counts(*at, now));
        all.insert(setup.host.clone(), (setup, now));
    }

    pub(super) fn take(&self, host: &str, now: OffsetDateTime) -> Option<KeptSetup> {
        lock(&self.0).remove(host).filter(|(_, at)| counts(*at, now)).map(|(setup, _)| setup)
    }
}

/// Whether a removal at this time can still be undone, also with a clock that was put back.
fn counts(at: OffsetDateTime, now: OffsetDateTime) -> bool {
    at <= now && now - at < KEPT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide::setup::Setup;

    #[test]
    fn a_removal_can_be_undone_once_and_for_ten_minutes() {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let setup = |host: &str| KeptSetup {
            host: host.to_owned(),
            origin: format!("https://{host}"),
            setup: Setup::default(),
            updated_at: now,
            alias: None,
        };
        let removed = RemovedSetups::default();
        removed.keep(setup("a"), now);
        assert!(removed.take("b", now).is_none(), "another org's");
        assert!(removed.take("a", now + KEPT - Duration::SECOND).is_some(), "in time");
        assert!(removed.take("a", now).is_none(), "once");
        removed.keep(setup("a"), now);
        assert!(removed.take("a", now + KEPT).is_none(), "too late");
        removed.keep(setup("a"), now);
        assert!(removed.take("a", now - Duration::SECOND).is_none(), "nor by a clock that was put back");
    }
}
