//! The arguments of the commands that hand a token to other programs, and of completions.

use std::ffi::OsString;

use clap::{Args, ValueEnum};

use super::Json;

#[derive(Debug, Args)]
pub(crate) struct Token {
    /// The connection, by its name as dtx list shows it
    pub(crate) name: String,
    /// Get a new one from Salesforce: once, after a call was refused with 401
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Hand out only one that works for so many seconds more: a new one, where the present one ends sooner
    #[arg(long, value_name = "SECONDS")]
    pub(crate) min_ttl: Option<u64>,
    /// The form to print it in [default: token]
    #[arg(long, value_name = "FORM")]
    pub(crate) format: Option<Form>,
    /// The shell that reads it, with --format env [default: sh]
    #[arg(long, value_name = "SHELL")]
    pub(crate) shell: Option<Shell>,
    #[command(flatten)]
    pub(crate) json: Json,
}

impl Token {
    pub(crate) fn is_json(&self) -> bool {
        self.json.json || self.format == Some(Form::Json)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// The token and nothing else
    Token,
    /// With its org, address, user and end, as --json
    Json,
    /// Statements that set variables in a shell
    Env,
    /// The Authorization line of an HTTP request
    Header,
    /// What kubectl and its like take from a program
    ExecCredential,
}

impl Form {
    /// As it is typed.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Json => "json",
            Self::Env => "env",
            Self::Header => "header",
            Self::ExecCredential => "exec-credential",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// sh, dash, bash, zsh and all like them
    Sh,
    Fish,
    Powershell,
    Cmd,
}

impl Shell {
    /// Its name within a sentence.
    pub(crate) fn place(self) -> &'static str {
        match self {
            Self::Sh => "a POSIX shell",
            Self::Fish => "fish",
            Self::Powershell => "PowerShell",
            Self::Cmd => "cmd",
        }
    }
}

/// A shell that completes what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Completing {
    Bash,
    Zsh,
    Fish,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The connection, by its name as dtx list shows it
    pub(crate) name: String,
    /// The program and its arguments, after --
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}
