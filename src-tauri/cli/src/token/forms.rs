//! The forms of a token.

use connect_core::{
    contract::view::{Failure, Token},
    explain::{self, Code},
};
use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::quoting;
use crate::{arguments::Shell, output};

/// A form, and for the variables of a shell, which.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    Token,
    Json,
    Env(Shell),
    Header,
    ExecCredential,
}

/// One of the values that belong to a token: the variable that holds it, what it is, and its text.
pub(crate) struct Value<'a> {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) text: &'a str,
}

/// The token and what a program needs beside it, by the names of their variables.
pub(crate) fn values(token: &Token) -> [Value<'_>; 5] {
    [
        // EXPOSE: the caller asked for this token, in a variable.
        Value { name: "SF_ACCESS_TOKEN", what: "The access token", text: token.access_token.expose() },
        Value { name: "SF_INSTANCE_URL", what: "The instance address", text: &token.instance_url },
        Value { name: "SF_ORG_ID", what: "The org's id", text: &token.org_id },
        Value { name: "SF_USERNAME", what: "The user name", text: &token.username },
        Value { name: "SF_API_VERSION", what: "The version of the API", text: &token.api_version },
    ]
}

/// The token in this form, without a final line end.
///
/// # Errors
/// The form cannot hold one of the values safely.
pub(super) fn written(token: &Token, form: Form) -> Result<String, Failure> {
    // EXPOSE: the caller asked for exactly this token, on standard output.
    let access_token = token.access_token.expose();
    match form {
        Form::Token => one_word(access_token, "a line of its own").map(str::to_owned),
        Form::Json => output::versioned(&json!({
            "access_token": access_token,
            "instance_url": token.instance_url,
            "org_id": token.org_id,
            "username": token.username,
            "api_version": token.api_version,
            "issued_at": rfc3339(token.issued_at)?,
            "expires_at": rfc3339(token.expires_at)?,
        })),
        Form::Env(shell) => variables(token, shell),
        Form::Header => header(access_token),
        Form::ExecCredential => exec_credential(access_token, token.expires_at),
    }
}

/// A statement a line, which sets the variables for the programs that the shell starts.
fn variables(token: &Token, shell: Shell) -> Result<String, Failure> {
    let statement = |Value { name, what, text }: Value| {
        quoting::statement(shell, name, text).ok_or_else(|| unquotable(what, shell.place()))
    };
    let statements: Vec<String> = values(token).into_iter().map(statement).collect::<Result<_, _>>()?;
    Ok(statements.join("\n"))
}

/// The line of an HTTP request (RFC 6750 section 2.1). Salesforce's tokens have a `!`, which that grammar lacks and
/// every field of a header may have.
fn header(access_token: &str) -> Result<String, Failure> {
    Ok(format!("Authorization: Bearer {}", one_word(access_token, "a line of a header")?))
}

/// The access token, where it is a word without spaces that every terminal shows as it is.
fn one_word<'a>(access_token: &'a str, place: &str) -> Result<&'a str, Failure> {
    let is_one_word = !access_token.is_empty() && access_token.bytes().all(|byte| byte.is_ascii_graphic());
    is_one_word.then_some(access_token).ok_or_else(|| unquotable("The access token", place))
}

/// What `kubectl` and its like expect of a program that they call for a token. Without an end they use it until it is
/// refused.
fn exec_credential(access_token: &str, expires_at: Option<OffsetDateTime>) -> Result<String, Failure> {
    let mut status = json!({ "token": access_token });
    let whole_second = expires_at.map(|end| end.replace_nanosecond(0).unwrap_or(end));
    if let (Some(end), Some(status)) = (rfc3339(whole_second)?, status.as_object_mut()) {
        status.insert("expirationTimestamp".to_owned(), end.into());
    }
    let api = "client.authentication.k8s.io/v1";
    output::written(&json!({ "apiVersion": api, "kind": "ExecCredential", "status": status }))
}

/// The failure for a value that cannot be written there without becoming something else.
pub(crate) fn unquotable(what: &str, place: &str) -> Failure {
    explain::failure(Code::ValueUnquotable, &[("what", what), ("place", place)])
}

fn rfc3339(time: Option<OffsetDateTime>) -> Result<Option<String>, Failure> {
    let format = |time: OffsetDateTime| time.format(&Rfc3339);
    time.map(format).transpose().map_err(|_| explain::unexpected("a time without a form"))
}
