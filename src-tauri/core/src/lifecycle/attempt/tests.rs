mod model;
mod waiting;

use std::time::Duration;

use url::Url;

use super::*;
use crate::{contract::view::Identity, secret::Secret};

const LINES: [&str; 2] =
    ["http://localhost:17177/auth/salesforce/callback", "http://localhost:27177/auth/salesforce/callback"];

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(seconds)
}

fn renewed(org_id: &str, user_id: &str) -> Renewed {
    Renewed {
        org_id: org_id.to_owned(),
        user_id: user_id.to_owned(),
        username: "ada@acme.example".to_owned(),
    }
}

fn plan() -> Plan {
    Plan {
        alias: "acme".to_owned(),
        host: "acme.my.salesforce.com".to_owned(),
        promised_kind: Some(OrgKind::Production),
        callbacks: LINES.map(str::to_owned).to_vec(),
        hosted_callback: Some("https://www.getdatatrax.com/auth/salesforce/callback".to_owned()),
        hosted_wanted: false,
        callback_block: LINES.map(str::to_owned).to_vec(),
        key_looks: KeyLooks::Generated,
        key_seen_at: at(0),
        key_of_another: None,
        expected: Expected::default(),
        wait: Duration::from_secs(60),
    }
}

fn granted() -> Granted {
    let url = |text| Url::parse(text).expect("an address");
    Granted {
        access: Secret::new("00Daccess"),
        refresh: Some(Secret::new("5Aep861refresh")),
        scope: vec!["api".to_owned(), "refresh_token".to_owned()],
        instance_url: url("https://acme.my.salesforce.com"),
        owner: None,
        issued_at: None,
    }
}

fn known(kind: OrgKind) -> Known {
    let identity = Identity {
        org_id: "00D000000000001AAA".to_owned(),
        org_name: Some("Acme".to_owned()),
        user_id: "005000000000001AAA".to_owned(),
        username: "datatrax@acme.example".to_owned(),
        kind,
        modifies_all_data: None,
    };
    let instance_url = "https://acme.my.salesforce.com".to_owned();
    Known { identity, reported: kind, instance_url, api_version: "67.0".to_owned(), remark: None }
}

fn trouble(code: Code) -> Trouble {
    Trouble { terminal: true, ..Trouble::passing(code) }
}

/// The code an attempt failed with, if these effects end it so.
fn failed(effects: &[Effect]) -> Option<Code> {
    effects.iter().find_map(|effect| match effect {
        Effect::Tell(AttemptEvent::Failed(failure)) => Some(failure.code),
        _ => None,
    })
}

fn discards(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Discard { .. }))
}

fn probed_line(effects: &[Effect]) -> Option<&str> {
    effects.iter().find_map(|effect| match effect {
        Effect::ProbeAuthorize { redirect_uri } => Some(redirect_uri.as_str()),
        _ => None,
    })
}

/// An attempt in the phase `Browser`.
fn in_the_browser(plan: Plan) -> Attempt {
    let mut attempt = Attempt::new(plan, at(0));
    attempt.handle(Event::Begin, at(0));
    attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::Known), at(1));
    let effects = attempt.handle(Event::PairProbed(PairAnswer::Right), at(2));
    assert!(matches!(effects.first(), Some(Effect::OpenSignIn { .. })), "opens the sign-in: {effects:?}");
    attempt
}

/// An attempt that has exchanged its code and asks who signed in.
fn identifying(plan: Plan) -> Attempt {
    let mut attempt = in_the_browser(plan);
    attempt.handle(Event::CameBack(Callback::Code(Secret::new("aPrx"))), at(3));
    let effects = attempt.handle(Event::Exchanged(Ok(granted())), at(4));
    assert!(matches!(effects[..], [Effect::Identify { .. }]), "asks who signed in: {effects:?}");
    attempt
}

#[test]
fn a_sign_in_goes_from_probe_to_stored() {
    let mut attempt = identifying(plan());
    let effects = attempt.handle(Event::Identified(Ok(known(OrgKind::Production))), at(5));
    assert!(matches!(effects[..], [Effect::Store { .. }]), "stores: {effects:?}");
    assert!(!attempt.ended(), "not before it is stored");
    let effects = attempt.handle(Event::Stored(Ok(())), at(6));
    let connected =
        effects.iter().any(|effect| matches!(effect, Effect::Tell(AttemptEvent::Connected { .. })));
    assert!(connected && attempt.ended(), "connected: {effects:?}");
}

