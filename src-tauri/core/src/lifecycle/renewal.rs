//! Whether an access token may be handed out, and the meaning of a refresh's answer.

use time::{Duration, OffsetDateTime};

use crate::{
    contract::view::Status,
    explain::Code,
    org::oauth::{Introspected, Trouble, wire::LONGEST_RETRY_AFTER},
};

/// How long before its known expiry a token is last handed out; a shorter-lived one only in its first half.
const EXPIRY_MARGIN: Duration = Duration::seconds(120);
/// How long a token of unknown expiry is handed out after it was issued or last worked.
const TRUSTED_WITHOUT_EXPIRY: Duration = Duration::minutes(10);

/// How long after an unconfirmed refusal another one confirms it: what an org in trouble says within minutes is one moment.
const REPEATED_AFTER: Duration = Duration::minutes(5);

/// The known age of the stored access token.
#[derive(Clone, Copy, Debug)]
pub struct Age {
    pub issued_at: OffsetDateTime,
    pub expires_at: Option<OffsetDateTime>,
    /// When the org last accepted it.
    pub proved_at: Option<OffsetDateTime>,
}

/// Whether the token may be given to a program at `now`.
pub fn may_be_handed_out(age: Age, now: OffsetDateTime) -> bool {
    if now < age.issued_at {
        // The clock went back, so the age is unknown.
        return false;
    }
    let Some(expires_at) = age.expires_at else {
        let proved_at = age.proved_at.filter(|proved_at| *proved_at <= now);
        let since = proved_at.map_or(age.issued_at, |proved_at| proved_at.max(age.issued_at));
        return now - since <= TRUSTED_WITHOUT_EXPIRY;
    };
    expires_at - now >= EXPIRY_MARGIN.min((expires_at - age.issued_at) / 2)
}

/// Whether a token of this end is known to work for so many seconds more, where that is wanted.
pub fn lasts(expires_at: Option<OffsetDateTime>, seconds: Option<u64>, now: OffsetDateTime) -> bool {
    let Some(seconds) = seconds else { return true };
    let wanted = Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
    expires_at.is_some_and(|end| end - now >= wanted)
}

/// Whether a new token would most likely end too soon as well, so that the org is not asked for one at each request: the present one's
/// whole life is shorter than what is wanted, and less than half of it is over. Where no end is known, none of the next is.
pub fn is_longest(age: Age, seconds: Option<u64>, now: OffsetDateTime) -> bool {
    match (seconds, age.expires_at) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(_), Some(end)) => {
            let life = end - age.issued_at;
            !lasts(Some(end), seconds, age.issued_at) && now - age.issued_at < life / 2
        }
    }
}

/// Whether a token issued at this time came from a refresh begun after the request. A time in the future comes from a
/// clock that has been corrected since.
pub fn is_fresh(issued_at: OffsetDateTime, asked_at: OffsetDateTime, now: OffsetDateTime) -> bool {
    (asked_at..=now).contains(&issued_at)
}

/// Until when an org that asked for a pause is left alone. A pause longer than a day was begun by a clock that has been
/// corrected since, and is ignored.
pub fn paused_until(not_before: Option<OffsetDateTime>, now: OffsetDateTime) -> Option<OffsetDateTime> {
    not_before.filter(|until| now < *until && *until <= now + LONGEST_RETRY_AFTER)
}

/// Whether an org says with this code that it was reached and wants to be left alone for a while.
pub fn is_of_pauses(code: Code) -> bool {
    matches!(code, Code::RateLimited | Code::SalesforceUnavailable)
}

/// The state of a connection after a refresh without a token. `interrupted`: the answer to an earlier one was never
/// stored. `confirmed`: the org has said the same in another way, or some minutes before. A single refusal ends nothing: it
/// may come from one server, or one moment.
pub fn after_failed_refresh(trouble: &Trouble, interrupted: bool, confirmed: bool) -> (Status, Code) {
    match (trouble.terminal, trouble.code) {
        // The org replaces a token when it answers; the answer with the new one was lost.
        (true, Code::RefreshTokenDead) if interrupted && confirmed => (Status::NeedsYou, Code::RefreshLost),
        // Only an admin can change that the org refuses this user or app. It is asked again all the same.
        (true, code @ (Code::InactiveUser | Code::InactiveOrg))
        | (false, code @ (Code::UserNotPermitted | Code::AppBlocked)) => (Status::NeedsYou, code),
        (terminal, code) if confirmed && (terminal || code.waits_for_a_setting()) => (Status::NeedsYou, code),
        (_, code) => (Status::Unreachable, said_once(code)),
    }
}

