//! The conclusions from pasted values and the org's answers: whether to go on, to wait, or to correct something, and
//! with which values. Computed in the core alone; a face only shows them.

use serde::{Deserialize, Serialize};
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{CheckId, Field};

/// The conclusion about a pasted pair from the org's answers. Computed for each answer, never stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Verdict {
    /// The sign-in can begin.
    Ready {
        /// Whether the org knows the key. If that cannot be told, the sign-in may still begin.
        key_known: bool,
    },
    /// The app does not seem to be active everywhere yet. A sign-in asks again until it is.
    Waits {
        what: Awaited,
        /// Whether there is no doubt, so that the wait may begin by itself.
        by_itself: bool,
    },
    /// Something in Setup or in the fields has to be corrected first.
    Mend {
        /// The check that failed.
        check: CheckId,
        /// The guide's step at which it is corrected.
        step: String,
        /// The one value of the pair that the org objects to. `None` where both have to be pasted again, or neither.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        field: Option<Field>,
        message: String,
        fix: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Exact>>"))]
        exact: Vec<Exact>,
        /// Whether a sign-in through Datatrax's own page would work nevertheless.
        hosted_helps: bool,
    },
    /// The obstacle is outside the org and its app.
    Blocked { by: CheckId, message: String, fix: Vec<String> },
}

/// What a sign-in waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Awaited {
    /// The org knows the key.
    Activation,
    /// The app has one of the callback lines.
    Callback,
}

/// The values that one fix asks for, letter for letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Exact {
    /// The index of the fix, from 0.
    pub of: usize,
    /// The text of the fix without the lines.
    pub text: String,
    /// The callback lines to enter, one a line.
    pub lines: Vec<String>,
    /// The scopes to select, named as in Setup.
    pub scopes: Vec<String>,
}

/// The conclusion from the look of the pasted values, before any request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "looks", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Looks {
    /// A value, or the address of the org, is missing.
    Missing,
    /// Key and secret are swapped, as `message` says.
    Exchange { message: String },
    /// One of the notes says why a value cannot be used.
    Blocked,
    /// The org can be asked about the pair.
    MayAsk,
}

/// What a waiting sign-in lacks, and the values to enter for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Lacking {
    pub what: Awaited,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Exact>>"))]
    pub exact: Vec<Exact>,
}

/// The conclusion from a failed sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct After {
    pub way: Way,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Exact>>"))]
    pub exact: Vec<Exact>,
}

/// What helps after a failed sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Way {
    /// Another try with the same values.
    Again,
    /// Another address, name, key or secret.
    Form,
    /// The same values, once the org knows the app: the wait was not long enough.
    Wait,
}

/// The conclusion from the answers about the callback lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Lines {
    /// The lines that the app lacks in this exact form, to be pasted into Callback URL.
    pub missing: Vec<String>,
    /// Whether the app has Datatrax's own line, and none that leads back to this computer.
    pub hosted_alone: bool,
}
