//! What the faces see: the snapshots, replies and events of the socket, and nothing secret.
//!
//! The page's types are generated from these (`./dev test` fails when they are stale).

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(test)]
use ts_rs::TS;

use crate::{explain::Code, settings::Settings};

/// Which kind of org a connection leads to, as its Organization record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum OrgKind {
    Production,
    Sandbox,
    Developer,
    Scratch,
    Other,
    Practice,
}

impl OrgKind {
    /// The word the contract of `dtx list --json` uses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
            Self::Developer => "developer",
            Self::Scratch => "scratch",
            Self::Other => "other",
            Self::Practice => "practice",
        }
    }
}

/// The health of a connection in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum Status {
    /// The last thing asked of the org worked.
    Connected,
    /// Only a person can go on: sign in again, or change a setting.
    NeedsYou,
    /// Signed out, or never signed in.
    NotConnected,
    /// The org could not be reached; nothing is lost.
    Unreachable,
}

/// One stored connection, as `list` and `show` tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct ConnectionView {
    pub alias: String,
    pub host: String,
    pub kind: OrgKind,
    pub org_id: String,
    pub org_name: Option<String>,
    pub username: String,
    pub instance_url: String,
    pub status: Status,
    /// Why it is not connected, when it is not.
    pub reason: Option<Failure>,
    /// Until when no sign-in will be asked for, as far as that is known.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub safe_until: Option<OffsetDateTime>,
    /// When the org last confirmed this connection.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub checked_at: Option<OffsetDateTime>,
    /// How it is, with its reasons.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<Health>"))]
    pub health: Health,
    /// Until when its Consumer Secret can be copied. Absent when that time is over.
    #[serde(with = "time::serde::rfc3339::option", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(type = "string", optional))]
    pub secret_until: Option<OffsetDateTime>,
}

/// How a connection is, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Health {
    /// Whether it ends soon unless its org is reached.
    pub at_risk: bool,
    /// Since when it has not been connected, as far as that is known.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub since: Option<OffsetDateTime>,
    /// In one sentence.
    pub text: String,
    /// What most likely led to it, the likeliest first.
    pub causes: Vec<String>,
    /// What only a person can do about it. `None` while nothing has to be done.
    #[serde(default)]
    pub needs: Option<Needs>,
}

/// What only a person can do for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum Needs {
    /// Sign in once more; key and secret are stored and right.
    SignIn,
    /// Paste Consumer Key and Consumer Secret anew, then sign in.
    NewPair,
    /// Change a setting in the org. The stored sign-in works again after that.
    Setting,
}

/// A connection that is disconnected here and still to be revoked at its org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct LeavingView {
    /// What it was called.
    pub alias: String,
    pub host: String,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(test, ts(type = "string"))]
    pub since: OffsetDateTime,
}

/// One line of a connection's history, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct HistoryLine {
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(test, ts(type = "string"))]
    pub at: OffsetDateTime,
    pub text: String,
}

/// A connection with what happened to it, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct ConnectionDetail {
    #[serde(flatten)]
    pub connection: ConnectionView,
    pub history: Vec<HistoryLine>,
}

/// Something that went wrong, in words, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Failure {
    pub code: Code,
    pub message: String,
    pub fix: Vec<String>,
    /// Whether the same request may work later without anybody changing anything.
    pub retryable: bool,
}

/// The result of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum CheckState {
    Pass,
    Warn,
    Fail,
    /// Could not be told; never holds anybody up.
    Unknown,
    Skip,
}

/// The things that are checked. The words are a contract: only ever added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum CheckId {
    Address,
    Tls,
    Key,
    Secret,
    Callback,
    Scopes,
    Org,
    Api,
}

/// One thing checked, and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Finding {
    pub id: CheckId,
    pub title: String,
    pub state: CheckState,
    pub message: String,
    pub fix: Vec<String>,
    pub code: Option<Code>,
}

/// What a pasted address was understood as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct AddressView {
    /// The origin every request goes to, such as `https://acme--uat.sandbox.my.salesforce.com`.
    pub origin: String,
    pub host: String,
    /// What the host's name promises; the org itself has the last word.
    pub kind: OrgKind,
    /// In words, such as "Sandbox uat of acme".
    pub words: String,
    /// The page of External Client App Manager in this org's Setup.
    pub setup_url: String,
    /// The lines to paste into Callback URL, in order.
    pub callbacks: Vec<String>,
}

