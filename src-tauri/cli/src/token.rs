//! `dtx token`: an access token for a program, in the form that the program takes.

mod forms;
mod quoting;

use connect_agent::Client;
use connect_core::{
    contract::{intent, view},
    explain::{self, Code},
    lifecycle::renewal,
};
use time::OffsetDateTime;

pub(crate) use self::forms::{Value, unquotable, values};
use crate::{
    arguments::{Form, Shell, Token},
    end::{self, AskedToEnd},
    output, session,
};
use view::Failure;

pub(crate) async fn token(command: Token) -> Result<u8, Failure> {
    let form = form(&command)?;
    let Token { name, fresh, min_ttl, .. } = command;
    let wanted = intent::Token { name: name.clone(), fresh, min_ttl, for_run: false };
    let asked = AskedToEnd::listen();
    let client = session::open().await?;
    let Some(token) = ask(&client, wanted, asked).await? else { return Ok(end::ASKED) };
    // An agent of an older version does not know of it.
    if !renewal::lasts(token.expires_at, min_ttl, OffsetDateTime::now_utc()) {
        return Err(explain::failure(Code::TokenTooShort, &[("alias", &name)]));
    }
    output::line(&forms::written(&token, form)?);
    // Whoever reads the token has it by now.
    client.leave_uses().await;
    Ok(0)
}

/// The form that was asked for: one of the five, and for `env` the shell that reads it.
///
/// # Errors
/// Two of the options exclude each other.
fn form(command: &Token) -> Result<forms::Form, Failure> {
    let exclude = |one: &str, other: &str| {
        let fix = vec!["Give one of them.".to_owned(), "dtx token --help names the forms.".to_owned()];
        let message = format!("{one} and {other} cannot be used together.");
        Failure { message, fix, ..explain::failure(Code::UsageInvalid, &[]) }
    };
    let form = match (command.format, command.json.json) {
        (None | Some(Form::Json), true) => Form::Json,
        (Some(form), true) => return Err(exclude("--json", &format!("--format {}", form.word()))),
        (form, false) => form.unwrap_or(Form::Token),
    };
    match (form, command.shell) {
        (Form::Env, shell) => Ok(forms::Form::Env(shell.unwrap_or(Shell::Sh))),
        (_, Some(_)) => Err(exclude("--shell", &format!("--format {}", form.word()))),
        (Form::Token, None) => Ok(forms::Form::Token),
        (Form::Json, None) => Ok(forms::Form::Json),
        (Form::Header, None) => Ok(forms::Form::Header),
        (Form::ExecCredential, None) => Ok(forms::Form::ExecCredential),
    }
}

/// Asks for a token. `None` when this program was asked to end meanwhile.
pub(crate) async fn ask(
    client: &Client,
    wanted: intent::Token,
    asked: AskedToEnd,
) -> Result<Option<view::Token>, Failure> {
    session::ended_by(asked, session::call(client, wanted)).await
}