#[test]
fn the_first_registered_line_is_taken_and_that_there_is_none_explained() {
    let mut attempt = Attempt::new(plan(), at(0));
    assert_eq!(probed_line(&attempt.handle(Event::Begin, at(0))), Some(LINES[0]), "the first line");
    let mismatch = || Event::AuthorizeProbed(AuthorizeAnswer::CallbackMismatch);
    assert_eq!(probed_line(&attempt.handle(mismatch(), at(1))), Some(LINES[1]), "the second");
    let hosted = attempt.handle(mismatch(), at(2));
    assert!(
        probed_line(&hosted).is_some_and(|line| line.starts_with("https://")),
        "the hosted line: {hosted:?}"
    );
    let effects = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::Known), at(3));
    assert_eq!(failed(&effects), Some(Code::CallbackHostedOnly), "never chosen by itself");
}

#[test]
fn the_hosted_line_is_taken_when_it_was_asked_for_and_no_other_is_registered() {
    let wanted = Plan { hosted_wanted: true, ..plan() };
    let mut attempt = Attempt::new(wanted.clone(), at(0));
    attempt.handle(Event::Begin, at(0));
    for second in 1..=2 {
        attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::CallbackMismatch), at(second));
    }
    attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::Known), at(3));
    let effects = attempt.handle(Event::PairProbed(PairAnswer::Right), at(4));
    let opened = |effects: &[Effect]| match effects {
        [Effect::OpenSignIn { redirect_uri }, ..] => Some(redirect_uri.clone()),
        _ => None,
    };
    assert_eq!(opened(&effects), wanted.hosted_callback, "on request: {effects:?}");

    let mut attempt = Attempt::new(wanted, at(0));
    attempt.handle(Event::Begin, at(0));
    attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::Known), at(1));
    let effects = attempt.handle(Event::PairProbed(PairAnswer::Right), at(2));
    assert_eq!(opened(&effects).as_deref(), Some(LINES[0]), "one of ours all the same: {effects:?}");
}

#[test]
fn a_wrong_secret_is_told_from_a_wrong_key() {
    let answers = [
        (TokenAnswer::SecretWrong, Some(Code::SecretWrong)),
        (TokenAnswer::KeyUnknown, None),
        (TokenAnswer::PairRight, None),
        (TokenAnswer::CannotTell(Code::SalesforceUnreadable), Some(Code::SecretWrong)),
    ];
    for (answer, expected) in answers {
        let mut attempt = Attempt::new(plan(), at(0));
        attempt.handle(Event::Begin, at(0));
        attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::Known), at(1));
        let effects = attempt.handle(Event::PairProbed(PairAnswer::Wrong), at(2));
        assert!(matches!(effects[..], [Effect::ProbeToken { .. }]), "asks which: {effects:?}");
        let effects = attempt.handle(Event::TokenProbed(answer), at(3));
        assert_eq!(failed(&effects), expected, "{answer:?}");
    }
}

#[test]
fn only_the_lack_of_any_connection_stops_before_the_browser() {
    let codes = [
        (Code::NetworkTls, true),
        (Code::NetworkDns, true),
        (Code::NetworkConnect, true),
        (Code::NetworkProxy, true),
        (Code::SalesforceUnavailable, false),
        (Code::SalesforceUnreadable, false),
        (Code::RateLimited, false),
    ];
    for (code, stops) in codes {
        let mut attempt = Attempt::new(plan(), at(0));
        attempt.handle(Event::Begin, at(0));
        let effects = attempt.handle(Event::AuthorizeProbed(AuthorizeAnswer::CannotTell(code)), at(1));
        assert_eq!(failed(&effects), stops.then_some(code), "{code:?}");
    }
}

#[test]
fn a_callback_counts_once() {
    let mut attempt = in_the_browser(plan());
    let code = || Event::CameBack(Callback::Code(Secret::new("aPrx")));
    assert_eq!(attempt.handle(code(), at(3)).len(), 1, "exchanged");
    assert!(attempt.handle(code(), at(4)).is_empty(), "the second is left aside");
    assert!(
        attempt.handle(Event::CameBack(Callback::Refused(Code::Denied, None)), at(4)).is_empty(),
        "and so is a refusal"
    );
}

