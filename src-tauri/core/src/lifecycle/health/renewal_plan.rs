//! When each connection is used next so that it does not expire, and when a failed try is repeated.

use std::{collections::BTreeMap, time::Duration};

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::{fixed_end, idle_limit};
use crate::{
    contract::view::Status,
    explain::Code,
    lifecycle::renewal,
    ports::Machine,
    vault::{HealthRecord, Record},
};

/// How often an unused connection is used. Salesforce's own limit is 30 days; an admin may set a shorter one.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(20 * 60 * 60);
/// The shortest time between two uses, however short an org lets an unused sign-in live.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(10 * 60);
/// The keep-alives of many connections are spread over this additional time.
const SPREAD: Duration = Duration::from_secs(4 * 60 * 60);
/// The pause after the first failed try; doubled after each.
const FIRST_RETRY: Duration = Duration::from_secs(60);
const LONGEST_RETRY: Duration = Duration::from_secs(60 * 60);
/// How often a connection that waits for a setting is tried: an admin may have changed it.
const SETTING_RETRY: Duration = Duration::from_secs(6 * 60 * 60);
/// On a metered network a working connection is left unused for this part (a fifth) of its limit: six of Salesforce's
/// thirty days. Less than a week, since an admin may have set one that is not known here.
const METERED_PART: u32 = 5;
/// The time over which overdue work is spread after the computer came back: networks and servers are busy then.
pub const SETTLE: Duration = Duration::from_secs(10);

/// The failed tries of connections since each last worked, by id.
#[derive(Clone, Debug, Default)]
pub struct Tries(BTreeMap<String, Failed>);

#[derive(Clone, Copy, Debug)]
struct Failed {
    times: u32,
    last: OffsetDateTime,
    is_offline: bool,
}

impl Tries {
    pub fn failed(&mut self, id: &str, code: Code, now: OffsetDateTime) {
        let times = self.0.get(id).map_or(0, |failed| failed.times).saturating_add(1);
        self.0.insert(id.to_owned(), Failed { times, last: now, is_offline: code.is_offline() });
    }

    /// Forgets the failures for want of a network from before this time, when the computer came to another one.
    pub fn returned(&mut self, at: OffsetDateTime) {
        self.0.retain(|_, failed| !failed.is_offline || failed.last > at);
    }

    pub fn worked(&mut self, id: &str) {
        self.0.remove(id);
    }

    /// When to try next: as planned, but after failed tries at growing distances that begin with `first`.
    fn again_at(
        &self,
        id: &str,
        planned: OffsetDateTime,
        first: Duration,
        now: OffsetDateTime,
    ) -> OffsetDateTime {
        // A try in the future came from a clock that has been corrected since.
        let Some(failed) = self.0.get(id).filter(|failed| failed.last <= now) else { return planned };
        let doubled = first.saturating_mul(1_u32.checked_shl(failed.times - 1).unwrap_or(u32::MAX));
        let wait = doubled.min(first.max(LONGEST_RETRY));
        planned.max(failed.last + wait / 2 + fraction(id, failed.last, wait / 2))
    }
}

/// The connections to refresh now, the most urgent first, and when to look again.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    pub due: Vec<String>,
    pub next: Option<OffsetDateTime>,
}

/// The keep-alive plan for these connections, for a computer in this state.
pub fn plan(
    records: &[Record],
    health_records: &BTreeMap<String, HealthRecord>,
    tries: &Tries,
    machine: Machine,
    now: OffsetDateTime,
) -> Plan {
    // A return in the future came from a clock that was put back.
    let returned_at = machine.returned_at.filter(|at| *at <= now);
    let due_at = |record: &Record| {
        let health_record = health_records.get(&record.id).copied().unwrap_or_default();
        let settled = returned_at.map(|at| at + fraction(&record.id, at, SETTLE));
        let due = due_at(record, &health_record, tries, machine, now)?;
        [renewal::paused_until(health_record.not_before, now), settled]
            .into_iter()
            .flatten()
            .chain([due])
            .max()
    };
    let times = records.iter().filter_map(|record| Some((due_at(record)?, record.id.as_str()))).collect();
    in_order(times, now)
}

