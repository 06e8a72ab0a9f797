//! `dtx run`: a program with an access token in its environment, for it alone.

use std::{
    ffi::OsStr,
    io,
    process::{Command, ExitStatus},
};

use connect_agent::platform::signals::PassedOn;
use connect_core::{
    contract::{intent, view::Failure},
    explain::{self, Code},
    org::credentials,
    platform::process,
};

use crate::{
    arguments::Run,
    end::{self, AskedToEnd},
    output,
    platform::program,
    session,
    token::{self, Value},
};

/// How the variables of this program begin, which are its own affair.
const OURS: &str = "DATATRAX_";

/// What stands before all that this program says itself: the rest is what the other one says.
const SPEAKER: &str = "dtx: ";

pub(crate) async fn run(command: Run) -> Result<u8, Failure> {
    started_and_ended(command).await.map_err(said)
}

/// The failure, as what this program says and not the one that it was to run.
pub(crate) fn said(failure: Failure) -> Failure {
    Failure { message: format!("{SPEAKER}{}", failure.message), ..failure }
}

async fn started_and_ended(Run { name, command }: Run) -> Result<u8, Failure> {
    let mut words = command.into_iter();
    let program = words.next().unwrap_or_default();
    let wanted = intent::Token { name, fresh: false, min_ttl: None, for_run: true };
    let asked = AskedToEnd::listen_as_started();
    let client = session::open().await?;
    let Some(token) = token::ask(&client, wanted, asked).await? else {
        output::hint(&format!("{SPEAKER}Asked to end before the program was started."));
        return Ok(end::ASKED);
    };
    let mut command = Command::new(program::named(&program));
    command.args(words);
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_ours(name)) {
        command.env_remove(name);
    }
    for Value { name, what, text } in token::values(&token) {
        if text.chars().any(char::is_control) {
            return Err(token::unquotable(what, "a variable"));
        }
        command.env(name, text);
    }
    drop(token);
    // While the program runs.
    let recorded = tokio::spawn(async move { client.leave_uses().await });
    let ended = to_its_end(command).await;
    // Done long ago, unless that ended at once.
    let _ = recorded.await;
    let code = process::exit_code(ended.map_err(|error| not_run(&program, &error))?);
    // Some systems have larger ones.
    u8::try_from(code).or_else(|_| std::process::exit(code))
}

/// Starts the program and waits for its end. What this one is told meanwhile, that one is told too.
async fn to_its_end(command: Command) -> io::Result<ExitStatus> {
    // Before the start, so that nothing is lost.
    let mut told = PassedOn::listen();
    let mut command = tokio::process::Command::from(command);
    let mut program = command.spawn()?;
    // The token is in its environment now, and no longer needed here.
    drop(command);
    loop {
        tokio::select! {
            ended = program.wait() => return ended,
            told = told.next() => told.pass_on_to(&mut program),
        }
    }
}

/// Upper and lower case are one to the environment of some systems.
fn is_ours(name: &OsStr) -> bool {
    name.to_string_lossy().to_ascii_uppercase().starts_with(OURS)
}

fn not_run(program: &OsStr, error: &io::Error) -> Failure {
    let named = program.to_string_lossy();
    let reason = explain::io_reason(error);
    let code =
        if error.kind() == io::ErrorKind::NotFound { Code::ProgramNotFound } else { Code::ProgramNotRun };
    let mut facts = vec![("reason", reason.as_str()), ("script", program::SCRIPT)];
    // A token in place of a program is not said again.
    if !credentials::is_not_to_be_seen(&named) {
        facts.push(("program", &named));
    }
    explain::failure(code, &facts)
}
