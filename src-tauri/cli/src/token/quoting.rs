//! Values from a server as words of a shell. What each shell holds safely is a closed set: a value with anything else in it
//! is refused, since it might become a command.

use crate::arguments::Shell;

/// What `cmd` puts in place of a variable is read as a command once more wherever somebody uses it, so nothing that means
/// something there is taken. `!` means something in a `cmd` that was told so alone, and is in every access token.
const PLAIN_IN_CMD: &str = "!#$*+,-./:;=?@[]_{}~ ";

/// The statement with which this shell sets a variable for the programs that it starts. `None` if it cannot hold the value.
pub(super) fn statement(shell: Shell, name: &str, value: &str) -> Option<String> {
    let is_held = match shell {
        Shell::Sh | Shell::Fish => is_text,
        Shell::Powershell => is_printable,
        Shell::Cmd => is_plain,
    };
    value.chars().all(is_held).then(|| match shell {
        Shell::Sh => format!("export {name}='{}'", value.replace('\'', r"'\''")),
        Shell::Fish => format!("set -gx {name} '{}'", value.replace('\\', r"\\").replace('\'', r"\'")),
        Shell::Powershell => format!("$env:{name} = '{}'", value.replace('\'', "''")),
        Shell::Cmd => format!("set \"{name}={value}\""),
    })
}

/// Printable ASCII, and letters and digits of any script: no line end, no control character, and none of the characters
/// that fish keeps for itself.
fn is_text(character: char) -> bool {
    is_printable(character) || (!character.is_ascii() && character.is_alphanumeric())
}

/// Printable ASCII. PowerShell takes typographic quotation marks for its own, and reads what another program says in the
/// console's code page, in which other letters may turn into such marks.
fn is_printable(character: char) -> bool {
    matches!(character, ' '..='~')
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || PLAIN_IN_CMD.contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELLS: [Shell; 4] = [Shell::Sh, Shell::Fish, Shell::Powershell, Shell::Cmd];

    #[test]
    fn each_shell_has_its_own_way_to_quote() {
        let value = r"o'brien\x";
        assert_eq!(statement(Shell::Sh, "A", value).unwrap(), r"export A='o'\''brien\x'");
        assert_eq!(statement(Shell::Fish, "A", value).unwrap(), r"set -gx A 'o\'brien\\x'");
        assert_eq!(statement(Shell::Powershell, "A", value).unwrap(), r"$env:A = 'o''brien\x'");
        assert_eq!(statement(Shell::Cmd, "A", value), None, "what cmd would read anew");
        assert_eq!(statement(Shell::Cmd, "A", "00D!A.b_c").unwrap(), "set \"A=00D!A.b_c\"");
    }

    #[test]
    fn what_a_shell_cannot_hold_safely_is_refused() {
        let everywhere =
            ["\n", "\r", "\0", "\t", "\u{1b}", "\u{7f}", "\u{85}", "\u{2028}", "\u{202e}", "\u{fdd0}"];
        for hostile in everywhere {
            for shell in SHELLS {
                let value = format!("a{hostile}b");
                assert_eq!(statement(shell, "A", &value), None, "{value:?} in {shell:?}");
            }
        }
        for mark in ["\u{2018}", "\u{2019}", "\u{201a}", "\u{201b}", "ö"] {
            assert_eq!(statement(Shell::Powershell, "A", mark), None, "{mark}");
        }
        for sign in ["%", "\"", "^", "&", "|", "<", ">", "(", ")", "'", "`", "\\", "ö"] {
            assert_eq!(statement(Shell::Cmd, "A", sign), None, "{sign}");
        }
    }

    /// As the grammars of the shells have it: within these marks a string ends at the next mark that is not escaped.
    #[test]
    fn no_value_ends_its_string_early() {
        let printable: Vec<char> = (' '..='~').collect();
        let pairs = printable.iter().flat_map(|a| printable.iter().map(move |b| format!("{a}{b}")));
        for value in pairs {
            let held = |shell| statement(shell, "A", &value);
            let sh = held(Shell::Sh).unwrap();
            let inner = sh.strip_prefix("export A='").and_then(|rest| rest.strip_suffix('\'')).unwrap();
            assert_eq!(inner.split(r"'\''").collect::<Vec<_>>().join("'"), value, "sh: {sh}");
            assert!(!inner.replace(r"'\''", "").contains('\''), "sh: {sh}");

            let fish = held(Shell::Fish).unwrap();
            let inner = fish.strip_prefix("set -gx A '").and_then(|rest| rest.strip_suffix('\'')).unwrap();
            assert_eq!(read_in_fish(inner).as_deref(), Some(value.as_str()), "fish: {fish}");

            let powershell = held(Shell::Powershell).unwrap();
            let inner =
                powershell.strip_prefix("$env:A = '").and_then(|rest| rest.strip_suffix('\'')).unwrap();
            assert!(!inner.replace("''", "").contains('\''), "PowerShell: {powershell}");
            assert_eq!(inner.replace("''", "'"), value, "PowerShell: {powershell}");
        }
    }

    /// A string of fish in single quotation marks; `None` where it ends early.
    fn read_in_fish(inner: &str) -> Option<String> {
        let (mut characters, mut read) = (inner.chars(), String::new());
        while let Some(character) = characters.next() {
            match character {
                '\'' => return None,
                '\\' => match characters.next()? {
                    escaped @ ('\\' | '\'') => read.push(escaped),
                    other => read.extend(['\\', other]),
                },
                other => read.push(other),
            }
        }
        Some(read)
    }
}
