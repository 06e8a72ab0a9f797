//! What follows from what is known: whether one may go on, what waits, what is to be put right and with which values. Worked
//! out in the core alone; a face shows it.

use serde::{Deserialize, Serialize};
#[cfg(feature = "types")]
use ts_rs::TS;

use super::CheckId;

/// What follows for whoever has pasted a pair, from what its org said. Worked out anew each time, and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Verdict {
    /// Nothing speaks against signing in.
    Ready {
        /// Whether the org has said that it knows the key. Where that could not be told, nobody is held up.
        key_known: bool,
    },
    /// The app is not active everywhere yet, as far as can be told. A sign-in asks again until it is.
    Waits {
        what: Awaited,
        /// Whether nothing is left to doubt, so that the wait may begin without being asked for.
        by_itself: bool,
    },
    /// Something in Setup or in the fields is to be put right first.
    Mend {
        /// What was checked and is wrong.
        check: CheckId,
        /// The guide's step at which it is put right.
        step: String,
        message: String,
        fix: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Exact>>"))]
        exact: Vec<Exact>,
        /// Whether a sign-in that comes back by Datatrax's own page works all the same.
        hosted_helps: bool,
    },
    /// Something outside the org and its app is in the way.
    Blocked { by: CheckId, message: String, fix: Vec<String> },
}

/// What a sign-in waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Awaited {
    /// That the org knows the key.
    Activation,
    /// That the app has one of the callback lines.
    Callback,
}

/// What one fix wants entered, letter for letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Exact {
    /// Which fix it belongs to, counted from 0.
    pub of: usize,
    /// That fix without the lines.
    pub text: String,
    /// For Callback URL, each on a line of its own.
    pub lines: Vec<String>,
    /// As Setup lists them.
    pub scopes: Vec<String>,
}

/// What follows from the looks of what was pasted, before anybody is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "looks", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Looks {
    /// A value, or the address of the org, is not there yet.
    Missing,
    /// Key and secret stand in each other's place, as `message` says.
    Exchange { message: String },
    /// One of the notes says why a value cannot be used as it is.
    Blocked,
    /// The org may be asked.
    MayAsk,
}

/// What is still lacking while a sign-in waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Lacking {
    pub what: Awaited,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Exact>>"))]
    pub exact: Vec<Exact>,
}

/// What follows from a sign-in that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct After {
    pub way: Way,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Exact>>"))]
    pub exact: Vec<Exact>,
}

/// What helps after a sign-in that came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Way {
    /// Another try with the same values.
    Again,
    /// Another address, name, key or secret.
    Form,
    /// The same values once the org knows the app: what was waited for has not come.
    Wait,
}

/// What the answers about the callback lines come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Lines {
    /// Those that the app does not have as they stand, to be pasted into Callback URL.
    pub missing: Vec<String>,
    /// Whether the app has Datatrax's own line, and none of those that lead back to this computer.
    pub hosted_alone: bool,
}
