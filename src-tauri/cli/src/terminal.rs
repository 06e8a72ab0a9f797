//! Standard input, line by line; and questions, asked only where a person can answer.

mod rows;

use std::io::{self, IsTerminal, Write};

use connect_core::{
    contract::view::Failure,
    explain::{self, Code},
    org::credentials,
    secret::Secret,
};
use tokio::{sync::Mutex, task::JoinHandle};

use self::rows::rows;
use crate::{
    end::{self, AskedToEnd},
    output,
    platform::terminal::{Unseen, byte_of_stdin, stderr_draws, width_of_stderr},
};

/// The longest line read, in bytes: far longer than any value or address that is typed or pasted.
const LONGEST_LINE: usize = 64 * 1024;

/// Said where a terminal is one in name alone, such as that of a shell from another system.
const IS_SEEN: &str = "This terminal cannot hide what is typed: it will be seen.";

/// Said where a value came to a question whose answer is shown.
const TAKEN_OFF: &str =
    "That looks like a secret, so it was taken off the screen. A Consumer Secret is asked for hidden.";
const STAYS: &str = "That looks like a secret, and it is on this screen: clear the screen when you are done. A Consumer \
    Secret is asked for hidden.";

/// The columns of a terminal that does not tell.
const USUAL_WIDTH: usize = 80;

/// The pending read of standard input. It cannot be cancelled: the next caller gets its line.
static READ: Mutex<Option<JoinHandle<Option<Secret>>>> = Mutex::const_new(None);

/// Whether a person is at the terminal, to read and to type.
pub(crate) fn is_present() -> bool {
    io::stdin().is_terminal() && is_read()
}

/// Whether standard error is a terminal.
pub(crate) fn is_read() -> bool {
    io::stderr().is_terminal()
}

/// The next line of standard input, or `None` at its end. A caller that stops waiting loses no line.
pub(crate) async fn line() -> Option<Secret> {
    let mut read = READ.lock().await;
    let line = read.get_or_insert_with(|| tokio::task::spawn_blocking(line_of_stdin)).await;
    *read = None;
    line.ok().flatten()
}

/// The outcome of a question.
pub(crate) enum Answer {
    Line(Secret),
    /// Standard input has ended.
    EndOfInput,
    /// Ctrl+C, or another request to end.
    AskedToEnd,
}

/// Whether what is typed is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typing {
    Shown,
    Hidden,
}

/// Prints the words as they are, and waits for a line.
pub(crate) async fn question(words: &str, typing: Typing) -> Answer {
    let mut asked = AskedToEnd::listen();
    let unseen = (typing == Typing::Hidden).then(Unseen::begin).flatten();
    if typing == Typing::Hidden && unseen.is_none() && is_present() {
        output::hint(IS_SEEN);
    }
    let mut error = io::stderr();
    let _ = write!(error, "{words}").and_then(|()| error.flush());
    let answer = tokio::select! {
        line = line() => line.map_or(Answer::EndOfInput, Answer::Line),
        () = asked.next() => Answer::AskedToEnd,
    };
    match &answer {
        Answer::Line(line) if typing == Typing::Shown => take_off_if_secret(words, line),
        Answer::Line(_) => {}
        // The person typed no line end.
        Answer::EndOfInput | Answer::AskedToEnd => {
            let _ = error.write_all(b"\n");
        }
    }
    answer
}

/// Asks for a text of many lines that is not shown while it is pasted, up to the end of input.
pub(crate) async fn paste(words: &str) -> Result<Secret, Failure> {
    let mut asked = AskedToEnd::listen();
    let unseen = Unseen::begin();
    if unseen.is_none() {
        output::hint(IS_SEEN);
    }
    output::hint(words);
    let mut text = Vec::new();
    loop {
        let line = tokio::select! {
            line = line() => line,
            () = asked.next() => {
                drop(unseen);
                std::process::exit(end::ASKED.into());
            }
        };
        let Some(line) = line else { return Ok(Secret::new(text.join("\n"))) };
        // EXPOSE: joined with the other lines, as one secret again.
        text.push(line.expose().to_owned());
    }
}

/// Takes a line off the screen that should not have been typed in plain sight, with the end of the question before it.
pub(crate) fn take_off_if_secret(question: &str, line: &Secret) {
    // EXPOSE: looked at, and neither kept nor shown.
    let text = line.expose();
    if !is_present() || !credentials::is_not_to_be_seen(text) {
        return;
    }
    if !stderr_draws() {
        output::hint(STAYS);
        return;
    }
    let last = question.rsplit('\n').next().unwrap_or_default();
    let columns = width_of_stderr().unwrap_or(USUAL_WIDTH);
    // Row by row: what a terminal is told to clear at once from the top of its screen on, it may keep to be scrolled back to.
    let cleared = "\x1b[1A\x1b[2K".repeat(rows(last.chars().chain(text.chars()), columns));
    let mut error = io::stderr();
    let _ = write!(error, "{cleared}\r{last}\n").and_then(|()| error.flush());
    output::hint(TAKEN_OFF);
}

/// Asks for a line that is shown as it is typed. Ctrl+C ends the program.
pub(crate) async fn ask(what: &str) -> Result<String, Failure> {
    let answer = asked(what, Typing::Shown).await?;
    // EXPOSE: the person typed it in plain sight.
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

/// The failure for a value that must be given because there is no terminal to ask at.
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

/// Reads byte by byte: a buffer would keep bytes read ahead, secrets among them, while the program lives.
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
