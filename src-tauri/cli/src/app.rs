//! `dtx app files`: the guide's app as files that Salesforce CLI deploys.

use std::path::Path;

use connect_core::{
    contract::view::Failure,
    explain::{self, Code},
    guide::files::{self, AppName, EMAIL_STAND_IN},
    platform::folder::{self, NotWritten},
};
use serde::Serialize;

use crate::{
    arguments::{App, AppCommand, Files, Json},
    output, terminal,
    text::Page,
    walk,
};

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
            let reason = explain::io_reason(error);
            explain::failure(Code::FolderUnwritable, &[("folder", &folder), ("reason", &reason)])
        }
    }
}
