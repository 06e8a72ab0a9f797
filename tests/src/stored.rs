//! A connection as stored in the vault. Its org does not exist.

use connect_core::{
    contract::view::{OrgKind, Status},
    secret::Secret,
    vault::{Pair, Record, Tokens},
};
use time::{Duration, OffsetDateTime};

/// The sandbox of this number, connected at this time.
pub fn stored(number: usize, now: OffsetDateTime) -> (Record, Pair, Tokens) {
    let host = format!("https://acme--s{number}.sandbox.my.salesforce.com");
    let expires_at = Some(now + Duration::hours(2));
    let record = Record {
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
        expires_at,
        proved_at: Some(now),
        rotates: false,
    };
    let pair = Pair {
        key: Secret::new(format!("3MVG9{number:080}")),
        secret: Secret::new(format!("{number:064X}")),
    };
    let tokens = Tokens {
        access: Secret::new(format!("00D{number:012}!{number:096}")),
        refresh: Secret::new(format!("5Aep861{number:080}")),
        issued_at: now,
        expires_at,
        proved_at: Some(now),
    };
    (record, pair, tokens)
}