#[test]
fn what_a_person_says_of_the_page_ends_the_wait_for_the_browser_alone() {
    let said = || Event::Explained(explain::failure(Code::AppBlocked, &[]));
    let mut attempt = in_the_browser(plan());
    let effects = attempt.handle(said(), at(3));
    assert_eq!(failed(&effects), Some(Code::AppBlocked), "in its own words");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::StopListening)) && attempt.ended());
    let mut exchanging = in_the_browser(plan());
    exchanging.handle(Event::CameBack(Callback::Code(Secret::new("aPrx"))), at(3));
    assert!(exchanging.handle(said(), at(4)).is_empty(), "an answer that was accepted is not spoiled");
}

#[test]
fn a_pause_that_the_org_asks_for_is_told_with_its_end() {
    let mut attempt = in_the_browser(plan());
    attempt.handle(Event::CameBack(Callback::Code(Secret::new("aPrx"))), at(3));
    let pause = Some(Duration::from_secs(90));
    let trouble = Trouble { retry_after: pause, ..Trouble::passing(Code::RateLimited) };
    let effects = attempt.handle(Event::Exchanged(Err(trouble)), at(10));
    let failure = effects.iter().find_map(|effect| match effect {
        Effect::Tell(AttemptEvent::Failed(failure)) => Some(failure),
        _ => None,
    });
    let failure = failure.expect("it has failed");
    assert_eq!(failure.retry_at, Some(at(100)), "{failure:?}");
    assert!(failure.fix[0].contains(&explain::until(at(100), at(10))), "{failure:?}");
}

#[test]
fn a_browser_that_never_returns_ends_the_attempt() {
    let mut attempt = in_the_browser(plan());
    let effects = attempt.handle(Event::Woke, at(2 + 15 * 60));
    assert_eq!(failed(&effects), Some(Code::SignInTimeout), "{effects:?}");
}

#[test]
fn too_little_granted_is_given_back() {
    let without_api = Granted { scope: vec!["refresh_token".to_owned()], ..granted() };
    let without_refresh = Granted { refresh: None, ..granted() };
    for (granted, code) in [(without_api, Code::ScopeMissing), (without_refresh, Code::RefreshTokenMissing)] {
        let mut attempt = in_the_browser(plan());
        attempt.handle(Event::CameBack(Callback::Code(Secret::new("aPrx"))), at(3));
        let effects = attempt.handle(Event::Exchanged(Ok(granted)), at(4));
        assert_eq!((failed(&effects), discards(&effects)), (Some(code), true), "{effects:?}");
    }
}

#[test]
fn another_org_user_or_kind_asks_and_keeps_nothing_when_declined() {
    let named = Expected { username: Some("somebody@else.example".to_owned()), ..Expected::default() };
    let other_user = Expected {
        renewed: Some(renewed("00D000000000001AAA", "005000000000002AAA")),
        ..Expected::default()
    };
    let other_org = Expected {
        renewed: Some(renewed("00D000000000002AAA", "005000000000001AAA")),
        accept_username: Some("datatrax@acme.example".to_owned()),
        ..Expected::default()
    };
    let table = [
        (named, OrgKind::Production, Code::IdentityMismatch),
        (other_user, OrgKind::Production, Code::IdentityMismatch),
        (other_org, OrgKind::Production, Code::IdentityMismatch),
        (Expected::default(), OrgKind::Sandbox, Code::KindMismatch),
    ];
    for (expected, kind, code) in table {
        let mut attempt = identifying(Plan { expected: expected.clone(), ..plan() });
        let effects = attempt.handle(Event::Identified(Ok(known(kind))), at(5));
        assert_eq!(attempt.phase(), Phase::Confirming, "{expected:?}: {effects:?}");
        let effects = attempt.handle(Event::Answered(false), at(6));
        assert_eq!((failed(&effects), discards(&effects)), (Some(code), true), "{expected:?}");

        let mut attempt = identifying(Plan { expected, ..plan() });
        attempt.handle(Event::Identified(Ok(known(kind))), at(5));
        let effects = attempt.handle(Event::Answered(true), at(6));
        assert!(matches!(effects[..], [Effect::Store { .. }]), "accepted: {effects:?}");
    }
}

