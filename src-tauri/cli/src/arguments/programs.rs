//! The arguments of `dtx programs`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::Json;

#[derive(Debug, Args)]
pub(crate) struct Programs {
    /// The connection, by its name as dtx list shows it
    pub(crate) name: String,
    /// Allow this program its tokens: the path of its file, or unknown for all of which this computer does not tell
    #[arg(long, value_name = "PROGRAM", value_hint = ValueHint::AnyPath, conflicts_with_all = ["refuse", "forget"])]
    pub(crate) allow: Option<PathBuf>,
    /// Give this program none of its tokens
    #[arg(long, value_name = "PROGRAM", value_hint = ValueHint::AnyPath, conflicts_with = "forget")]
    pub(crate) refuse: Option<PathBuf>,
    /// Take back what was said of this program
    #[arg(long, value_name = "PROGRAM", value_hint = ValueHint::AnyPath)]
    pub(crate) forget: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}
