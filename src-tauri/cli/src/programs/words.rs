//! Programs that ask for tokens, in words.

use connect_core::contract::view::{Asker, Consent, LastUse, Use};

use crate::local;

/// When it was used last, and by whom.
pub(crate) fn last_use(used: Option<&LastUse>) -> String {
    used.map_or_else(
        || "no use is recorded".to_owned(),
        |LastUse { by, at }| format!("{}, {}", local::moment(*at), name(by)),
    )
}

/// A program, and how often it was given a token.
pub(crate) fn used(used: &Use) -> String {
    format!("{}: {}, the last one {}", name(&used.by), times(used), local::moment(used.last_at))
}

/// What was said of a program.
pub(crate) fn consented(Consent { program, allowed, at }: &Consent) -> String {
    let program = program.as_deref().unwrap_or("what this computer does not tell");
    let said = if *allowed { "allowed" } else { "refused" };
    format!("{program}: {said} since {}", local::moment(*at))
}

/// What the system told of it.
fn name(Asker { program, through_dtx }: &Asker) -> String {
    let program = program.as_deref().unwrap_or("an unknown program");
    if *through_dtx { format!("through dtx, called by {program}") } else { program.to_owned() }
}

/// How often, and where that is not for a plain token, for what.
fn times(used: &Use) -> String {
    let all = match used.times() {
        1 => "1 token".to_owned(),
        several => format!("{several} tokens"),
    };
    let named = [(used.fresh, "fresh"), (used.run, "for dtx run")];
    let named = named.into_iter().filter(|(count, _)| *count > 0);
    let named: Vec<_> = named.map(|(count, what)| format!("{count} {what}")).collect();
    if named.is_empty() { all } else { format!("{all} ({})", named.join(", ")) }
}

#[cfg(test)]
mod tests {
    use connect_core::contract::view::Purpose;
    use time::OffsetDateTime;

    use super::*;

    #[test]
    fn a_program_is_told_with_what_it_asked_for() {
        let by =
            |program: Option<&str>, through_dtx| Asker { program: program.map(str::to_owned), through_dtx };
        assert_eq!(name(&by(Some("/usr/bin/make"), true)), "through dtx, called by /usr/bin/make");
        assert_eq!(name(&by(None, true)), "through dtx, called by an unknown program");
        assert_eq!(name(&by(Some("/opt/loader"), false)), "/opt/loader");
        assert_eq!(name(&by(None, false)), "an unknown program");
        let once = |purpose| Use::once(by(None, false), purpose, OffsetDateTime::UNIX_EPOCH);
        let mut used = once(Purpose::Token);
        assert_eq!(times(&used), "1 token");
        used.add(&once(Purpose::Fresh));
        used.add(&once(Purpose::Run));
        used.add(&once(Purpose::Run));
        assert_eq!(times(&used), "4 tokens (1 fresh, 2 for dtx run)");
        assert!(last_use(None).starts_with("no use"), "not even once");
    }
}
