//! The `dtx` program: its arguments, its work and its output.

mod agent;
mod app;
mod arguments;
mod browser;
mod complete;
mod connect;
mod connections;
mod doctor;
mod end;
mod explain;
mod follow;
mod guide;
mod handing_out;
mod import;
mod local;
mod logs;
mod output;
mod passphrase;
mod platform;
mod practice;
mod programs;
mod request;
mod restart;
mod rotate;
mod run;
mod session;
mod terminal;
mod text;
mod token;
mod usage;
mod vault;
mod walk;

use std::time::Duration;

pub use arguments::Completing;
use arguments::{Arguments, Command, Quick, Reconnect, Token};
use clap::{CommandFactory, Parser, error::ErrorKind};
use connect_agent::{early::Early, platform::main_thread};
use connect_core::{
    contract::{intent, view::Failure},
    explain::unexpected,
    platform::{memory, process},
};

/// How long an idle blocking thread is kept. Its stack, on which ciphers leave their last block, is then returned to
/// the system.
const KEPT_THREADS: Duration = Duration::from_secs(1);

/// The whole command line, for programs that write manual pages or completions.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// What a shell reads to complete the command line of `dtx`.
pub fn completions(shell: Completing) -> &'static str {
    match shell {
        Completing::Bash => include_str!("completions/dtx.bash"),
        Completing::Zsh => include_str!("completions/_dtx"),
        Completing::Fish => include_str!("completions/dtx.fish"),
    }
}

/// Carries out the command line and returns its exit code.
pub fn run() -> u8 {
    process::keep_streams();
    let (token, early) = match at_once() {
        AtOnce::Done(result, json) => return ended(result, json),
        AtOnce::Later(token, early) => (token, early),
    };
    let read = match token {
        Some(token) => Ok(Command::Token(token)),
        None => Arguments::try_parse().map(|arguments| arguments.command),
    };
    let command = match read {
        Ok(command) => command,
        Err(error) => {
            memory::close();
            return not_understood(&error);
        }
    };
    if !command.is_seen_first() {
        memory::close();
    }
    // The agent has its own log.
    if !matches!(command, Command::Agent(arguments::Agent { command: None, .. })) {
        connect_core::platform::logging::to_stderr();
    }
    if matches!(command, Command::Agent(arguments::Agent { command: None, restart: false, .. })) {
        // It may show itself on the desktop.
        return main_thread::serve_during(move || carried_out(command, None));
    }
    carried_out(command, early)
}

fn carried_out(command: Command, early: Option<Early>) -> u8 {
    let json = command.is_json();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().thread_keep_alive(KEPT_THREADS).build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return ended(Err(unexpected(error.kind())), json),
    };
    let result = runtime.block_on(carry_out(command, early));
    // A keychain that does not answer must not keep the program from ending.
    runtime.shutdown_background();
    ended(result, json)
}

/// How far a command has come that needs no runtime, and none of the arguments of the others.
enum AtOnce {
    /// The outcome, and whether it is told as JSON.
    Done(Result<u8, Failure>, bool),
    /// The usual way goes on, with the command where it was read already, and with what an agent was asked.
    Later(Option<Token>, Option<Early>),
}

fn at_once() -> AtOnce {
    match arguments::quick(std::env::args_os().skip(1)) {
        Some(Quick::Token(command)) => match token::at_once(&command) {
            token::AtOnce::Done(result) => AtOnce::Done(result, command.is_json()),
            token::AtOnce::Later(early) => AtOnce::Later(Some(command), early),
        },
        Some(Quick::Explain(command)) => {
            // What is pasted may be secret.
            memory::close();
            match explain::at_once(&command) {
                Some(result) => AtOnce::Done(result, command.json.json),
                None => AtOnce::Later(None, None),
            }
        }
        None => AtOnce::Later(None, None),
    }
}

/// What was typed is no command, or asks for help.
fn not_understood(error: &clap::Error) -> u8 {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        output::line(error.render().to_string().trim_end());
        return ended(Ok(0), false);
    }
    let typed: Vec<String> =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        output::hint(error.render().to_string().trim_end());
    } else {
        let told = usage::failure(error, &typed, true);
        output::failure(&if typed.first().is_some_and(|word| word == "run") {
            run::said(told)
        } else {
            told
        });
    }
    let misused = usage::failure(error, &typed, false);
    let code = misused.code.exit();
    if usage::is_json(&typed) {
        let _ = output::failed(misused);
    }
    output::unwritten().map_or(code, |unwritten| told(&unwritten))
}

/// How it ended, told: a failure in words, and to a program as JSON as well. A result that nobody could be given is none.
fn ended(result: Result<u8, Failure>, json: bool) -> u8 {
    let code = match result {
        Ok(code) => code,
        Err(failure) => {
            let code = told(&failure);
            if json {
                let _ = output::failed(failure);
            }
            code
        }
    };
    output::unwritten().map_or(code, |unwritten| told(&unwritten))
}

/// The exit code of a failure that was told.
fn told(failure: &Failure) -> u8 {
    output::failure(failure);
    failure.code.exit()
}

/// Carries the command out and returns the exit code: 0, or that of a failed check.
async fn carry_out(command: Command, early: Option<Early>) -> Result<u8, Failure> {
    match command {
        Command::Connect(command) => connect::connect(command).await,
        Command::Reconnect(Reconnect { name: Some(name), sign_in, .. }) => {
            connect::reconnect(name, &sign_in).await
        }
        Command::Reconnect(Reconnect { name: None, sign_in, .. }) => connect::reconnect_all(&sign_in).await,
        Command::Rotate(command) => rotate::rotate(command).await,
        Command::List { group, json } => connections::list(group, json.json).await,
        Command::Group { name, group, colour, json, .. } => {
            connections::group(name, group, colour.as_deref(), json.json).await
        }
        Command::Browser(command) => browser::of_connection(command).await,
        Command::Browsers { json } => browser::list(json.json),
        Command::Show { name, json } => connections::show(name, json.json).await,
        Command::Rename { old, new } => connections::rename(old, new).await,
        Command::Check { name: Some(name), json, audit, without_secret, .. } => {
            connections::check(intent::Check { name, audit, without_secret }, json.json).await
        }
        Command::Check { name: None, json, .. } => connections::check_all(json.json).await,
        Command::Disconnect(command) => connections::disconnect(command).await,
        Command::Token(command) => token::token(&command, early).await,
        Command::Run(command) => run::run(command).await,
        Command::Programs(command) => programs::programs(command).await,
        Command::Pause { json } => handing_out::decide(false, json.json).await,
        Command::Resume { json } => handing_out::decide(true, json.json).await,
        Command::Guide { step, json } => guide::guide(step.as_deref(), json.json),
        Command::App(command) => app::app(command).await,
        Command::Request(command) => request::request(command).await,
        Command::Import(command) => import::import(command).await,
        Command::Explain(command) => explain::explain(&command).await,
        Command::Completions { shell } => {
            output::line(completions(shell).trim_end());
            Ok(0)
        }
        Command::Complete { words } => {
            complete::complete(&words).await;
            Ok(0)
        }
        Command::Vault(command) => vault::vault(command).await,
        Command::Agent(command) => agent::agent(command).await,
        Command::Doctor(command) => doctor::doctor(command).await,
        Command::Logs(command) => logs::logs(command).await,
        Command::Practice(command) => practice::practice(command).await,
    }
}
