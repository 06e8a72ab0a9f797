//! Questions, asked only where a person can answer.

use std::io::{self, IsTerminal, Write};

use connect_core::{secret::Secret, view::Failure};

use crate::session::missing;

/// Whether somebody sits at both ends.
pub(crate) fn is_present() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a line that may be seen.
pub(crate) fn ask(question: &str) -> Result<String, Failure> {
    if !is_present() {
        return Err(missing(question));
    }
    let mut error = io::stderr().lock();
    let _ = write!(error, "{question}: ").and_then(|()| error.flush());
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|_| missing(question))?;
    Ok(answer.trim().to_owned())
}

/// Asks for a line that is not shown while it is typed.
pub(crate) fn ask_hidden(question: &str) -> Result<Secret, Failure> {
    if !is_present() {
        return Err(missing(question));
    }
    rpassword::prompt_password(format!("{question}: ")).map(Secret::new).map_err(|_| missing(question))
}

/// Asks for yes or no; anything but yes is no.
pub(crate) fn confirm(question: &str) -> bool {
    ask(&format!("{question} [y/N]"))
        .is_ok_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}
