use proptest::prelude::*;
use time::Duration;

use super::*;
use crate::{contract::view::CheckId, explain, org::address};

const LINE: &str = "http://localhost:17177/auth/salesforce/callback";
const HOSTED: &str = address::HOSTED_CALLBACK;

fn at(minutes: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::minutes(minutes)
}

fn finding(id: CheckId, state: CheckState, code: Option<Code>) -> Finding {
    explain::finding(id, state, code, &[("host", "acme.my.salesforce.com")])
}

/// The findings of a check of a pasted pair: key, callback and secret.
fn found(key: CheckState, callback: CheckState, secret: CheckState) -> Vec<Finding> {
    let code = |state: CheckState, code| (state != CheckState::Pass).then_some(code);
    vec![
        finding(CheckId::Address, CheckState::Pass, None),
        finding(CheckId::Key, key, code(key, Code::KeyUnknown)),
        finding(CheckId::Callback, callback, code(callback, Code::CallbackMissing)),
        finding(CheckId::Secret, secret, code(secret, Code::SecretWrong)),
    ]
}

fn line(line: &str, state: CheckState, registered_as: Option<&str>) -> CallbackLine {
    let message = registered_as.map_or_else(callbacks::missing, |slip| callbacks::instead(line, slip));
    CallbackLine { line: line.to_owned(), state, registered_as: registered_as.map(str::to_owned), message }
}

/// A set-up at the paste, with Create pressed at minute 0.
fn pasted() -> Setup {
    let mut setup = Setup::default();
    for step in [StepId::Before, StepId::Open, StepId::Details, StepId::Oauth, StepId::Security, StepId::Copy]
    {
        setup.say(step, true, false, at(0));
    }
    setup
}

fn mark(setup: &Setup, step: StepId) -> StepMark {
    let marks = setup.marks(false);
    marks.into_iter().find(|mark| mark.id == step.word()).expect("a mark for each step")
}

/// The marks in one line: a letter for each step.
fn letters(setup: &Setup, connected: bool) -> String {
    let letter = |mark: &StepMark| match mark.mark {
        Mark::Open => '-',
        Mark::Said => 's',
        Mark::Implied => 'i',
        Mark::Proved => 'P',
        Mark::Doubted => '?',
        Mark::Wrong => 'X',
    };
    setup.marks(connected).iter().map(letter).collect()
}

#[test]
fn each_step_has_a_mark_in_the_order_of_the_guide() {
    let ids: Vec<_> = Setup::default().marks(false).into_iter().map(|mark| mark.id).collect();
    assert_eq!(ids, StepId::ALL.iter().map(|step| step.word().to_owned()).collect::<Vec<_>>(), "in order");
    assert_eq!(
        letters(&Setup::default(), false),
        "s----------",
        "the org is named, and nothing else is known"
    );
    assert_eq!(letters(&pasted(), false), "sssssss----", "as far as the person said");
}

#[test]
fn a_step_that_is_said_to_be_done_leads_on_and_one_taken_back_leads_there() {
    let mut setup = Setup::default();
    assert_eq!(setup.step(false), StepId::Before, "the org has been named");
    setup.say(StepId::Before, true, false, at(0));
    assert_eq!(setup.step(false), StepId::Open, "the next one");
    setup.say(StepId::Details, true, false, at(1));
    setup.say(StepId::Open, true, false, at(2));
    assert_eq!(setup.step(false), StepId::Oauth, "past the one that is done already");
    setup.say(StepId::Before, false, false, at(3));
    assert_eq!(setup.step(false), StepId::Before, "where it was taken back");
    assert_eq!(mark(&setup, StepId::Before).mark, Mark::Open, "and it is open again");
    setup.go_to(StepId::Copy);
    assert_eq!(setup.step(false), StepId::Copy, "anywhere");
}

#[test]
fn pressing_create_is_remembered_until_it_is_taken_back() {
    let mut setup = Setup::default();
    assert!(setup.is_new(at(0)), "nobody said when it was made: it may be new");
    setup.say(StepId::Security, true, false, at(10));
    setup.say(StepId::Security, true, false, at(20));
    assert_eq!(setup.created_at(), Some(at(10)), "when it was said first");
    assert!(setup.is_new(at(39)) && !setup.is_new(at(40)), "new for half an hour");
    setup.say(StepId::Security, false, false, at(21));
    assert_eq!(setup.created_at(), None, "taken back");
}

