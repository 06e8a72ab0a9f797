//! How a connection is, and what keeps it so: until when no sign-in will be asked for, and when it is used next so that
//! it does not run out. Pure: the records and the time come in, a plan goes out.

use std::{collections::BTreeMap, time::Duration};

use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::{salesforce, vault::Record, view::Status};

/// A connection that nobody used is used this often. Salesforce's own limit is 30 days; an admin may set a shorter one.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(20 * 60 * 60);
/// The keep-alives of many connections are spread over this much more.
const SPREAD: Duration = Duration::from_secs(4 * 60 * 60);
/// The wait after the first failed try; doubled after each.
const FIRST_RETRY: Duration = Duration::from_secs(60);
const LONGEST_RETRY: Duration = Duration::from_secs(60 * 60);
/// How long before the end somebody is told.
const AT_RISK_BEFORE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Until when no sign-in will be needed, as far as Salesforce's documented idle limit goes: an org with a stricter
/// policy, or an admin who revokes, may end it before. `None` for a connection that needs one now.
pub fn safe_until(record: &Record) -> Option<OffsetDateTime> {
    match record.status {
        Status::Connected | Status::Unreachable => {
            record.issued_at.map(|last_use| last_use + salesforce::IDLE_LIFE)
        }
        Status::NeedsYou | Status::NotConnected => None,
    }
}

/// Whether a connection is close to its end, for instance because its org could not be reached for weeks.
pub fn is_at_risk(record: &Record, now: OffsetDateTime) -> bool {
    safe_until(record).is_some_and(|until| now + AT_RISK_BEFORE >= until)
}

/// The failed tries of connections, by id, since each last worked.
#[derive(Clone, Debug, Default)]
pub struct Tries(BTreeMap<String, Failed>);

#[derive(Clone, Copy, Debug)]
struct Failed {
    times: u32,
    last: OffsetDateTime,
}

impl Tries {
    pub fn failed(&mut self, id: &str, now: OffsetDateTime) {
        let times = self.0.get(id).map_or(0, |failed| failed.times);
        self.0.insert(id.to_owned(), Failed { times: times.saturating_add(1), last: now });
    }

    pub fn worked(&mut self, id: &str) {
        self.0.remove(id);
    }
}

/// What to refresh now, the most urgent first, and when to look again.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    pub due: Vec<String>,
    pub next: Option<OffsetDateTime>,
}

/// The keep-alive plan for these connections.
pub fn plan(records: &[Record], tries: &Tries, now: OffsetDateTime) -> Plan {
    let mut times: Vec<(OffsetDateTime, &str)> =
        records.iter().filter_map(|record| Some((due_at(record, tries)?, record.id.as_str()))).collect();
    times.sort_unstable();
    let (due, later) = times.split_at(times.partition_point(|(at, _)| *at <= now));
    Plan { due: due.iter().map(|(_, id)| (*id).to_owned()).collect(), next: later.first().map(|(at, _)| *at) }
}

/// When this connection is to be used next; `None` for one that only a person can bring back.
fn due_at(record: &Record, tries: &Tries) -> Option<OffsetDateTime> {
    if matches!(record.status, Status::NeedsYou | Status::NotConnected) {
        return None;
    }
    let last_use = record.issued_at?;
    let planned = last_use + KEEP_ALIVE_EVERY + fraction(&record.id, last_use, SPREAD);
    let Some(failed) = tries.0.get(&record.id) else { return Some(planned) };
    let doubled = FIRST_RETRY.saturating_mul(1_u32.checked_shl(failed.times - 1).unwrap_or(u32::MAX));
    let wait = doubled.min(LONGEST_RETRY);
    Some(planned.max(failed.last + wait / 2 + fraction(&record.id, failed.last, wait / 2)))
}

/// A part of `whole` that differs from connection to connection and from time to time, and is the same when asked again.
fn fraction(id: &str, time: OffsetDateTime, whole: Duration) -> Duration {
    let digest =
        Sha256::new().chain_update(id).chain_update(time.unix_timestamp_nanos().to_be_bytes()).finalize();
    let parts = u16::from_be_bytes([digest[0], digest[1]]);
    whole.mul_f64(f64::from(parts) / f64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::OrgKind;

    const HOUR: Duration = Duration::from_secs(60 * 60);

    fn now() -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn record(id: &str, status: Status, used_ago: Duration) -> Record {
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
            let plan = plan(&[record("a", status, used_ago)], &Tries::default(), now());
            assert_eq!(!plan.due.is_empty(), due, "{status:?} used {used_ago:?} ago: {plan:?}");
        }
    }

    #[test]
    fn many_connections_do_not_refresh_at_once() {
        let records: Vec<Record> =
            (0..1000).map(|number| record(&number.to_string(), Status::Connected, 22 * HOUR)).collect();
        let due = plan(&records, &Tries::default(), now()).due.len();
        assert!((300..700).contains(&due), "spread over four hours, half of them by the middle: {due}");
    }

    #[test]
    fn failed_tries_come_further_and_further_apart() {
        let records = [record("a", Status::Unreachable, 48 * HOUR)];
        let mut tries = Tries::default();
        let mut last = Duration::ZERO;
        for _ in 0..12 {
            tries.failed("a", now());
            let next = plan(&records, &tries, now()).next.expect("later");
            let wait = (next - now()).unsigned_abs();
            assert!(
                wait <= LONGEST_RETRY && wait * 4 >= last,
                "longer, within bounds: {wait:?} after {last:?}"
            );
            last = wait;
        }
        assert!(last >= LONGEST_RETRY / 2, "an hour at most, half at least: {last:?}");
        tries.worked("a");
        assert_eq!(plan(&records, &tries, now()).due, ["a"], "the first success forgets the failures");
    }

    #[test]
    fn safe_for_thirty_days_after_the_last_use_and_at_risk_for_the_last_seven() {
        let day = 24 * HOUR;
        let fresh = record("a", Status::Connected, Duration::ZERO);
        assert_eq!(safe_until(&fresh), Some(now() + 30 * day), "thirty days");
        for (used_ago, at_risk) in [(22 * day, false), (23 * day, true), (40 * day, true)] {
            assert_eq!(
                is_at_risk(&record("a", Status::Unreachable, used_ago), now()),
                at_risk,
                "{used_ago:?}"
            );
        }
        assert_eq!(safe_until(&record("a", Status::NeedsYou, Duration::ZERO)), None, "nothing is promised");
    }
}
