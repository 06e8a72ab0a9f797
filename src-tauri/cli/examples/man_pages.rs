//! Writes the manual pages of `dtx` and its completions for bash, zsh and fish into a folder:
//!
//! ```sh
//! cargo run --package connect-cli --example man_pages -- FOLDER
//! ```
//!
//! It writes `dtx.1`, a page for each command such as `dtx-connect.1`, and `dtx.bash`, `_dtx` and `dtx.fish`. None of
//! this is part of the shipped program.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Command;
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};
use connect_cli::Completing;

const ENVIRONMENT: [(&str, &str); 6] = [
    ("DATATRAX_HOME", "The folder in which everything is kept, in place of ~/.local/share/datatrax-connect."),
    ("DATATRAX_LOG", "How much is logged: error, warn, info, debug or trace. Never a secret."),
    (
        "DATATRAX_CA_FILE",
        "A file of certificates (PEM or DER) to trust besides the system's, in place of the one in the settings.",
    ),
    ("DATATRAX_PASSPHRASE_FILE", "A file with the vault's passphrase, where nobody can type it."),
    (
        "HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "The proxy for Salesforce's hosts, in place of the one in the settings, and the hosts that need none.",
    ),
    ("NO_COLOR", "When it is set and not empty, nothing is printed in bold."),
];

const EXIT_STATUS: [(&str, &str); 9] = [
    ("0", "Done."),
    ("1", "Something unexpected, or the result could not be written."),
    ("2", "A bad address, a missing value, an unknown name."),
    ("3", "A person is needed: to sign in, or to decide."),
    ("4", "For now: network, Salesforce, ports taken, a key not active yet."),
    ("5", "The vault is locked or missing."),
    ("6", "A check failed: secret wrong, values swapped, callback, scope."),
    ("130", "It was asked to end, as by Ctrl+C."),
    (
        "126, 127",
        "The program of dtx run cannot be run, or was not found. Else dtx run ends as that program does.",
    ),
];

fn main() -> io::Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| io::Error::other("The folder to write into is missing."))?;
    fs::create_dir_all(&folder)?;
    for (shell, name) in
        [(Completing::Bash, "dtx.bash"), (Completing::Zsh, "_dtx"), (Completing::Fish, "dtx.fish")]
    {
        File::create(folder.join(name))?.write_all(connect_cli::completions(shell).as_bytes())?;
    }
    let mut dtx = connect_cli::command().disable_help_subcommand(true);
    dtx.build();
    write_pages(&dtx, &folder)
}

/// Writes the page of the command, and those of its subcommands.
fn write_pages(command: &Command, folder: &Path) -> io::Result<()> {
    let page = Man::new(command.clone()).source(concat!("Datatrax Connect ", env!("CARGO_PKG_VERSION")));
    let mut file = File::create(folder.join(page.get_filename()))?;
    page.render(&mut file)?;
    listed("ENVIRONMENT", &ENVIRONMENT, &mut file)?;
    listed("EXIT STATUS", &EXIT_STATUS, &mut file)?;
    let below = command.get_subcommands().filter(|command| !command.is_hide_set());
    below.into_iter().try_for_each(|command| write_pages(command, folder))
}

fn listed(heading: &str, rows: &[(&str, &str)], page: &mut impl Write) -> io::Result<()> {
    let mut section = Roff::new();
    section.control("SH", [heading]);
    for (name, text) in rows {
        section.control("TP", []).text([bold(*name)]).text([roman(*text)]);
    }
    section.to_writer(page)
}
