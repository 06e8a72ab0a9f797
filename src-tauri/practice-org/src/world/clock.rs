//! The org's clock. Times are milliseconds since 1970.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// The org's clock: real time plus the advances.
pub(crate) struct Clock {
    started_at: u64,
    started: Instant,
    advanced: u64,
}

impl Clock {
    pub(super) fn start() -> Self {
        let started_at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, milliseconds);
        Self { started_at, started: Instant::now(), advanced: 0 }
    }

    /// The time in milliseconds since 1970. Never goes back.
    pub(crate) fn now(&self) -> u64 {
        self.started_at.saturating_add(milliseconds(self.started.elapsed())).saturating_add(self.advanced)
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced = self.advanced.saturating_add(milliseconds(by));
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The time this many seconds later.
pub(crate) fn later(at: u64, seconds: u64) -> u64 {
    at.saturating_add(seconds.saturating_mul(1000))
}

/// The time as a date and time of day, in UTC and whole seconds.
pub(crate) fn utc(at: u64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(i64::try_from(at / 1000).ok()?).ok()
}