#[test]
fn an_accepted_username_is_not_asked_about() {
    let expected = Expected {
        username: Some("somebody@else.example".to_owned()),
        accept_username: Some("DATATRAX@acme.example".to_owned()),
        may_ask: true,
        renewed: Some(renewed("00D000000000001AAA", "005000000000002AAA")),
    };
    let mut attempt = identifying(Plan { expected, ..plan() });
    let effects = attempt.handle(Event::Identified(Ok(known(OrgKind::Production))), at(5));
    assert!(matches!(effects[..], [Effect::Store { .. }]), "{effects:?}");
}

#[test]
fn whoever_may_change_everything_is_asked_about_where_nobody_was_named_and_somebody_can_be_asked() {
    let expected = |username: Option<&str>, may_ask| Expected {
        username: username.map(str::to_owned),
        may_ask,
        ..Expected::default()
    };
    let table = [
        // Who was named, whether somebody can be asked, what the org says of the user: whether it is asked.
        (None, true, Some(true), true),
        (None, true, Some(false), false),
        (None, true, None, false),
        (None, false, Some(true), false),
        (Some("datatrax@acme.example"), true, Some(true), false),
    ];
    for (named, may_ask, modifies_all_data, is_asked) in table {
        let mut attempt = identifying(Plan { expected: expected(named, may_ask), ..plan() });
        let mut known = known(OrgKind::Production);
        known.identity.modifies_all_data = modifies_all_data;
        let effects = attempt.handle(Event::Identified(Ok(known)), at(5));
        let told = attempt.question().map(|(_, question)| question.code);
        assert_eq!(told, is_asked.then_some(Code::UserUnnamed), "{named:?} {may_ask} {modifies_all_data:?}");
        if is_asked {
            let effects = attempt.handle(Event::Answered(false), at(6));
            assert_eq!(
                (failed(&effects), discards(&effects)),
                (Some(Code::UserUnnamed), true),
                "{effects:?}"
            );
        } else {
            assert!(matches!(effects[..], [Effect::Store { .. }]), "{effects:?}");
        }
    }
}

#[test]
fn tokens_are_given_back_whenever_an_attempt_ends_without_storing_them() {
    let mut exchanging = in_the_browser(plan());
    exchanging.handle(Event::CameBack(Callback::Code(Secret::new("aPrx"))), at(3));
    assert!(
        exchanging.handle(Event::Cancelled, at(4)).is_empty(),
        "waits for the tokens that are on their way"
    );
    let effects = exchanging.handle(Event::Exchanged(Ok(granted())), at(5));
    assert_eq!((failed(&effects), discards(&effects)), (Some(Code::Cancelled), true), "{effects:?}");

    let effects = identifying(plan()).handle(Event::Superseded, at(5));
    assert_eq!((failed(&effects), discards(&effects)), (Some(Code::Replaced), true), "{effects:?}");

    let effects = identifying(plan()).handle(Event::Identified(Err(trouble(Code::ApiDisabled))), at(5));
    assert_eq!((failed(&effects), discards(&effects)), (Some(Code::ApiDisabled), true), "{effects:?}");

    let mut storing = identifying(plan());
    storing.handle(Event::Identified(Ok(known(OrgKind::Production))), at(5));
    assert!(storing.handle(Event::Cancelled, at(6)).is_empty(), "what is being stored is stored");
    let effects = storing.handle(Event::Stored(Err(Code::VaultFull)), at(7));
    assert_eq!((failed(&effects), discards(&effects)), (Some(Code::VaultFull), true), "{effects:?}");
}

#[test]
fn an_address_that_moved_is_followed_once() {
    let moved = |host: &str| Event::AuthorizeProbed(AuthorizeAnswer::Moved(host.to_owned()));
    let mut attempt = Attempt::new(plan(), at(0));
    attempt.handle(Event::Begin, at(0));
    let effects = attempt.handle(moved("acme2.my.salesforce.com"), at(1));
    assert!(
        matches!(&effects[..], [Effect::MoveTo { host }, Effect::ProbeAuthorize { .. }] if host == "acme2.my.salesforce.com"),
        "{effects:?}"
    );
    let effects = attempt.handle(moved("acme3.my.salesforce.com"), at(2));
    assert_eq!(failed(&effects), Some(Code::AddressMoved), "not round and round");

    let mut practice = Attempt::new(Plan { promised_kind: Some(OrgKind::Practice), ..plan() }, at(0));
    practice.handle(Event::Begin, at(0));
    let effects = practice.handle(moved("localhost:9"), at(1));
    assert_eq!(failed(&effects), Some(Code::AddressMoved), "a practice org keeps its origin");
}
