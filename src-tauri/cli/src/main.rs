//! `dtx`: connections to Salesforce orgs, from a terminal or a script.

mod agent;
mod arguments;
mod connect;
mod connections;
mod end;
mod output;
mod practice;
mod restart;
mod session;
mod terminal;
mod token;
mod vault;

use std::{alloc::System, process::ExitCode, time::Duration};

use arguments::{Arguments, Command};
use clap::{Parser, error::ErrorKind};
use connect_core::{explain::Code, private, view::Failure};
use zeroizing_alloc::ZeroAlloc;

/// Everything is zeroed when it is freed: secrets pass through buffers of libraries that leave them behind.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// How long a thread that has blocked waits for more of that. Its stack, on which ciphers leave their last block, goes
/// back to the system with it.
const KEPT_THREADS: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    private::memory();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Nothing can be told when standard output and error are closed.
            let _ = error.print();
            return if asked_for { ExitCode::SUCCESS } else { ExitCode::from(Code::ValueMissing.exit()) };
        }
    };
    // The agent has a log of its own.
    if !matches!(arguments.command, Command::Agent(arguments::Agent { command: None, .. })) {
        connect_core::logging::to_stderr();
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().thread_keep_alive(KEPT_THREADS).build();
    let Ok(runtime) = runtime else {
        return ExitCode::from(Code::Unexpected.exit());
    };
    let result = runtime.block_on(run(arguments.command));
    // A keychain that does not answer must not keep the program from ending.
    runtime.shutdown_background();
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            output::failure(&failure);
            ExitCode::from(failure.code.exit())
        }
    }
}

/// Carries the command out and says the exit code of a success, which a failed check raises.
async fn run(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Connect(command) => connect::connect(command).await,
        Command::Reconnect(command) => connect::reconnect(command).await,
        Command::List { json } => connections::list(json.json).await,
        Command::Show { name, json } => connections::show(name, json.json).await,
        Command::Rename { old, new } => connections::rename(old, new).await,
        Command::Check { name, json } => connections::check(name, json.json).await,
        Command::Disconnect { name, json } => connections::disconnect(name, json.json).await,
        Command::Token { name, fresh, json } => token::token(name, fresh, json.json).await,
        Command::Vault(command) => vault::vault(command).await,
        Command::Agent(command) => agent::agent(command).await,
        Command::Practice(command) => practice::practice(command).await,
    }
}
