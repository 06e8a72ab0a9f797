//! How long an org lets a sign-in live, learnt from experience. The app's Refresh Token Policy can be read in Setup
//! only, so this uses the token's end as the org tells it, and which sign-ins lived and which ended. A limit learnt
//! here only ever makes a connection be used earlier.

use time::{Duration, OffsetDateTime};

use crate::{org::salesforce, vault::Limits};

/// Salesforce's policies are in hours, days and months: a sign-in that ended sooner did not end from disuse.
const SHORTEST_POLICY: Duration = Duration::HOUR;
/// Two ends that differ by less count as the same.
const TOLERANCE: Duration = Duration::MINUTE;

/// The limits that still hold after a new sign-in, which begins a record of its own: its app may have another policy by now.
/// `has_ended`: the one before had ended. Until the org says more, the new one is then used as often as that would have had
/// to be.
pub fn limits_of_new_sign_in(before: Limits, has_ended: bool) -> Limits {
    Limits { idle: before.idle.filter(|_| has_ended), ..Limits::default() }
}

/// The limits from the end that the org names for a token that it has just made. Nothing of an earlier sign-in counts beside
/// it.
pub fn limits_as_told_at_first(
    before: Limits,
    end: Option<OffsetDateTime>,
    made_at: OffsetDateTime,
) -> Limits {
    let before = if end.is_some() { Limits::default() } else { before };
    limits_as_told(before, end, made_at)
}

/// The limits from the end that the org names for the refresh token (`exp` of RFC 7662), asked right after its use.
/// Whether Salesforce names one is not certain.
pub fn limits_as_told(before: Limits, end: Option<OffsetDateTime>, used_at: OffsetDateTime) -> Limits {
    let Some(end) = end.filter(|end| *end > used_at) else { return Limits { ends_at: None, ..before } };
    let left = end - used_at;
    let sooner = before.idle.map_or(left, |idle| idle.min(left));
    let idle = Some(sooner).filter(|sooner| *sooner < salesforce::IDLE_LIFE);
    match (before.ends_at, before.idle) {
        // An app has one policy. Use moved this end away, so the token ends from disuse.
        (Some(ends_at), _) if end > ends_at + TOLERANCE => Limits { idle, ends_at: None, ..before },
        // The end came nearer: an admin has chosen another policy, of either kind.
        (Some(ends_at), _) if end + TOLERANCE < ends_at => Limits { idle, ends_at: Some(end), ..before },
        (None, Some(known)) if (known - left).abs() <= TOLERANCE => Limits { idle, ends_at: None, ..before },
        // This is too soon after the last answer to tell the two cases apart.
        (Some(ends_at), Some(known)) if used_at - (ends_at - known) <= TOLERANCE * 2 => before,
        // The end stayed: it comes whether the sign-in is used or not.
        (Some(_), _) => Limits { idle: None, ends_at: Some(end), ..before },
        (None, _) => Limits { idle, ends_at: Some(end), ..before },
    }
}

/// The limits from a sign-in that still works after so long without use. `None` when nothing is new.
pub fn limits_after_use(before: Limits, used_at: OffsetDateTime, unused: Duration) -> Option<Limits> {
    let is_longest = unused >= SHORTEST_POLICY && before.survived.is_none_or(|survived| unused > survived);
    // A time that the sign-in has outlived is no limit.
    let after = Limits {
        survived: if is_longest { Some(unused) } else { before.survived },
        idle: before.idle.filter(|idle| *idle >= unused),
        ends_at: before.ends_at.filter(|ends_at| *ends_at >= used_at),
    };
    (after != before).then_some(after)
}

