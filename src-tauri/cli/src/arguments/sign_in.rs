//! The arguments of the commands that sign in.

use std::path::PathBuf;

use clap::Args;

use super::{Json, SignInBrowser};

#[derive(Debug, Args)]
pub(crate) struct Connect {
    /// Any address of the org, such as one copied from the browser; asked for on a terminal
    pub(crate) address: Option<String>,
    /// The name to give the connection
    #[arg(long, value_name = "NAME")]
    pub(crate) alias: Option<String>,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
}

#[derive(Debug, Args)]
pub(crate) struct Reconnect {
    /// The connection, by its name as dtx list shows it
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(crate) name: Option<String>,
    /// Signs in for every connection that needs it, one after another
    #[arg(long, conflicts_with_all = ["key", "secret_stdin", "secret_file", "user", "accept_user", "browser"])]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
}

#[derive(Debug, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that can be typed")]
pub(crate) struct SignIn {
    /// The Consumer Key of the External Client App
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// Read the Consumer Secret from the first line of standard input
    #[arg(long, conflicts_with = "secret_file")]
    pub(crate) secret_stdin: bool,
    /// Read the Consumer Secret from the first line of a file
    #[arg(long, value_name = "F")]
    pub(crate) secret_file: Option<PathBuf>,
    /// Who will sign in; another user is not accepted
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Accept this user although another was expected
    #[arg(long, value_name = "NAME")]
    pub(crate) accept_user: Option<String>,
    /// Come back by Datatrax's own page, where the app has no other callback line
    #[arg(long)]
    pub(crate) hosted: bool,
    /// Sign in although Salesforce has asked for a pause that is not over yet
    #[arg(long)]
    pub(crate) despite_pause: bool,
    /// Print the sign-in address instead of opening a browser
    #[arg(long)]
    pub(crate) no_browser: bool,
    #[command(flatten)]
    pub(crate) opens: SignInBrowser,
    #[command(flatten)]
    pub(crate) without_key: WithoutKey,
    /// How long to wait for an app that may not be active yet [default: 1800 on a terminal, 45 elsewhere]
    ///
    /// An app is waited for within 30 minutes after Create was pressed in the guide, or, where that is not known, after
    /// its key was given. For any other, and for the stored key of an older connection, a key or callback address that
    /// Salesforce does not know ends the sign-in at once. 0 never waits.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) wait: Option<u64>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// The choice for a vault whose key is out of sight.
#[derive(Debug, Default, Args)]
pub(crate) struct WithoutKey {
    /// Go on with a new key for the vault where the one there is cannot be had
    ///
    /// Nothing that it encrypts is dropped: those connections work again where that key is.
    #[arg(long)]
    pub(crate) start_over: bool,
}
