//! The words of a command line as bash has it, up to the cursor: without its quotation marks and backslashes.

/// The words after the program's, the last of them as far as it is typed.
pub(super) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut begun) = (Vec::new(), String::new(), false);
    let mut within = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (within, character) {
            (Some(mark), _) if character == mark => within = None,
            (None, '\'' | '"') => (within, begun) = (Some(character), true),
            (None | Some('"'), '\\') => {
                word.extend(characters.next());
                begun = true;
            }
            (None, ' ' | '\t' | '\n') => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            _ => word.push(character),
        }
    }
    words.push(word);
    words.split_off(1.min(words.len() - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_bash_reads_it() {
        for (line, expected) in [
            ("dtx ", &[""][..]),
            ("dtx to", &["to"]),
            ("dtx token ", &["token", ""]),
            ("dtx  token   ac", &["token", "ac"]),
            (r"dtx token my\ o", &["token", "my o"]),
            ("dtx token 'my o", &["token", "my o"]),
            (r#"dtx token "my \"o"#, &["token", "my \"o"]),
            ("dtx token '' a", &["token", "", "a"]),
            ("dtx", &["dtx"]),
            ("", &[""]),
        ] {
            assert_eq!(words(line), expected, "{line:?}");
        }
    }
}
