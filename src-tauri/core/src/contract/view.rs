//! The views of the socket: its snapshots, replies and events. Nothing in them is secret but a [`Token`].
//!
//! The page's types are generated from them (`./dev test` fails when they are stale).

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

mod asker;
mod browser;
mod check;
mod connection;
mod doctor;
mod explanation;
mod group;
mod program;
mod request;
mod rotation;
mod settings;
mod setup;
mod sign_in;
mod token;
mod verdict;

pub use asker::{Asker, Consent, LastUse, ProgramAsks, Purpose, Use};
pub use browser::{Browser, BrowserChoice, Instead, Profile};
pub use check::{
    AddressView, CallbackAudit, CallbackLine, CheckId, CheckState, Failure, Field, Finding, Findings,
    KeyEnds, PasteNote, Understanding,
};
pub use connection::{
    ConnectionDetail, ConnectionView, Copied, Disconnected, Ends, Health, HistoryLine, Later, LeavingView,
    Needs, OrgKind, Pause, Revoked, SecretCopied, Seen, SetAsideView, Status,
};
pub use doctor::{Computer, Look, LookId, LookState};
pub use explanation::{Acts, Cause, Explanation, GivenAway, SecretKind, SetupLink, SetupPage, Sure};
pub use group::{Colour, Group};
pub use program::{
    End, FormerKey, Forward, HandingOut, KeyProtection, Overruled, Place, SettingsView, Tray, VaultView,
};
pub use request::{AdminRequestView, AnswerOpened, RequestStanding};
pub use rotation::{
    FormerPair, RestOffer, RotationAt, RotationLine, RotationMove, RotationStep, RotationView,
};
pub use settings::{Change, LogLevel, Settings, Theme};
pub use setup::{Mark, SetupView, StepMark};
pub use sign_in::{AttemptEnded, AttemptEvent, AttemptStarted, AttemptView, Identity, LinkTaken, Phase};
pub use token::Token;
pub use verdict::{After, Awaited, Exact, Lacking, Lines, Looks, Verdict, Way};

/// Everything that a face draws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Snapshot {
    pub connections: Vec<ConnectionView>,
    pub attempts: Vec<AttemptView>,
    /// The guided set-ups that are kept, by host.
    #[serde(default)]
    pub setups: Vec<SetupView>,
    /// Disconnected connections whose tokens are still to be revoked at the org.
    #[serde(default)]
    pub leaving: Vec<LeavingView>,
    /// What can be brought back of connections that were disconnected, the latest first. Absent from older agents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<SetAsideView>>"))]
    pub set_aside: Vec<SetAsideView>,
    /// The rotations of a key and its secret that are under way, by the connection's alias.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<RotationView>>"))]
    pub rotations: Vec<RotationView>,
    /// Why the vault cannot be read or written, if so.
    pub vault_trouble: Option<Failure>,
    /// Since when no program is given a token, because a person has paused it. Absent while they are.
    #[serde(with = "time::serde::rfc3339::option", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "string"))]
    pub paused_since: Option<OffsetDateTime>,
    /// The programs that wait for an answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<ProgramAsks>>"))]
    pub asking: Vec<ProgramAsks>,
    /// The sign-ins that ended last: whoever missed an end finds it here. Absent from older agents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<AttemptEnded>>"))]
    pub ended: Vec<AttemptEnded>,
}

/// A message that the agent sends to all faces without a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Notice {
    /// The state has changed.
    Snapshot(Snapshot),
    /// A sign-in attempt has made progress.
    Attempt {
        attempt: String,
        event: AttemptEvent,
        /// Present with [`AttemptEvent::Failed`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        after: Option<After>,
    },
    /// A Consumer Secret was put on the clipboard.
    SecretCopied(SecretCopied),
    /// The vault's key is kept another way, or was replaced.
    GuardChanged {
        #[serde(rename = "guard")]
        protection: KeyProtection,
    },
    /// Salesforce is reached through another proxy, or the trusted authorities besides the computer's own have changed.
    WayChanged { text: String },
    /// A program asks for tokens of a connection for the first time, and a person is to say whether it may have them.
    ProgramAsks(ProgramAsks),
    /// A setting was changed.
    Settings(SettingsView),
    /// The window is to come to the front.
    ComeForward(Forward),
    /// The agent is about to end; one that goes without this notice has crashed.
    Ending {
        why: End,
        /// The number of connections whose sign-in ends with it, because it alone has the key of the vault.
        #[serde(default, skip_serializing_if = "is_none")]
        #[cfg_attr(feature = "types", ts(optional, as = "Option<usize>"))]
        sign_ins_ended: usize,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_none(count: &usize) -> bool {
    *count == 0
}
