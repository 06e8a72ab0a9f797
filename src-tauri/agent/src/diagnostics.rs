//! What can be handed to whoever helps: one archive with the log, what the doctor found, the settings, and how each connection
//! stands. No secret is in any of its sources. Orgs, users and hosts are called by marks, the same ones in every archive of one
//! home, so that whoever reads it can tell them apart and nobody can tell who they are.

mod marks;

use std::{
    fmt::Write as _,
    fs,
    io::{self, Cursor, Write as _},
    path::Path,
};

use connect_core::{
    contract::view::{Computer, ConnectionView, Failure, LookState, Settings},
    explain::{self, Code, names},
    platform::{home::Home, private},
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub use self::marks::Marks;

/// The log files of a home, the newest first.
const LOGS: [&str; 2] = ["agent.log", "agent.log.1"];

/// The most that is taken of one: they are renamed before they become this large.
const LARGEST_LOG: usize = 8 * 1024 * 1024;

/// The most settings that are taken.
const LARGEST_SETTINGS: usize = 1024 * 1024;

/// The file with the random number that marks are made with, beside the log.
const KEY: &str = "marks.key";

/// What to do where the archive cannot be written.
const OTHER_FILE: &str =
    "Name a file that is not there yet, in a folder that is there and that you may write to.";

const READ_FIRST: &str = "\
Diagnostics of Datatrax Connect. Read what is in here before you send it to anybody: it is all text.

computer.txt     what was found of this computer, without the network
connections.txt  how each connection stands
settings.toml    the settings as they are set
logs/            what the background part has noted, the newest in agent.log

No Consumer Secret, no token, no code and no passphrase is in it: the log has never held any.
";

const WITH_MARKS: &str = "
Orgs, users, hosts and this computer are called by marks such as host-3f2a91. One mark is always the same one, in this archive and
in every later one from here. They are made with a random number that stays on this computer (logs/marks.key).
";

const WITH_NAMES: &str = "
Orgs, users and hosts stand in it by their names, as was asked for.
";

/// What the archive is made of.
pub struct Material<'a> {
    pub computer: &'a Computer,
    pub connections: &'a [ConnectionView],
    pub settings: &'a Settings,
    /// Whether orgs, users and hosts are to be called by their names.
    pub names: bool,
}

/// Writes the archive into a new file, closed to others. Nothing that exists is replaced, and no link is followed.
///
/// # Errors
/// Why it cannot be written; then there is no such file.
pub fn export(home: &Home, material: &Material<'_>, file: &Path) -> Result<(), Failure> {
    let archive = archive(home, material).map_err(|error| unwritten(file, &error))?;
    let mut opened = private::new_file(file).map_err(|error| unwritten(file, &error))?;
    let written = opened.write_all(&archive).and_then(|()| opened.sync_all());
    written.map_err(|error| {
        // Half an archive helps nobody.
        let _ = fs::remove_file(file);
        unwritten(file, &error)
    })
}

/// Nothing else was asked for that could be done all the same, and the file is named.
fn unwritten(file: &Path, error: &io::Error) -> Failure {
    let reason = explain::io_reason(error);
    let told = explain::failure(Code::OutputUnwritable, &[("reason", &reason)]);
    let message = format!("{} was not written: {reason}.", explain::shown(&file.display().to_string()));
    Failure { message, fix: vec![OTHER_FILE.to_owned()], ..told }
}

fn archive(home: &Home, material: &Material<'_>) -> io::Result<Vec<u8>> {
    let marks = if material.names { Marks::none() } else { Marks::new(key(home)?, material.connections) };
    let about = if material.names { WITH_NAMES } else { WITH_MARKS };
    let mut files = vec![
        ("READ-ME-FIRST.txt".to_owned(), format!("{READ_FIRST}{about}")),
        ("computer.txt".to_owned(), marks.put_into(&computer(material.computer))),
        ("connections.txt".to_owned(), connections(material.connections, &marks)),
        ("settings.toml".to_owned(), marks.put_into(&settings(home, material.settings))),
    ];
    for log in LOGS {
        if let Ok(bytes) = private::read_short(&home.logs().join(log), LARGEST_LOG) {
            files.push((format!("logs/{log}"), marks.put_into(&String::from_utf8_lossy(&bytes))));
        }
    }
    packed(&files)
}

