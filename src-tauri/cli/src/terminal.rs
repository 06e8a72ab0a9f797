//! Standard input, line by line; and questions, asked only where a person can answer.

use std::io::{self, IsTerminal, Write};

use connect_core::{
    contract::view::Failure,
    explain::{self, Code},
    secret::Secret,
};
use tokio::{sync::Mutex, task::JoinHandle};

use crate::{
    end::{self, AskedToEnd},
    platform::terminal::{Unseen, byte_of_stdin},
};

/// Far longer than any value or address that somebody types or pastes, in bytes.
const LONGEST_LINE: usize = 64 * 1024;

/// The read of standard input that is under way. One that was begun cannot be taken back: whoever asks next gets its line.
static READ: Mutex<Option<JoinHandle<Option<Secret>>>> = Mutex::const_new(None);

/// Whether somebody sits at both ends.
pub(crate) fn is_present() -> bool {
    io::stdin().is_terminal() && is_read()
}

/// Whether somebody reads what is written to standard error.
pub(crate) fn is_read() -> bool {
    io::stderr().is_terminal()
}

/// The next line of standard input, or `None` at its end. Whoever stops waiting for it loses no line.
pub(crate) async fn line() -> Option<Secret> {
    let mut read = READ.lock().await;
    let line = read.get_or_insert_with(|| tokio::task::spawn_blocking(line_of_stdin)).await;
    *read = None;
    line.ok().flatten()
}

/// What came of a question.
pub(crate) enum Answer {
    Line(Secret),
    /// Nobody types any more.
    EndOfInput,
    /// Ctrl+C, or another way to say that the program is to end.
    AskedToEnd,
}

/// Whether an answer can be seen while it is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typing {
    Shown,
    Hidden,
}

/// Asks, with the words as they stand, and waits for a line.
pub(crate) async fn question(words: &str, typing: Typing) -> Answer {
    let mut asked = AskedToEnd::listen();
    let _unseen = (typing == Typing::Hidden).then(Unseen::begin).flatten();
    let mut error = io::stderr();
    let _ = write!(error, "{words}").and_then(|()| error.flush());
    let answer = tokio::select! {
        line = line() => line.map_or(Answer::EndOfInput, Answer::Line),
        () = asked.next() => Answer::AskedToEnd,
    };
    if !matches!(answer, Answer::Line(_)) {
        // Nobody typed a line end.
        let _ = error.write_all(b"\n");
    }
    answer
}

/// Asks for a line that may be seen. Ctrl+C ends the program.
pub(crate) async fn ask(what: &str) -> Result<String, Failure> {
    let answer = asked(what, Typing::Shown).await?;
    // EXPOSE: what was typed for everybody to see.
    Ok(answer.expose().trim().to_owned())
}

/// Asks for a line that is not shown while it is typed. Ctrl+C ends the program.
pub(crate) async fn ask_hidden(what: &str) -> Result<Secret, Failure> {
    asked(what, Typing::Hidden).await
}

/// Asks for yes or no; anything but yes is no.
pub(crate) async fn confirm(question: &str) -> bool {
    ask(&format!("{question} [y/N]"))
        .await
        .is_ok_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

/// For a value that has to be given because nobody can be asked.
pub(crate) fn missing(what: &str) -> Failure {
    explain::failure(Code::ValueMissing, &[("what", what)])
}

async fn asked(what: &str, typing: Typing) -> Result<Secret, Failure> {
    if !is_present() {
        return Err(missing(what));
    }
    match question(&format!("{what}: "), typing).await {
        Answer::Line(line) => Ok(line),
        Answer::EndOfInput => Err(missing(what)),
        Answer::AskedToEnd => std::process::exit(end::ASKED.into()),
    }
}

/// Reads byte by byte: a buffer would keep what it read ahead, a secret among it, for as long as the program lives.
fn line_of_stdin() -> Option<Secret> {
    let mut line = Vec::new();
    while line.len() < LONGEST_LINE {
        match byte_of_stdin() {
            Ok(Some(b'\n')) => break,
            Ok(Some(byte)) => line.push(byte),
            _ if line.is_empty() => return None,
            _ => break,
        }
    }
    Some(Secret::new(String::from_utf8_lossy(&line).trim_end_matches('\r')))
}
