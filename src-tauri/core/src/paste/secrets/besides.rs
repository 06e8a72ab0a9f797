//! Secrets that are not seen run by run: in wide letters, with a space behind each letter, in a sentence, behind a name in other
//! letters than ASCII's.

use std::ops::Range;

use memchr::memmem;

use super::{
    MOST_MARKS, Name, assigns, bare, by_form, by_name, end_of_run, end_of_value, is_mark, kind_of_bare,
    name_at_end_of,
};
use crate::{contract::view::SecretKind, explain::narrow};

/// The fewest single characters that are one value with a space behind each.
const FEWEST_SPACED: usize = 16;
/// How far apart a text is looked at for those: any run of the fewest has such a place with half a run behind it.
const STRIDE: usize = FEWEST_SPACED;

/// What is found in the text with its wide letters read as plain ones, by where it stands in the text itself.
pub(super) fn in_narrow(
    text: &str,
    find: impl Fn(&str) -> Vec<(Range<usize>, SecretKind)>,
) -> Vec<(Range<usize>, SecretKind)> {
    let has = |begin: &[u8]| memmem::find(text.as_bytes(), begin).is_some();
    // The first two bytes of every wide letter.
    if text.is_ascii() || !(has(b"\xef\xbc") || has(b"\xef\xbd")) {
        return find(text);
    }
    let (mut plain, mut wide) = (String::with_capacity(text.len()), Vec::new());
    for character in text.chars() {
        let narrow = narrow(character);
        if narrow != character {
            wide.push(plain.len());
        }
        plain.push(narrow);
    }
    // Each wide letter is two bytes longer.
    let place = |at: usize| at + 2 * wide.partition_point(|wide| *wide < at);
    let found = find(&plain).into_iter();
    found.map(|(range, kind)| (place(range.start)..place(range.end), kind)).collect()
}

/// The secrets that are not seen run by run.
pub(super) fn besides(text: &str) -> Vec<(Range<usize>, SecretKind)> {
    let mut all = bare(text);
    all.extend(spaced(text));
    all.extend(behind_is(text));
    all.extend(behind_other_letters(text));
    all
}

/// The secrets of a known form whose characters have a space between each, as text recognition reads them.
fn spaced(text: &str) -> Vec<(Range<usize>, SecretKind)> {
    let kind = |run: &Range<usize>| {
        let joined: String = text.get(run.clone())?.split(' ').collect();
        // A word of one letter may stand before.
        let mut rests = (0..3).filter_map(|from| joined.get(from..));
        rests.find_map(|rest| by_form(rest).or_else(|| kind_of_bare(rest)))
    };
    spaced_runs(text).into_iter().filter_map(|run| Some((run.clone(), kind(&run)?))).collect()
}

/// The long runs of single characters with a space between each.
pub(super) fn spaced_runs(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let is_space = |at: usize| bytes.get(at) == Some(&b' ');
    let is_one = |at: usize| {
        let is_letter =
            |at: usize| bytes.get(at).is_some_and(|byte| !byte.is_ascii() || byte.is_ascii_alphanumeric());
        let is_within = at.checked_sub(1).is_some_and(is_letter) || is_letter(at + 1);
        !is_within && bytes.get(at).is_some_and(u8::is_ascii_graphic)
    };
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in (0..bytes.len()).step_by(STRIDE) {
        let first = at + usize::from(is_space(at));
        let is_likely = (0..4).all(|one| is_space(first + 2 * one + 1) && is_one(first + 2 * one));
        if !is_likely || runs.last().is_some_and(|last| first < last.end) {
            continue;
        }
        let (mut start, mut end) = (first, first + 1);
        while start >= 2 && is_space(start - 1) && is_one(start - 2) {
            start -= 2;
        }
        while is_space(end) && is_one(end + 1) {
            end += 2;
        }
        if (end - start).div_ceil(2) >= FEWEST_SPACED {
            runs.push(start..end);
        }
    }
    runs
}

/// The secrets of sentences such as `My password is …`.
fn behind_is(text: &str) -> Vec<(Range<usize>, SecretKind)> {
    let bytes = text.as_bytes();
    let value = |at: usize| {
        let name = name_at_end_of(bytes.get(..at)?)?;
        let begin = begin_of_value(bytes, at + " is".len())?;
        let found = named_value(text, begin, &Name { name, is_assigned: true })?;
        // Else it is a word such as `required`.
        let run = bytes.get(found.0.clone())?;
        run.iter().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).then_some(found)
    };
    let is_whole = |at: &usize| bytes.get(at + " is".len()).is_some_and(|byte| is_mark(*byte));
    memmem::find_iter(bytes, " is").filter(is_whole).filter_map(value).collect()
}

/// How the words for a password end that do not end with a letter of ASCII: Japanese, Korean, Chinese, Russian.
const OF_OTHER_LETTERS: [&str; 6] = ["パスワード", "비밀번호", "密码", "密碼", "ароль", "АРОЛЬ"];

/// The passwords behind those.
fn behind_other_letters(text: &str) -> Vec<(Range<usize>, SecretKind)> {
    if text.is_ascii() {
        return Vec::new();
    }
    let bytes = text.as_bytes();
    let value = |end: usize| {
        let begin = begin_of_value(bytes, end)?;
        let is_assigned = bytes.get(end..begin)?.iter().any(|mark| assigns(*mark));
        named_value(text, begin, &Name { name: "password".to_owned(), is_assigned })
    };
    let ends = OF_OTHER_LETTERS
        .iter()
        .flat_map(|name| memmem::find_iter(bytes, *name).map(move |at| at + name.len()));
    ends.filter_map(value).collect()
}

/// Where a value begins behind the marks here.
fn begin_of_value(bytes: &[u8], at: usize) -> Option<usize> {
    let marks = bytes.get(at..)?.iter().take(MOST_MARKS).take_while(|byte| is_mark(**byte)).count();
    Some(at + marks)
}

/// The secret that begins here, behind this name.
fn named_value(text: &str, begin: usize, name: &Name) -> Option<(Range<usize>, SecretKind)> {
    let end = end_of_run(text.as_bytes(), begin);
    let kind = by_name(name, text.get(begin..end)?)?;
    Some((begin..end_of_value(text.as_bytes(), end), kind))
}
