//! The arguments of `dtx`. Comments on commands and options are their help texts.

mod agent;
mod app;
mod browser;
mod disconnect;
mod examples;
mod import;
mod practice;
mod programs;
mod quick;
mod request;
mod rotate;
mod sign_in;
mod token;
mod trouble;
mod vault;

use clap::{Args, Parser, Subcommand, builder::PossibleValuesParser};
use connect_core::{contract::view::Colour, guide::StepId};

pub use self::token::Completing;
pub(crate) use self::{
    agent::{Agent, AgentCommand},
    app::{App, AppCommand, Files},
    browser::{BrowserOf, BrowserPart, SignInBrowser},
    disconnect::Disconnect,
    import::{Import, ImportCommand},
    practice::Practice,
    programs::Programs,
    quick::{Quick, quick},
    request::{Answer, Request, RequestCommand},
    rotate::Rotate,
    sign_in::{Connect, Reconnect, SignIn},
    token::{Form, Run, Shell, Token},
    trouble::{Doctor, Explain, Logs, LogsCommand},
    vault::{Protection, Vault},
};

#[derive(Debug, Parser)]
#[command(
    name = "dtx",
    bin_name = "dtx",
    version,
    about = "Connects Salesforce orgs, and keeps the connections.",
    after_help = examples::ALL,
    arg_required_else_help = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Connects an org by its address; on a terminal, step by step
    #[command(after_help = examples::CONNECT)]
    Connect(Connect),
    /// Signs in again for a connection, keeping its name and history
    #[command(after_help = examples::RECONNECT)]
    Reconnect(Reconnect),
    /// Rotates the Consumer Key and Consumer Secret of a connection, step by step
    ///
    /// On a terminal it leads through every step, from the one where it was left. Without one, each call says one thing with
    /// --say or gives the new pair with --key and --secret-stdin, and goes on as far as no person is needed.
    #[command(after_help = examples::ROTATE)]
    Rotate(Rotate),
    /// Gives a connection another name
    #[command(after_help = examples::RENAME)]
    Rename {
        /// Its present name, as dtx list shows it
        old: String,
        /// The name that it is to have
        new: String,
    },
    /// Puts a connection into a group, such as a client's, which is named wherever the org is
    #[command(after_help = examples::GROUP)]
    Group {
        /// The connection, by its name as dtx list shows it
        name: String,
        /// The group; a new one is made
        #[arg(required_unless_present = "none", conflicts_with = "none")]
        group: Option<String>,
        /// Take it out of its group
        #[arg(long)]
        none: bool,
        /// The group's colour
        #[arg(long, conflicts_with = "none", value_parser = PossibleValuesParser::new(Colour::ALL.iter().map(|colour| colour.word())))]
        colour: Option<String>,
        #[command(flatten)]
        json: Json,
    },
    /// Tells in which browser the pages of a connection's org open, or has them opened in another
    #[command(after_help = examples::BROWSER)]
    Browser(BrowserOf),
    /// Lists the browsers of this computer, with their profiles
    #[command(after_help = examples::BROWSERS)]
    Browsers {
        #[command(flatten)]
        json: Json,
    },
    /// Lists the connections
    #[command(after_help = examples::LIST)]
    List {
        /// Only those of this group
        #[arg(long, value_name = "GROUP")]
        group: Option<String>,
        #[command(flatten)]
        json: Json,
    },
    /// Shows one connection and what happened to it
    #[command(after_help = examples::SHOW)]
    Show {
        /// The connection, by its name as dtx list shows it
        name: String,
        #[command(flatten)]
        json: Json,
    },
    /// Checks a connection, or all of them, from the address to a call through it
    #[command(after_help = examples::CHECK)]
    Check {
        /// The connection, by its name as dtx list shows it
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        name: Option<String>,
        /// Checks every connection, a few at a time, with one line for each
        #[arg(long)]
        all: bool,
        /// Compares every line of the app's Callback URL with the guide, too: the org is asked about each, without the secret
        #[arg(long, conflicts_with = "all")]
        audit: bool,
        /// Tries one refresh without the Consumer Secret, to see whether the app requires it
        ///
        /// An app that requires it refuses, and nothing changes. One that does not sends new tokens, which are stored as after every
        /// refresh. It is sent once, and not again after an answer that is not clear.
        #[arg(long, conflicts_with = "all")]
        without_secret: bool,
        #[command(flatten)]
        json: Json,
    },
    /// Revokes a connection at Salesforce, proves it, and forgets its key, secret and tokens
    #[command(after_help = examples::DISCONNECT)]
    Disconnect(Disconnect),
    /// Prints an access token for a program to use
    #[command(after_help = examples::TOKEN)]
    Token(Token),
    /// Runs a program with an access token in its environment
    #[command(after_help = examples::RUN)]
    Run(Run),
    /// Tells which programs were given tokens of a connection, and allows or refuses one
    #[command(after_help = examples::PROGRAMS)]
    Programs(Programs),
    /// Gives no program a token until dtx resume, whichever connection it asks for
    #[command(after_help = examples::PAUSE)]
    Pause {
        #[command(flatten)]
        json: Json,
    },
    /// Gives programs tokens again
    #[command(after_help = examples::RESUME)]
    Resume {
        #[command(flatten)]
        json: Json,
    },
    /// Prints the guide: how an External Client App is made and connected
    #[command(after_help = examples::GUIDE)]
    Guide {
        /// Print this step alone
        #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(StepId::ALL.iter().map(|step| step.word())))]
        step: Option<String>,
        #[command(flatten)]
        json: Json,
    },
    /// Writes the app as files, for Salesforce CLI
    #[command(after_help = examples::APP)]
    App(App),
    /// Asks an admin to make the app, and opens the sealed answer with its key and secret
    #[command(after_help = examples::REQUEST)]
    Request(Request),
    /// Finds orgs that another program on this computer knows, and offers to set them up
    #[command(after_help = examples::IMPORT)]
    Import(Import),
    /// Explains an error: an address, an answer, a line of a log, a whole terminal
    ///
    /// Nothing is sent, kept or logged: the answer is worked out in this process, which asks nobody. Secrets in the text
    /// are named as what they are, and never printed.
    #[command(after_help = examples::EXPLAIN)]
    Explain(Explain),
    /// Prints what a shell needs to complete commands and the names of connections
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell that is to complete them
        shell: Completing,
    },
    /// What can stand where the last of these words is; the completions ask for it
    #[command(hide = true)]
    Complete {
        /// The words after dtx, the last of them as far as it is typed
        #[arg(last = true)]
        words: Vec<String>,
    },
    /// Tells who keeps the key of the vault, or has it kept another way
    #[command(after_help = examples::VAULT)]
    Vault(Vault),
    /// Runs the background part, which keeps the connections
    #[command(after_help = examples::AGENT)]
    Agent(Agent),
    /// Looks at this computer: keychain, ports, browser, proxy, clock and whatever else a connection needs
    #[command(after_help = examples::DOCTOR)]
    Doctor(Doctor),
    /// Tells where the log is, has it tell more for a while, or writes all that helps to help into one file
    #[command(after_help = examples::LOGS)]
    Logs(Logs),
    /// Runs a practice org on this computer until stopped
    #[command(after_help = examples::PRACTICE)]
    Practice(Practice),
}

