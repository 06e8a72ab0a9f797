//! How many rows of a terminal a line takes.

/// The distance between two tab stops.
const TAB: usize = 8;

/// Letters that take two columns: those of East Asia, and pictures.
const WIDE: [(char, char); 10] = [
    ('\u{1100}', '\u{115f}'),
    ('\u{2e80}', '\u{303e}'),
    ('\u{3041}', '\u{a4cf}'),
    ('\u{a960}', '\u{a97f}'),
    ('\u{ac00}', '\u{d7a3}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{fe30}', '\u{fe6f}'),
    ('\u{ff00}', '\u{ff60}'),
    ('\u{1f300}', '\u{1faff}'),
    ('\u{20000}', '\u{3fffd}'),
];

/// Marks that stand over the letter before them, and what is not seen at all.
const NARROW: [(char, char); 4] =
    [('\u{300}', '\u{36f}'), ('\u{200b}', '\u{200f}'), ('\u{20d0}', '\u{20ff}'), ('\u{fe00}', '\u{fe0f}')];

/// The rows of a line that begins in the first of so many columns, as a terminal shows what is typed.
pub(super) fn rows(line: impl Iterator<Item = char>, columns: usize) -> usize {
    let (mut rows, mut column) = (1, 0);
    for letter in line {
        let width = match letter {
            // It never leads into the next row.
            '\t' => (TAB - column % TAB).min(columns.saturating_sub(column + 1)),
            other => width(other),
        };
        // A wide letter does not fit into the last column.
        if column + width > columns {
            rows += 1;
            column = 0;
        }
        column += width;
    }
    rows
}

fn width(letter: char) -> usize {
    let is_of =
        |ranges: &[(char, char)]| ranges.iter().any(|(first, last)| (*first..=*last).contains(&letter));
    // A control character is shown as ^ and a letter.
    if letter.is_ascii_control() || is_of(&WIDE) { 2 } else { usize::from(!is_of(&NARROW)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_as_many_rows_as_its_letters_need_columns() {
        for (line, columns, expected) in [
            ("", 80, 1),
            ("1234567890", 10, 1),
            ("12345678901", 10, 2),
            ("日本語日本", 10, 1),
            ("1日本語日本", 10, 2),
            // The last column stays empty.
            ("日日日日日", 9, 2),
            ("\u{1b}[A789012", 10, 1),
            ("\u{1b}[A7890123", 10, 2),
            ("e\u{301}234567890", 10, 1),
            ("1\t90", 10, 1),
            ("1\t90\t1", 10, 2),
        ] {
            assert_eq!(rows(line.chars(), columns), expected, "{line:?} in {columns}");
        }
    }
}
