//! `dtx app files`: the guide's app as files that Salesforce CLI deploys.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use connect_core::{
    contract::view::Failure,
    explain::{self, Code},
    guide::files::{self, AppName, EMAIL_STAND_IN},
    platform::folder::{self, NotWritten},
};
use serde::Serialize;

use crate::{arguments::Json, output, terminal, text::Page, walk};

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
    #[command(after_help = "Example:\n  dtx app files datatrax-app --org acme--uat --email ada@acme.com\n  \
                            cd datatrax-app   # README.md there has the two commands that deploy it")]
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

/// The output of `app files --json`.
#[derive(Serialize)]
struct Written<'a> {
    folder: String,
    org: &'a str,
    name: &'a str,
    api_name: &'a str,
    /// Null where a stand-in is in the files.
    contact_email: Option<&'a str>,
    files: Vec<&'a str>,
    commands: &'a [String],
}

pub(crate) async fn app(command: App) -> Result<u8, Failure> {
    let AppCommand::Files(Files { dir, org, name, email, json: Json { json } }) = command.command;
    let org = walk::address::understand(&org, terminal::is_present() && !json).await?;
    let name = name.or_else(AppName::of_guide).ok_or_else(|| terminal::missing("--name"))?;
    let files = files::files(files::App { org: &org, name: &name, email: email.as_deref() });
    let texts: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    folder::write(&dir, &texts).map_err(|why| not_written(&dir, &why))?;
    let (folder, commands) = (dir.display().to_string(), files::commands(&org));
    if json {
        output::json(&Written {
            folder,
            org: &org.view().origin,
            name: name.label(),
            api_name: name.api(),
            contact_email: email.as_deref(),
            files: texts.iter().map(|(path, _)| *path).collect(),
            commands: &commands,
        })?;
    } else {
        let page = Page::stdout();
        let written = format!("Written to {folder}, for {} ({}):", org.words(), org.host());
        output::line(&page.wrapped("", &written));
        for (path, _) in &texts {
            output::line(&format!("  {path}"));
        }
        output::line("\nIn that folder, with Salesforce CLI:");
        for command in &commands {
            output::line(&format!("  {command}"));
        }
    }
    if email.is_none() {
        output::hint(&format!(
            "Contact Email is {EMAIL_STAND_IN} for now: change it in the file under externalClientApps, or give --email."
        ));
    }
    Ok(0)
}

fn not_written(folder: &Path, why: &NotWritten) -> Failure {
    let folder = folder.display().to_string();
    match why {
        NotWritten::Taken => explain::failure(Code::FolderTaken, &[("folder", &folder)]),
        NotWritten::Refused(error) => {
            let reason = error.kind().to_string();
            explain::failure(Code::FolderUnwritable, &[("folder", &folder), ("reason", &reason)])
        }
    }
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
