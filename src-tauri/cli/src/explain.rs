//! `dtx explain`: what a text says went wrong. Nobody is asked, and nothing is kept.

use std::io::{self, IsTerminal, Read};

use connect_core::{
    contract::view::{Cause, Explanation, Failure, GivenAway},
    explain::{Code, failure, names, unexpected},
    paste,
    secret::Secret,
};

use crate::{arguments::Explain, output, platform::terminal::END_OF_INPUT, terminal, text::Page};

/// The argument that stands for standard input.
const STDIN: &str = "-";

/// The explanation of a text that is there; `None` where a person has to be asked for it.
pub(crate) fn at_once(command: &Explain) -> Option<Result<u8, Failure>> {
    // EXPOSE: read to be explained, in this process.
    match command.text.as_ref().map(Secret::expose) {
        Some(text) if text != STDIN => Some(told(text, command.json.json)),
        // Whoever sits there is asked, also after a `-`: what is pasted is not to be seen.
        _ if io::stdin().is_terminal() => None,
        _ => Some(read().and_then(|text| told(&text, command.json.json))),
    }
}

/// The explanation of a text that is there, or that a person is asked for.
pub(crate) async fn explain(command: &Explain) -> Result<u8, Failure> {
    if let Some(result) = at_once(command) {
        return result;
    }
    let words = format!("Paste the text, then press {END_OF_INPUT}. It is not shown.");
    let text = terminal::paste(&words).await?;
    // EXPOSE: read to be explained, in this process.
    told(text.expose(), command.json.json)
}

/// As long as most texts are, in bytes.
const USUAL: usize = 16 * 1024;

/// Standard input, as far as it is explained and one byte more: what is longer is told to be cut. It is copied as seldom as can be:
/// that takes longer than reading it. So it is no [`Secret`], which is as long as its text; `dtx` zeroes all that it frees.
fn read() -> Result<String, Failure> {
    let mut bytes = Vec::with_capacity(USUAL);
    for room in [USUAL, paste::LONGEST + 1 - USUAL] {
        bytes.reserve_exact(room);
        let at_most = u64::try_from(room).unwrap_or(u64::MAX);
        let read = io::stdin().lock().take(at_most).read_to_end(&mut bytes);
        if read.map_err(|error| unexpected(error.kind()))? < room {
            break;
        }
    }
    Ok(text_of(bytes))
}

/// The text of a file. What PowerShell writes with `>` is UTF-16, which begins with a mark.
fn text_of(bytes: Vec<u8>) -> String {
    let units = |from: fn([u8; 2]) -> u16, text: &[u8]| -> String {
        let units: Vec<u16> = text.chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes.as_slice() {
        [0xff, 0xfe, text @ ..] => units(u16::from_le_bytes, text),
        [0xfe, 0xff, text @ ..] => units(u16::from_be_bytes, text),
        _ => String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}

/// Prints the explanation, and returns 0 where there is one.
fn told(text: &str, json: bool) -> Result<u8, Failure> {
    if text.trim().is_empty() {
        return Err(terminal::missing("the text"));
    }
    let explanation = paste::explain(text, paste::LONGEST);
    let is_known = paste::is_told(&explanation, text, paste::LONGEST);
    if json {
        output::json(&explanation)?;
        return Ok(if is_known { 0 } else { Code::NotExplained.exit() });
    }
    let shown = in_words(Page::stdout(), &explanation);
    if !shown.is_empty() {
        output::line(&shown);
    }
    if explanation.cut {
        output::hint("The text is longer than 1 MB: only its beginning was read.");
    }
    if is_known { Ok(0) } else { Err(failure(Code::NotExplained, &[])) }
}

/// The explanation for a person: what opens the org first.
fn in_words(page: Page, explanation: &Explanation) -> String {
    let secrets = explanation.secrets.iter().map(|GivenAway { message, fix, .. }| part(page, message, fix));
    let causes = explanation.causes.iter().map(|cause| {
        let Cause { message, fix, acts, waiting, sure, setup, .. } = cause;
        let mut told = part(page, message, fix);
        let who = format!("{} {} {}", names::acts(*acts), names::waiting(*waiting), names::sure(*sure));
        told.push('\n');
        told.push_str(&page.wrapped("", &who));
        if let Some(link) = setup {
            told.push('\n');
            told.push_str(&page.wrapped("", &output::way_into_setup(link)));
        }
        told
    });
    secrets.chain(causes).collect::<Vec<_>>().join("\n\n")
}

fn part(page: Page, message: &str, fix: &[String]) -> String {
    let fixes = fix.iter().map(|fix| page.wrapped("  - ", fix));
    std::iter::once(page.heading(message)).chain(fixes).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_each_way_that_programs_write_one() {
        let written = |to: fn(u16) -> [u8; 2], mark: [u8; 2]| -> Vec<u8> {
            mark.into_iter().chain("größe 日".encode_utf16().flat_map(to)).collect()
        };
        assert_eq!(text_of(written(u16::to_le_bytes, [0xff, 0xfe])), "größe 日", "PowerShell");
        assert_eq!(text_of(written(u16::to_be_bytes, [0xfe, 0xff])), "größe 日", "the other way round");
        assert_eq!(text_of("größe 日".into()), "größe 日", "everybody else");
        assert_eq!(text_of(b"\xff\xfea\0\xd8".to_vec()), "a", "a half letter at the end");
        assert_eq!(text_of(b"a\xffb".to_vec()), "a\u{fffd}b", "what is neither");
    }
}