/// When to revoke what is left, by id: at first at once, and never before the time its org asked for.
pub fn plan_leaving<'a>(
    leaving: impl Iterator<Item = &'a str>,
    health_records: &BTreeMap<String, HealthRecord>,
    tries: &Tries,
    now: OffsetDateTime,
) -> Plan {
    let again_at = |id: &str| {
        let pause = health_records
            .get(id)
            .and_then(|health_record| renewal::paused_until(health_record.not_before, now));
        let planned = tries.again_at(id, now, FIRST_RETRY, now);
        pause.map_or(planned, |pause| planned.max(pause))
    };
    in_order(leaving.map(|id| (again_at(id), id)).collect(), now)
}

fn in_order(mut times: Vec<(OffsetDateTime, &str)>, now: OffsetDateTime) -> Plan {
    times.sort_unstable();
    let (due, later) = times.split_at(times.partition_point(|(at, _)| *at <= now));
    Plan { due: due.iter().map(|(_, id)| (*id).to_owned()).collect(), next: later.first().map(|(at, _)| *at) }
}

/// When to use this connection next; `None` if only a sign-in can bring it back.
fn due_at(
    record: &Record,
    health_record: &HealthRecord,
    tries: &Tries,
    machine: Machine,
    now: OffsetDateTime,
) -> Option<OffsetDateTime> {
    let last_use = record.issued_at?;
    let half = idle_limit(health_record) / 2;
    let (every, spread) =
        if half < KEEP_ALIVE_EVERY { (half * 4 / 5, half / 5) } else { (KEEP_ALIVE_EVERY, SPREAD) };
    let planned = last_use + every.max(SHORTEST_INTERVAL) + fraction(&record.id, last_use, spread);
    // A connection in trouble does not wait: a person sees it, and may have corrected the cause.
    let waits = machine.is_metered && record.status == Status::Connected;
    let planned =
        if waits { planned.max(last_use + idle_limit(health_record) / METERED_PART) } else { planned };
    // An end that comes anyway is noticed shortly after it.
    let end = fixed_end(record, health_record).map(|(end, _)| end).filter(|end| *end > last_use);
    let after_end = end.map(|end| end + FIRST_RETRY);
    let planned = after_end.map_or(planned, |after_end| planned.min(after_end));
    // If the last use is in the future, by a clock since corrected, the connection is used now.
    let planned = if last_use > now { now } else { planned };
    match record.status {
        Status::Connected | Status::Unreachable => {
            Some(tries.again_at(&record.id, planned, FIRST_RETRY, now))
        }
        Status::NeedsYou if record.reason.is_some_and(Code::waits_for_a_setting) => {
            Some(tries.again_at(&record.id, planned, SETTING_RETRY, now))
        }
        Status::NeedsYou | Status::NotConnected => None,
    }
}

