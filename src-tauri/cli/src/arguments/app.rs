//! The arguments of the app as files.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use connect_core::guide::files::AppName;

use super::{Json, examples};

/// The longest Contact Email: no mail server takes a longer one.
const LONGEST_EMAIL: usize = 254;

#[derive(Debug, Args)]
pub(crate) struct App {
    #[command(subcommand)]
    pub(crate) command: AppCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AppCommand {
    /// Writes a folder that Salesforce CLI deploys: the app as the guide has it made by hand, without key and secret
    #[command(after_help = examples::APP_FILES)]
    Files(Files),
}

#[derive(Debug, Args)]
pub(crate) struct Files {
    /// The folder to write: one that is not there yet, or an empty one
    pub(crate) dir: PathBuf,
    /// Any address of the org, such as one copied from the browser
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) org: String,
    /// The app's name in Setup, with letters from a to z or digits in it and at most 60 characters [default: the guide's]
    #[arg(long, value_name = "NAME", value_parser = AppName::read)]
    pub(crate) name: Option<AppName>,
    /// Your e-mail address, for the app's Contact Email
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    pub(crate) email: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// An e-mail address as one is typed. Whether somebody reads it there, only a mail tells.
fn email(text: &str) -> Result<String, &'static str> {
    let is_plain = |one: char| one.is_ascii_graphic() && !"<>()[]{}\\\"',;:`".contains(one);
    let (name, host) = text.split_once('@').ok_or("it has no @")?;
    let is_host = host.contains('.') && host.split('.').all(|label| !label.is_empty()) && !host.contains('@');
    (text.len() <= LONGEST_EMAIL && !name.is_empty() && is_host && text.chars().all(is_plain))
        .then(|| text.to_owned())
        .ok_or("it is no e-mail address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_email_is_one_address() {
        for good in ["ada@acme.example", "ada.lovelace+sf@mail.acme.example"] {
            assert_eq!(email(good).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "ada",
            "ada@",
            "@acme.example",
            "ada@acme",
            "a@b@c.example",
            "Ada <ada@acme.example>",
            "a@b..c",
            "{words}@a.b",
        ] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }
}
