//! A command line of bash up to the cursor: its words without quotation marks and backslashes, and how another word is written in
//! place of the last one.

/// A line, and what bash puts another word in place of.
pub(super) struct Line {
    /// The words after the program's, the last of them as far as it is typed.
    words: Vec<String>,
    /// The quotation mark that the last word stands in, if it is not closed yet.
    open: Option<char>,
    /// How much of the last word stays, in characters.
    stays: usize,
}

/// Words as bash reads them.
struct Words {
    all: Vec<String>,
    open: Option<char>,
    /// How much of the last word stands before the mark that is open, in characters.
    before_open: usize,
}

impl Line {
    /// Reads a line. `part` is what bash takes for the last word: it splits words at some characters, and puts another in place of
    /// what stands behind the last of them, or behind the mark that is open.
    pub(super) fn read(line: &str, part: &str) -> Self {
        let Words { all: mut words, open, before_open } = read(line);
        let words = words.split_off(1.min(words.len() - 1));
        let length = |words: &[String]| words.last().map_or(0, |word| word.chars().count());
        let of_part = length(&read(part).all);
        let stays = if open.is_some() { before_open } else { length(&words).saturating_sub(of_part) };
        Self { words, open, stays }
    }

    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// A whole word, as it is written in place of the last one: in the mark that is open, else with backslashes.
    pub(super) fn ended_with(&self, word: &str) -> String {
        let rest: String = word.chars().skip(self.stays).collect();
        match self.open {
            Some(mark) => within(mark, &rest),
            None => escaped(&rest, self.stays == 0),
        }
    }
}

/// Within a mark that is open. bash closes it behind the word, unless the word ends with such a mark.
fn within(mark: char, word: &str) -> String {
    let mut written = String::new();
    for letter in word.chars() {
        match (mark, letter) {
            ('\'', '\'') => written.push_str(r"'\''"),
            // A terminal's bash takes it for the history, also with a backslash.
            ('"', '!') => written.push_str(r#""'!'""#),
            ('"', '"' | '\\' | '$' | '`') => written.extend(['\\', letter]),
            _ => written.push(letter),
        }
    }
    if written.ends_with(mark) {
        written.push(mark);
    }
    written
}

fn escaped(word: &str, begins: bool) -> String {
    let mut written = String::new();
    for (at, letter) in word.chars().enumerate() {
        let is_plain = letter.is_ascii_alphanumeric() || !letter.is_ascii() || "_-./:=@+,%".contains(letter);
        // A home folder, at the beginning alone.
        let is_plain = is_plain || (letter == '~' && (at > 0 || !begins));
        if !is_plain {
            written.push('\\');
        }
        written.push(letter);
    }
    written
}

fn read(line: &str) -> Words {
    let (mut words, mut word, mut begun) = (Vec::new(), String::new(), false);
    let (mut open, mut before_open) = (None, 0);
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match (open, character) {
            (Some(mark), _) if character == mark => open = None,
            (None, '\'' | '"') => {
                (open, begun, before_open) = (Some(character), true, word.chars().count());
            }
            (None, '\\') => {
                word.extend(characters.next());
                begun = true;
            }
            // Within these marks it stands for itself before any other letter.
            (Some('"'), '\\') if characters.peek().is_some_and(|next| "\"\\$`".contains(*next)) => {
                word.extend(characters.next());
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
    Words { all: words, open, before_open }
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
            (r#"dtx token "my\o"#, &["token", "my\\o"]),
            ("dtx token '' a", &["token", "", "a"]),
            ("dtx", &["dtx"]),
            ("", &[""]),
        ] {
            assert_eq!(Line::read(line, "").words(), expected, "{line:?}");
        }
    }

    #[test]
    fn a_word_is_written_as_the_last_one_was_begun() {
        for (typed, part, word, expected) in [
            ("", "", "my org", r"my\ org"),
            ("my", "my", "my org", r"my\ org"),
            ("'my", "'my", "my org", "my org"),
            ("'it", "'it", "it's", r"it'\''s"),
            ("'it", "'it", "it'", r"it'\'''"),
            ("\"a", "\"a", "a\"$`\\!", r#"a\"\$\`\\"'!'"""#),
            ("\"a", "\"a", "a\"", "a\\\"\""),
            ("col:o", "o", "col:on", "on"),
            (r"a:my\ o", r"my\ o", "a:my org", r"my\ org"),
            ("ab'cd", "ab'cd", "abcd ef", "cd ef"),
            (r"\~r", r"\~r", "~root", r"\~root"),
            ("a:", "", "a:~x", "~x"),
            ("$", "$", "$(touch x)", r"\$\(touch\ x\)"),
            ("日", "日", "日本", "日本"),
        ] {
            let line = Line::read(&format!("dtx token {typed}"), part);
            assert_eq!(line.ended_with(word), expected, "{word} in place of {typed}");
        }
    }
}