/// What paste hygiene found in one field, without asking anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct PasteNote {
    pub field: Field,
    /// `true` when the value cannot be used as it is.
    pub blocks: bool,
    pub code: Code,
    pub message: String,
    /// What to do about it, most likely first.
    #[serde(default)]
    pub fix: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum Field {
    Address,
    Key,
    Secret,
    Alias,
}

/// The answer to [`crate::intent::Intent::Understand`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Understanding {
    pub address: Option<AddressView>,
    pub notes: Vec<PasteNote>,
    /// How many characters are left of each value once what pasting added is gone.
    pub key_length: usize,
    pub secret_length: usize,
}

/// The answer to [`crate::intent::Intent::Validate`] and [`crate::intent::Intent::Check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Findings {
    pub checks: Vec<Finding>,
}

/// Where a sign-in attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum Phase {
    /// The key, the callback and the secret are being checked.
    Checking,
    /// Salesforce does not know the key yet; it is asked again.
    Waiting,
    /// The browser has the word.
    Browser,
    /// The code is being exchanged and the answer checked.
    Finishing,
    /// Somebody has to say whether the org and user found are the right ones.
    Confirming,
}

/// A sign-in attempt under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct AttemptView {
    pub id: String,
    pub alias: String,
    pub host: String,
    pub kind: OrgKind,
    pub phase: Phase,
    /// The address to open in the browser, while [`Phase::Browser`].
    pub authorize_url: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub next_check_at: Option<OffsetDateTime>,
    /// Whom the org says signed in, while [`Phase::Confirming`].
    pub found: Option<Identity>,
    /// Why that has to be asked, while [`Phase::Confirming`].
    pub question: Option<Failure>,
}

/// Who signed in, and to which org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Identity {
    pub org_id: String,
    pub org_name: Option<String>,
    pub user_id: String,
    pub username: String,
    pub kind: OrgKind,
}

/// Everything a face needs to draw itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Snapshot {
    pub connections: Vec<ConnectionView>,
    pub attempts: Vec<AttemptView>,
    /// The guided set-ups that are kept, by host.
    #[serde(default)]
    pub setups: Vec<SetupView>,
    /// What is disconnected here and still to be revoked at its org.
    #[serde(default)]
    pub leaving: Vec<LeavingView>,
    /// Why nothing can be stored or read, when that is so.
    pub vault_trouble: Option<Failure>,
}

/// The guided set-up of one org: where the person is in it, and what the org says of each step. The answer to
/// [`crate::intent::Intent::SetUp`] and to whatever changes a set-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct SetupView {
    pub host: String,
    pub address: AddressView,
    /// What names the org again wherever an address is taken.
    pub pasted_address: String,
    /// The id of the guide's step that the person is at.
    pub step: String,
    /// One for each step of the guide, in its order.
    pub steps: Vec<StepMark>,
    /// When the person said that Create was pressed.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub created_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(test, ts(type = "string"))]
    pub updated_at: OffsetDateTime,
    /// What the org was last found to say. None before the first paste.
    pub findings: Vec<Finding>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub found_at: Option<OffsetDateTime>,
    /// The connection it led to.
    pub alias: Option<String>,
    /// The sign-in under way for this org.
    pub attempt: Option<String>,
}

/// How far one step of a set-up is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct StepMark {
    pub id: String,
    pub mark: Mark,
    /// What the org says of it: the difference, where it is wrong.
    pub message: Option<String>,
    /// What to do about that.
    pub fix: Vec<String>,
}

/// Who says that a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum Mark {
    /// Nobody yet.
    Open,
    /// The person.
    Said,
    /// The org.
    Proved,
    /// The org says that it is not done as it has to be.
    Wrong,
}

/// The answer to [`crate::intent::Intent::AuditCallbacks`]: each line of the block, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct CallbackAudit {
    pub lines: Vec<CallbackLine>,
}

/// Whether the app has one line in its Callback URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct CallbackLine {
    pub line: String,
    pub state: CheckState,
    /// What the app has in its place: the line with a slip that people make.
    pub registered_as: Option<String>,
    pub message: String,
}