impl Command {
    /// Whether the agent looks first at which program calls this one. It cannot once this one's memory is closed, which has to
    /// be before anything secret is read.
    pub(crate) fn is_seen_first(&self) -> bool {
        matches!(self, Self::Token(_) | Self::Run(_))
    }

    /// Whether what it says to standard output is to be JSON.
    pub(crate) fn is_json(&self) -> bool {
        match self {
            Self::Connect(Connect { sign_in, .. })
            | Self::Reconnect(Reconnect { sign_in, .. })
            | Self::Rotate(Rotate { sign_in, .. }) => sign_in.json,
            Self::Token(token) => return token.is_json(),
            Self::List { json, .. }
            | Self::Group { json, .. }
            | Self::Browser(BrowserOf { json, .. })
            | Self::Browsers { json }
            | Self::Show { json, .. }
            | Self::Programs(Programs { json, .. })
            | Self::Pause { json }
            | Self::Resume { json }
            | Self::Check { json, .. }
            | Self::Disconnect(Disconnect { json, .. })
            | Self::Guide { json, .. }
            | Self::App(App { command: AppCommand::Files(Files { json, .. }) })
            | Self::Import(Import { command: ImportCommand::Sf { json } })
            | Self::Explain(Explain { json, .. })
            | Self::Vault(Vault { json, .. })
            | Self::Agent(Agent {
                command: Some(AgentCommand::Status { json } | AgentCommand::Stop { json }),
                ..
            })
            | Self::Doctor(Doctor { json, .. })
            | Self::Logs(
                Logs { command: None, json }
                | Logs {
                    command: Some(LogsCommand::Debug { json, .. } | LogsCommand::Export { json, .. }),
                    ..
                },
            )
            | Self::Practice(Practice { json, .. }) => *json,
            Self::Request(Request { command }) => *match command {
                RequestCommand::Answer(answer) => &answer.json,
                RequestCommand::New { json, .. }
                | RequestCommand::List { json }
                | RequestCommand::Page { json, .. }
                | RequestCommand::Withdraw { json, .. } => json,
            },
            Self::Agent(_)
            | Self::Rename { .. }
            | Self::Run(_)
            | Self::Completions { .. }
            | Self::Complete { .. } => return false,
        }
        .json
    }
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Json {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// The help texts of the command and of its subcommands.
    fn helps(command: &mut clap::Command) -> String {
        let below: String = command.get_subcommands_mut().map(helps).collect();
        format!("{}{below}", command.render_long_help())
    }

    #[test]
    fn the_help_says_how_long_an_app_is_waited_for() {
        let help = helps(&mut Arguments::command());
        let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("within 30 minutes after Create was pressed in the guide"),
            "from when: {help}"
        );
        assert!(words.contains("ends the sign-in at once"), "and what is not waited for: {help}");
    }

