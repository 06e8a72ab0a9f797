//! The arguments of a disconnect.

use clap::Args;

use super::Json;

#[derive(Debug, Args)]
pub(crate) struct Disconnect {
    /// The connection, by its name as dtx list shows it
    pub(crate) name: String,
    /// Bring back one that was disconnected, with its name and history; key and secret have to be entered anew
    #[arg(long, conflicts_with = "forget")]
    pub(crate) undo: bool,
    /// Forget it for good: what is kept of one that was disconnected, or one that cannot be revoked from here, since its key is gone
    ///
    /// One that is in use, and whose key is there, is disconnected; nothing of it is kept then.
    #[arg(long)]
    pub(crate) forget: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}
