//! The records one can read: the org itself, and its users.

use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime, UtcDateTime};

use crate::options::OrgKind;
use crate::state::{Role, State};

/// A record's fields.
pub(crate) struct Record(Vec<(&'static str, Value)>);

impl Record {
    /// A field by name, whatever its case, with the name it really has.
    pub(crate) fn field(&self, name: &str) -> Option<&(&'static str, Value)> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))
    }

    pub(crate) fn id(&self) -> &str {
        self.field("Id").and_then(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The record with some of its fields alone; the name of the first one it lacks otherwise.
    pub(crate) fn only(&self, names: &[String]) -> Result<Selection, String> {
        let fields: Result<Vec<_>, String> =
            names.iter().map(|name| self.field(name).cloned().ok_or_else(|| name.clone())).collect();
        Ok(Selection { id: self.id().to_owned(), fields: fields? })
    }

    pub(crate) fn json(self, version: &str, object: &str) -> Value {
        Selection { id: self.id().to_owned(), fields: self.0 }.json(version, object)
    }
}

/// Some fields of a record.
pub(crate) struct Selection {
    id: String,
    fields: Vec<(&'static str, Value)>,
}

impl Selection {
    /// As the REST API writes it, with its `attributes`.
    pub(crate) fn json(self, version: &str, object: &str) -> Value {
        let url = format!("/services/data/{version}/sobjects/{object}/{}", self.id);
        let mut members = Map::from_iter([("attributes".to_owned(), json!({"type": object, "url": url}))]);
        members.extend(self.fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
        Value::Object(members)
    }
}

/// An object's real name and its records.
pub(crate) fn table(state: &State, object: &str) -> Option<(&'static str, Vec<Record>)> {
    match object.to_ascii_lowercase().as_str() {
        "organization" => Some(("Organization", vec![organization(state)])),
        "user" => Some(("User", users(state))),
        _ => None,
    }
}

/// `IsSandbox`, `TrialExpirationDate` and `OrganizationType` tell the kinds apart, as they do for Salesforce CLI.
fn organization(state: &State) -> Record {
    let kind = state.switches.kind;
    let edition = match kind {
        OrgKind::Production | OrgKind::Sandbox => "Enterprise Edition",
        OrgKind::Developer | OrgKind::Scratch => "Developer Edition",
    };
    let trial_end = if kind == OrgKind::Scratch { trial_end(state.org.created_at) } else { None };
    Record(vec![
        ("Id", json!(state.org.id)),
        ("Name", json!(state.org.name)),
        ("InstanceName", json!(state.org.instance)),
        ("IsSandbox", json!(matches!(kind, OrgKind::Sandbox | OrgKind::Scratch))),
        ("TrialExpirationDate", json!(trial_end)),
        ("NamespacePrefix", Value::Null),
        ("OrganizationType", json!(edition)),
        ("LanguageLocaleKey", json!("en_US")),
    ])
}

/// Thirty days after the org was made, as the REST API writes dates.
fn trial_end(made_at: u64) -> Option<String> {
    let seconds = i64::try_from(made_at / 1000).ok()?;
    let end: UtcDateTime =
        OffsetDateTime::from_unix_timestamp(seconds).ok()?.to_utc().checked_add(Duration::days(30))?;
    Some(format!("{}T00:00:00.000+0000", end.date()))
}

fn users(state: &State) -> Vec<Record> {
    let record = |user: &crate::state::User| {
        Record(vec![
            ("Id", json!(user.id)),
            ("Username", json!(user.username)),
            ("Name", json!(user.full_name())),
            ("FirstName", json!(user.first_name)),
            ("LastName", json!(user.last_name)),
            ("Email", json!(user.username)),
            ("IsActive", json!(true)),
            ("UserType", json!("Standard")),
            ("LanguageLocaleKey", json!("en_US")),
            ("LocaleSidKey", json!("en_GB")),
            ("TimeZoneSidKey", json!("Europe/London")),
        ])
    };
    // A user of another org is known to the login page alone.
    state.users.iter().filter(|user| user.role != Role::OtherOrg).map(record).collect()
}