#[test]
fn what_the_org_says_ticks_the_steps_that_follow_from_it() {
    use CheckState::{Fail, Pass, Unknown, Warn};
    let table = [
        // States of key, callback and secret, with the marks an hour after Create.
        (Pass, Pass, Pass, "PsssPsPPP--"),
        (Pass, Fail, Pass, "PsssXsPPP--"),
        (Pass, Warn, Pass, "Psss?sPPP--"),
        (Pass, Pass, Fail, "PsssPssXP--"),
        (Pass, Fail, Fail, "PsssXssXP--"),
        (Pass, Unknown, Unknown, "Pssssss-P--"),
        (Warn, Unknown, Unknown, "Pssssss----"),
        (Fail, Unknown, Unknown, "PssssssX---"),
        (Unknown, Unknown, Unknown, "Pssssss----"),
        (Unknown, Unknown, Pass, "PsssssP----"),
    ];
    for (key, callback, secret, expected) in table {
        let mut setup = pasted();
        setup.found(found(key, callback, secret), at(60));
        assert_eq!(letters(&setup, false), expected, "{key:?} {callback:?} {secret:?}");
    }
}

#[test]
fn a_wrong_step_says_what_is_wrong_and_what_to_do() {
    let mut setup = pasted();
    setup.found(found(CheckState::Pass, CheckState::Fail, CheckState::Fail), at(60));
    for (step, word) in [(StepId::Oauth, "Callback URL"), (StepId::Paste, "Consumer Secret")] {
        let mark = mark(&setup, step);
        assert!(mark.message.as_ref().is_some_and(|message| message.contains(word)), "{mark:?}");
        assert!(!mark.fix.is_empty(), "{mark:?}");
    }
}

#[test]
fn a_mismatch_of_a_new_app_is_told_and_not_held_against_it() {
    let mut setup = pasted();
    setup.found(found(CheckState::Pass, CheckState::Warn, CheckState::Pass), at(29));
    let told = mark(&setup, StepId::Oauth);
    assert_eq!(told.mark, Mark::Doubted, "its lines may be on their way");
    assert!(told.message.is_some() && !told.fix.is_empty(), "it is told all the same: {told:?}");
    setup.found(found(CheckState::Pass, CheckState::Fail, CheckState::Pass), at(30));
    assert_eq!(mark(&setup, StepId::Oauth).mark, Mark::Wrong, "after half an hour they have arrived");
    setup.found(found(CheckState::Pass, CheckState::Warn, CheckState::Pass), at(31));
    setup.say(StepId::Oauth, true, false, at(32));
    assert_eq!(mark(&setup, StepId::Oauth).mark, Mark::Said, "who says that it is done now is believed");
}

#[test]
fn a_key_alone_proves_nothing_of_how_the_app_was_made() {
    let mut setup = Setup::default();
    setup.found(found(CheckState::Pass, CheckState::Pass, CheckState::Pass), at(60));
    assert_eq!(letters(&setup, false), "P-iiPiPPP--", "somebody made the app; its boxes are not told");
    setup.say(StepId::Security, true, false, at(61));
    assert_eq!(mark(&setup, StepId::Security).mark, Mark::Said, "as the person said");
}

