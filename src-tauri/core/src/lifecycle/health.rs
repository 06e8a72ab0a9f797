//! The health of a connection: until when no sign-in will be needed, and when it is used next so that it does not
//! expire. Pure: the records and the time come in, a plan goes out.

mod causes;
mod limits;
mod renewal_plan;

use std::time::Duration;

use time::OffsetDateTime;

pub use self::{
    causes::likely_causes,
    limits::{
        limits_after_end, limits_after_use, limits_as_told, limits_as_told_at_first, limits_of_new_sign_in,
    },
    renewal_plan::{Plan, SETTLE, Tries, plan, plan_leaving},
};
use crate::{
    contract::view::{Ends, Health, Needs, Pause, Seen, Status},
    explain::{
        Code,
        health::{self as words, Cause, Policy, State},
    },
    lifecycle::renewal,
    org::salesforce,
    vault::{self, HealthRecord, Limits, Record},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How many days before the end a person is told.
const TOLD_BEFORE: [u8; 2] = [1, 7];
/// Stands for the days of a connection that has ended.
const ENDED: u8 = 0;

/// Until when an unused connection needs no sign-in, as far as that is known: by Salesforce's documented idle limit, a
/// nearer end learnt from this org, or the default of a new app's policy. An admin may revoke it earlier. `None` for a
/// connection that needs a sign-in now, and if its last use is unknown because the clock was ahead.
pub fn safe_until(
    record: &Record,
    health_record: &HealthRecord,
    now: OffsetDateTime,
) -> Option<OffsetDateTime> {
    match record.status {
        Status::Connected | Status::Unreachable => {
            let unused = record.issued_at.filter(|last_use| *last_use <= now)? + idle_limit(health_record);
            Some(fixed_end(record, health_record).map_or(unused, |(end, _)| end.min(unused)))
        }
        Status::NeedsYou | Status::NotConnected => None,
    }
}

/// How long an unused sign-in lives.
fn idle_limit(health_record: &HealthRecord) -> Duration {
    let learnt = health_record.limits.idle.and_then(|idle| idle.try_into().ok());
    learnt.map_or(salesforce::IDLE_LIFE, |learnt: Duration| learnt.min(salesforce::IDLE_LIFE))
}

/// When the sign-in ends, used or not, as far as there is reason to believe so.
fn fixed_end(record: &Record, health_record: &HealthRecord) -> Option<(OffsetDateTime, Ends)> {
    let told = health_record.limits.ends_at.map(|end| (end, Ends::Told));
    told.or_else(|| end_by_default(record, health_record).map(|end| (end, Ends::ByDefault)))
}

/// When the default policy of a new app ends the sign-in. `None` where the org has named an end, and once the sign-in
/// has worked after this one: then an admin chose another.
fn end_by_default(record: &Record, health_record: &HealthRecord) -> Option<OffsetDateTime> {
    let end = signed_in_at(record, health_record) + salesforce::NEW_APP_LIFE;
    let is_outlived = record.issued_at.is_some_and(|last_use| last_use >= end);
    (health_record.limits.ends_at.is_none() && !is_outlived).then_some(end)
}

/// The time of the last sign-in; where that is not recorded, of the first.
pub fn signed_in_at(record: &Record, health_record: &HealthRecord) -> OffsetDateTime {
    health_record.signed_in_at.unwrap_or(record.created_at)
}

/// How it is known that the next end comes even if the connection is used.
fn ends_anyway(record: &Record, health_record: &HealthRecord, now: OffsetDateTime) -> Option<Ends> {
    let (end, ending) = fixed_end(record, health_record)?;
    // An end that the org has named only once may still be one that use postpones.
    let is_fixed = ending == Ends::ByDefault || health_record.limits.idle.is_none();
    (is_fixed && Some(end) == safe_until(record, health_record, now)).then_some(ending)
}

/// Whether a connection is close to its end, for instance because its org could not be reached for weeks.
pub fn is_at_risk(record: &Record, health_record: &HealthRecord, now: OffsetDateTime) -> bool {
    end_to_tell(record, health_record, now).is_some_and(|days| days != ENDED)
}

/// The days to report until a connection's end, at most; 0 when it has ended. `None` while all is well.
pub fn end_to_tell(record: &Record, health_record: &HealthRecord, now: OffsetDateTime) -> Option<u8> {
    if record.status == Status::NeedsYou {
        // Whoever ended it here knows.
        return (record.reason != Some(Code::SignInEnded)).then_some(ENDED);
    }
    let until = safe_until(record, health_record, now)?;
    // A sign-in that lives for hours only is close to its end once it was not used when it should have been.
    let is_overdue = now >= until - idle_limit(health_record) / 4;
    let is_near = |days: &u8| now + DAY * u32::from(*days) >= until;
    TOLD_BEFORE
        .into_iter()
        .find(|days| is_near(days) && (is_overdue || ends_anyway(record, health_record, now).is_some()))
}

/// Whether its tokens may be a copy's, and its org replaces them, as far as anybody knows: then nothing is sent before
/// somebody says which files are used.
pub fn may_be_copied(record: &Record, health_record: &HealthRecord) -> bool {
    let was_never_refreshed =
        health_record.signed_in_at.is_some() && health_record.signed_in_at == record.issued_at;
    health_record.copied && (record.rotates || was_never_refreshed)
}

/// The record as shown: while its key is missing, or its tokens may be a copy's, nothing else about it counts.
pub fn as_seen(record: Record, health_record: &HealthRecord) -> Record {
    let works = matches!(record.status, Status::Connected | Status::Unreachable);
    let copied = (works && may_be_copied(&record, health_record)).then_some(Code::HomeCopied);
    match health_record.missing.or(copied) {
        Some(code) => Record { status: Status::NeedsYou, reason: Some(code), ..record },
        None => record,
    }
}

/// The state of a connection, with its reasons.
pub fn describe(record: &Record, health_record: &HealthRecord, now: OffsetDateTime) -> Health {
    let at_risk = is_at_risk(record, health_record, now);
    let since = health_record.since.filter(|_| record.status != Status::Connected);
    let until = safe_until(record, health_record, now).map(|until| near(until, now)).unwrap_or_default();
    let ends = ends_anyway(record, health_record, now);
    let state = match record.status {
        Status::Connected if ends == Some(Ends::Told) => State::EndsAnyway,
        Status::Connected if ends == Some(Ends::ByDefault) => State::EndsByDefault,
        Status::Unreachable if at_risk && ends.is_some() => State::AwayAndEnds,
        Status::Connected | Status::Unreachable if at_risk => State::AtRisk,
        Status::Connected if until.is_empty() => State::ConnectedForNow,
        Status::Connected => State::Connected,
        Status::Unreachable if since.is_none() => State::UnreachableForNow,
        Status::Unreachable => State::Unreachable,
        Status::NeedsYou if record.reason.is_some_and(Code::waits_for_a_setting) => State::NeedsSetting,
        Status::NeedsYou if health_record.missing.is_some() => State::NeedsKey,
        Status::NeedsYou if record.reason == Some(Code::HomeCopied) => State::Copied,
        Status::NeedsYou if record.reason == Some(Code::VaultSessionEnded) => State::SessionEnded,
        Status::NeedsYou if record.reason == Some(Code::SignInEnded) => State::EndedHere,
        Status::NeedsYou => State::NeedsSignIn,
        Status::NotConnected if record.reason == Some(Code::BroughtBack) => State::BroughtBack,
        Status::NotConnected => State::NotConnected,
    };
    let since_words = since.map(minute).unwrap_or_default();
    let text = words::state(state, &[("until", &until), ("since", &since_words)]);
    let text = match pause(record, health_record, now) {
        None => text,
        Some(pause) => with_pause(state, text, pause),
    };
    Health { at_risk, since, text, causes: likely_causes(record, health_record), needs: needs(record), ends }
}

/// The state of a connection that needs a person while its key and secret are being rotated: the rotation leads on.
pub fn while_rotating(health: Health, reason: Option<Code>) -> Health {
    match reason {
        Some(Code::SignInEnded) => Health { text: words::state(State::EndedForRotation, &[]), ..health },
        Some(Code::KeyUnknown | Code::SecretWrong) => {
            let mut causes = vec![words::cause(Cause::RotationUnderWay, &[])];
            causes.extend(health.causes);
            Health { text: words::state(State::RotationLeadsOn, &[]), causes, ..health }
        }
        _ => health,
    }
}

/// The pause that the org has asked for and that is not over yet, as far as it has said.
pub fn pause(record: &Record, health_record: &HealthRecord, now: OffsetDateTime) -> Option<Pause> {
    let until = renewal::paused_until(health_record.not_before, now);
    let is_without_end = record.status == Status::Unreachable && record.reason == Some(Code::RateLimited);
    (until.is_some() || is_without_end).then_some(Pause { until })
}

/// A state in words with the pause that the org has asked for: it has answered, and will do so again.
fn with_pause(state: State, text: String, pause: Pause) -> String {
    let is_all = matches!(
        state,
        State::Connected | State::ConnectedForNow | State::Unreachable | State::UnreachableForNow
    );
    match (is_all, pause.until.map(minute_after)) {
        (true, Some(until)) => words::state(State::Paused, &[("until", &until)]),
        (true, None) => words::state(State::PausedForNow, &[]),
        (false, Some(until)) => format!("{text} {}", words::state(State::PausedToo, &[("until", &until)])),
        (false, None) => text,
    }
}

/// The app's settings, as far as they were seen.
pub fn seen(record: &Record, health_record: &HealthRecord) -> Seen {
    let unused_limit = idle_limit(health_record);
    let by_default = end_by_default(record, health_record);
    let (policy, facts) = match (health_record.limits, by_default) {
        (Limits { ends_at: Some(end), idle: None, .. }, _) => (Policy::Ends, ("until", minute(end))),
        (Limits { idle: Some(_), .. }, _) => (Policy::Unused, ("idle", span(unused_limit))),
        (_, Some(end)) => (Policy::ByDefault, ("until", end.date().to_string())),
        (_, None) => (Policy::NotSeen, ("idle", span(unused_limit))),
    };
    Seen {
        scopes: record.scope.split_whitespace().map(str::to_owned).collect(),
        rotates: record.rotates,
        unused_limit: health_record.limits.idle.map(|_| unused_limit.as_secs()),
        ends_at: health_record.limits.ends_at,
        ends_by_default: by_default,
        policy: words::policy(policy, &[(facts.0, &facts.1)]),
    }
}

/// A time in words: in days, or in hours below two days.
fn span(time: Duration) -> String {
    match (time.as_secs() + 1800) / 3600 {
        1 => "1 hour".to_owned(),
        hours @ 48.. => format!("{} days", (hours + 12) / 24),
        hours => format!("{hours} hours"),
    }
}

fn needs(record: &Record) -> Option<Needs> {
    let needed = match record.reason {
        Some(reason) if reason.waits_for_a_setting() => Needs::Setting,
        Some(Code::KeyUnknown | Code::SecretWrong | Code::AppNotInOrg) => Needs::NewPair,
        // The pair of a connection that lost only its token is still there.
        Some(reason) if vault::is_out_of_sight(reason) => Needs::NewPair,
        Some(reason) if vault::is_lost(reason) && reason != Code::VaultRestored => Needs::NewPair,
        _ => Needs::SignIn,
    };
    matches!(record.status, Status::NeedsYou | Status::NotConnected).then_some(needed)
}

/// A day in UTC, as in `2026-12-31`; with the time when it is near.
fn near(at: OffsetDateTime, now: OffsetDateTime) -> String {
    if at < now + DAY * 2 { minute(at) } else { at.date().to_string() }
}

/// A time in UTC, as in `2026-12-31 23:59 UTC`.
pub fn minute(at: OffsetDateTime) -> String {
    format!("{} {:02}:{:02} UTC", at.date(), at.hour(), at.minute())
}

/// The first whole minute that is not before this time: whoever comes then comes late enough.
pub fn minute_after(at: OffsetDateTime) -> String {
    minute(at + Duration::from_nanos(59_999_999_999))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::contract::view::OrgKind;

    pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

    pub(crate) fn now() -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    pub(crate) fn record(id: &str, status: Status, used_ago: Duration) -> Record {
        Record {
            id: id.to_owned(),
            alias: id.to_owned(),
            origin: "https://acme.my.salesforce.com/".to_owned(),
            kind: OrgKind::Production,
            org_id: "00D000000000001AAA".to_owned(),
            org_name: None,
            user_id: "005000000000001AAA".to_owned(),
            username: "datatrax@acme.example".to_owned(),
            instance_url: "https://acme.my.salesforce.com".to_owned(),
            api_version: "67.0".to_owned(),
            scope: "api refresh_token".to_owned(),
            created_at: now(),
            status,
            reason: None,
            checked_at: None,
            refresh_in_flight: None,
            issued_at: Some(now() - used_ago),
            expires_at: None,
            proved_at: None,
            rotates: false,
        }
    }

    #[test]
    fn a_time_is_said_in_whole_hours_or_days() {
        let table =
            [(3600, "1 hour"), (7199, "2 hours"), (36 * 3600, "36 hours"), (3 * 86_400 - 5, "3 days")];
        for (seconds, words) in table {
            assert_eq!(span(Duration::from_secs(seconds)), words, "{seconds} s");
        }
    }

    #[test]
    fn safe_for_thirty_days_after_the_last_use_and_at_risk_for_the_last_seven() {
        let day = 24 * HOUR;
        let fresh = record("a", Status::Connected, Duration::ZERO);
        assert_eq!(
            safe_until(&fresh, &HealthRecord::default(), now()),
            Some(now() + 30 * day),
            "thirty days"
        );
        assert_eq!(
            safe_until(&fresh, &HealthRecord::default(), now() - HOUR),
            None,
            "nothing is promised by a clock that was ahead"
        );
        for (used_ago, at_risk) in [(22 * day, false), (23 * day, true), (40 * day, true)] {
            assert_eq!(
                is_at_risk(&record("a", Status::Unreachable, used_ago), &HealthRecord::default(), now()),
                at_risk,
                "{used_ago:?}"
            );
        }
        assert_eq!(
            safe_until(&record("a", Status::NeedsYou, Duration::ZERO), &HealthRecord::default(), now()),
            None,
            "nothing is promised"
        );
    }

    #[test]
    fn an_end_is_told_a_week_before_a_day_before_and_when_it_is_there() {
        let day = 24 * HOUR;
        let table = [
            (Status::Connected, 2 * day, None),
            (Status::Unreachable, 22 * day, None),
            (Status::Unreachable, 23 * day, Some(7)),
            (Status::Unreachable, 28 * day, Some(7)),
            (Status::Unreachable, 29 * day, Some(1)),
            (Status::Unreachable, 40 * day, Some(1)),
            (Status::NeedsYou, HOUR, Some(0)),
            (Status::NotConnected, HOUR, None),
        ];
        for (status, used_ago, expected) in table {
            assert_eq!(
                end_to_tell(&record("a", status, used_ago), &HealthRecord::default(), now()),
                expected,
                "{status:?}, {used_ago:?}"
            );
        }
    }

    /// A connection with a sign-in this long ago, used since.
    fn aged(status: Status, age: Duration, health_record: HealthRecord) -> (Record, HealthRecord) {
        let signed_in_at = Some(now() - age);
        (record("a", status, HOUR), HealthRecord { signed_in_at, ..health_record })
    }

    #[test]
    fn a_sign_in_ends_after_a_year_unless_the_org_says_otherwise_or_it_has_outlived_that() {
        let day = 24 * HOUR;
        let told_end = |days: u32| Limits { ends_at: Some(now() + day * days), ..Limits::default() };
        let told = |days| HealthRecord { limits: told_end(days), ..HealthRecord::default() };
        let table = [
            (aged(Status::Connected, 300 * day, HealthRecord::default()), None, None, 29),
            (aged(Status::Connected, 350 * day, HealthRecord::default()), Some(Ends::ByDefault), None, 15),
            (aged(Status::Connected, 359 * day, HealthRecord::default()), Some(Ends::ByDefault), Some(7), 6),
            (
                aged(Status::Unreachable, 364 * day, HealthRecord::default()),
                Some(Ends::ByDefault),
                Some(1),
                1,
            ),
            (aged(Status::Connected, 350 * day, told(90)), None, None, 29),
            (aged(Status::Connected, 10 * day, told(5)), Some(Ends::Told), Some(7), 5),
            (aged(Status::Connected, 366 * day, HealthRecord::default()), None, None, 29),
        ];
        for ((record, health_record), ends, days, left) in table {
            let health = describe(&record, &health_record, now());
            assert_eq!((health.ends, health.at_risk), (ends, days.is_some()), "{health_record:?}");
            assert_eq!(end_to_tell(&record, &health_record, now()), days, "{health_record:?}");
            let safe = safe_until(&record, &health_record, now()).expect("a time");
            assert_eq!((safe - now()).whole_days(), left, "{health_record:?}");
        }
        let (record, kept_before) = (record("a", Status::Connected, HOUR), HealthRecord::default());
        let seen = seen(&Record { created_at: now() - 100 * day, ..record }, &kept_before);
        assert_eq!(seen.ends_by_default, Some(now() + 265 * day), "of a sign-in from before it was kept");
        assert!(seen.policy.contains("unless an admin chose another"), "{}", seen.policy);
    }

    #[test]
    fn what_is_only_the_default_is_said_to_be_that() {
        let day = 24 * HOUR;
        let text = |status| {
            let (record, health_record) = aged(status, 360 * day, HealthRecord::default());
            describe(&record, &health_record, now()).text
        };
        let connected = text(Status::Connected);
        assert!(connected.contains("by default") && connected.contains("cannot be seen"), "{connected}");
        let away = text(Status::Unreachable);
        assert!(away.contains("may end on 20") && away.contains("reconnect before"), "{away}");
        assert!(!away.contains("reached once"), "being reached does not put it off: {away}");
    }

    #[test]
    fn each_state_is_described_with_its_reason() {
        let since = HealthRecord { since: Some(now() - HOUR), ..HealthRecord::default() };
        let describe_one = |record: &Record| describe(record, &since, now());
        let fine = describe_one(&record("a", Status::Connected, HOUR));
        assert!(fine.text.contains("safe until 20") && fine.since.is_none() && !fine.at_risk, "{fine:?}");
        let away = describe_one(&record("a", Status::Unreachable, HOUR));
        assert!(away.text.contains("since 20") && away.since.is_some(), "{away:?}");
        let risky = describe_one(&record("a", Status::Unreachable, 25 * 24 * HOUR));
        assert!(risky.at_risk && risky.text.contains("may end on 20"), "{risky:?}");
        let reason = |reason| Record { reason: Some(reason), ..record("a", Status::NeedsYou, HOUR) };
        let dead = describe_one(&reason(Code::RefreshTokenDead));
        assert!(dead.text.contains("sign in once more") && !dead.causes.is_empty(), "{dead:?}");
        let ended = describe_one(&reason(Code::SignInEnded));
        assert!(ended.text.contains("on purpose") && ended.causes.is_empty(), "{ended:?}");
        let setting = describe_one(&reason(Code::ApiDisabled));
        assert!(setting.text.contains("setting") && setting.causes.is_empty(), "{setting:?}");
    }

    #[test]
    fn an_end_by_intent_has_no_other_cause_and_nobody_is_told_of_it_on_the_desktop() {
        let since = HealthRecord { since: Some(now()), ..HealthRecord::default() };
        let ended = |reason| Record { reason: Some(reason), ..record("a", Status::NeedsYou, HOUR) };
        let told = |reason| {
            let record = ended(reason);
            while_rotating(describe(&record, &since, now()), record.reason)
        };
        let by_intent = told(Code::SignInEnded);
        assert!(by_intent.text.contains("for the rotation") && by_intent.causes.is_empty(), "{by_intent:?}");
        assert_eq!(end_to_tell(&ended(Code::SignInEnded), &since, now()), None, "whoever did it knows");
        let pair = told(Code::KeyUnknown);
        assert!(pair.text.contains("being rotated") && pair.causes[0].contains("from here"), "{pair:?}");
        let other = told(Code::RefreshTokenDead);
        assert_eq!(other, describe(&ended(Code::RefreshTokenDead), &since, now()), "as without a rotation");
        assert_eq!(end_to_tell(&ended(Code::RefreshTokenDead), &since, now()), Some(0), "which is told");
    }

    #[test]
    fn what_was_seen_of_the_app_is_told_and_no_more() {
        let connection = Record { rotates: true, ..record("a", Status::Connected, HOUR) };
        let idle = Some(time::Duration::hours(36));
        let table = [
            (Limits::default(), None, "365 days"),
            (Limits { idle, ..Limits::default() }, Some(36 * 60 * 60), "36 hours"),
            (Limits { idle, ends_at: Some(now()), ..Limits::default() }, Some(36 * 60 * 60), "36 hours"),
            (Limits { ends_at: Some(now()), ..Limits::default() }, None, "however often"),
        ];
        for (limits, unused_limit, words) in table {
            let seen = seen(&connection, &HealthRecord { limits, ..HealthRecord::default() });
            assert_eq!((seen.unused_limit, seen.ends_at), (unused_limit, limits.ends_at), "{limits:?}");
            assert!(seen.policy.contains(words), "{limits:?}: {}", seen.policy);
            assert_eq!(
                (seen.scopes, seen.rotates),
                (vec!["api".to_owned(), "refresh_token".to_owned()], true)
            );
        }
    }

    #[test]
    fn what_only_a_person_can_do_follows_from_the_reason() {
        let table = [
            (Status::Connected, None, None),
            (Status::Unreachable, Some(Code::NetworkDns), None),
            (Status::NotConnected, None, Some(Needs::SignIn)),
            (Status::NotConnected, Some(Code::BroughtBack), Some(Needs::NewPair)),
            (Status::NeedsYou, Some(Code::RefreshTokenDead), Some(Needs::SignIn)),
            (Status::NeedsYou, Some(Code::SignInEnded), Some(Needs::SignIn)),
            (Status::NeedsYou, Some(Code::VaultRestored), Some(Needs::SignIn)),
            (Status::NeedsYou, Some(Code::SecretWrong), Some(Needs::NewPair)),
            (Status::NeedsYou, Some(Code::VaultKeyLost), Some(Needs::NewPair)),
            (Status::NeedsYou, Some(Code::VaultDamaged), Some(Needs::NewPair)),
            (Status::NeedsYou, Some(Code::ApiDisabled), Some(Needs::Setting)),
        ];
        for (status, reason, expected) in table {
            let record = Record { reason, ..record("a", status, HOUR) };
            assert_eq!(needs(&record), expected, "{status:?} for {reason:?}");
        }
    }
}
