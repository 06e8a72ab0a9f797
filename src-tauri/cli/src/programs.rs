//! `dtx programs`: which programs were given tokens of a connection, and what a person says of them.

mod words;

use std::{fs, path::Path};

use connect_core::contract::{
    intent,
    view::{ConnectionDetail, Consent, Failure, Use},
};
use serde::Serialize;

pub(crate) use self::words::{consented, last_use, used};
use crate::{arguments::Programs, output, session};

/// What stands for all programs of which the system does not tell.
const UNKNOWN: &str = "unknown";

/// The output of `programs --json`.
#[derive(Serialize)]
struct Told {
    uses: Vec<Use>,
    consents: Vec<Consent>,
}

pub(crate) async fn programs(command: Programs) -> Result<u8, Failure> {
    let Programs { name, allow, refuse, forget, json } = command;
    let said = [(allow, Some(true)), (refuse, Some(false)), (forget, None)];
    let said = said.into_iter().find_map(|(program, allowed)| Some((program?, allowed)));
    let client = session::open().await?;
    let detail = match said {
        Some((program, allowed)) => {
            let program = as_the_system_tells(&program);
            session::call(&client, intent::Consent { name, program, allowed }).await?
        }
        None => session::call(&client, intent::Show { name }).await?,
    };
    let ConnectionDetail { uses, consents, .. } = detail;
    if json.json {
        output::json(&Told { uses, consents })?;
        return Ok(0);
    }
    if uses.is_empty() && consents.is_empty() {
        output::hint("No program was given a token of it, as far as it is recorded.");
    }
    for line in uses.iter().map(used).chain(consents.iter().map(consented)) {
        output::line(&line);
    }
    Ok(0)
}

/// A program as it is recorded: by the file that its path leads to.
fn as_the_system_tells(program: &Path) -> Option<String> {
    if program == Path::new(UNKNOWN) {
        return None;
    }
    let file = fs::canonicalize(program).unwrap_or_else(|_| program.to_owned());
    Some(file.to_string_lossy().into_owned())
}
