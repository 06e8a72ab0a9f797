//! Rotations of a connection's Consumer Key and Consumer Secret.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{Finding, SetupLink};

/// The steps of a rotation, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum RotationStep {
    /// It is said what will happen, and to whom.
    Agree,
    /// The sign-in is ended at the org, since the pair was exposed.
    EndSignIn,
    /// A new pair is staged in Setup.
    Stage,
    /// The new pair is pasted.
    Paste,
    /// The staged pair is put in force in Setup.
    Rotate,
    /// The org is asked about the new pair, and a refresh with it is tried.
    Prove,
    /// The org knows the new pair, and wants a new sign-in with it.
    SignIn,
    /// The new pair is in use here, and is handed on to whatever else has the former one.
    HandOver,
    /// Whether the former pair is dead, or when it ends.
    EndFormer,
    /// It is over. Only in the answer that ends it.
    Finished,
    /// It was taken back. Only in the answer that does so.
    TakenBack,
}

/// What a person says or asks for at a step of a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum RotationMove {
    Agree,
    /// End the sign-in at the org now.
    EndSignIn,
    /// Go on without ending it.
    KeepSignIn,
    Staged,
    Rotated,
    /// Have the program do the present step, by REST, with the connection's own sign-in.
    ByRest,
    /// Ask the org about the new pair, and try a refresh with it.
    Prove,
    HandedOver,
    /// Ask the org about the former pair.
    Look,
    Finish,
    /// To the step before.
    Back,
    TakeBack,
}

/// What the org says of the former pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum FormerPair {
    /// The org still accepts it.
    Works,
    /// The org refuses it: this is proved.
    Dead,
    /// The org's answer tells nothing about it.
    Unknown,
}

/// A rotation under way: its step, and the words of that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the contract, and so of its own")]
pub struct RotationView {
    pub alias: String,
    pub host: String,
    /// Whether the former pair is in wrong hands: then the sign-in is ended first, and made anew.
    pub exposed: bool,
    pub step: RotationStep,
    /// The steps of this rotation in order, each in a few words.
    pub steps: Vec<RotationLine>,
    /// The step as a heading.
    pub title: String,
    /// What is so, and what to do, one sentence or two each.
    pub says: Vec<String>,
    /// The label of what leads on. Empty where values are pasted, and at the end.
    pub does: String,
    /// The page of Setup where it is done.
    pub setup: Option<SetupLink>,
    /// The offer that the program does this step in place of a person in Setup.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<RestOffer>"))]
    pub by_rest: Option<RestOffer>,
    /// The org's last answers about the new pair.
    pub findings: Vec<Finding>,
    /// The org's last answer about the former pair.
    pub former: Option<FormerPair>,
    /// Whether nothing leads on before the former pair is ended, which the org still accepts.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub waits: bool,
    /// Whether one step back can be gone from here.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub back: bool,
    /// Whether the sign-in was ended for this rotation, and none was made since.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub sign_in_ended: bool,
    /// When Salesforce ends the former pair at the latest, once it was replaced.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub former_until: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub begun_at: OffsetDateTime,
    /// The sign-in under way for its org.
    pub attempt: Option<String>,
}

/// What the program can do in place of a person in Setup, told before the yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct RestOffer {
    /// The label of the offer.
    pub does: String,
    pub says: Vec<String>,
}

/// Where the rotation of a connection is, for whoever names the connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct RotationAt {
    pub step: RotationStep,
    /// The step as a heading.
    pub title: String,
    pub exposed: bool,
    /// Whether the connection needs a person, and going on with the rotation is what helps.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub helps: bool,
}

/// One step of a rotation, for a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct RotationLine {
    pub step: RotationStep,
    pub short: String,
}
