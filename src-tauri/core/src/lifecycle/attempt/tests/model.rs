//! A sign-in under any order of events, including those that must not occur.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::org::oauth::{read_callback, read_link, read_pasted};

const REDIRECT: &str = "http://localhost:17177/auth/salesforce/callback";
const LINK: &str = "com.getdatatrax.connect://auth/salesforce/callback";

/// The browser whose `state` an answer carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Issued,
    /// The state of an earlier browser of this sign-in.
    Former,
    Strangers,
}

/// The way an answer returns.
#[derive(Clone, Copy, Debug)]
enum Way {
    Browser,
    Pasted,
    Link,
}

/// An event in a form that can be copied.
#[derive(Clone, Copy, Debug)]
enum Step {
    Known,
    KeyUnknown,
    CallbackMismatch,
    CannotTell,
    PairRight,
    PairWrong,
    TokenPairRight,
    TokenSecretWrong,
    Woke,
    PortLost,
    CameBack(State, Way),
    CameBackRefused(State, Way),
    Exchanged,
    ExchangeFailed,
    Identified,
    AnotherIdentified,
    IdentifyFailed,
    Accept,
    Decline,
    Stored,
    StoreFailed,
    Cancelled,
    Superseded,
}

const STEPS: [Step; 31] = [
    Step::Known,
    Step::KeyUnknown,
    Step::CallbackMismatch,
    Step::CannotTell,
    Step::PairRight,
    Step::PairWrong,
    Step::TokenPairRight,
    Step::TokenSecretWrong,
    Step::Woke,
    Step::PortLost,
    Step::CameBack(State::Issued, Way::Browser),
    Step::CameBack(State::Issued, Way::Browser),
    Step::CameBack(State::Issued, Way::Pasted),
    Step::CameBack(State::Issued, Way::Link),
    Step::CameBack(State::Former, Way::Browser),
    Step::CameBack(State::Strangers, Way::Pasted),
    Step::CameBackRefused(State::Issued, Way::Browser),
    Step::CameBackRefused(State::Former, Way::Link),
    Step::CameBackRefused(State::Strangers, Way::Browser),
    Step::CameBackRefused(State::Strangers, Way::Link),
    Step::Exchanged,
    Step::ExchangeFailed,
    Step::Identified,
    Step::AnotherIdentified,
    Step::IdentifyFailed,
    Step::Accept,
    Step::Decline,
    Step::Stored,
    Step::StoreFailed,
    Step::Cancelled,
    Step::Superseded,
];

/// The one request to the org under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Authorize,
    Pair,
    Token,
    Exchange,
    Identify,
    Store,
}

impl Step {
    /// The driver's event for this step after so many browsers; `None` if the driver drops it.
    fn event(self, opened: usize) -> Option<Event> {
        match self {
            Self::CameBack(state, way) => came_back("code=aPrxcode", state, way, opened),
            Self::CameBackRefused(state, way) => came_back("error=access_denied", state, way, opened),
            _ => Some(self.other_event()),
        }
    }

    fn other_event(self) -> Event {
        let passing = Trouble::passing(Code::NetworkTimeout);
        match self {
            Self::Known => Event::AuthorizeProbed(AuthorizeAnswer::Known),
            Self::KeyUnknown => Event::AuthorizeProbed(AuthorizeAnswer::KeyUnknown),
            Self::CallbackMismatch => Event::AuthorizeProbed(AuthorizeAnswer::CallbackMismatch),
            Self::CannotTell => Event::AuthorizeProbed(AuthorizeAnswer::CannotTell(Code::NetworkDns)),
            Self::PairRight => Event::PairProbed(PairAnswer::Right),
            Self::PairWrong => Event::PairProbed(PairAnswer::Wrong),
            Self::TokenPairRight => Event::TokenProbed(TokenAnswer::PairRight),
            Self::TokenSecretWrong => Event::TokenProbed(TokenAnswer::SecretWrong),
            Self::Woke => Event::Woke,
            Self::PortLost => Event::PortLost,
            Self::CameBack(..) | Self::CameBackRefused(..) => unreachable!("made from its text"),
            Self::Exchanged => Event::Exchanged(Ok(granted())),
            Self::ExchangeFailed => Event::Exchanged(Err(passing)),
            Self::Identified => Event::Identified(Ok(known(OrgKind::Production))),
            Self::AnotherIdentified => Event::Identified(Ok(known(OrgKind::Sandbox))),
            Self::IdentifyFailed => Event::Identified(Err(passing)),
            Self::Accept => Event::Answered(true),
            Self::Decline => Event::Answered(false),
            Self::Stored => Event::Stored(Ok(())),
            Self::StoreFailed => Event::Stored(Err(Code::VaultFull)),
            Self::Cancelled => Event::Cancelled,
            Self::Superseded => Event::Superseded,
        }
    }

    /// The request that this step answers, if any.
    fn answers(self) -> Option<Asked> {
        match self {
            Self::Known | Self::KeyUnknown | Self::CallbackMismatch | Self::CannotTell => {
                Some(Asked::Authorize)
            }
            Self::PairRight | Self::PairWrong => Some(Asked::Pair),
            Self::TokenPairRight | Self::TokenSecretWrong => Some(Asked::Token),
            Self::Exchanged | Self::ExchangeFailed => Some(Asked::Exchange),
            Self::Identified | Self::AnotherIdentified | Self::IdentifyFailed => Some(Asked::Identify),
            Self::Stored | Self::StoreFailed => Some(Asked::Store),
            _ => None,
        }
    }
}

