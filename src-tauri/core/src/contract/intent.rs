//! What a face may ask for: the one way in.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    contract::view::{Change, Forward, Guard},
    secret::{Secret, onto_private_socket, onto_private_socket_if_any},
};

/// A request to the [`Controller`](crate::controller::Controller). On the socket, `method` and `params` of JSON-RPC 2.0.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case")]
pub enum Intent {
    /// Everything needed to draw: answered with [`Snapshot`](crate::contract::view::Snapshot).
    Snapshot,
    /// Reads what was typed so far without asking the network: [`Understanding`](crate::contract::view::Understanding).
    Understand(Pasted),
    /// Asks the org about the pair: [`Findings`](crate::contract::view::Findings).
    Validate(Pasted),
    /// Asks the org which lines of the callback block the app has: [`CallbackAudit`](crate::contract::view::CallbackAudit).
    AuditCallbacks {
        address: String,
        #[serde(serialize_with = "onto_private_socket")]
        key: Secret,
    },
    /// Begins the guided set-up of an org, or finds the one there is: [`SetupView`](crate::contract::view::SetupView).
    SetUp {
        address: String,
    },
    /// The person looks at this step of a set-up; answered as `SetUp`.
    GoTo {
        host: String,
        step: String,
    },
    /// The person says that a step is done, or that it is not; answered as `SetUp`. What is done leads on to the next
    /// step that is not.
    StepDone {
        host: String,
        step: String,
        done: bool,
    },
    /// Takes all marks of a set-up away; answered as `SetUp`.
    StartOver {
        host: String,
    },
    /// Forgets a set-up. Forgetting what is not there is a success.
    RemoveSetup {
        host: String,
    },
    /// Starts a sign-in: [`AttemptStarted`](crate::contract::view::AttemptStarted), then notices.
    Connect(Connect),
    /// Starts a sign-in for a stored connection; answered as `Connect`.
    Reconnect(Reconnect),
    /// The address the browser ended on, pasted by hand.
    PasteBack {
        attempt: String,
        #[serde(serialize_with = "onto_private_socket")]
        address: Secret,
    },
    /// Whether the user and org found are the right ones.
    Answer {
        attempt: String,
        accept: bool,
    },
    /// Ends a sign-in; nothing is kept of it.
    Cancel {
        attempt: String,
    },
    /// All connections: a list of [`ConnectionView`](crate::contract::view::ConnectionView).
    List,
    /// One connection and its history: [`ConnectionDetail`](crate::contract::view::ConnectionDetail).
    Show {
        name: String,
    },
    Rename {
        old: String,
        new: String,
    },
    /// A usable access token: [`Token`].
    Token {
        name: String,
        fresh: bool,
    },
    /// Checks a stored connection from address to API call: [`Findings`](crate::contract::view::Findings).
    Check {
        name: String,
    },
    /// Revokes at the org, proves it, forgets: [`Disconnected`](crate::contract::view::Disconnected).
    Disconnect {
        name: String,
    },
    /// Puts the Consumer Key on the clipboard of the agent's desktop, for the Datatrax portal:
    /// [`Copied`](crate::contract::view::Copied).
    CopyKey {
        name: String,
    },
    /// The same of the Consumer Secret, within 30 minutes after it was pasted; answered as `CopyKey`.
    CopySecret {
        name: String,
    },
    /// What is still to be revoked: a list of [`LeavingView`](crate::contract::view::LeavingView).
    Leaving,
    /// Who keeps the vault's key: [`VaultView`](crate::contract::view::VaultView).
    Vault,
    /// Opens a passphrase vault until this process ends.
    Unlock {
        #[serde(serialize_with = "onto_private_socket")]
        passphrase: Secret,
    },
    /// Has the vault's key kept another way, or makes a new one: [`VaultView`](crate::contract::view::VaultView).
    Protect(Protect),
    /// The address that a link of our scheme brought: [`LinkTaken`](crate::contract::view::LinkTaken). Anything but the answer to
    /// a sign-in that waits for a link changes nothing.
    Link {
        #[serde(serialize_with = "onto_private_socket")]
        address: Secret,
    },
    /// All settings: [`SettingsView`](crate::contract::view::SettingsView).
    Settings,
    /// Changes one setting; answered as `Settings`.
    Set(Change),
    /// Has the window that is open come forward: every face is told.
    ComeForward(Forward),
    /// Who answers: [`AgentStatus`](crate::contract::view::AgentStatus).
    Status,
    /// Asks the agent to end. Its form never changes, so that agents of all versions understand it.
    Stop,
    /// Asks the agent to end once no sign-in is under way: for a newer program that takes its place. As lasting as
    /// `Stop`.
    StopWhenIdle,
}

/// What stands in the paste fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Pasted {
    pub address: String,
    #[serde(serialize_with = "onto_private_socket")]
    #[cfg_attr(test, ts(type = "string"))]
    pub key: Secret,
    #[serde(serialize_with = "onto_private_socket")]
    #[cfg_attr(test, ts(type = "string"))]
    pub secret: Secret,
}

/// A new key for the vault, with which everything is sealed anew.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Protect {
    pub guard: Guard,
    /// With [`Guard::Passphrase`].
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub passphrase: Option<Secret>,
    /// The passphrase that the vault has, where it has one: nobody else has it kept another way.
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub present: Option<Secret>,
    /// Whether sign-ins that cannot be opened any more are given up.
    #[serde(default)]
    pub start_over: bool,
}

/// A sign-in to an org named by its address.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Connect {
    pub address: String,
    pub alias: Option<String>,
    /// Absent on a reconnect that keeps the stored pair, on another try of a set-up with the pair of the last one, and where
    /// a sign-in under way is begun anew, such as for another user.
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub key: Option<Secret>,
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub secret: Option<Secret>,
    #[serde(flatten)]
    pub options: SignInOptions,
}

/// A sign-in for a connection that exists.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Reconnect {
    pub name: String,
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub key: Option<Secret>,
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub secret: Option<Secret>,
    #[serde(flatten)]
    pub options: SignInOptions,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignInOptions {
    /// The username that is expected to sign in.
    #[serde(default)]
    pub user: Option<String>,
    /// A username that is accepted although another was expected.
    #[serde(default)]
    pub accept_user: Option<String>,
    /// Whether the sign-in may come back by Datatrax's own page, where no other callback line is registered.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub hosted: bool,
    /// How long an unknown key is asked about, in seconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub wait_seconds: u64,
}

/// An access token for a program that may have it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    #[serde(serialize_with = "onto_private_socket")]
    pub access_token: Secret,
    pub instance_url: String,
    pub org_id: String,
    pub username: String,
    pub api_version: String,
    #[serde(with = "time::serde::rfc3339::option")]
    pub issued_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
}
