//! The arguments of `dtx import`.

use clap::{Args, Subcommand};

use super::{Json, examples};

#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(subcommand)]
    pub(crate) command: ImportCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Lists the orgs that Salesforce CLI knows; on a terminal, one of them can be set up
    ///
    /// Its files are read as they are, and nothing is written to them. No token and no key is taken from them: the sign-in is one of
    /// its own.
    #[command(after_help = examples::IMPORT_SF)]
    Sf {
        #[command(flatten)]
        json: Json,
    },
}
