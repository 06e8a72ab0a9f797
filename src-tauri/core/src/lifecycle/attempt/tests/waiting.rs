//! Keys and callback lines that the org does not know, perhaps only not yet.

use super::*;
use crate::contract::view::{Awaited, Way};

/// An attempt whose lines were all refused, the hosted one last, and its next effects.
fn without_a_line(plan: Plan) -> (Attempt, Vec<Effect>) {
    let mut attempt = Attempt::new(plan, at(0));
    attempt.handle(Event::Begin, at(0));
    let mut effects = Vec::new();
    while effects.is_empty() || probed_line(&effects).is_some() {
        effects = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::CallbackMismatch), at(1));
    }
    (attempt, effects)
}

/// What a wait is for and when it asks again, if these effects begin one.
fn waits(effects: &[Effect]) -> Option<(Awaited, OffsetDateTime)> {
    match effects {
        [Effect::Tell(AttemptEvent::Waiting { what, .. }), Effect::Wake { at }] => Some((*what, *at)),
        _ => None,
    }
}

#[test]
fn the_key_of_another_orgs_connection_is_not_waited_for() {
    for key_seen_at in [at(0), at(-30 * 60)] {
        let plan = Plan { key_of_another: Some("practice".to_owned()), key_seen_at, ..plan() };
        let mut attempt = Attempt::new(plan, at(0));
        attempt.handle(Event::Begin, at(0));
        let effects = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::KeyUnknown), at(1));
        assert_eq!(failed(&effects), Some(Code::KeyOfConnection), "{effects:?}");
    }
    let mut known = Attempt::new(Plan { key_of_another: Some("practice".to_owned()), ..plan() }, at(0));
    known.handle(Event::Begin, at(0));
    let effects = known.handle(Event::AuthorizeProbed(AuthorizeAnswer::Known), at(1));
    assert!(matches!(effects[..], [Effect::ProbePair]), "an org that knows it decides: {effects:?}");
}

#[test]
fn missing_lines_of_a_new_app_are_waited_for() {
    let patient = Plan { wait: Duration::from_secs(1800), ..plan() };
    let (mut attempt, effects) = without_a_line(patient.clone());
    assert!(matches!(effects[..], [Effect::ProbePair]), "whether it is worth waiting for: {effects:?}");
    let effects = attempt.handle(Event::PairProbed(PairAnswer::Right), at(2));
    // The time for three lines, and as much again for the audit.
    assert_eq!(waits(&effects), Some((Awaited::Callback, at(2 + 120))), "calmly: {effects:?}");
    let lacking = attempt.waits_for().expect("told what is waited for");
    assert_eq!((lacking.code, attempt.phase()), (Code::CallbackMissing, Phase::Waiting), "{lacking:?}");
    assert!(lacking.fix[0].contains(LINES[0]), "with the lines to paste: {lacking:?}");
    let lacks = attempt.lacks().expect("told as data too");
    assert_eq!(lacks.what, Awaited::Callback, "which of the two");
    assert!(lacks.exact[0].lines.iter().any(|line| line == LINES[0]), "each by itself: {lacks:?}");

    assert_eq!(probed_line(&attempt.handle(Event::Woke, at(122))), Some(LINES[0]), "asked again");
    let effects = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::Known), at(122));
    assert!(matches!(effects[..], [Effect::Wake { at: next }] if next == at(127)), "{effects:?}");
    attempt.handle(Event::Woke, at(127));
    attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::Known), at(127));
    let effects = attempt.handle(Event::PairProbed(PairAnswer::Right), at(128));
    assert!(matches!(effects[..], [Effect::OpenSignIn { .. }, ..]), "goes on by itself: {effects:?}");

    let (mut wrong, _) = without_a_line(patient.clone());
    wrong.handle(Event::PairProbed(PairAnswer::Wrong), at(2));
    let effects = wrong.handle(Event::TokenProbed(TokenAnswer::SecretWrong), at(3));
    assert_eq!(failed(&effects), Some(Code::SecretWrong), "no wait cures that");

    let (_, effects) = without_a_line(Plan { key_seen_at: at(-30 * 60), ..patient });
    assert_eq!(failed(&effects), Some(Code::CallbackMissing), "an app that is no longer new");
}

#[test]
fn missing_lines_are_what_a_wait_for_them_ends_with() {
    let (mut attempt, _) = without_a_line(plan());
    let effects = attempt.handle(Event::PairProbed(PairAnswer::CannotTell(Code::RateLimited)), at(2));
    assert_eq!(waits(&effects), Some((Awaited::Callback, at(60))), "until the wait is over: {effects:?}");
    let mut effects = attempt.handle(Event::Woke, at(60));
    while probed_line(&effects).is_some() {
        effects = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::CallbackMismatch), at(60));
    }
    assert_eq!(
        failed(&effects),
        Some(Code::CallbackMissing),
        "the pair is not asked about twice: {effects:?}"
    );
    assert!(attempt.waited(), "the pair is kept for another try");
}