/// The limits from a sign-in found to have ended after so long without use. `None` when that tells nothing: one that
/// outlived about as much before did not end for that.
pub fn limits_after_end(before: Limits, unused: Duration) -> Option<Limits> {
    let outlived = before.survived.is_some_and(|survived| survived * 3 > unused * 2);
    let says_something = unused >= SHORTEST_POLICY && !outlived && unused < salesforce::IDLE_LIFE;
    let idle = before.idle.map_or(unused, |idle| idle.min(unused));
    (says_something && before.idle != Some(idle)).then_some(Limits { idle: Some(idle), ..before })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::HOUR;

    fn at(hours: i64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + HOUR * i32::try_from(hours).expect("few")
    }

    /// The limits after the org has named these ends, each at the hour of a use.
    fn told(ends: &[(i64, i64)]) -> Limits {
        ends.iter().fold(Limits::default(), |before, (used_at, end)| {
            limits_as_told(before, Some(at(*end)), at(*used_at))
        })
    }

    #[test]
    fn an_end_that_slides_is_told_from_one_that_stays() {
        let either = told(&[(0, 12)]);
        assert_eq!(
            (either.idle, either.ends_at),
            (Some(12 * HOUR), Some(at(12))),
            "at first it may be either"
        );
        for slides in [told(&[(0, 12), (6, 18)]), told(&[(0, 12), (6, 18), (11, 23)])] {
            assert_eq!((slides.idle, slides.ends_at), (Some(12 * HOUR), None), "for want of use");
        }
        for stays in [told(&[(0, 12), (6, 12)]), told(&[(0, 12), (6, 12), (9, 12)])] {
            assert_eq!((stays.idle, stays.ends_at), (None, Some(at(12))), "used or not");
        }
        let nearer = told(&[(0, 24 * 365), (6, 18)]);
        assert_eq!(
            (nearer.idle, nearer.ends_at),
            (Some(12 * HOUR), Some(at(18))),
            "of another policy it may be either again"
        );
        assert_eq!(told(&[(0, 24 * 365), (6, 18), (11, 23)]).ends_at, None, "and is told by its next use");
        let soon = limits_as_told(either, Some(at(12) + Duration::SECOND), at(0) + Duration::SECOND);
        assert_eq!(soon, either, "a moment later nothing more can be told");
        let months = told(&[(0, 24 * 90)]);
        assert_eq!(
            (months.idle, months.ends_at),
            (None, Some(at(24 * 90))),
            "nothing is used later than without"
        );
    }

    #[test]
    fn what_an_org_does_not_say_or_cannot_mean_teaches_nothing() {
        let before = Limits { idle: Some(HOUR), ends_at: Some(at(5)), survived: Some(HOUR) };
        for end in [None, Some(at(2)), Some(at(3))] {
            let after = limits_as_told(before, end, at(3));
            assert_eq!(after, Limits { ends_at: None, ..before }, "{end:?}: no end is claimed either");
        }
    }

    #[test]
    fn another_sign_in_begins_a_record_of_its_own() {
        let before = Limits { idle: Some(HOUR), ends_at: Some(at(5)), survived: Some(HOUR) };
        assert_eq!(limits_of_new_sign_in(before, false), Limits::default(), "of one that had not ended");
        let cautious = Limits { idle: Some(HOUR), ..Limits::default() };
        assert_eq!(
            limits_of_new_sign_in(before, true),
            cautious,
            "after an end, the cause of which may go on"
        );
        let told = limits_as_told_at_first(cautious, Some(at(24 * 100)), at(0));
        assert_eq!(
            (told.idle, told.ends_at),
            (None, Some(at(24 * 100))),
            "what the org says of the new one counts"
        );
        assert_eq!(
            limits_as_told_at_first(cautious, None, at(0)),
            cautious,
            "if it says nothing, nothing is known"
        );
    }

    #[test]
    fn an_end_after_a_long_rest_has_it_used_more_often_and_a_longer_rest_takes_that_back() {
        let ended = |before, hours| limits_after_end(before, HOUR * hours);
        let first = ended(Limits::default(), 22).expect("something");
        assert_eq!(first.idle, Some(22 * HOUR), "at most so long");
        let second = ended(limits_of_new_sign_in(first, true), 11).expect("something more");
        assert_eq!(second.idle, Some(11 * HOUR), "nearer each time");
        let used = limits_after_use(second, at(90), HOUR * 30).expect("news");
        assert_eq!((used.idle, used.survived), (None, Some(30 * HOUR)), "it was none");
        assert_eq!(limits_after_use(used, at(110), HOUR * 20), None, "no news");
        let outlived = limits_after_use(told(&[(0, 12), (6, 12)]), at(13), HOUR).expect("news");
        assert_eq!(outlived.ends_at, None, "nor is an end that has passed");
    }

    #[test]
    fn an_end_that_not_being_used_does_not_explain_teaches_nothing() {
        let outlived = Limits { survived: Some(22 * HOUR), ..Limits::default() };
        let table = [
            (Limits::default(), Duration::minutes(20), "sooner than any policy"),
            (outlived, 24 * HOUR, "it has outlived as much"),
            (Limits::default(), Duration::days(31), "Salesforce's own limit"),
        ];
        for (before, unused, why) in table {
            assert_eq!(limits_after_end(before, unused), None, "{why}");
        }
        assert!(limits_after_end(outlived, 48 * HOUR).is_some(), "much longer than it has outlived");
    }
}