/// What a refusal is called that nothing has confirmed yet.
pub fn said_once(code: Code) -> Code {
    if code == Code::RefreshTokenDead { Code::RefusalUnconfirmed } else { code }
}

/// Whether a refusal repeats the last one, and does so late enough to confirm it. `since` is when that one came, where it is
/// known.
pub fn repeats(
    refusal: Code,
    (status, reason): (Status, Option<Code>),
    since: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> bool {
    if status == Status::NeedsYou {
        return reason == Some(refusal);
    }
    reason == Some(said_once(refusal)) && since.is_none_or(|since| now - since >= REPEATED_AFTER)
}

/// Whether a refresh that was refused so did not use its token up: it is as good as before.
pub fn leaves_the_token(code: Code, terminal: bool) -> bool {
    code.was_not_received() || code == Code::SalesforceRefused || terminal
}

/// Whether the org refused a refresh that was sent without the secret because of that. Any other refusal shows nothing, and none
/// ends a sign-in: whatever it says, the next refresh with the secret finds it out.
pub fn misses_the_secret(trouble: &Trouble) -> bool {
    trouble.terminal && trouble.code == Code::SecretWrong
}

/// Whether introspection of the refresh token, or its refusal, confirms a refusal that would end a connection. `None`
/// when it tells nothing.
pub fn bears_out(refusal: Code, asked: &Result<Introspected, Trouble>) -> Option<bool> {
    match asked {
        Ok(answer) if answer.active => Some(false),
        // The pair was accepted: only the token can be at fault.
        Ok(_) => Some(matches!(refusal, Code::RefreshTokenDead | Code::AppNotInOrg)),
        Err(trouble) if matches!(trouble.code, Code::SecretWrong | Code::KeyUnknown | Code::AppNotInOrg) => {
            Some(true)
        }
        // An org may refuse to introspect a token that it no longer knows.
        Err(trouble) => {
            (refusal == Code::RefreshTokenDead && trouble.code == Code::SalesforceRefused).then_some(true)
        }
    }
}

/// The state of a connection after a failed call of the org's API; `None` when nothing follows.
pub fn after_failed_call(code: Code) -> Option<Status> {
    if is_of_calls(code) { Some(Status::NeedsYou) } else { code.is_away().then_some(Status::Unreachable) }
}

/// Whether the org refuses calls but not the token: a successful refresh does not disprove it.
pub fn is_of_calls(code: Code) -> bool {
    matches!(code, Code::ApiRefused | Code::ApiDisabled | Code::OrgMoved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds)
    }

    #[test]
    fn a_token_lasts_as_long_as_wanted_where_that_is_known() {
        let table = [
            // Each row: expires, wanted, lasts.
            (Some(7200), None, true),
            (None, None, true),
            (Some(7200), Some(7200), true),
            (Some(7200), Some(7201), false),
            (Some(7200), Some(u64::MAX), false),
            (Some(-1), Some(0), false),
            (None, Some(0), false),
        ];
        for (expires, wanted, expected) in table {
            assert_eq!(lasts(expires.map(at), wanted, at(0)), expected, "{expires:?} for {wanted:?}");
        }
    }

    #[test]
    fn a_token_is_handed_out_by_its_expiry_then_by_proof() {
        let table = [
            // Each row: issued, expires, proved, now, handed out.
            (0, Some(7200), None, 7000, true),
            (0, Some(7200), None, 7080, true),
            (0, Some(7200), None, 7081, false),
            (0, Some(60), None, 30, true),
            (0, Some(60), None, 31, false),
            (0, None, None, 600, true),
            (0, None, None, 601, false),
            (0, None, Some(500), 1100, true),
            (0, None, Some(500), 1101, false),
            (100, None, None, 99, false),
            (0, None, Some(5000), 700, false),
        ];
        for (issued, expires, proved, now, expected) in table {
            let age = Age { issued_at: at(issued), expires_at: expires.map(at), proved_at: proved.map(at) };
            assert_eq!(may_be_handed_out(age, at(now)), expected, "{age:?} at {now}");
        }
    }

    #[test]
    fn a_clock_that_was_ahead_proves_nothing_fresh_and_holds_nobody_up() {
        let day = 24 * 60 * 60;
        for (issued, asked, now, fresh) in
            [(99, 100, 101, false), (100, 100, 101, true), (101, 100, 101, true), (5000, 100, 101, false)]
        {
            assert_eq!(is_fresh(at(issued), at(asked), at(now)), fresh, "{issued}, asked at {asked}");
        }
        for (until, held) in [(0, false), (60, true), (day, true), (day + 1, false), (90 * day, false)] {
            assert_eq!(paused_until(Some(at(until)), at(0)).is_some(), held, "until {until}");
        }
    }

    fn trouble(code: Code, terminal: bool) -> Trouble {
        Trouble { terminal, ..Trouble::passing(code) }
    }

    #[test]
    fn only_a_terminal_answer_that_is_confirmed_needs_a_person() {
        for (terminal, confirmed, status) in [
            (true, true, Status::NeedsYou),
            (true, false, Status::Unreachable),
            (false, true, Status::Unreachable),
            (false, false, Status::Unreachable),
        ] {
            for interrupted in [false, true] {
                let after =
                    after_failed_refresh(&trouble(Code::RefreshTokenDead, terminal), interrupted, confirmed);
                assert_eq!(after.0, status, "terminal: {terminal}, confirmed: {confirmed}");
            }
        }
    }

    #[test]
    fn only_a_refused_client_shows_that_the_secret_is_missed_and_no_refusal_uses_the_token_up() {
        let table = [
            // Each row: code, terminal, shows that the secret is required, leaves the token as it was.
            (Code::SecretWrong, true, true, true),
            (Code::SecretWrong, false, false, false),
            (Code::RefreshTokenDead, true, false, true),
            (Code::KeyUnknown, true, false, true),
            (Code::AppNotInOrg, true, false, true),
            (Code::SalesforceRefused, false, false, true),
            (Code::RateLimited, false, false, true),
            (Code::NetworkConnect, false, false, true),
            (Code::NetworkCut, false, false, false),
            (Code::NetworkTimeout, false, false, false),
            (Code::SalesforceUnavailable, false, false, false),
            (Code::SalesforceUnreadable, false, false, false),
        ];
        for (code, terminal, misses, leaves) in table {
            assert_eq!(misses_the_secret(&trouble(code, terminal)), misses, "{code:?}, terminal: {terminal}");
            assert_eq!(leaves_the_token(code, terminal), leaves, "{code:?}, terminal: {terminal}");
        }
    }

    #[test]
    fn what_only_an_admin_changes_waits_for_a_setting_and_what_passes_does_not() {
        let table = [
            (Code::UserNotPermitted, false, Status::NeedsYou, Status::NeedsYou, true),
            (Code::AppBlocked, false, Status::NeedsYou, Status::NeedsYou, true),
            (Code::InactiveUser, true, Status::NeedsYou, Status::NeedsYou, true),
            (Code::AppNotInstalled, false, Status::Unreachable, Status::NeedsYou, true),
            (Code::ScopeMissing, false, Status::Unreachable, Status::NeedsYou, true),
            (Code::OrgMoved, false, Status::Unreachable, Status::NeedsYou, true),
            (Code::KeyUnknown, true, Status::Unreachable, Status::NeedsYou, false),
            (Code::SalesforceRefused, false, Status::Unreachable, Status::Unreachable, false),
            (Code::LoginRestricted, false, Status::Unreachable, Status::Unreachable, false),
            (Code::SalesforceUnavailable, false, Status::Unreachable, Status::Unreachable, false),
        ];
        for (code, terminal, once, twice, setting) in table {
            let trouble = trouble(code, terminal);
            assert_eq!(after_failed_refresh(&trouble, false, false).0, once, "{code:?}, said once");
            assert_eq!(after_failed_refresh(&trouble, false, true).0, twice, "{code:?}, confirmed");
            assert_eq!(code.waits_for_a_setting(), setting, "{code:?}");
        }
        for code in Code::ALL {
            match after_failed_call(*code) {
                Some(Status::NeedsYou) => {
                    assert!(code.waits_for_a_setting(), "{code:?}: a refused call ends no sign-in");
                }
                status => assert_eq!(status == Some(Status::Unreachable), code.is_away(), "{code:?}"),
            }
        }
    }

    #[test]
    fn a_refusal_is_borne_out_by_what_introspection_says() {
        let active = |active| Ok(Introspected { active, life: None, ends_at: None });
        let refused = |code| Err(Trouble::passing(code));
        let table = [
            (Code::RefreshTokenDead, active(false), Some(true)),
            (Code::RefreshTokenDead, active(true), Some(false)),
            (Code::RefreshTokenDead, refused(Code::SalesforceRefused), Some(true)),
            (Code::RefreshTokenDead, refused(Code::SecretWrong), Some(true)),
            (Code::RefreshTokenDead, refused(Code::SalesforceUnavailable), None),
            (Code::RefreshTokenDead, refused(Code::NetworkCut), None),
            (Code::SecretWrong, refused(Code::SecretWrong), Some(true)),
            (Code::SecretWrong, active(false), Some(false)),
            (Code::SecretWrong, active(true), Some(false)),
            (Code::KeyUnknown, refused(Code::SecretWrong), Some(true)),
            (Code::KeyUnknown, refused(Code::KeyUnknown), Some(true)),
            (Code::KeyUnknown, refused(Code::SalesforceRefused), None),
            (Code::AppNotInOrg, active(false), Some(true)),
            (Code::AppNotInOrg, active(true), Some(false)),
        ];
        for (code, asked, expected) in table {
            assert_eq!(bears_out(code, &asked), expected, "{code:?} and {asked:?}");
        }
    }

    #[test]
    fn a_refusal_is_confirmed_by_another_one_only_minutes_later() {
        let (away, needed) = (Status::Unreachable, Status::NeedsYou);
        let (dead, doubted) = (Code::RefreshTokenDead, Code::RefusalUnconfirmed);
        let table = [
            // Each row: the refusal, what was said before, since when, now, whether it is confirmed.
            (dead, (away, Some(doubted)), Some(0), 1, false),
            (dead, (away, Some(doubted)), Some(0), 299, false),
            (dead, (away, Some(doubted)), Some(0), 300, true),
            (dead, (away, Some(doubted)), None, 0, true),
            (dead, (away, Some(doubted)), Some(900), 0, false),
            (dead, (away, Some(Code::NetworkCut)), Some(0), 3000, false),
            (dead, (Status::Connected, None), Some(0), 3000, false),
            (dead, (needed, Some(dead)), Some(0), 1, true),
            (Code::AppNotInstalled, (away, Some(Code::AppNotInstalled)), Some(0), 1, false),
            (Code::AppNotInstalled, (away, Some(Code::AppNotInstalled)), Some(0), 301, true),
            (Code::AppNotInstalled, (away, Some(doubted)), Some(0), 301, false),
        ];
        for (refusal, before, since, now, expected) in table {
            assert_eq!(
                repeats(refusal, before, since.map(at), at(now)),
                expected,
                "{refusal:?} {before:?} {now}"
            );
        }
    }

    #[test]
    fn a_lost_answer_is_named_only_where_the_org_then_refuses_the_token() {
        let table = [
            (Code::RefreshTokenDead, true, true, true, Code::RefreshLost),
            (Code::RefreshTokenDead, true, true, false, Code::RefusalUnconfirmed),
            (Code::RefreshTokenDead, true, false, true, Code::RefreshTokenDead),
            (Code::SecretWrong, true, true, true, Code::SecretWrong),
            (Code::SalesforceUnavailable, false, true, false, Code::SalesforceUnavailable),
        ];
        for (code, terminal, interrupted, confirmed, expected) in table {
            let after = after_failed_refresh(&trouble(code, terminal), interrupted, confirmed);
            assert_eq!(after.1, expected, "{code:?}, {interrupted}, {confirmed}");
        }
    }
}
