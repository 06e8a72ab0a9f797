//! `dtx token`: an access token for a program, in the form that the program takes.

mod forms;
mod quoting;

use connect_agent::{
    Client,
    early::{self, Early, Soon},
};
use connect_core::{
    contract::{intent, view},
    explain::{self, Code},
    lifecycle::renewal,
    platform::logging,
};
use time::OffsetDateTime;

pub(crate) use self::forms::{Value, unquotable, values};
use crate::{
    arguments::{Form, Shell, Token},
    end::{self, AskedToEnd},
    output, session, terminal,
};
use view::Failure;

/// How far a command has come without a runtime.
pub(crate) enum AtOnce {
    Done(Result<u8, Failure>),
    /// The usual way goes on, with what the agent was asked already.
    Later(Option<Early>),
}

/// The token, where a running agent has it at once.
pub(crate) fn at_once(command: &Token) -> AtOnce {
    if logging::is_shown() {
        return AtOnce::Later(None);
    }
    let began = form(command).and_then(|form| Ok((form, session::home()?)));
    let (form, home) = match began {
        Ok(began) => began,
        Err(failure) => return AtOnce::Done(Err(failure)),
    };
    session::may_ask_again(&home);
    match early::ask(&home, wanted(command), is_asked_again) {
        Soon::NotAsked => AtOnce::Later(None),
        Soon::Asked(early) => AtOnce::Later(Some(early)),
        Soon::Answered(token) => AtOnce::Done(token.and_then(|token| print(command, form, &token))),
    }
}

/// Whether a question with this answer is put again, once somebody has done something about it.
fn is_asked_again(code: Code) -> bool {
    code == Code::PassphraseNeeded || (code == Code::KeychainSlow && terminal::is_present())
}

fn wanted(Token { name, fresh, min_ttl, .. }: &Token) -> intent::Token {
    intent::Token { name: name.clone(), fresh: *fresh, min_ttl: *min_ttl, for_run: false }
}

/// Goes on with what an agent was asked already, if it was.
pub(crate) async fn token(command: &Token, early: Option<Early>) -> Result<u8, Failure> {
    let form = form(command)?;
    let asked = AskedToEnd::listen();
    let client = session::open_after(early).await?;
    let Some(token) = ask(&client, wanted(command), asked).await? else { return Ok(end::ASKED) };
    print(command, form, &token)?;
    // Whoever reads the token has it by now.
    client.leave_uses().await;
    Ok(0)
}

fn print(Token { name, min_ttl, .. }: &Token, form: forms::Form, token: &view::Token) -> Result<u8, Failure> {
    // An agent of an older version does not know of it.
    if !renewal::lasts(token.expires_at, *min_ttl, OffsetDateTime::now_utc()) {
        return Err(explain::failure(Code::TokenTooShort, &[("alias", name)]));
    }
    output::line(&forms::written(token, form)?);
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
