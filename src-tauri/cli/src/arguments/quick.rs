//! The commands that other programs call most, read without the arguments of all commands: to make those takes longer than
//! the answer. What is written in any unusual way is left to the whole command line, which means the same by it.

use std::ffi::OsString;

use clap::ValueEnum;
use connect_core::secret::Secret;

use super::{Explain, Form, Json, Token};

#[derive(Debug)]
pub(crate) enum Quick {
    Token(Token),
    Explain(Explain),
}

/// The command in these words, which follow the program's name. `None` where the whole command line has to be read.
pub(crate) fn quick(words: impl IntoIterator<Item = OsString>) -> Option<Quick> {
    let mut words = words.into_iter().map(OsString::into_string);
    match words.next()?.ok()?.as_str() {
        "token" => token(words).map(Quick::Token),
        "explain" => explain(words).map(Quick::Explain),
        _ => None,
    }
}

fn token(mut words: impl Iterator<Item = Result<String, OsString>>) -> Option<Token> {
    let (mut name, mut fresh, mut json) = (None, false, false);
    let (mut min_ttl, mut format) = (None, None);
    while let Some(word) = words.next() {
        let word = word.ok()?;
        match word.as_str() {
            "--fresh" => once(&mut fresh)?,
            "--json" => once(&mut json)?,
            "--min-ttl" => put(&mut min_ttl, seconds(&words.next()?.ok()?)?)?,
            "--format" => put(&mut format, form(&words.next()?.ok()?)?)?,
            _ if is_option(&word) => return None,
            _ => put(&mut name, word)?,
        }
    }
    Some(Token { name: name?, fresh, min_ttl, format, shell: None, json: Json { json } })
}

fn explain(words: impl Iterator<Item = Result<String, OsString>>) -> Option<Explain> {
    let (mut text, mut json) = (None, false);
    for word in words {
        let word = word.ok()?;
        match word.as_str() {
            "--json" => once(&mut json)?,
            _ if word != "-" && is_option(&word) => return None,
            _ => put(&mut text, Secret::new(word))?,
        }
    }
    Some(Explain { text, json: Json { json } })
}

fn is_option(word: &str) -> bool {
    word.is_empty() || word.starts_with('-')
}

/// Sets what may be said once.
fn once(flag: &mut bool) -> Option<()> {
    (!std::mem::replace(flag, true)).then_some(())
}

/// As [`once`], of a value.
fn put<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn seconds(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn form(text: &str) -> Option<Form> {
    Form::value_variants().iter().copied().find(|form| form.word() == text)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::arguments::{Arguments, Command};

    /// What is typed after `dtx`, whether it is read without the arguments of the other commands.
    const TYPED: [(&str, bool); 33] = [
        ("token uat", true),
        ("token uat --json", true),
        ("token --json uat", true),
        ("token uat --fresh", true),
        ("token uat --fresh --fresh", false),
        ("token uat --min-ttl 600", true),
        ("token uat --min-ttl 600 --min-ttl 600", false),
        ("token uat --min-ttl -1", false),
        ("token uat --min-ttl +1", false),
        ("token uat --min-ttl 99999999999999999999", false),
        ("token uat --min-ttl", false),
        ("token uat --min-ttl=600", false),
        ("token uat --format header", true),
        ("token uat --format token", true),
        ("token uat --format json", true),
        ("token uat --format env --fresh", true),
        ("token --format exec-credential uat", true),
        ("token uat --format Header", false),
        ("token uat --format", false),
        ("token uat --format env --shell fish", false),
        ("token uat prod", false),
        ("token", false),
        ("token -- -uat", false),
        ("token uat --help", false),
        ("token -h", false),
        ("explain", true),
        ("explain -", true),
        ("explain --json", true),
        ("explain - --json", true),
        ("explain error=access_denied", true),
        ("explain -e --json", false),
        ("explain one two", false),
        ("list", false),
    ];

    fn words(typed: &str) -> Vec<OsString> {
        typed.split(' ').map(OsString::from).collect()
    }

    /// A command in words, for comparison.
    fn told(command: Quick) -> String {
        match command {
            Quick::Token(token) => format!("{token:?}"),
            Quick::Explain(Explain { text, json }) => {
                // EXPOSE: made up by the test.
                format!("{:?} {json:?}", text.as_ref().map(Secret::expose))
            }
        }
    }

    /// What the whole command line reads.
    fn whole(words: &[OsString]) -> Option<String> {
        let all = std::iter::once(OsString::from("dtx")).chain(words.iter().cloned());
        let command = Arguments::try_parse_from(all).ok()?.command;
        if let Command::Token(token) = command {
            Some(told(Quick::Token(token)))
        } else if let Command::Explain(explain) = command {
            Some(told(Quick::Explain(explain)))
        } else {
            None
        }
    }

    fn quickly(words: &[OsString]) -> Option<String> {
        quick(words.iter().cloned()).map(told)
    }

    #[test]
    fn what_is_read_quickly_is_what_the_whole_command_line_reads() {
        for (typed, is_quick) in TYPED {
            let words = words(typed);
            let quickly = quickly(&words);
            assert_eq!(quickly.is_some(), is_quick, "{typed}");
            if quickly.is_some() {
                assert_eq!(quickly, whole(&words), "{typed}");
            }
        }
    }

    #[test]
    fn no_row_of_words_is_read_as_another_one() {
        let known = [
            "uat",
            "--fresh",
            "--json",
            "--min-ttl",
            "7",
            "--format",
            "json",
            "env",
            "-",
            "--",
            "--shell",
            "sh",
            "--fresh=1",
            "-h",
            "",
        ];
        let mut both = 0;
        for command in ["token", "explain"] {
            for number in 0..known.len().pow(3) {
                let picked = [1, known.len(), known.len().pow(2)].map(|of| known[number / of % known.len()]);
                let words: Vec<_> = std::iter::once(command).chain(picked).map(OsString::from).collect();
                if let Some(quickly) = quickly(&words) {
                    both += 1;
                    assert_eq!(Some(quickly), whole(&words), "{words:?}");
                }
            }
        }
        assert!(both > 20, "some are read by both: {both}");
    }
}
