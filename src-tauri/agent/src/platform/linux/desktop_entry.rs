//! The few lines of a desktop entry that matter here
//! (<https://specifications.freedesktop.org/desktop-entry/latest/>).

/// A value of the group `[Desktop Entry]`, as it stands in the file.
pub(in crate::platform) fn value<'a>(entry: &'a str, key: &str) -> Option<&'a str> {
    let group = entry.lines().skip_while(|line| line.trim() != "[Desktop Entry]").skip(1);
    group.take_while(|line| !line.trim_start().starts_with('[')).find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then_some(value.trim())
    })
}

/// The words of an `Exec` line, unquoted. `None` for a line that is not well formed.
pub(in crate::platform) fn words(exec: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut characters = exec.chars().peekable();
    while characters.next_if(|character| *character == ' ').is_some() {}
    while let Some(first) = characters.next() {
        let mut word = String::new();
        if first == '"' {
            loop {
                match characters.next()? {
                    '"' => break,
                    '\\' => word.push(characters.next()?),
                    character => word.push(character),
                }
            }
        } else {
            word.push(first);
            while let Some(character) = characters.next_if(|character| *character != ' ') {
                word.push(character);
            }
        }
        words.push(word);
        while characters.next_if(|character| *character == ' ').is_some() {}
    }
    Some(words)
}

/// A word for an `Exec` line, quoted only where necessary: some launchers take quotes for part of the name. `None` for
/// a text that an entry cannot hold.
pub(in crate::platform) fn word(text: &str) -> Option<String> {
    if text.chars().any(char::is_control) {
        return None;
    }
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/._-+=:,@".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) {
        return Some(text.to_owned());
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            // Strings in the file escape backslashes too, so a quoted one is written four times.
            '\\' => quoted.push_str("\\\\\\\\"),
            '"' | '`' | '$' => quoted.extend(["\\\\", &character.to_string()]),
            '%' => quoted.push_str("%%"),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ENTRY: &str = "# Exec=no\n[Desktop Entry]\nName=X\nExec = datatrax-connect %u\n[Desktop Action a]\nExec=other\nHidden=true\n";

    #[test]
    fn the_main_group_of_a_desktop_entry_alone_is_read() {
        assert_eq!(value(ENTRY, "Exec"), Some("datatrax-connect %u"), "the entry's own");
        assert_eq!(value(ENTRY, "Hidden"), None, "not an action's");
        assert_eq!(value("", "Exec"), None, "nothing");
    }

    #[test]
    fn quoted_words_of_a_command_are_unquoted() {
        let table = [
            ("a %u", vec!["a", "%u"]),
            ("  \"/opt/my app/x\"   %u ", vec!["/opt/my app/x", "%u"]),
            ("\"a\\\"b\" c", vec!["a\"b", "c"]),
            ("", vec![]),
        ];
        for (line, wanted) in table {
            assert_eq!(words(line).unwrap(), wanted, "{line}");
        }
        assert_eq!(words("\"open"), None, "no end");
    }

    proptest! {
        #[test]
        fn a_written_word_is_read_back(text in "[ -~é]{0,40}") {
            let written = word(&text).unwrap();
            // A desktop unescapes the string like this before it splits the line.
            let line = written.replace("\\\\", "\\").replace("%%", "%");
            prop_assert_eq!(words(&line).unwrap(), vec![text]);
        }

        #[test]
        fn any_line_is_read_without_harm(line in "\\PC{0,60}") {
            let _ = words(&line);
            let _ = value(&line, "Exec");
        }
    }
}