    #[test]
    fn the_help_of_every_command_has_an_example_and_a_text_for_all_that_can_be_typed() {
        let mut dtx = Arguments::command();
        dtx.build();
        let mut commands = vec![dtx];
        let mut looked_at = 0;
        while let Some(mut command) = commands.pop() {
            let shown = |below: &&clap::Command| below.get_name() != "help" && !below.is_hide_set();
            commands.extend(command.get_subcommands().filter(shown).cloned());
            let help = command.render_long_help().to_string();
            let name = command.get_bin_name().unwrap_or_default().to_owned();
            assert!(
                help.lines().any(|line| line.starts_with("  ") && line.trim().starts_with(&name)),
                "{help}"
            );
            for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
                assert!(argument.get_help().is_some(), "{name} says nothing of {argument}");
            }
            looked_at += 1;
        }
        assert!(looked_at > 13, "the commands are found: {looked_at}");
        let help = Arguments::command().render_long_help().to_string();
        for code in ["0", "1", "2", "3", "4", "5", "6", "130"] {
            assert!(help.contains(&format!("\n  {code:<5}")), "exit code {code} is told: {help}");
        }
    }

    /// The commands of ours in a line of an example, each as its words.
    fn commands_in(line: &str) -> Vec<Vec<String>> {
        let line = line.split(" # ").next().unwrap_or_default();
        let parts = line.split(['|', '(', ')', ';']).map(|part| part.trim().trim_start_matches('\''));
        let ours = parts.filter(|part| part.starts_with("dtx "));
        let words = |part: &str| {
            let shown = part.split(" < ").next().unwrap_or_default();
            shown.split_whitespace().map(|word| word.trim_matches(['\'', '"']).to_owned()).collect()
        };
        ours.map(words).collect()
    }

    #[test]
    fn each_example_can_be_typed_as_it_stands_and_fits_a_terminal() {
        let mut dtx = Arguments::command();
        dtx.build();
        let mut commands = vec![dtx];
        let (mut lines, mut understood) = (0, 0);
        while let Some(command) = commands.pop() {
            commands.extend(command.get_subcommands().cloned());
            let told = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples = told.lines().skip_while(|line| !line.starts_with("Example")).skip(1);
            for line in examples.take_while(|line| !line.is_empty()) {
                assert!(line.len() <= 80, "broken in two on a terminal: {line}");
                lines += 1;
                for mut words in commands_in(line) {
                    // A text with spaces is one word.
                    if words.get(1).is_some_and(|word| word == "explain") {
                        words.truncate(3);
                    }
                    let read = Arguments::try_parse_from(&words);
                    assert!(read.is_ok(), "{line}: {}", read.unwrap_err());
                    understood += 1;
                }
            }
        }
        assert!(lines > 40 && understood > 35, "they are found: {lines}, {understood}");
    }

    #[test]
    fn the_help_has_no_marks_of_the_source_in_it() {
        let help = helps(&mut Arguments::command());
        assert!(help.contains("DATATRAX_PASSPHRASE_FILE"), "all of it is looked at: {help}");
        let marked = help.lines().find(|line| line.contains('`'));
        assert_eq!(marked, None, "nobody who reads help knows rustdoc");
    }
}
