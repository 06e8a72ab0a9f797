//! The arguments of `dtx agent`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Json, examples};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Agent {
    /// Show an icon in the desktop's tray, where there is one (the default)
    #[arg(long, conflicts_with = "no_tray")]
    pub(crate) tray: bool,
    /// Show no icon
    #[arg(long)]
    pub(crate) no_tray: bool,
    /// Start it again when it crashes, as the entry for the login and the window do
    #[arg(long, hide = true)]
    pub(crate) restart: bool,
    /// The folder of all files, where whoever starts it can set no variable
    #[arg(long, hide = true, requires = "restart")]
    pub(crate) home: Option<PathBuf>,
    /// Take the place of an agent of another desktop session, as --restart does
    #[arg(long, hide = true)]
    pub(crate) take_over: bool,
    #[command(subcommand)]
    pub(crate) command: Option<AgentCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AgentCommand {
    /// Tells whether it runs
    #[command(after_help = examples::AGENT_STATUS)]
    Status {
        #[command(flatten)]
        json: Json,
    },
    /// Ends the running one
    #[command(after_help = examples::AGENT_STOP)]
    Stop {
        #[command(flatten)]
        json: Json,
    },
}
