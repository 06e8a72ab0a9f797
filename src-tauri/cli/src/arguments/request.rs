//! The arguments of requests to an admin.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use connect_core::sealed::{DAYS, MOST_DAYS};

use super::{Json, SignIn, examples};

#[derive(Debug, Args)]
pub(crate) struct Request {
    #[command(subcommand)]
    pub(crate) command: RequestCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RequestCommand {
    /// Makes a request: a page to send to an admin, who makes the app and sends key and secret back, sealed
    #[command(after_help = examples::REQUEST_NEW)]
    New {
        /// Any address of the org, such as one copied from the browser
        address: String,
        /// Your name, as the admin knows you
        #[arg(long, value_name = "NAME")]
        from: String,
        /// For how many days it can be answered
        #[arg(long, value_name = "N", default_value_t = DAYS, value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_DAYS)))]
        days: u16,
        /// The file to write: one that is not there yet [default: one by the request's number, here]
        #[arg(long, value_name = "FILE.html")]
        file: Option<PathBuf>,
        #[command(flatten)]
        json: Json,
    },
    /// Lists the requests, and whether each can be answered
    #[command(after_help = examples::REQUEST_LIST)]
    List {
        #[command(flatten)]
        json: Json,
    },
    /// Writes the page of a request once more, byte for byte
    #[command(after_help = examples::REQUEST_PAGE)]
    Page {
        /// The request, by its number as dtx request list shows it
        number: String,
        /// The file to write: one that is not there yet [default: one by the request's number, here]
        #[arg(long, value_name = "FILE.html")]
        file: Option<PathBuf>,
        #[command(flatten)]
        json: Json,
    },
    /// Opens a sealed answer, and connects the org with the key and the secret in it
    #[command(after_help = examples::REQUEST_ANSWER)]
    Answer(Box<Answer>),
    /// Takes a request back: its key is destroyed, and no answer to it opens any more
    #[command(after_help = examples::REQUEST_WITHDRAW)]
    Withdraw {
        /// The request, by its number as dtx request list shows it
        number: String,
        #[command(flatten)]
        json: Json,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Answer {
    /// The file with the answer, or - for standard input; asked for on a terminal
    #[arg(value_name = "FILE | -")]
    pub(crate) file: Option<PathBuf>,
    /// The request that it has to answer, by its number; any that was made here when left out
    #[arg(long, value_name = "NUMBER")]
    pub(crate) request: Option<String>,
    /// The name to give the connection
    #[arg(long, value_name = "NAME")]
    pub(crate) alias: Option<String>,
    /// Who will sign in; another user is not accepted
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Print the sign-in address instead of opening a browser
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// How long to wait for an app that may not be active yet [default: 1800 on a terminal, 45 elsewhere]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) wait: Option<u64>,
    #[command(flatten)]
    pub(crate) json: Json,
}

impl Answer {
    /// The sign-in that follows.
    pub(crate) fn sign_in(&self) -> SignIn {
        SignIn {
            user: self.user.clone(),
            no_browser: self.no_browser,
            wait: self.wait,
            json: self.json,
            ..SignIn::default()
        }
    }
}
