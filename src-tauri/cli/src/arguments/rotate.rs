//! The arguments of a rotation.

use clap::{Args, ValueEnum};
use connect_core::contract::view::RotationMove;

use super::SignIn;

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// The connection, by its name as dtx list shows it
    pub(crate) name: String,
    /// Somebody may have the present pair: its sign-in is ended first, and made anew with the new one
    #[arg(long)]
    pub(crate) exposed: bool,
    /// Say or ask for this at the step where the rotation is, without a terminal
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with_all = ["exposed", "key"])]
    pub(crate) say: Option<Said>,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
}

/// What can be said or asked for at a step.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Said {
    /// It may begin, as it was told
    Agree,
    /// Of an exposed pair: end the sign-in at Salesforce now
    EndSignIn,
    /// Of an exposed pair: go on without ending the sign-in
    KeepSignIn,
    /// A new pair is staged in Setup; of an exposed pair, staged and rotated
    Staged,
    /// The staged pair is rotated in Setup
    Rotated,
    /// Have this program stage or rotate, by REST, with the connection's own sign-in
    ByRest,
    /// The portal and whatever else has the pair have the new one
    HandedOver,
    /// Ask the org about the former pair once more
    Look,
    /// End it; the former pair is no longer kept here
    Finish,
    /// Go to the step before
    Back,
    /// Take it back: the connection has the pair that it had
    TakeBack,
}

impl From<Said> for RotationMove {
    fn from(said: Said) -> Self {
        match said {
            Said::Agree => Self::Agree,
            Said::EndSignIn => Self::EndSignIn,
            Said::KeepSignIn => Self::KeepSignIn,
            Said::Staged => Self::Staged,
            Said::Rotated => Self::Rotated,
            Said::ByRest => Self::ByRest,
            Said::HandedOver => Self::HandedOver,
            Said::Look => Self::Look,
            Said::Finish => Self::Finish,
            Said::Back => Self::Back,
            Said::TakeBack => Self::TakeBack,
        }
    }
}
