//! Since when a connection has its status, and what is kept of one that is still to be revoked.

use super::*;
use time::Duration;

use crate::vault::{Change, HealthRecord, Limits, Replaced, health_records::STANDINGS};

pub(super) fn change(status: Status, seconds: i64, line: Option<&str>) -> Change {
    let reason = (status != Status::Connected).then_some(Code::NetworkDns);
    Change { status, reason, at: at(seconds), confirmed: false, line: line.map(str::to_owned) }
}

#[test]
fn a_status_is_since_it_changed_and_not_since_it_was_said_again() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    let begun = HealthRecord { signed_in_at: Some(tokens("one").issued_at), ..HealthRecord::default() };
    assert_eq!(vault.health_record("a").unwrap(), begun, "when somebody signed in, and nothing else yet");
    vault.change_status("a", &change(Status::Unreachable, 5, Some("Gone"))).unwrap();
    vault.change_status("a", &change(Status::Unreachable, 9, None)).unwrap();
    vault.set_not_before("a", Some(at(20))).unwrap();
    assert!(vault.note_told("a", None, Some(7), Some((at(9), "Ends"))).unwrap(), "told");
    assert!(!vault.note_told("a", None, Some(7), Some((at(9), "Ends"))).unwrap(), "once");
    let limits =
        Limits { idle: Some(Duration::HOUR), ends_at: Some(at(30)), survived: Some(Duration::seconds(9)) };
    vault.set_limits("a", limits).unwrap();
    vault.set_pasted("a", at(3)).unwrap();
    let health_record = HealthRecord {
        copied: false,
        since: Some(at(5)),
        not_before: Some(at(20)),
        told: Some(7),
        pasted_at: Some(at(3)),
        signed_in_at: begun.signed_in_at,
        limits,
        missing: None,
    };
    assert_eq!(house.open().health_record("a").unwrap(), health_record, "also in another process");
    assert_eq!(vault.health_records().unwrap().get("a"), Some(&health_record), "among all");
    let record = vault.by_id("a").unwrap().unwrap();
    assert_eq!(
        (record.status, record.reason),
        (Status::Unreachable, Some(Code::NetworkDns)),
        "the record too"
    );
    let lines: Vec<String> = vault.history("a").unwrap().into_iter().map(|line| line.text).collect();
    assert_eq!(lines, ["Ends", "Gone", "Signed in"], "a line each");
    vault.change_status("a", &change(Status::Connected, 30, None)).unwrap();
    assert_eq!(vault.health_record("a").unwrap().since, Some(at(30)), "another status, another since");
}

#[test]
fn what_is_leaving_is_out_of_use_and_keeps_what_revoking_takes() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    vault.leave_later("a", at(9)).unwrap();
    assert!(vault.list().unwrap().is_empty(), "not listed");
    assert_eq!(vault.find("acme").unwrap(), None, "not found by name");
    assert_eq!(vault.by_id("a").unwrap(), None, "nor by id, so that nobody refreshes it");
    assert_eq!(vault.find("\u{1f}a").unwrap(), None, "nor by the name that nobody can type");
    store(&vault, "b", "acme");
    let leaving = house.open().leaving().unwrap();
    assert_eq!(leaving.len(), 1, "one is leaving");
    assert_eq!((leaving[0].alias.as_str(), leaving[0].since), ("acme", at(9)), "under the name it had");
    assert_eq!(
        vault.tokens(&leaving[0].record.id).unwrap().refresh,
        tokens("a").refresh,
        "its token is kept"
    );
    vault.forget("a").unwrap();
    assert!(vault.leaving().unwrap().is_empty(), "done");
    assert_eq!(vault.list().unwrap().len(), 1, "the other stays");
    assert!(!house.contains("planted.refresh.a"), "nothing of it is left");
}

#[test]
fn what_was_leaving_can_stay_unless_its_name_is_given_away() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    vault.leave_later("a", at(9)).unwrap();
    vault.stay("a").unwrap();
    assert_eq!(vault.find("acme").unwrap().unwrap().id, "a", "in use again, under its name");
    assert!(vault.leaving().unwrap().is_empty(), "and not leaving");
    vault.leave_later("a", at(9)).unwrap();
    store(&vault, "b", "acme");
    vault.stay("a").unwrap();
    assert_eq!(vault.find("acme").unwrap().unwrap().id, "b", "the name is the other's");
    assert_eq!(vault.leaving().unwrap().len(), 1, "so it still leaves");
}

#[test]
fn a_sign_in_that_comes_in_after_all_brings_a_leaving_connection_back() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    vault.leave_later("a", at(9)).unwrap();
    store(&vault, "a", "acme");
    assert_eq!(vault.list().unwrap().len(), 1, "in use again");
    assert!(vault.leaving().unwrap().is_empty(), "and not to be revoked");
}

#[test]
fn replaced_tokens_are_left_behind_beside_their_connection() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    let replaced = Replaced { id: "old".to_owned(), pair: pair(), tokens: tokens("old") };
    let along = Along { replaced: Some(&replaced), ..Along::default() };
    vault.replace_sign_in(&record("a", "acme"), &pair(), &tokens("a"), "Again", &along).unwrap();
    let refused = vault.replace_sign_in(&record("b", "acme"), &pair(), &tokens("b"), "Again", &along);
    assert_eq!(refused, Err(VaultError::NameTaken), "all or nothing");
    assert_eq!(vault.list().unwrap().len(), 1, "one connection");
    assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "with its own tokens");
    assert_eq!(vault.leaving().unwrap()[0].alias, "acme", "what is left behind has its name");
    assert_eq!(vault.tokens("old").unwrap().refresh, tokens("old").refresh, "and the tokens to revoke");
}

#[test]
fn what_is_known_of_all_is_read_without_their_secrets() {
    let house = House::new();
    let vault = house.open();
    let database = vault.database().unwrap();
    let mut plan = database.prepare(&format!("EXPLAIN QUERY PLAN {STANDINGS}")).unwrap();
    let steps =
        plan.query_map([], |row| row.get("detail")).unwrap().collect::<Result<Vec<String>, _>>().unwrap();
    let of_secrets: Vec<_> = steps.iter().filter(|step| step.split(' ').nth(1) == Some("secret")).collect();
    let is_by_key = |step: &&String| step.contains("INDEX secret_by_key (key_account=?)");
    assert!(
        !of_secrets.is_empty() && of_secrets.iter().all(is_by_key),
        "those of missing keys alone: {steps:?}"
    );
}
