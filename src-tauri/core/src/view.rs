//! What the faces see: the snapshots, replies and events of the socket, and nothing secret.
//!
//! The page's types are generated from these (`./dev test` fails when they are stale).

use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

mod check;
mod connection;
mod program;
mod setup;
mod sign_in;

pub use check::{
    AddressView, CallbackAudit, CallbackLine, CheckId, CheckState, Failure, Field, Finding, Findings,
    PasteNote, Understanding,
};
pub use connection::{
    ConnectionDetail, ConnectionView, Copied, Disconnected, Health, HistoryLine, Later, LeavingView, Needs,
    OrgKind, Revoked, SecretCopied, Status, Warning,
};
pub use program::{AgentStatus, Forward, Guard, Overruled, Place, SettingsView, VaultView};
pub use setup::{Mark, SetupView, StepMark};
pub use sign_in::{AttemptEvent, AttemptStarted, AttemptView, Identity, LinkTaken, Phase};

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
