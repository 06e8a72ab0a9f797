//! Text for a person to read: wrapped to the width of the terminal, headings set apart.

use std::{
    fmt::Write,
    io::{self, IsTerminal},
};

use crate::platform::terminal;

/// The longest line in characters: longer ones are hard to read.
const WIDEST: usize = 96;
/// The width where the output is no terminal, or one that does not tell its width.
const USUAL: usize = 80;
/// The shortest line in characters.
const NARROWEST: usize = 24;
/// The gap between two texts in one line.
const GAP: &str = "   ";

/// The width and style of the output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    width: usize,
    /// The columns of the terminal. `None` where the output is none.
    columns: Option<usize>,
    /// Whether headings may be in bold, and words in colour.
    bold: bool,
}

/// What a colour says. It is said in words as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Careful,
    Bad,
    Aside,
}

impl Page {
    pub(crate) fn stdout() -> Self {
        Self::of(&io::stdout(), terminal::width_of_stdout(), terminal::stdout_draws)
    }

    pub(crate) fn stderr() -> Self {
        Self::of(&io::stderr(), terminal::width_of_stderr(), terminal::stderr_draws)
    }

    /// The page of a result that people and programs read: a program gets each text in one line, however long.
    pub(crate) fn of_results() -> Self {
        let page = Self::stdout();
        if page.columns.is_some() { page } else { Self { width: usize::MAX, ..page } }
    }

    fn of(stream: &impl IsTerminal, columns: Option<usize>, draws: fn() -> bool) -> Self {
        let width = columns.map_or(USUAL, |columns| columns.clamp(NARROWEST, WIDEST));
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_terminal = stream.is_terminal();
        let columns = is_terminal.then(|| columns.unwrap_or(USUAL));
        Self { width, columns, bold: is_terminal && !is_set("NO_COLOR") && draws() }
    }

    /// A page of this width without bold headings.
    #[cfg(test)]
    pub(crate) fn plain(width: usize) -> Self {
        Self { width, columns: None, bold: false }
    }

    /// A terminal that draws nothing but letters.
    #[cfg(test)]
    pub(crate) fn terminal(columns: usize) -> Self {
        Self { width: columns, columns: Some(columns), bold: false }
    }

    /// What another program reads.
    #[cfg(test)]
    pub(crate) fn piped() -> Self {
        Self::plain(usize::MAX)
    }

    /// The columns of the terminal. `None` where the output is none.
    pub(crate) fn columns(self) -> Option<usize> {
        self.columns
    }

    /// A text in the colour of its tone, where colours can be seen.
    pub(crate) fn painted(self, tone: Tone, text: &str) -> String {
        let colour = match tone {
            Tone::Good => "32",
            Tone::Careful => "33",
            Tone::Bad => "1;31",
            Tone::Aside => "36",
        };
        if self.bold { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// A line above columns, as it is.
    pub(crate) fn heading_of_table(self, line: &str) -> String {
        if self.bold { format!("\x1b[1m{line}\x1b[0m") } else { line.to_owned() }
    }

    /// A text whose first line is wrapped and whose further lines are values, which stay whole.
    pub(crate) fn in_lines(self, mark: &str, text: &str) -> String {
        let (first, values) = text.split_once('\n').unwrap_or((text, ""));
        let indent = mark.chars().count();
        let values = values.lines().map(|value| format!("\n{:indent$}{value}", ""));
        std::iter::once(self.wrapped(mark, first)).chain(values).collect()
    }

    pub(crate) fn heading(self, text: &str) -> String {
        let lines = self.wrapped("", text);
        if self.bold { format!("\x1b[1m{lines}\x1b[0m") } else { lines }
    }

    /// A bold label, followed by its text.
    pub(crate) fn labelled(self, label: &str, more: &str) -> String {
        let lines = self.wrapped("", &format!("{label}{more}"));
        // A label that is longer than one line is not set apart.
        match lines.strip_prefix(label) {
            Some(more) => format!("{}{more}", self.heading(label)),
            None => lines,
        }
    }

    /// The text in lines that fit, the first after `mark`, the others indented, without a final line end.
    pub(crate) fn wrapped(self, mark: &str, text: &str) -> String {
        let indent = mark.chars().count();
        let mut lines = mark.to_owned();
        let mut used = indent;
        for word in text.split_whitespace() {
            let length = word.chars().count();
            let begins_line = used == indent;
            if !begins_line && used + 1 + length > self.width {
                // Writing to a string cannot fail.
                let _ = write!(lines, "\n{:indent$}{word}", "");
                used = indent + length;
            } else {
                let gap = if begins_line { "" } else { " " };
                let _ = write!(lines, "{gap}{word}");
                used += gap.len() + length;
            }
        }
        lines
    }

    /// Short texts side by side, as many in a line as fit, none of them broken.
    pub(crate) fn side_by_side(self, texts: &[String]) -> String {
        let mut lines: Vec<String> = Vec::new();
        for text in texts {
            match lines.last_mut() {
                Some(line) if line.chars().count() + GAP.len() + text.chars().count() <= self.width => {
                    line.push_str(GAP);
                    line.push_str(text);
                }
                _ => lines.push(text.clone()),
            }
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_below_its_mark() {
        let page = Page::plain(24);
        let cases = [
            ("", "short", "short"),
            ("1. ", "Click the Settings tab of the app.", "1. Click the Settings\n   tab of the app."),
            ("- ", "http://localhost:8090/callback ends it", "- http://localhost:8090/callback\n  ends it"),
            ("", "→→→→→→ →→→→→→ →→→→→→ →→→", "→→→→→→ →→→→→→ →→→→→→ →→→"),
            ("- ", "", "- "),
        ];
        for (mark, text, expected) in cases {
            assert_eq!(page.wrapped(mark, text), expected, "{text}");
        }
    }

    #[test]
    fn short_texts_stand_side_by_side_as_far_as_they_fit() {
        let texts = ["[Enter] done", "[b] back", "[q] leave"].map(str::to_owned);
        assert_eq!(Page::plain(80).side_by_side(&texts), "[Enter] done   [b] back   [q] leave", "wide");
        assert_eq!(Page::plain(24).side_by_side(&texts), "[Enter] done   [b] back\n[q] leave", "narrow");
    }

    #[test]
    fn only_a_terminal_sees_bold() {
        assert_eq!(Page::plain(40).heading("Sign in"), "Sign in", "plain");
        let terminal = Page { bold: true, ..Page::terminal(24) };
        assert_eq!(terminal.heading("Sign in"), "\x1b[1mSign in\x1b[0m", "a terminal");
        let labelled = terminal.labelled("API Name", " (It is filled in by itself.)");
        assert_eq!(labelled, "\x1b[1mAPI Name\x1b[0m (It is filled\nin by itself.)", "the label alone");
        assert_eq!(terminal.painted(Tone::Good, "ok"), "\x1b[32mok\x1b[0m", "and colours");
        assert_eq!(Page::terminal(24).painted(Tone::Bad, "FAILED"), "FAILED", "none elsewhere");
    }

    #[test]
    fn values_below_a_text_stay_whole() {
        let shown = Page::plain(24)
            .in_lines("- ", "Enter these lines in the field:\nhttp://localhost:17177/practice/callback");
        assert_eq!(shown, "- Enter these lines in\n  the field:\n  http://localhost:17177/practice/callback");
    }
}
