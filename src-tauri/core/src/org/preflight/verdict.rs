//! Weighing the probes: a pure table.

use super::{AuthorizeAnswer, PairAnswer, TokenAnswer};
use crate::explain::Code;

/// What the probes say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing speaks against key, secret and callback.
    Accepted,
    SecretWrong,
    /// A key that was just made and is not known everywhere yet.
    NotActiveYet,
    KeyUnknown,
    CallbackMissing,
    /// The app was just made: its callback lines may not be known yet.
    PerhapsNotActiveYet,
    /// The org is at this other place; ask there.
    Moved(String),
    /// Inconclusive, and why. Never stops anybody.
    GoOn(Code),
}

/// Weighs the answers. A probe that was not run is not held against the pair.
///
/// `recently_created` tells that the app was made, or the key first seen, no longer ago than activation may take
/// ([`crate::org::salesforce::ACTIVATION_LONGEST`]).
///
/// A pair that was asked about while its key was unknown tells nothing: ask again once the key is known.
pub fn judge(
    authorize: &AuthorizeAnswer,
    pair: Option<&PairAnswer>,
    token: Option<&TokenAnswer>,
    recently_created: bool,
) -> Verdict {
    use AuthorizeAnswer as Authorize;
    match (authorize, credentials(pair, token)) {
        (Authorize::Moved(place), _) => Verdict::Moved(place.clone()),

        // Accepted by one server and unknown to another: on its way through Salesforce.
        (Authorize::KeyUnknown, Credentials::Right) => Verdict::NotActiveYet,
        (Authorize::KeyUnknown, _) | (Authorize::CannotTell(_), Credentials::KeyUnknown) => {
            if recently_created {
                Verdict::NotActiveYet
            } else {
                Verdict::KeyUnknown
            }
        }

        // A known key makes a refused pair a wrong secret, and waiting would not cure that.
        (Authorize::Known | Authorize::CallbackMismatch, Credentials::SecretWrong | Credentials::Refused)
        | (Authorize::CannotTell(_), Credentials::SecretWrong) => Verdict::SecretWrong,

        (Authorize::CallbackMismatch, _) if recently_created => Verdict::PerhapsNotActiveYet,
        (Authorize::CallbackMismatch, _) => Verdict::CallbackMissing,

        (Authorize::Known, Credentials::Right | Credentials::NotAsked) => Verdict::Accepted,
        (Authorize::Known, Credentials::KeyUnknown) if recently_created => Verdict::NotActiveYet,
        (Authorize::Known, Credentials::KeyUnknown) => Verdict::GoOn(Code::KeyUnknown),
        (Authorize::Known, Credentials::CannotTell(code)) => Verdict::GoOn(code),
        (
            Authorize::CannotTell(code),
            Credentials::Right | Credentials::Refused | Credentials::NotAsked | Credentials::CannotTell(_),
        ) => Verdict::GoOn(*code),
    }
}

/// What the two probes that send the secret say together.
#[derive(Clone, Copy)]
enum Credentials {
    Right,
    SecretWrong,
    KeyUnknown,
    /// Key or secret.
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
        // The app is another org's, or wants something else first: nothing is said about the secret. The login has the
        // last word.
        (_, Some(TokenAnswer::CannotTell(code @ (Code::AppNotInOrg | Code::AppNotInstalled)))) => {
            Credentials::CannotTell(*code)
        }
        // One endpoint refuses what the other seems to take, as happens while credentials are being rotated.
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
            // authorize, pair, token: later, while the app is new
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
}