/// A part of `whole` that differs between connections and times, and is constant for the same ones.
fn fraction(id: &str, time: OffsetDateTime, whole: Duration) -> Duration {
    let digest =
        Sha256::new().chain_update(id).chain_update(time.unix_timestamp_nanos().to_be_bytes()).finalize();
    let parts = u16::from_be_bytes([digest[0], digest[1]]);
    whole.mul_f64(f64::from(parts) / f64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lifecycle::health::{
            end_to_tell,
            tests::{HOUR, now, record},
        },
        vault::Limits,
    };

    #[test]
    fn an_unused_connection_is_used_once_a_day_and_one_that_needs_somebody_is_left_alone() {
        let table = [
            (Status::Connected, HOUR, false),
            (Status::Connected, 19 * HOUR, false),
            (Status::Connected, 24 * HOUR, true),
            (Status::Unreachable, 24 * HOUR, true),
            (Status::NeedsYou, 24 * HOUR, false),
            (Status::NotConnected, 24 * HOUR, false),
        ];
        for (status, used_ago, due) in table {
            let plan = plan(
                &[record("a", status, used_ago)],
                &BTreeMap::new(),
                &Tries::default(),
                Machine::default(),
                now(),
            );
            assert_eq!(!plan.due.is_empty(), due, "{status:?} used {used_ago:?} ago: {plan:?}");
        }
    }

    #[test]
    fn many_connections_do_not_refresh_at_once() {
        let records: Vec<Record> =
            (0..1000).map(|number| record(&number.to_string(), Status::Connected, 22 * HOUR)).collect();
        let due = plan(&records, &BTreeMap::new(), &Tries::default(), Machine::default(), now()).due.len();
        assert!((300..700).contains(&due), "spread over four hours, half of them by the middle: {due}");
    }

    #[test]
    fn failed_tries_come_further_and_further_apart() {
        let records = [record("a", Status::Unreachable, 48 * HOUR)];
        let mut tries = Tries::default();
        let mut last = Duration::ZERO;
        for _ in 0..12 {
            tries.failed("a", Code::SalesforceUnavailable, now());
            let next =
                plan(&records, &BTreeMap::new(), &tries, Machine::default(), now()).next.expect("later");
            let wait = (next - now()).unsigned_abs();
            assert!(
                wait <= LONGEST_RETRY && wait * 4 >= last,
                "longer, within bounds: {wait:?} after {last:?}"
            );
            last = wait;
        }
        assert!(last >= LONGEST_RETRY / 2, "an hour at most, half at least: {last:?}");
        tries.worked("a");
        assert_eq!(
            plan(&records, &BTreeMap::new(), &tries, Machine::default(), now()).due,
            ["a"],
            "the first success forgets the failures"
        );
    }

    #[test]
    fn a_setting_is_waited_for_and_a_sign_in_is_not() {
        for (reason, due) in
            [(Code::ApiRefused, true), (Code::InactiveUser, true), (Code::RefreshTokenDead, false)]
        {
            let record = Record { reason: Some(reason), ..record("a", Status::NeedsYou, 48 * HOUR) };
            let mut tries = Tries::default();
            let plan_now = |tries: &Tries| {
                plan(std::slice::from_ref(&record), &BTreeMap::new(), tries, Machine::default(), now())
            };
            assert_eq!(!plan_now(&tries).due.is_empty(), due, "{reason:?}");
            tries.failed("a", Code::SalesforceUnavailable, now());
            let next = plan_now(&tries).next;
            assert!(
                next.is_none_or(|next| next >= now() + SETTING_RETRY / 2),
                "{reason:?}, calmly: {next:?}"
            );
        }
    }

    #[test]
    fn an_org_that_asked_for_a_pause_gets_it() {
        let records = [record("a", Status::Unreachable, 48 * HOUR)];
        let health_record = HealthRecord { not_before: Some(now() + 2 * HOUR), ..HealthRecord::default() };
        let health_records = BTreeMap::from([("a".to_owned(), health_record)]);
        let plan = plan(&records, &health_records, &Tries::default(), Machine::default(), now());
        assert_eq!((plan.due, plan.next), (vec![], Some(now() + 2 * HOUR)), "not before it said");
    }

    #[test]
    fn what_leaves_is_tried_at_once_and_then_less_and_less_often() {
        let mut tries = Tries::default();
        let plan_now = |tries: &Tries| plan_leaving(["a"].into_iter(), &BTreeMap::new(), tries, now());
        assert_eq!(plan_now(&tries).due, ["a"], "at once");
        tries.failed("a", Code::SalesforceUnavailable, now());
        let next = plan_now(&tries).next.expect("later");
        assert!(next > now() && next <= now() + FIRST_RETRY, "{next}");
    }

    #[test]
    fn what_leaves_waits_as_long_as_its_org_asked_for() {
        let paused = HealthRecord { not_before: Some(now() + HOUR), ..HealthRecord::default() };
        let health_records = BTreeMap::from([("a".to_owned(), paused)]);
        let plan = plan_leaving(["a", "b"].into_iter(), &health_records, &Tries::default(), now());
        assert_eq!((plan.due, plan.next), (vec!["b".to_owned()], Some(now() + HOUR)), "not before it said");
    }

    #[test]
    fn a_clock_that_was_ahead_and_is_put_right_holds_nothing_up() {
        let ahead = now() + 90 * 24 * HOUR;
        let used_ahead = Record { issued_at: Some(ahead), ..record("a", Status::Connected, HOUR) };
        let paused_ahead = HealthRecord { not_before: Some(ahead), ..HealthRecord::default() };
        let health_records = BTreeMap::from([("a".to_owned(), paused_ahead)]);
        let mut tries = Tries::default();
        tries.failed("a", Code::SalesforceUnavailable, ahead);
        let plan_at =
            |at| plan(std::slice::from_ref(&used_ahead), &health_records, &tries, Machine::default(), at);
        assert_eq!(plan_at(now()).due, ["a"], "used now, by the right clock");
        let leaving = plan_leaving(["a"].into_iter(), &health_records, &tries, now());
        assert_eq!(leaving.due, ["a"], "and revoked");
    }

    #[test]
    fn a_thousand_connections_are_planned_in_a_moment() {
        let records: Vec<Record> =
            (0..1000).map(|number| record(&number.to_string(), Status::Connected, 22 * HOUR)).collect();
        let plan = plan(&records, &BTreeMap::new(), &Tries::default(), Machine::default(), now());
        assert!(plan.next.is_some() && plan.due.len() < 1000, "some now, the others later");
    }

    #[test]
    fn on_a_metered_network_what_works_waits_and_is_never_at_risk_for_it() {
        let day = 24 * HOUR;
        let idle = |hours: i64| HealthRecord {
            limits: Limits { idle: Some(time::Duration::hours(hours)), ..Limits::default() },
            ..HealthRecord::default()
        };
        let table = [
            (Status::Connected, 2 * day, HealthRecord::default(), false),
            (Status::Connected, 5 * day, HealthRecord::default(), false),
            (Status::Connected, 6 * day, HealthRecord::default(), true),
            (Status::Connected, 11 * HOUR, idle(24), true),
            (Status::Connected, 3 * day, idle(14 * 24), true),
            (Status::Unreachable, 2 * day, HealthRecord::default(), true),
        ];
        let metered = Machine { is_metered: true, ..Machine::default() };
        for (status, used_ago, health_record, due) in table {
            let record = record("a", status, used_ago);
            let health_records = BTreeMap::from([("a".to_owned(), health_record)]);
            let plan =
                plan(std::slice::from_ref(&record), &health_records, &Tries::default(), metered, now());
            assert_eq!(
                !plan.due.is_empty(),
                due,
                "{status:?} used {used_ago:?} ago, {health_record:?}: {plan:?}"
            );
            let held_until = plan.next.unwrap_or(now());
            assert_eq!(
                end_to_tell(&record, &health_record, held_until),
                None,
                "nothing to tell while it waits"
            );
        }
    }

    #[test]
    fn what_was_missed_is_caught_up_on_within_seconds_of_coming_back_and_not_at_once() {
        let records: Vec<Record> =
            (0..1000).map(|number| record(&number.to_string(), Status::Connected, 48 * HOUR)).collect();
        let back = Machine { returned_at: Some(now()), ..Machine::default() };
        let due_after = |wait: Duration| {
            plan(&records, &BTreeMap::new(), &Tries::default(), back, now() + wait).due.len()
        };
        assert!(due_after(Duration::ZERO) < 10, "hardly one in the first moment");
        assert!((300..700).contains(&due_after(SETTLE / 2)), "half of them by the middle");
        assert_eq!(due_after(SETTLE), 1000, "all");
        let put_back = plan(&records, &BTreeMap::new(), &Tries::default(), back, now() - HOUR);
        assert_eq!(put_back.due.len(), 1000, "a clock that was put back holds nothing up");
    }

    #[test]
    fn coming_back_forgets_what_failed_for_want_of_a_network_and_nothing_else() {
        let records = ["org", "network"].map(|id| record(id, Status::Unreachable, 48 * HOUR));
        let mut tries = Tries::default();
        for _ in 0..8 {
            tries.failed("org", Code::SalesforceUnavailable, now());
            tries.failed("network", Code::NetworkDns, now());
        }
        let minute = Duration::from_secs(60);
        let due =
            |tries: &Tries| plan(&records, &BTreeMap::new(), tries, Machine::default(), now() + minute).due;
        tries.returned(now() - minute);
        assert!(due(&tries).is_empty(), "they failed on the network that there is");
        tries.returned(now() + minute);
        assert_eq!(due(&tries), ["network"], "an org that is away is away from everywhere");
    }
}