/// The `state` of the nth browser.
fn state(browser: usize) -> Secret {
    Secret::new(format!("dtxc1.{browser:022}"))
}

/// An answer as text, read as the driver reads it: only one with the `state` of the last browser counts.
fn came_back(answer: &str, whose: State, way: Way, opened: usize) -> Option<Event> {
    let issued = state(opened);
    let its = match whose {
        State::Issued => state(opened),
        State::Former => state(opened.wrapping_sub(1)),
        State::Strangers => Secret::new("dtxc1.somebody.elses.state.00"),
    };
    // EXPOSE: a value of this test.
    let query = format!("{answer}&state={}", its.expose());
    let read = match way {
        Way::Browser => read_callback(&query, &issued),
        Way::Pasted => read_pasted(&format!("{REDIRECT}?{query}"), REDIRECT, &issued),
        Way::Link => read_link(&format!("{LINK}?{query}"), &issued),
    };
    assert_eq!(read.is_ok(), whose == State::Issued, "{whose:?} by {way:?}");
    read.ok().map(Event::CameBack)
}

/// Steps in any order; most of the time after those that lead to the browser or through it, to reach later states.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    use Step::{Exchanged, Known, PairRight};
    let back = Step::CameBack(State::Issued, Way::Browser);
    let beginnings = vec![
        vec![],
        vec![Known, PairRight],
        vec![Known, PairRight, back],
        vec![Known, PairRight, back, Exchanged],
    ];
    let any = prop::collection::vec(prop::sample::select(STEPS.to_vec()), 0..30);
    (prop::sample::select(beginnings), any).prop_map(|(begin, rest)| [begin, rest].concat())
}

/// The events and effects so far.
#[derive(Debug, Default)]
struct Seen {
    asked: Vec<Asked>,
    exchanges: usize,
    granted: usize,
    stored: usize,
    discarded: usize,
    opened: usize,
    /// How often the `state` of each browser was accepted.
    accepted: BTreeMap<usize, usize>,
    ends: usize,
}

impl Seen {
    fn take(&mut self, effects: &[Effect]) {
        for effect in effects {
            let asked = match effect {
                Effect::ProbeAuthorize { .. } => Some(Asked::Authorize),
                Effect::ProbePair => Some(Asked::Pair),
                Effect::ProbeToken { .. } => Some(Asked::Token),
                Effect::Exchange { .. } => Some(Asked::Exchange),
                Effect::Identify { .. } => Some(Asked::Identify),
                Effect::Store { .. } => Some(Asked::Store),
                _ => None,
            };
            self.asked.extend(asked);
            self.exchanges += usize::from(asked == Some(Asked::Exchange));
            self.opened += usize::from(matches!(effect, Effect::OpenSignIn { .. }));
            self.discarded += usize::from(matches!(effect, Effect::Discard { .. }));
            self.stored += usize::from(matches!(effect, Effect::Tell(AttemptEvent::Connected { .. })));
            let ended =
                matches!(effect, Effect::Tell(AttemptEvent::Connected { .. } | AttemptEvent::Failed(_)));
            self.ends += usize::from(ended);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, ..ProptestConfig::default() })]

    #[test]
    fn one_exchange_one_callback_and_every_token_is_stored_or_given_back(steps in steps()) {
        let mut attempt = Attempt::new(plan(), at(0));
        let mut seen = Seen::default();
        seen.take(&attempt.handle(Event::Begin, at(0)));
        for (number, step) in steps.into_iter().enumerate() {
            // The driver sends only answers to a request under way, and each once.
            if let Some(question) = step.answers() {
                let Some(place) = seen.asked.iter().position(|asked| *asked == question) else { continue };
                seen.asked.remove(place);
            }
            let ended_before = attempt.ended();
            let Some(event) = step.event(seen.opened) else { continue };
            let came_back = matches!(event, Event::CameBack(_));
            let effects = attempt.handle(event, at(i64::try_from(number).unwrap_or(0)));
            if came_back && !effects.is_empty() {
                *seen.accepted.entry(seen.opened).or_default() += 1;
            }
            prop_assert!(seen.accepted.values().all(|times| *times <= 1), "a state counts once: {seen:?}");
            prop_assert!(!ended_before || effects.is_empty(), "nothing happens after the end: {effects:?}");
            seen.granted += usize::from(matches!(step, Step::Exchanged) && !ended_before);
            seen.take(&effects);
            prop_assert!(seen.exchanges <= 1, "a callback counts once, and is exchanged once: {seen:?}");
            let in_flight = seen.asked.iter().filter(|asked| **asked == Asked::Exchange).count();
            prop_assert!(in_flight <= 1, "never two exchanges in flight: {seen:?}");
            prop_assert!(seen.exchanges == 0 || seen.opened > 0, "no code without a browser: {seen:?}");
            prop_assert!(seen.stored + seen.discarded <= seen.granted, "no token twice: {seen:?}");
            if attempt.ended() {
                prop_assert_eq!(seen.ends, 1, "told once how it ended");
                prop_assert_eq!(seen.stored + seen.discarded, seen.granted, "stored or given back: {:?}", seen);
            }
        }
    }
}
