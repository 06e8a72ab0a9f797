//! The figures of the kills, for people.

use std::{fmt::Write as _, time::Duration};

use connect_tests::figures;

use super::{Counts, Victim};

/// The time from reading an answer to its tokens on the disk, as the log has it.
pub(super) fn microseconds(log: &str) -> Option<u64> {
    let (_, after) = log.split_once("microseconds=")?;
    after.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// Prints what became of all kills.
pub(super) fn report(victim: Victim, all: &mut Counts, took: Duration) {
    let killed = all.outcomes.values().sum::<usize>();
    let mut text = format!("{victim:?}: {killed} programs killed by SIGKILL in {} s\n", took.as_secs());
    for ((step, outcome), times) in &all.outcomes {
        writeln!(text, "  {times:4} {step:?}: {outcome:?}").unwrap();
    }
    for (step, times) in &all.too_late {
        writeln!(text, "  {times:4} {step:?}: had ended by itself, not counted").unwrap();
    }
    writeln!(text, "tries with a token that was replaced, one for each lost answer: {}", all.reuses).unwrap();
    all.storing.sort_unstable();
    if let Some(last) = all.storing.len().checked_sub(1) {
        let [median, most_of_them, longest] = [50, 99, 100].map(|part| all.storing[last * part / 100]);
        writeln!(
            text,
            "from an answer read to its tokens on the disk, in µs: median {median}, 99 of 100 below {most_of_them}, \
             most {longest} ({} refreshes)",
            all.storing.len()
        )
        .unwrap();
    }
    figures(&text);
}
