//! `dtx logs`: where the log is, more of it for a while, and all that helps to help in one file.

use connect_agent::diagnostics::{self, Material};
use connect_core::{
    contract::{
        intent,
        view::{Change, Failure, SettingsView},
    },
    explain,
};
use serde::Serialize;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    arguments::{Logs, LogsCommand},
    doctor, local, output, session,
};

/// How long the log tells more.
const DEBUG_FOR: Duration = Duration::HOUR;

/// The output of `logs --json`.
#[derive(Serialize)]
struct Told {
    folder: String,
    level: String,
    debug_until: Option<String>,
}

pub(crate) async fn logs(command: Logs) -> Result<u8, Failure> {
    match command.command {
        None => tell(&session::open().await?.call(intent::Settings).await?, command.json.json),
        Some(LogsCommand::Debug { off, json }) => {
            let until = (!off).then(|| OffsetDateTime::now_utc() + DEBUG_FOR);
            let change = Change::DebugUntil(until.and_then(|until| until.replace_nanosecond(0).ok()));
            tell(&session::open().await?.call(intent::Set(change)).await?, json.json)
        }
        Some(LogsCommand::Export { file, names, json }) => {
            let home = session::home()?;
            let client = session::open().await?;
            // Where the vault cannot be read, the log is what tells why.
            let connections = client.call(intent::List).await.unwrap_or_default();
            let settings = client.call(intent::Settings).await?.settings;
            let computer = doctor::looked_at().await?;
            let material =
                Material { computer: &computer, connections: &connections, settings: &settings, names };
            diagnostics::export(&home, &material, &file)?;
            let file = file.display().to_string();
            if json.json {
                output::json(&serde_json::json!({ "file": file }))?;
            } else {
                output::line(&file);
                output::hint("Read it before you send it to anybody: it is text, in files of a .zip.");
            }
            Ok(0)
        }
    }
}

fn tell(view: &SettingsView, json: bool) -> Result<u8, Failure> {
    let folder = session::home()?.logs().display().to_string();
    let now = OffsetDateTime::now_utc();
    let level = word(&view.settings.level(now))?;
    let until = view.settings.debug_until.filter(|until| *until > now);
    if json {
        let debug_until = until.and_then(|until| until.format(&Rfc3339).ok());
        output::json(&Told { folder, level, debug_until })?;
        return Ok(0);
    }
    output::line(&folder);
    output::hint(&match until {
        Some(until) => format!(
            "The log of the background part tells details until {}, and goes back by itself then.",
            local::moment(until)
        ),
        None => format!(
            "The log of the background part tells: {level}. dtx logs debug has it tell details for an hour."
        ),
    });
    if let Some(overruled) = view.overruled.iter().find(|overruled| overruled.setting == "log") {
        output::hint(&format!(
            "{} is set in the environment and decides in place of this.",
            overruled.variable
        ));
    }
    output::hint("dtx logs export FILE.zip writes it into one file, without names, to hand it on.");
    Ok(0)
}

/// A value of a closed set as it is written.
fn word(value: &impl Serialize) -> Result<String, Failure> {
    let value = serde_json::to_value(value).map_err(|error| explain::unexpected(error.classify()))?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}
