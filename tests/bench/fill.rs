use std::process::Stdio;

use connect_core::{
    home::Home,
    keychain,
    secret::Secret,
    vault::{Pair, Record, Tokens, Vault},
    view::{OrgKind, Status},
};
use connect_tests::Desk;
use time::{Duration, OffsetDateTime};

/// Stores so many connections on a desk: this program again, with the desk's own keyring.
pub(crate) fn run(desk: &Desk, count: usize) {
    let mut command = desk.command(std::env::current_exe().unwrap());
    let filled = command.arg("fill").arg(count.to_string()).stdout(Stdio::null()).status().unwrap();
    assert!(filled.success(), "{count} connections are stored");
}

/// Stores so many connections in the home of the environment. Their orgs do not exist.
pub(crate) fn fill(count: usize) {
    let vault = Vault::open(&Home::from_environment().unwrap(), keychain::system()).unwrap();
    vault.ready().unwrap();
    let now = OffsetDateTime::now_utc();
    for number in 0..count {
        let pair = Pair {
            key: Secret::new(format!("3MVG9{number:080}")),
            secret: Secret::new(format!("{number:064X}")),
        };
        let tokens = Tokens {
            access: Secret::new(format!("00D{number:012}!{number:096}")),
            refresh: Secret::new(format!("5Aep861{number:080}")),
            issued_at: now,
            expires_at: Some(now + Duration::hours(2)),
            proved_at: Some(now),
        };
        vault.keep_sign_in(&record(number, now), &pair, &tokens, "Connected.").unwrap();
    }
}

pub(crate) fn record(number: usize, now: OffsetDateTime) -> Record {
    let host = format!("https://acme--s{number}.sandbox.my.salesforce.com");
    Record {
        id: format!("{number:032x}"),
        alias: format!("acme--s{number}"),
        origin: format!("{host}/"),
        kind: OrgKind::Sandbox,
        org_id: format!("00D{number:012}AAA"),
        org_name: Some("Acme".to_owned()),
        user_id: format!("005{number:012}AAA"),
        username: format!("datatrax@acme.example.s{number}"),
        instance_url: host,
        api_version: "67.0".to_owned(),
        scope: "api refresh_token".to_owned(),
        created_at: now,
        status: Status::Connected,
        reason: None,
        checked_at: Some(now),
        refresh_in_flight: None,
        issued_at: Some(now),
        expires_at: Some(now + Duration::hours(2)),
        proved_at: Some(now),
        rotates: false,
    }
}