#[test]
fn the_line_of_the_portal_is_missed_where_ours_is_there() {
    let with = |state, near: Option<&str>| {
        let mut setup = pasted();
        let lines = vec![line(HOSTED, state, near), line(LINE, CheckState::Pass, None)];
        setup.found(found(CheckState::Pass, CheckState::Pass, CheckState::Pass), at(60));
        setup.audited(CallbackAudit { lines, told: None }, at(60));
        setup
    };
    let mut missing = with(CheckState::Fail, None);
    let told = mark(&missing, StepId::Oauth);
    assert_eq!(told.mark, Mark::Doubted, "this computer can be connected: {told:?}");
    assert!(told.message.as_ref().is_some_and(|words| words.contains("portal")), "who cannot: {told:?}");
    assert!(told.fix[0].ends_with(HOSTED), "what to paste: {told:?}");
    assert!(!letters(&missing, false).contains('X'), "and nothing is wrong");
    missing.connected(at(61));
    let after = missing.marks(true);
    let of = |step: StepId| after.iter().find(|mark| mark.id == step.word()).unwrap().clone();
    assert_eq!(of(StepId::Oauth).mark, Mark::Doubted, "a sign-in through ours does not bring the other");
    assert_eq!(of(StepId::Connected).mark, Mark::Doubted, "told again before the portal is opened");
    assert_eq!(of(StepId::Connected).fix, told.fix, "with the same words");
    missing.say(StepId::Oauth, true, true, at(62));
    assert!(!letters(&missing, true).contains('?'), "put right, as the person said");

    let slip = format!("{HOSTED}/");
    let told = mark(&with(CheckState::Fail, Some(&slip)), StepId::Oauth);
    let difference = format!("The app has {slip} where {HOSTED} is needed.");
    assert!(told.message.is_some_and(|words| words.starts_with(&difference)), "marked where it differs");
    assert_eq!(mark(&with(CheckState::Pass, None), StepId::Oauth).mark, Mark::Proved, "there");
    assert_eq!(mark(&with(CheckState::Unknown, None), StepId::Oauth).mark, Mark::Proved, "not told");
}

#[test]
fn a_key_that_is_not_known_yet_is_told_where_one_waits() {
    let mut setup = pasted();
    setup.found(found(CheckState::Warn, CheckState::Unknown, CheckState::Unknown), at(1));
    let told = mark(&setup, StepId::Wait);
    assert_eq!(told.mark, Mark::Open, "nothing is wrong");
    assert!(told.message.is_some_and(|message| message.contains("2 to 10 minutes")), "it is said how long");
}

#[test]
fn an_audit_shows_the_difference_however_new_the_app_is() {
    let audit = |lines: &[CallbackLine]| {
        let mut setup = pasted();
        setup.found(found(CheckState::Pass, CheckState::Warn, CheckState::Pass), at(1));
        setup.audited(CallbackAudit { lines: lines.to_vec(), told: None }, at(2));
        mark(&setup, StepId::Oauth)
    };
    let slip = format!("{LINE}/");
    let with_slip = audit(&[line(HOSTED, CheckState::Fail, None), line(LINE, CheckState::Fail, Some(&slip))]);
    assert_eq!(with_slip.mark, Mark::Wrong, "the app has the line with a slip");
    assert_eq!(
        with_slip.message.as_deref(),
        Some(format!("The app has {slip} where {LINE} is needed.").as_str()),
        "side by side"
    );
    assert!(with_slip.fix[0].ends_with(LINE), "as it should be: {:?}", with_slip.fix);

    let hosted = audit(&[line(HOSTED, CheckState::Pass, None), line(LINE, CheckState::Fail, None)]);
    assert_eq!(hosted.mark, Mark::Wrong, "its lines are there, and ours is not among them");
    assert!(hosted.fix[0].contains(LINE) && !hosted.fix[0].contains(HOSTED), "the missing: {:?}", hosted.fix);

    let ours = audit(&[line(HOSTED, CheckState::Pass, None), line(LINE, CheckState::Pass, None)]);
    assert_eq!(ours.mark, Mark::Proved, "one line that leads back here is enough");

    for lines in [
        vec![],
        vec![line(HOSTED, CheckState::Fail, None), line(LINE, CheckState::Fail, None)],
        vec![line(HOSTED, CheckState::Pass, None), line(LINE, CheckState::Unknown, None)],
    ] {
        assert_eq!(audit(&lines).mark, Mark::Doubted, "nothing is certain: {lines:?}");
    }
}

#[test]
fn an_audit_of_another_key_is_let_go_of() {
    let mut setup = pasted();
    setup.audited(CallbackAudit { lines: vec![line(LINE, CheckState::Pass, None)], told: None }, at(1));
    assert_eq!(letters(&setup, false), "ssssPss-P--", "the key that was asked about is known");
    setup.found(found(CheckState::Warn, CheckState::Unknown, CheckState::Unknown), at(2));
    assert_eq!(letters(&setup, false), "Pssssss----", "this one is not");
}

