//! Texts cut to fit where a desktop shows them: a line of a menu, a title, a button.

/// The mark for the part left out.
const ELLIPSIS: char = '…';

/// The text, cut in its middle if it is too long: similar names differ at their ends.
pub(crate) fn without_middle(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let room = room.saturating_sub(1);
    let end: Vec<char> = fitting(text.chars().rev(), room / 2).collect();
    let begin = fitting(text.chars(), room - room / 2);
    begin.chain([ELLIPSIS]).chain(end.into_iter().rev()).collect()
}

/// The text, cut at its end if it is too long.
pub(crate) fn without_end(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let begin: String = fitting(text.chars(), room.saturating_sub(1)).collect();
    let begin = begin.rsplit_once(' ').map_or(begin.as_str(), |(words, _)| words);
    format!("{begin}{ELLIPSIS}")
}

/// The width in columns.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn fitting(characters: impl Iterator<Item = char>, room: usize) -> impl Iterator<Item = char> {
    characters
        .scan(0, |used, character| {
            *used += columns(character);
            Some((*used, character))
        })
        .take_while(move |(used, _)| *used <= room)
        .map(|(_, character)| character)
}

/// The columns of a character: East Asian letters and pictures take two.
fn columns(character: char) -> usize {
    let is_wide = matches!(u32::from(character),
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60
        | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3ffff);
    1 + usize::from(is_wide)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_keeps_its_beginning_and_its_end_and_a_sentence_its_beginning() {
        for (text, room, name, sentence) in [
            ("acme_uat", 8, "acme_uat", "acme_uat"),
            ("acme-international--uat-2", 13, "acme-i…-uat-2", "acme-interna…"),
            ("It was revoked by somebody", 16, "It was r…omebody", "It was revoked…"),
            ("日本の組織の接続", 9, "日本…接続", "日本の組…"),
        ] {
            assert_eq!(without_middle(text, room), name, "{text} in {room}");
            assert_eq!(without_end(text, room), sentence, "{text} in {room}");
        }
    }

    proptest! {
        #[test]
        fn whatever_it_is_it_fits(text in "\\PC{0,80}", room in 1_usize..64) {
            for shown in [without_middle(&text, room), without_end(&text, room)] {
                prop_assert!(width(&shown) <= room, "{shown} in {room}");
                prop_assert_eq!(shown == text, width(&text) <= room);
            }
        }
    }
}
