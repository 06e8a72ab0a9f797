//! The readable records: the org itself, its users, and the tokens of its apps.

use serde_json::{Map, Value, json};
use time::Duration;

use crate::http::paths;
use crate::world::clock::utc;
use crate::world::grants::usage::LiveApproval;
use crate::world::options::OrgKind;
use crate::world::people::users::{Role, User};
use crate::world::seeded::long_id;
use crate::world::state::State;

/// An object's records.
pub(crate) struct Table {
    /// Its proper name, whatever the case in the request.
    pub(crate) name: &'static str,
    /// The prefix of its ids.
    pub(crate) key_prefix: &'static str,
    /// The names of its fields.
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<Record>,
}

/// A field: its name, and its value in a record.
type Column<T> = (&'static str, fn(&T) -> Value);

impl Table {
    fn new<'a, T: 'a>(
        name: &'static str,
        key_prefix: &'static str,
        columns: &[Column<T>],
        of: impl IntoIterator<Item = &'a T>,
    ) -> Self {
        let row = |one: &T| Record(columns.iter().map(|(name, value)| (*name, value(one))).collect());
        let rows = of.into_iter().map(row).collect();
        Self { name, key_prefix, columns: columns.iter().map(|(name, _)| *name).collect(), rows }
    }

    /// The proper name of a field.
    pub(crate) fn column(&self, asked: &str) -> Option<&'static str> {
        self.columns.iter().find(|name| name.eq_ignore_ascii_case(asked)).copied()
    }
}

/// The requested fields of a record, with their proper names.
pub(crate) struct Record(Vec<(&'static str, Value)>);

impl Record {
    /// A field's value, null when the record has no such field.
    pub(crate) fn value(&self, column: &str) -> &Value {
        self.0.iter().find(|(name, _)| *name == column).map_or(&Value::Null, |(_, value)| value)
    }

    pub(crate) fn id(&self) -> &str {
        self.value("Id").as_str().unwrap_or_default()
    }

    /// Some columns in the REST API's form, with the record's `attributes`.
    pub(crate) fn json(&self, version: &str, object: &str, columns: &[&'static str]) -> Value {
        let url = format!("{}/{version}/sobjects/{object}/{}", paths::REST, self.id());
        let mut members = Map::from_iter([("attributes".to_owned(), json!({"type": object, "url": url}))]);
        members.extend(columns.iter().map(|column| ((*column).to_owned(), self.value(column).clone())));
        Value::Object(members)
    }
}

/// The object with this name, as this user sees it.
pub(crate) fn table(state: &State, caller: usize, object: &str) -> Option<Table> {
    // ASSUMES: hidden-objects
    if state.switches.hidden_objects.iter().any(|hidden| hidden.eq_ignore_ascii_case(object)) {
        return None;
    }
    match object.to_ascii_lowercase().as_str() {
        "organization" => Some(Table::new("Organization", "00D", ORGANIZATION, [state])),
        "user" => {
            // A user of another org is known to the login page only.
            let users = state.users.iter().filter(|user| user.role != Role::OtherOrg);
            Some(Table::new("User", "005", USER, users))
        }
        // One record, of whoever asks.
        "userpermissionaccess" => {
            let asks = state.users.get(caller);
            Some(Table::new("UserPermissionAccess", "0Ua", USER_PERMISSION_ACCESS, asks))
        }
        "oauthtoken" => Some(Table::new("OauthToken", "0CQ", OAUTH_TOKEN, &tokens(state, caller))),
        _ => None,
    }
}

/// `IsSandbox`, `TrialExpirationDate` and `OrganizationType` tell the kinds apart, as they do for Salesforce CLI.
const ORGANIZATION: &[Column<State>] = &[
    ("Id", |state| json!(state.org.id)),
    ("Name", |state| json!(state.org.name)),
    ("InstanceName", |state| json!(state.org.instance)),
    ("IsSandbox", |state| json!(matches!(state.switches.kind, OrgKind::Sandbox | OrgKind::Scratch))),
    ("TrialExpirationDate", |state| match state.switches.kind {
        OrgKind::Scratch => json!(trial_end(state.org.created_at)),
        OrgKind::Production | OrgKind::Sandbox | OrgKind::Developer => Value::Null,
    }),
    ("NamespacePrefix", |_| Value::Null),
    ("OrganizationType", |state| match state.switches.kind {
        OrgKind::Production | OrgKind::Sandbox => json!("Enterprise Edition"),
        OrgKind::Developer | OrgKind::Scratch => json!("Developer Edition"),
    }),
    ("LanguageLocaleKey", |_| json!("en_US")),
];

const USER: &[Column<User>] = &[
    ("Id", |user| json!(user.id)),
    ("Username", |user| json!(user.username)),
    ("Name", |user| json!(user.full_name())),
    ("FirstName", |user| json!(user.first_name)),
    ("LastName", |user| json!(user.last_name)),
    ("Email", |user| json!(user.username)),
    ("IsActive", |_| json!(true)),
    ("UserType", |_| json!("Standard")),
    ("LanguageLocaleKey", |_| json!("en_US")),
    ("LocaleSidKey", |_| json!("en_GB")),
    ("TimeZoneSidKey", |_| json!("Europe/London")),
];

const USER_PERMISSION_ACCESS: &[Column<User>] = &[
    ("Id", |_| json!("000000000000000AAA")),
    ("PermissionsApiEnabled", |user| json!(user.role != Role::WithoutApi)),
    ("PermissionsModifyAllData", |user| json!(user.role == Role::Admin)),
];

/// A live approval, as a record of `OauthToken`.
struct Token {
    id: String,
    app: String,
    user: String,
    created: u64,
    used: u64,
}

// ASSUMES: oauth-token-record
const OAUTH_TOKEN: &[Column<Token>] = &[
    ("Id", |token| json!(token.id)),
    ("AppName", |token| json!(token.app)),
    ("UserId", |token| json!(token.user)),
    ("CreatedDate", |token| json!(moment(token.created))),
    ("LastUsedDate", |token| json!(moment(token.used))),
];

/// Who may not customise the application sees the own ones alone.
fn tokens(state: &State, caller: usize) -> Vec<Token> {
    let sees_all = state.users.get(caller).is_some_and(|user| user.role == Role::Admin);
    let token = |one: LiveApproval| Token {
        id: long_id(&state.seeded.id("0CQ", &format!("approval {}", one.approval))),
        app: state.apps.get(one.app).map(|app| app.basics.name.clone()).unwrap_or_default(),
        user: state.users.get(one.user).map(|user| user.id.clone()).unwrap_or_default(),
        created: one.approved_at,
        used: one.last_used_at,
    };
    let seen = state.live_approvals().into_iter().filter(|one| sees_all || one.user == caller);
    seen.map(token).collect()
}

/// A time in the REST API's form.
fn moment(milliseconds: u64) -> Option<String> {
    let at = utc(milliseconds)?;
    let (hour, minute, second) = at.time().as_hms();
    Some(format!("{}T{hour:02}:{minute:02}:{second:02}.000+0000", at.date()))
}

/// Thirty days after the org was made, as a date of the REST API.
fn trial_end(made_at: u64) -> Option<String> {
    let end = utc(made_at)?.checked_add(Duration::days(30))?;
    Some(format!("{}T00:00:00.000+0000", end.date()))
}