#[test]
fn whoever_says_that_it_is_done_again_is_believed_until_the_org_is_asked_again() {
    let mut setup = pasted();
    let wrong = || found(CheckState::Pass, CheckState::Fail, CheckState::Pass);
    setup.found(wrong(), at(60));
    setup.say(StepId::Oauth, true, false, at(61));
    assert_eq!(mark(&setup, StepId::Oauth).mark, Mark::Said, "it was put right");
    setup.found(wrong(), at(62));
    assert_eq!(mark(&setup, StepId::Oauth).mark, Mark::Wrong, "it was not");
}

#[test]
fn a_sign_in_that_fails_marks_the_step_it_belongs_to() {
    let table = [
        (Code::ScopeMissing, StepId::Oauth),
        (Code::RefreshTokenMissing, StepId::Oauth),
        (Code::CallbackHostedOnly, StepId::Oauth),
        (Code::SecretWrong, StepId::Paste),
        (Code::ApiDisabled, StepId::Before),
        (Code::AddressMoved, StepId::Org),
        (Code::Denied, StepId::SignIn),
        (Code::IdentityMismatch, StepId::SignIn),
        (Code::UserNotPermitted, StepId::SignIn),
    ];
    for (code, step) in table {
        let mut setup = pasted();
        setup.found(found(CheckState::Pass, CheckState::Pass, CheckState::Pass), at(60));
        setup.sign_in_failed(explain::failure(code, &[]), Vec::new(), at(61));
        let wrong: Vec<_> = setup.marks(false).into_iter().filter(|mark| mark.mark == Mark::Wrong).collect();
        assert_eq!(wrong.len(), 1, "one step for {code:?}");
        assert_eq!(wrong[0].id, step.word(), "{code:?}");
        assert_eq!(wrong[0].message, Some(explain::failure(code, &[]).message), "in its words");
        setup.sign_in_began();
        assert!(!letters(&setup, false).contains('X'), "a new sign-in has a clean start: {code:?}");
    }
}

#[test]
fn missing_scopes_stay_wrong_when_the_callback_is_found_right() {
    let mut setup = pasted();
    setup.sign_in_failed(explain::failure(Code::ScopeMissing, &[]), Vec::new(), at(60));
    setup.found(found(CheckState::Pass, CheckState::Pass, CheckState::Pass), at(61));
    assert_eq!(mark(&setup, StepId::Oauth).mark, Mark::Wrong, "only a sign-in shows the scopes");
}

#[test]
fn a_sign_in_that_works_proves_what_it_shows_until_its_connection_is_gone() {
    let mut setup = Setup::default();
    setup.sign_in_failed(explain::failure(Code::ScopeMissing, &[]), Vec::new(), at(1));
    setup.connected(at(2));
    assert_eq!(letters(&setup, true), "PiiiPiPPPP-", "what no answer shows stays as it was said");
    assert_eq!(setup.step(true), StepId::Connected, "through");
    assert_eq!(setup.step(false), StepId::SignIn, "disconnected: one sign-in is missing");
    assert_eq!(letters(&setup, false), "s----------", "and nothing is proved any more");
    setup.found(found(CheckState::Pass, CheckState::Pass, CheckState::Fail), at(3));
    assert_eq!(letters(&setup, true), "PiiiPiPXPP-", "what is found later counts");
}

#[test]
fn what_is_kept_comes_back_and_what_cannot_be_read_is_left_out() {
    let mut setup = pasted();
    setup.found(found(CheckState::Pass, CheckState::Fail, CheckState::Pass), at(1));
    setup.audited(CallbackAudit { lines: vec![line(LINE, CheckState::Fail, Some("x"))], told: None }, at(2));
    setup.sign_in_failed(explain::failure(Code::Denied, &[]), Vec::new(), at(3));
    let text = serde_json::to_string(&setup).unwrap();
    assert_eq!(serde_json::from_str::<Setup>(&text).unwrap(), setup, "the same");
    assert_eq!(serde_json::from_str::<Setup>("{}").unwrap(), Setup::default(), "as begun");
}

