//! Times as a person here reads them, such as `29 Nov, 15:55`; in UTC, and said so, where the computer's zone is not known.

use std::{sync::LazyLock, time::Duration};

use jiff::{Timestamp, Zoned, tz::TimeZone};
use time::OffsetDateTime;

static ZONE: LazyLock<TimeZone> = LazyLock::new(TimeZone::system);

/// Day and time; the year where it is another one.
pub(crate) fn moment(at: OffsetDateTime) -> String {
    written(at, OffsetDateTime::now_utc(), &ZONE)
}

/// The first whole minute that is not before this time: whoever comes then comes late enough.
pub(crate) fn minute_after(at: OffsetDateTime) -> String {
    moment(at + Duration::from_nanos(59_999_999_999))
}

/// The time of the day, to the second.
pub(crate) fn second(at: OffsetDateTime) -> String {
    let at = zoned(at, &ZONE);
    format!("{}{}", at.strftime("%H:%M:%S"), name(&ZONE))
}

fn written(at: OffsetDateTime, now: OffsetDateTime, zone: &TimeZone) -> String {
    let (at, now) = (zoned(at, zone), zoned(now, zone));
    let form = if at.year() == now.year() { "%-d %b, %H:%M" } else { "%-d %b %Y, %H:%M" };
    format!("{}{}", at.strftime(form), name(zone))
}

fn zoned(at: OffsetDateTime, zone: &TimeZone) -> Zoned {
    Timestamp::from_second(at.unix_timestamp()).unwrap_or_default().to_zoned(zone.clone())
}

fn name(zone: &TimeZone) -> &'static str {
    if zone.is_unknown() || *zone == TimeZone::UTC { " UTC" } else { "" }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_time_is_told_as_the_clocks_here_show_it() {
        let now = datetime!(2026-11-30 04:00 UTC);
        // Central Europe, with the rule for its summer time.
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        for (at, expected) in [
            (datetime!(2026-11-29 15:55:59 UTC), "29 Nov, 16:55"),
            (datetime!(2026-07-01 23:30 UTC), "2 Jul, 01:30"),
            (datetime!(2025-12-31 22:00 UTC), "31 Dec 2025, 23:00"),
            (datetime!(2025-12-31 23:30 UTC), "1 Jan, 00:30"),
        ] {
            assert_eq!(written(at, now, &zone), expected, "{at}");
        }
        assert_eq!(written(now, now, &TimeZone::UTC), "30 Nov, 04:00 UTC", "where it is UTC, that is said");
        assert_eq!(
            written(now, now, &TimeZone::unknown()),
            "30 Nov, 04:00 UTC",
            "and where nothing is known"
        );
    }
}
