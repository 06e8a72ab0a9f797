//! The most likely causes of a connection's end, from the evidence. A cause without evidence is not named.

use time::{Duration, OffsetDateTime};

use super::{end_by_default, signed_in_at, span};
use crate::{
    contract::view::{OrgKind, Status},
    explain::{
        Code,
        health::{self, Cause},
    },
    vault::{HealthRecord, Record},
};

/// A sign-in unused for this long may have ended for that: the shortest limit that admins usually set is a day.
const IDLE: Duration = Duration::hours(20);
/// Salesforce's own limit: beyond it, nothing else is as likely.
const LONG_IDLE: Duration = Duration::days(30);
/// A sign-in that ended this soon after it was made was never meant to last.
const AT_ONCE: Duration = Duration::minutes(10);

/// The causes in words, likeliest first. Empty for a connection that needs no person, and where the reason says it all.
pub fn likely_causes(record: &Record, health_record: &HealthRecord) -> Vec<String> {
    let causes = causes(record, health_record);
    if causes.is_empty() {
        return Vec::new();
    }
    let idle = idle(record, health_record.since);
    let idle_words = span(idle.unwrap_or_default().try_into().unwrap_or_default());
    causes.into_iter().map(|cause| health::cause(cause, &[("idle", &idle_words)])).collect()
}

fn causes(record: &Record, health_record: &HealthRecord) -> Vec<Cause> {
    if record.status != Status::NeedsYou {
        return Vec::new();
    }
    let sandbox = matches!(record.kind, OrgKind::Sandbox | OrgKind::Practice);
    let sandbox_first = |mut others: Vec<Cause>| {
        if sandbox {
            others.insert(0, Cause::SandboxRefreshed);
        }
        others
    };
    match record.reason {
        Some(Code::RefreshTokenDead) => dead(record, health_record),
        Some(Code::RefreshLost) => [vec![Cause::AnswerLost], dead(record, health_record)].concat(),
        // The org knows the key, so the app exists.
        Some(Code::SecretWrong) => vec![Cause::SecretRotated],
        Some(Code::KeyUnknown) => sandbox_first(vec![Cause::PairRotated, Cause::AppDeleted]),
        Some(Code::AppNotInOrg) => sandbox_first(vec![Cause::AppDeleted]),
        _ => Vec::new(),
    }
}

fn dead(record: &Record, health_record: &HealthRecord) -> Vec<Cause> {
    let since = health_record.since;
    let idle = idle(record, since);
    let age = since.map(|since| since - signed_in_at(record, health_record));
    let of_age =
        end_by_default(record, health_record).is_some_and(|end| since.is_some_and(|since| since >= end));
    let mut causes = vec![Cause::Revoked, Cause::FiveSignIns];
    if age.is_some_and(|age| age <= AT_ONCE) {
        causes.insert(0, Cause::Policy);
    } else if !of_age {
        causes.push(Cause::Policy);
    }
    if idle.is_some_and(|idle| idle >= LONG_IDLE) {
        causes.insert(0, Cause::Idle);
    } else if idle.is_some_and(|idle| idle >= IDLE) {
        causes.insert(1, Cause::Idle);
    }
    if of_age {
        causes.insert(0, Cause::Lifetime);
    }
    if record.rotates {
        causes.push(Cause::UsedElsewhere);
    }
    causes
}