fn any_state() -> impl Strategy<Value = CheckState> {
    use CheckState::{Fail, Pass, Skip, Unknown, Warn};
    prop::sample::select(vec![Pass, Warn, Fail, Unknown, Skip])
}

/// A deed of a person or an org that is no conclusive "no".
#[derive(Clone, Debug)]
enum Deed {
    Say(StepId, bool),
    GoTo(StepId),
    Found(CheckState, CheckState, CheckState),
    Audited(Vec<CheckState>),
    SignInBegan,
    SignInFailed(Code),
    Connected,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let step = || prop::sample::select(StepId::ALL.to_vec());
    let deed = prop_oneof![
        (step(), any::<bool>()).prop_map(|(step, done)| Deed::Say(step, done)),
        step().prop_map(Deed::GoTo),
        (any_state(), any_state(), any_state()).prop_map(|(a, b, c)| Deed::Found(a, b, c)),
        prop::collection::vec(any_state(), 0..5).prop_map(Deed::Audited),
        Just(Deed::SignInBegan),
        prop::sample::select(Code::ALL.to_vec()).prop_map(Deed::SignInFailed),
        Just(Deed::Connected),
    ];
    prop::collection::vec(deed, 0..20)
}

fn does(setup: &mut Setup, deed: &Deed, now: OffsetDateTime) {
    match deed.clone() {
        Deed::Say(step, done) => setup.say(step, done, false, now),
        Deed::GoTo(step) => setup.go_to(step),
        Deed::Found(key, callback, secret) => setup.found(found(key, callback, secret), now),
        Deed::Audited(states) => {
            let lines = states.iter().map(|state| line(LINE, *state, None)).collect();
            setup.audited(CallbackAudit { lines, told: None }, now);
        }
        Deed::SignInBegan => setup.sign_in_began(),
        Deed::SignInFailed(code) => setup.sign_in_failed(explain::failure(code, &[]), Vec::new(), now),
        Deed::Connected => setup.connected(now),
    }
}

/// Whether the org gave a plain no: only that may make a step wrong.
fn is_conclusive_no(deed: &Deed) -> bool {
    match deed {
        Deed::Found(key, callback, secret) => [key, callback, secret].contains(&&CheckState::Fail),
        Deed::Audited(states) => !states.is_empty() && states.iter().all(|state| *state == CheckState::Fail),
        Deed::SignInFailed(code) => !explain::failure(*code, &[]).retryable,
        Deed::Say(..) | Deed::GoTo(_) | Deed::SignInBegan | Deed::Connected => false,
    }
}

proptest! {
    #[test]
    fn nothing_inconclusive_makes_a_step_wrong(deeds in deeds(), connected: bool) {
        let mut setup = Setup::default();
        for (minute, deed) in deeds.iter().filter(|deed| !is_conclusive_no(deed)).enumerate() {
            does(&mut setup, deed, at(i64::try_from(minute).unwrap()));
            prop_assert!(!letters(&setup, connected).contains('X'), "after {deed:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_and_what_is_told_comes_back(deeds in deeds(), connected: bool) {
        let mut setup = Setup::default();
        for (minute, deed) in deeds.iter().enumerate() {
            does(&mut setup, deed, at(i64::try_from(minute).unwrap()));
            let marks = setup.marks(connected);
            prop_assert_eq!(marks.len(), StepId::ALL.len());
            for mark in marks.iter().filter(|mark| mark.mark == Mark::Wrong) {
                prop_assert!(mark.message.as_ref().is_some_and(|message| !message.is_empty()), "{mark:?}");
            }
            let text = serde_json::to_string(&setup).unwrap();
            prop_assert_eq!(serde_json::from_str::<Setup>(&text).unwrap().marks(connected), marks);
        }
    }

    #[test]
    fn any_text_in_place_of_what_was_kept_is_read_without_harm(text in "\\PC{0,60}|\\{\"step\":\"\\PC{0,20}\"\\}") {
        let read: Setup = serde_json::from_str(&text).unwrap_or_default();
        prop_assert_eq!(read.marks(false).len(), StepId::ALL.len());
    }
}
