//! The keys offered between two steps.

use crate::{
    end, output,
    terminal::{self, Answer, Typing},
    text::Page,
};

/// The exit code of a walk that was left before its end: a person has to go on with it.
pub(crate) const LEFT: u8 = 3;

/// The person's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Enter,
    /// One of the keys that were offered.
    Key(char),
    /// Leave, with this exit code.
    Leave(u8),
}

/// Offers Enter, these keys and q, each with its meaning, until one of them is chosen.
pub(crate) async fn choose(page: Page, enter: &str, keys: &[(char, &str)]) -> Choice {
    let mut offers = vec![format!("[Enter] {enter}")];
    offers.extend(keys.iter().map(|(key, what)| format!("[{key}] {what}")));
    offers.push("[q] leave, and go on later".to_owned());
    let words = format!("{}\n> ", page.side_by_side(&offers));
    loop {
        let line = match terminal::question(&words, Typing::Shown).await {
            Answer::Line(line) => line,
            Answer::EndOfInput => return Choice::Leave(LEFT),
            Answer::AskedToEnd => return Choice::Leave(end::ASKED),
        };
        // EXPOSE: compared with the offered keys.
        if let Some(choice) = chosen(line.expose(), keys) {
            return choice;
        }
        output::hint("That is none of these.");
    }
}

fn chosen(line: &str, keys: &[(char, &str)]) -> Option<Choice> {
    let mut characters = line.trim().chars();
    match (characters.next(), characters.next()) {
        (None, _) => Some(Choice::Enter),
        (Some('q' | 'Q'), None) => Some(Choice::Leave(LEFT)),
        (Some(typed), None) => {
            let typed = typed.to_ascii_lowercase();
            keys.iter().any(|(key, _)| *key == typed).then_some(Choice::Key(typed))
        }
        (Some(_), Some(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_offered_is_taken() {
        let keys = [('b', "back"), ('?', "my screen looks different")];
        let cases = [
            ("", Some(Choice::Enter)),
            ("  ", Some(Choice::Enter)),
            ("b", Some(Choice::Key('b'))),
            (" B ", Some(Choice::Key('b'))),
            ("?", Some(Choice::Key('?'))),
            ("q", Some(Choice::Leave(LEFT))),
            ("o", None),
            ("back", None),
            ("3MVG9", None),
        ];
        for (line, expected) in cases {
            assert_eq!(chosen(line, &keys), expected, "{line:?}");
        }
    }
}