#[test]
fn an_unknown_key_is_asked_about_until_it_settles() {
    let mut attempt = Attempt::new(Plan { wait: Duration::from_secs(1800), ..plan() }, at(0));
    attempt.handle(Event::Begin, at(0));
    let effects = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::KeyUnknown), at(1));
    assert!(
        matches!(effects[..], [Effect::Tell(AttemptEvent::Waiting { .. }), Effect::Wake { at: next }] if next == at(21)),
        "{effects:?}"
    );
    attempt.handle(Event::Woke, at(21));
    let effects = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::Known), at(21));
    assert!(
        matches!(effects[..], [Effect::Wake { at: next }] if next == at(26)),
        "asks a second time: {effects:?}"
    );
    attempt.handle(Event::Woke, at(26));
    let flapped = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::KeyUnknown), at(26));
    assert!(
        matches!(flapped[..], [Effect::Tell(AttemptEvent::Waiting { .. }), Effect::Wake { .. }]),
        "{flapped:?}"
    );
    assert_eq!(waits(&flapped).map(|(_, at)| at), Some(at(86)), "no minute has more than three questions");
    for second in [86, 91] {
        attempt.handle(Event::Woke, at(second));
        attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::Known), at(second));
    }
    assert_eq!(attempt.phase(), Phase::Checking, "on to the pair after two positives in a row");
}

#[test]
fn an_unknown_key_is_given_up_when_the_wait_is_over() {
    let mut attempt = Attempt::new(Plan { wait: Duration::ZERO, ..plan() }, at(0));
    attempt.handle(Event::Begin, at(0));
    let effects = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::KeyUnknown), at(0));
    assert_eq!(failed(&effects), Some(Code::KeyUnknown), "no wait asked for");
    let told = effects.iter().find_map(|effect| match effect {
        Effect::Tell(event) => attempt.after(event),
        _ => None,
    });
    assert_eq!(told.map(|after| after.way), Some(Way::Wait), "the same values may do later");

    let mut attempt = Attempt::new(plan(), at(0));
    attempt.handle(Event::Begin, at(0));
    attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::KeyUnknown), at(50));
    attempt.handle(Event::Woke, at(60));
    let effects = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::KeyUnknown), at(60));
    assert_eq!(failed(&effects), Some(Code::KeyUnknown), "asked once more at the very end");
}

#[test]
fn a_key_that_was_known_long_ago_is_not_waited_for() {
    let mut attempt = Attempt::new(Plan { key_seen_at: at(-30 * 60), ..plan() }, at(0));
    attempt.handle(Event::Begin, at(0));
    let effects = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::KeyUnknown), at(1));
    assert_eq!(failed(&effects), Some(Code::KeyUnknown), "it is gone, not new");
}

#[test]
fn an_odd_key_is_never_put_into_an_address_unasked() {
    use KeyLooks::{Odd, Secret};
    let down = TokenAnswer::CannotTell(Code::SalesforceUnavailable);
    let cut_off = TokenAnswer::CannotTell(Code::NetworkDns);
    // The key's look, and the answer: the failure, and whether to wait. Else it is treated like any other key.
    let answers = [
        (Odd, TokenAnswer::PairRight, None, false),
        (Odd, TokenAnswer::SecretWrong, None, false),
        (Odd, TokenAnswer::KeyUnknown, None, true),
        (Odd, down, None, false),
        (Odd, cut_off, Some(Code::NetworkDns), false),
        (Secret, TokenAnswer::PairRight, None, false),
        (Secret, TokenAnswer::SecretWrong, None, false),
        (Secret, TokenAnswer::KeyUnknown, Some(Code::KeyLooksSecret), false),
        (Secret, down, Some(Code::KeyLooksSecret), false),
        (Secret, cut_off, Some(Code::NetworkDns), false),
    ];
    for (key_looks, answer, expected, waited_for) in answers {
        let mut attempt = Attempt::new(Plan { key_looks, ..plan() }, at(0));
        let effects = attempt.handle(Event::Begin, at(0));
        assert!(matches!(effects[..], [Effect::ProbeToken { .. }]), "a form body first: {effects:?}");
        let effects = attempt.handle(Event::TokenProbed(answer), at(1));
        assert_eq!(failed(&effects), expected, "{key_looks:?} {answer:?}");
        assert_eq!(waits(&effects).is_some(), waited_for, "{key_looks:?} {answer:?}");
        let goes_on = expected.is_none() && !waited_for;
        assert_eq!(probed_line(&effects).is_some(), goes_on, "{key_looks:?} {answer:?}");
    }
}

#[test]
fn a_key_of_ones_own_choosing_is_waited_for_by_post() {
    let odd = Plan { key_looks: KeyLooks::Odd, ..plan() };
    let mut attempt = Attempt::new(odd.clone(), at(0));
    attempt.handle(Event::Begin, at(0));
    attempt.handle(Event::TokenProbed(TokenAnswer::KeyUnknown), at(1));
    let effects = attempt.handle(Event::Woke, at(21));
    assert!(matches!(effects[..], [Effect::ProbeToken { .. }]), "in a form body again: {effects:?}");
    let effects = attempt.handle(Event::TokenProbed(TokenAnswer::PairRight), at(21));
    assert_eq!(probed_line(&effects), Some(LINES[0]), "a key now: it may stand in an address");

    let mut late = Attempt::new(Plan { key_seen_at: at(-30 * 60), ..odd }, at(0));
    late.handle(Event::Begin, at(0));
    let effects = late.handle(Event::TokenProbed(TokenAnswer::KeyUnknown), at(1));
    assert_eq!(failed(&effects), Some(Code::KeyUnknown), "its form is not what is wrong with it");
}
