//! Weighs the probes' answers in one pure table.

use super::{AuthorizeAnswer, PairAnswer, TokenAnswer};
use crate::{explain::Code, org::credentials::KeyLooks};

/// The conclusion from all probes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Key, secret and callback seem right.
    Accepted,
    SecretWrong,
    /// The key is new and not known everywhere yet.
    NotActiveYet,
    KeyUnknown,
    CallbackMissing,
    /// The app is new: its callback lines may not be known yet.
    PerhapsNotActiveYet,
    /// The org is at this other address; ask there.
    Moved(String),
    /// Inconclusive, for this reason. Never stops a sign-in.
    GoOn(Code),
}

/// The state of each value. Answers are weighed against each other only here: findings show it, and a verdict is its
/// most urgent part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) key: KeyWord,
    pub(super) secret: SecretWord,
    pub(super) line: LineWord,
    /// Why a state is unknown.
    untold: Option<Code>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyWord {
    Known,
    /// The app may not be active everywhere yet.
    NotYet,
    NotKnown,
    /// Known, but as the key of another org's app.
    Elsewhere,
    Untold,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretWord {
    Right,
    Wrong,
    Untold,
}

/// The state of the lines that lead back to this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineWord {
    There,
    /// The app may not be active everywhere yet.
    NotYet,
    Missing,
    Untold,
}

/// Weighs the answers. A probe that was not run does not count against the pair.
///
/// `recently_created`: the app was made, or the key first seen, no longer ago than activation may take
/// ([`crate::org::salesforce::ACTIVATION_LONGEST`]).
pub(super) fn read(
    authorize: &AuthorizeAnswer,
    pair: Option<&PairAnswer>,
    token: Option<&TokenAnswer>,
    recently_created: bool,
) -> Reading {
    use AuthorizeAnswer as Authorize;
    let credentials = credentials(pair, token);
    let unknown = if recently_created { KeyWord::NotYet } else { KeyWord::NotKnown };
    let key = match (authorize, credentials) {
        // One server knows the key and another does not: the app is being activated.
        (Authorize::KeyUnknown, Credentials::Right) => KeyWord::NotYet,
        (Authorize::KeyUnknown, _)
        | (Authorize::CannotTell(_) | Authorize::Moved(_), Credentials::KeyUnknown) => unknown,
        (Authorize::Known, Credentials::KeyUnknown) if recently_created => KeyWord::NotYet,
        // The login page also knows other orgs' keys.
        (_, Credentials::CannotTell(Code::AppNotInOrg)) => KeyWord::Elsewhere,
        (Authorize::Known | Authorize::CallbackMismatch, _)
        | (_, Credentials::Right | Credentials::SecretWrong) => KeyWord::Known,
        (Authorize::CannotTell(_) | Authorize::Moved(_), _) => KeyWord::Untold,
    };
    let secret = match (authorize, credentials) {
        (_, Credentials::Right) => SecretWord::Right,
        // With a known key a refused pair means a wrong secret, and waiting would not help.
        (_, Credentials::SecretWrong)
        | (Authorize::Known | Authorize::CallbackMismatch, Credentials::Refused) => SecretWord::Wrong,
        _ => SecretWord::Untold,
    };
    let line = match authorize {
        Authorize::Known => LineWord::There,
        Authorize::CallbackMismatch if recently_created => LineWord::NotYet,
        Authorize::CallbackMismatch => LineWord::Missing,
        Authorize::KeyUnknown | Authorize::Moved(_) | Authorize::CannotTell(_) => LineWord::Untold,
    };
    let untold = match (authorize, credentials) {
        (Authorize::CannotTell(code), _) => Some(*code),
        (_, Credentials::CannotTell(code)) => Some(code),
        (Authorize::Known, Credentials::KeyUnknown) => Some(Code::KeyUnknown),
        _ => None,
    };
    Reading { key, secret, line, untold }
}

/// The most urgent conclusion, which a sign-in acts on.
///
/// A pair checked while its key was unknown tells nothing: ask again once the key is known.
pub fn judge(
    authorize: &AuthorizeAnswer,
    pair: Option<&PairAnswer>,
    token: Option<&TokenAnswer>,
    recently_created: bool,
) -> Verdict {
    if let AuthorizeAnswer::Moved(place) = authorize {
        return Verdict::Moved(place.clone());
    }
    let reading = read(authorize, pair, token, recently_created);
    match (reading.key, reading.secret, reading.line) {
        (KeyWord::NotYet, ..) => Verdict::NotActiveYet,
        (KeyWord::NotKnown, ..) => Verdict::KeyUnknown,
        (_, SecretWord::Wrong, _) => Verdict::SecretWrong,
        (.., LineWord::NotYet) => Verdict::PerhapsNotActiveYet,
        (.., LineWord::Missing) => Verdict::CallbackMissing,
        (.., LineWord::There | LineWord::Untold) => reading.untold.map_or(Verdict::Accepted, Verdict::GoOn),
    }
}