/// The answer to [`crate::intent::Intent::CopyKey`] and [`crate::intent::Intent::CopySecret`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Copied {
    /// After how long the clipboard is emptied again. `None` where that cannot be promised.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub cleared_after_seconds: Option<u64>,
}

/// What happens in a sign-in attempt. One JSON object a line in `dtx connect --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum AttemptEvent {
    /// Open `url` in a browser.
    Authorize {
        url: String,
        redirect_uri: String,
    },
    /// The org does not know the key yet.
    Waiting {
        #[serde(rename = "for")]
        what: String,
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(test, ts(type = "string"))]
        next_check_at: OffsetDateTime,
    },
    /// Another user or org than expected signed in: answer with [`crate::intent::Intent::Answer`].
    Confirm {
        found: Identity,
        question: Failure,
    },
    Connected {
        alias: String,
        org_id: String,
        username: String,
        instance_url: String,
        kind: OrgKind,
    },
    Failed(Failure),
}

/// What the agent tells whoever listens, without being asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum Notice {
    /// The state changed.
    Snapshot(Snapshot),
    /// A sign-in attempt went on.
    Attempt { attempt: String, event: AttemptEvent },
    /// Somebody should look at a connection. Told once for each time it comes to that.
    Warning(Warning),
    /// A Consumer Secret was put on the clipboard.
    SecretCopied(SecretCopied),
    /// A setting was changed.
    Settings(SettingsView),
    /// The window is to come forward.
    ComeForward(Forward),
}

/// All settings as they stand: the answer to [`crate::intent::Intent::Settings`] and [`crate::intent::Intent::Set`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct SettingsView {
    #[serde(flatten)]
    pub settings: Settings,
    /// The file they are kept in.
    pub file: String,
    /// What is wrong with that file.
    pub trouble: Option<Failure>,
    /// The settings for which the environment decides.
    pub overruled: Vec<Overruled>,
}

/// A setting that does not count at the moment, and the variable that counts in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Overruled {
    pub setting: String,
    pub variable: String,
}

/// What the window shows when it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Forward {
    /// `None` leaves it where it is.
    pub place: Option<Place>,
    /// The desktop's leave to come to the front (XDG activation).
    pub activation_token: Option<String>,
}

/// A screen of the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum Place {
    Connections,
    Connection {
        alias: String,
    },
    Add,
    /// The guided set-up of this org.
    SetUp {
        host: String,
    },
    Attempt {
        id: String,
    },
    Settings,
}

/// The answer to [`crate::intent::Intent::Link`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkTaken {
    /// The sign-in that the link belongs to, if there is one.
    pub attempt: Option<String>,
}

/// That a connection ends soon, or has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Warning {
    pub alias: String,
    /// In how many days at most it ends; 0 when a person is needed now.
    pub days: u8,
    pub text: String,
}

/// That a Consumer Secret was put on the clipboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct SecretCopied {
    pub alias: String,
    /// How long it stays there.
    pub text: String,
}

/// The answer to [`crate::intent::Intent::Connect`] and [`crate::intent::Intent::Reconnect`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct AttemptStarted {
    pub attempt: String,
    pub alias: String,
}

/// The answer to [`crate::intent::Intent::Disconnect`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct Disconnected {
    pub revoked: Revoked,
    /// When the org confirmed that the token is dead.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub proved_at: Option<OffsetDateTime>,
}

/// Whether the org has revoked the tokens: `true`, `false` or `"later"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(TS))]
pub enum Revoked {
    Now(bool),
    Later(Later),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum Later {
    Later,
}

/// The answer to [`crate::intent::Intent::Status`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct AgentStatus {
    pub pid: u32,
    pub version: String,
    pub connections: usize,
}

/// Who keeps the key of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS))]
pub enum Guard {
    /// The keychain of this computer.
    Keychain,
    /// Nobody: it is sealed with a passphrase.
    Passphrase,
    /// The agent, until it ends.
    Session,
}

/// The answer to [`crate::intent::Intent::Vault`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(TS))]
pub struct VaultView {
    /// `None` until the first key is made.
    pub guard: Option<Guard>,
    /// Whether the passphrase has to be told before anything secret can be read.
    pub locked: bool,
}
