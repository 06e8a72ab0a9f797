//! Moments as Setup writes them.

use crate::world::clock::utc;

/// `7/30/2026, 2:05 PM` in UTC, from milliseconds since 1970.
pub(crate) fn moment(at: u64) -> String {
    let Some(moment) = utc(at) else { return String::new() };
    let (hour, half) = match moment.hour() {
        0 => (12, "AM"),
        hour @ 1..=11 => (hour, "AM"),
        12 => (12, "PM"),
        hour => (hour - 12, "PM"),
    };
    let (day, month, year, minute) = (moment.day(), u8::from(moment.month()), moment.year(), moment.minute());
    format!("{month}/{day}/{year}, {hour}:{minute:02} {half}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noon_and_midnight_are_twelve() {
        for (at, expected) in [
            (0, "1/1/1970, 12:00 AM"),
            (12 * 3_600_000, "1/1/1970, 12:00 PM"),
            (1_785_420_300_000, "7/30/2026, 2:05 PM"),
        ] {
            assert_eq!(moment(at), expected, "{at}");
        }
    }
}