/// Whether a text given as a key may stand in an address, where others can read it: by its form, or because the org
/// knows it. An odd one may unless the org does not know it; one that looks like a secret only once it is known.
pub fn is_key(looks: KeyLooks, pair: Option<&PairAnswer>, token: Option<&TokenAnswer>) -> bool {
    match looks {
        KeyLooks::Generated => true,
        KeyLooks::Odd => token != Some(&TokenAnswer::KeyUnknown),
        KeyLooks::Secret => {
            pair == Some(&PairAnswer::Right)
                || matches!(token, Some(TokenAnswer::SecretWrong | TokenAnswer::PairRight))
        }
    }
}

/// The conclusion from the two probes that send the secret.
#[derive(Clone, Copy)]
enum Credentials {
    Right,
    SecretWrong,
    KeyUnknown,
    /// Key or secret is refused.
    Refused,
    CannotTell(Code),
    NotAsked,
}

fn credentials(pair: Option<&PairAnswer>, token: Option<&TokenAnswer>) -> Credentials {
    match (pair, token) {
        (None, None) => Credentials::NotAsked,
        (Some(PairAnswer::Right), _)
        | (None | Some(PairAnswer::CannotTell(_)), Some(TokenAnswer::PairRight)) => Credentials::Right,
        (_, Some(TokenAnswer::SecretWrong)) => Credentials::SecretWrong,
        (_, Some(TokenAnswer::KeyUnknown)) => Credentials::KeyUnknown,
        // The app is another org's, or needs something else first: the answer does not concern the secret. The sign-in
        // decides.
        (_, Some(TokenAnswer::CannotTell(code @ (Code::AppNotInOrg | Code::AppNotInstalled)))) => {
            Credentials::CannotTell(*code)
        }
        // One endpoint refuses what the other seems to accept, as happens while credentials are being rotated.
        (Some(PairAnswer::Wrong), Some(TokenAnswer::PairRight)) => Credentials::CannotTell(Code::SecretWrong),
        (Some(PairAnswer::Wrong), None | Some(TokenAnswer::CannotTell(_))) => Credentials::Refused,
        (Some(PairAnswer::CannotTell(code)), None | Some(TokenAnswer::CannotTell(_)))
        | (None, Some(TokenAnswer::CannotTell(code))) => Credentials::CannotTell(*code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOWN: Code = Code::SalesforceUnavailable;
    const ODD: Code = Code::SalesforceUnreadable;

    #[test]
    fn the_decision_table() {
        use AuthorizeAnswer as A;
        use PairAnswer as P;
        use TokenAnswer as T;
        use Verdict as V;

        let table = [
            // Rows: the answers of authorize, pair and token; the verdict later, and while the app is new.
            (A::Known, Some(P::Right), None, V::Accepted, V::Accepted),
            (A::Known, None, None, V::Accepted, V::Accepted),
            (A::Known, Some(P::Wrong), None, V::SecretWrong, V::SecretWrong),
            (A::Known, Some(P::Wrong), Some(T::SecretWrong), V::SecretWrong, V::SecretWrong),
            (A::Known, Some(P::Wrong), Some(T::CannotTell(DOWN)), V::SecretWrong, V::SecretWrong),
            (
                A::Known,
                Some(P::Wrong),
                Some(T::CannotTell(Code::AppNotInOrg)),
                V::GoOn(Code::AppNotInOrg),
                V::GoOn(Code::AppNotInOrg),
            ),
            (
                A::Known,
                Some(P::Wrong),
                Some(T::PairRight),
                V::GoOn(Code::SecretWrong),
                V::GoOn(Code::SecretWrong),
            ),
            (A::Known, Some(P::Wrong), Some(T::KeyUnknown), V::GoOn(Code::KeyUnknown), V::NotActiveYet),
            (A::Known, Some(P::CannotTell(DOWN)), None, V::GoOn(DOWN), V::GoOn(DOWN)),
            (A::Known, Some(P::CannotTell(DOWN)), Some(T::CannotTell(ODD)), V::GoOn(DOWN), V::GoOn(DOWN)),
            (A::Known, Some(P::CannotTell(DOWN)), Some(T::SecretWrong), V::SecretWrong, V::SecretWrong),
            (A::Known, Some(P::CannotTell(DOWN)), Some(T::PairRight), V::Accepted, V::Accepted),
            (A::Known, None, Some(T::CannotTell(ODD)), V::GoOn(ODD), V::GoOn(ODD)),
            (A::KeyUnknown, None, None, V::KeyUnknown, V::NotActiveYet),
            (A::KeyUnknown, Some(P::Wrong), Some(T::KeyUnknown), V::KeyUnknown, V::NotActiveYet),
            (A::KeyUnknown, Some(P::CannotTell(DOWN)), None, V::KeyUnknown, V::NotActiveYet),
            (A::KeyUnknown, Some(P::Right), None, V::NotActiveYet, V::NotActiveYet),
            (A::CallbackMismatch, None, None, V::CallbackMissing, V::PerhapsNotActiveYet),
            (A::CallbackMismatch, Some(P::Right), None, V::CallbackMissing, V::PerhapsNotActiveYet),
            (
                A::CallbackMismatch,
                Some(P::CannotTell(DOWN)),
                None,
                V::CallbackMissing,
                V::PerhapsNotActiveYet,
            ),
            (A::CallbackMismatch, Some(P::Wrong), Some(T::SecretWrong), V::SecretWrong, V::SecretWrong),
            (
                A::Moved("b".to_owned()),
                Some(P::Wrong),
                None,
                V::Moved("b".to_owned()),
                V::Moved("b".to_owned()),
            ),
            (A::CannotTell(DOWN), None, None, V::GoOn(DOWN), V::GoOn(DOWN)),
            (A::CannotTell(DOWN), Some(P::Right), None, V::GoOn(DOWN), V::GoOn(DOWN)),
            (A::CannotTell(DOWN), Some(P::Wrong), None, V::GoOn(DOWN), V::GoOn(DOWN)),
            (A::CannotTell(DOWN), Some(P::Wrong), Some(T::SecretWrong), V::SecretWrong, V::SecretWrong),
            (A::CannotTell(DOWN), Some(P::Wrong), Some(T::KeyUnknown), V::KeyUnknown, V::NotActiveYet),
            (
                A::CannotTell(DOWN),
                Some(P::CannotTell(ODD)),
                Some(T::CannotTell(ODD)),
                V::GoOn(DOWN),
                V::GoOn(DOWN),
            ),
        ];
        for (authorize, pair, token, later, while_new) in table {
            let judged = |recent| judge(&authorize, pair.as_ref(), token.as_ref(), recent);
            assert_eq!(judged(false), later, "{authorize:?} {pair:?} {token:?}, later");
            assert_eq!(judged(true), while_new, "{authorize:?} {pair:?} {token:?}, while the app is new");
        }
    }

    #[test]
    fn what_stands_in_an_address_has_been_said_to_be_a_key() {
        use TokenAnswer as T;
        let table = [
            // Rows: the token answer; whether an odd key, and one like a secret, may be used.
            (None, true, false),
            (Some(T::KeyUnknown), false, false),
            (Some(T::SecretWrong), true, true),
            (Some(T::PairRight), true, true),
            (Some(T::CannotTell(DOWN)), true, false),
        ];
        for (token, odd, secret) in table {
            let may = |looks| is_key(looks, Some(&PairAnswer::Wrong), token.as_ref());
            assert!(may(KeyLooks::Generated), "its form is proof enough: {token:?}");
            assert_eq!((may(KeyLooks::Odd), may(KeyLooks::Secret)), (odd, secret), "{token:?}");
        }
        assert!(is_key(KeyLooks::Secret, Some(&PairAnswer::Right), None), "a pair that is right has a key");
    }

    #[test]
    fn each_thing_is_read_by_itself_where_more_than_one_is_not_as_it_should_be() {
        use AuthorizeAnswer as A;
        let both =
            read(&A::CallbackMismatch, Some(&PairAnswer::Wrong), Some(&TokenAnswer::SecretWrong), false);
        assert_eq!((both.secret, both.line), (SecretWord::Wrong, LineWord::Missing), "two things to mend");
        let elsewhere = TokenAnswer::CannotTell(Code::AppNotInOrg);
        let read = |authorize, token| read(&authorize, Some(&PairAnswer::Wrong), Some(&token), false);
        assert_eq!(read(A::Known, elsewhere).key, KeyWord::Elsewhere, "known, and of another org");
        assert_eq!(read(A::Known, elsewhere).secret, SecretWord::Untold, "of which that says nothing");
        assert_eq!(read(A::Moved("b".to_owned()), TokenAnswer::KeyUnknown).key, KeyWord::NotKnown);
    }
}
