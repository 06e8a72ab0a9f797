//! The arguments of the commands for when something does not work.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use connect_core::secret::Secret;

use super::{Json, examples};

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Ask nobody outside this computer
    ///
    /// Otherwise one host is asked for the list of its API's versions, without anything of a connection: that of an org that is
    /// connected, or login.salesforce.com. It tells whether Salesforce is reached, who issued its certificate, and what time it is.
    #[arg(long)]
    pub(crate) offline: bool,
    /// Write a test entry into the keychain, read it and delete it; the keychain may ask you something
    #[arg(long)]
    pub(crate) keychain: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The text, or - for standard input; asked for on a terminal, and not shown there
    ///
    /// What is typed here can be seen by other programs and stays in the shell's history: give a text that may hold
    /// secrets through standard input, or paste it when asked. As much as 1 MB of it is read.
    #[arg(value_name = "TEXT | -", allow_hyphen_values = true, value_parser = whole)]
    pub(crate) text: Option<Secret>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Logs {
    #[command(subcommand)]
    pub(crate) command: Option<LogsCommand>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LogsCommand {
    #[command(after_help = examples::LOGS_DEBUG)]
    /// Has the log tell more for an hour; it goes back by itself
    Debug {
        /// Go back now
        #[arg(long)]
        off: bool,
        #[command(flatten)]
        json: Json,
    },
    #[command(after_help = examples::LOGS_EXPORT)]
    /// Writes the log, and what the doctor finds without the network, into a new .zip to read and to hand on
    Export {
        /// The file to write: one that is not there yet
        file: PathBuf,
        /// Leave the names of orgs, users and hosts in it, in place of marks
        #[arg(long)]
        names: bool,
        #[command(flatten)]
        json: Json,
    },
}

/// A text as it was given.
#[expect(clippy::unnecessary_wraps, reason = "the form of a parser of arguments")]
fn whole(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text))
}