/// How long the connection was unused when it ended.
fn idle(record: &Record, since: Option<OffsetDateTime>) -> Option<Duration> {
    Some(since? - record.issued_at?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::health::tests::{now, record};

    fn ended(reason: Code, kind: OrgKind, idle: Duration, rotates: bool) -> Vec<Cause> {
        let record = Record {
            reason: Some(reason),
            kind,
            rotates,
            created_at: now() - Duration::days(100),
            ..record("a", Status::NeedsYou, idle.unsigned_abs())
        };
        causes(&record, &since(now()))
    }

    fn since(at: OffsetDateTime) -> HealthRecord {
        HealthRecord { since: Some(at), ..HealthRecord::default() }
    }

    #[test]
    fn the_likeliest_comes_first_and_only_what_the_evidence_speaks_for() {
        use Cause::{
            AnswerLost, AppDeleted, FiveSignIns, Idle, PairRotated, Policy, Revoked, SandboxRefreshed,
            SecretRotated, UsedElsewhere,
        };
        let (hour, day) = (Duration::HOUR, Duration::DAY);
        let table = [
            (Code::RefreshTokenDead, OrgKind::Production, hour, false, vec![Revoked, FiveSignIns, Policy]),
            (Code::RefreshTokenDead, OrgKind::Sandbox, day, false, vec![Revoked, Idle, FiveSignIns, Policy]),
            (
                Code::RefreshTokenDead,
                OrgKind::Sandbox,
                day * 31,
                false,
                vec![Idle, Revoked, FiveSignIns, Policy],
            ),
            (
                Code::RefreshTokenDead,
                OrgKind::Other,
                hour,
                true,
                vec![Revoked, FiveSignIns, Policy, UsedElsewhere],
            ),
            (Code::RefreshLost, OrgKind::Other, hour, false, vec![AnswerLost, Revoked, FiveSignIns, Policy]),
            (Code::SecretWrong, OrgKind::Sandbox, hour, false, vec![SecretRotated]),
            (Code::KeyUnknown, OrgKind::Production, hour, false, vec![PairRotated, AppDeleted]),
            (
                Code::KeyUnknown,
                OrgKind::Sandbox,
                hour,
                false,
                vec![SandboxRefreshed, PairRotated, AppDeleted],
            ),
            (Code::AppNotInOrg, OrgKind::Sandbox, hour, false, vec![SandboxRefreshed, AppDeleted]),
            (Code::InactiveUser, OrgKind::Sandbox, day * 40, true, vec![]),
            (Code::ApiRefused, OrgKind::Sandbox, day * 40, true, vec![]),
        ];
        for (reason, kind, idle, rotates, expected) in table {
            assert_eq!(ended(reason, kind, idle, rotates), expected, "{reason:?} of {kind:?} after {idle}");
        }
    }

    #[test]
    fn a_sign_in_that_ends_at_once_points_at_the_policy() {
        let record = Record {
            reason: Some(Code::RefreshTokenDead),
            created_at: now() - Duration::MINUTE,
            ..record("a", Status::NeedsYou, std::time::Duration::from_secs(60))
        };
        assert_eq!(causes(&record, &since(now())).first(), Some(&Cause::Policy), "immediately expire");
        assert!(
            !causes(&record, &HealthRecord::default()).contains(&Cause::Idle),
            "without a time nothing is said of idling"
        );
    }

    #[test]
    fn a_sign_in_that_ends_after_a_year_points_at_that_unless_it_was_made_later() {
        let record = Record {
            reason: Some(Code::RefreshTokenDead),
            created_at: now() - Duration::days(400),
            ..record("a", Status::NeedsYou, std::time::Duration::from_secs(36 * 24 * 3600))
        };
        let first = |days| {
            let signed_in_at = Some(now() - Duration::days(days));
            causes(&record, &HealthRecord { signed_in_at, ..since(now()) }).first().copied()
        };
        assert_eq!(first(365), Some(Cause::Lifetime), "a year after the sign-in");
        assert_eq!(first(364), Some(Cause::Idle), "sooner");
        assert_eq!(first(402), Some(Cause::Idle), "it had outlived that");
    }

    #[test]
    fn a_connection_that_needs_nobody_has_no_causes() {
        let unreachable = record("a", Status::Unreachable, std::time::Duration::from_secs(60));
        assert!(likely_causes(&unreachable, &since(now())).is_empty(), "it may come back by itself");
        let idle = Record {
            reason: Some(Code::RefreshTokenDead),
            ..record("a", Status::NeedsYou, std::time::Duration::from_secs(31 * 24 * 3600))
        };
        let words = likely_causes(&idle, &since(now()));
        assert!(words[0].contains("not used for 31 days"), "in words: {words:?}");
    }
}