fn packed(files: &[(String, String)]) -> io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // The texts stand in it as they are, so that any program can look into it.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text) in files {
        archive.start_file(name.as_str(), options).map_err(io::Error::other)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish().map_err(io::Error::other)?.into_inner())
}

/// The random number of this home, made at its first use.
fn key(home: &Home) -> io::Result<[u8; 16]> {
    let file = home.logs().join(KEY);
    if let Ok(kept) = private::read_short(&file, 16)
        && let Ok(key) = kept.try_into()
    {
        return Ok(key);
    }
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    private::folder(&home.logs()).map_err(io::Error::other)?;
    private::replace(&file, &key)?;
    Ok(key)
}

/// What the doctor found, for a person: the same text as its answer in a terminal.
pub fn computer(found: &Computer) -> String {
    let mut text = format!("Datatrax Connect {}, looked at {}\n", found.program_version, found.looked_at);
    for look in &found.looks {
        let _ = write!(text, "\n{:<12}{}\n            {}\n", state(look.state), look.title, look.message);
        for fix in &look.fix {
            let _ = writeln!(text, "            - {fix}");
        }
    }
    text
}

/// A state in one or two words.
pub fn state(state: LookState) -> &'static str {
    match state {
        LookState::Good => "good",
        LookState::Look => "look",
        LookState::Wrong => "wrong",
        LookState::CannotTell => "cannot tell",
    }
}

fn connections(connections: &[ConnectionView], marks: &Marks) -> String {
    let mut text = format!("{} connections\n", connections.len());
    for connection in connections {
        let ConnectionView { alias, host, kind, org_id, username, status, reason, pause, safe_until, .. } =
            connection;
        let reason = reason.as_ref().map(|reason| format!("{:?}", reason.code)).unwrap_or_default();
        let until = safe_until.map(|until| until.to_string()).unwrap_or_default();
        // Whatever they look like, these are names.
        let [alias, host] = [("name", alias), ("host", host)].map(|(kind, name)| marks.mark(kind, name));
        let [org_id, username] =
            [("org", org_id), ("user", username)].map(|(kind, name)| marks.mark(kind, name));
        let _ = write!(
            text,
            "\nname    {alias}\nhost    {host}\norg     {org_id}\nuser    {username}\nkind    {kind:?}\nstatus  {}\nreason  {reason}\nsafe    {until}\n",
            names::status(*status, pause.is_some()),
        );
    }
    text
}

/// The file as it stands, but for the comments, which are a person's own words; where there is none, that the usual settings hold.
fn settings(home: &Home, settings: &Settings) -> String {
    let kept = private::read_short(&home.settings(), LARGEST_SETTINGS);
    let kept = kept.ok().map(|kept| without_comments(&String::from_utf8_lossy(&kept)));
    let level = format!("# in force: the log tells {:?}\n", settings.level(time::OffsetDateTime::now_utc()));
    format!("{level}{}", kept.unwrap_or_else(|| "# nothing is set: the usual settings hold\n".to_owned()))
}

/// A file of settings, none of which is longer than its line, without what stands after a `#` that is in no string.
fn without_comments(settings: &str) -> String {
    let mut kept = String::with_capacity(settings.len());
    for line in settings.lines() {
        let mut within = None;
        let end = line.char_indices().find(|&(_, letter)| match within {
            None if matches!(letter, '"' | '\'') => {
                within = Some(letter);
                false
            }
            Some(mark) if mark == letter => {
                within = None;
                false
            }
            None => letter == '#',
            Some(_) => false,
        });
        let setting = end.map_or(line, |(at, _)| line.split_at(at).0).trim_end();
        if !setting.is_empty() {
            kept.push_str(setting);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests;
