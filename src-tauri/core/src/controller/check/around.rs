//! What a check looks at around the connection itself: this computer's clock and ports, how the app treats a sign-in, how
//! long one lasts, and what a loader of data needs.

use crate::{
    contract::view::{CheckId, CheckState, Finding, LookState, Token},
    controller::{Controller, whereabouts::instance},
    doctor,
    explain::{self, Code},
    org::{
        address::Address,
        oauth::Trouble,
        rest::{Api, ApiAccess, DailyCalls},
    },
    vault::Record,
};

/// How far two clocks may differ without harm.
const HARMLESS: time::Duration = time::Duration::minutes(5);
/// The part of the daily requests, in hundredths, below which too few are left.
const FEW: u64 = 10;

fn say(id: CheckId, state: CheckState, facts: &[(&str, &str)]) -> Finding {
    explain::finding(id, state, None, facts)
}

/// This computer's clock, `skew` ahead of the org's.
pub(super) fn clock(skew: Option<time::Duration>) -> Finding {
    let Some(skew) = skew else { return say(CheckId::Clock, CheckState::Unknown, &[]) };
    if skew.abs() <= HARMLESS {
        return say(CheckId::Clock, CheckState::Pass, &[]);
    }
    let way = if skew.is_positive() { "ahead of the org's" } else { "behind the org's" };
    let difference = doctor::in_words(skew.unsigned_abs());
    say(CheckId::Clock, CheckState::Warn, &[("difference", &difference), ("way", way)])
}

/// The ports for a next sign-in. A connection that stands does without them.
pub(super) async fn ports() -> Finding {
    let looks = doctor::ports().await;
    if looks.iter().any(|look| look.state == LookState::Good) {
        say(CheckId::Ports, CheckState::Pass, &[])
    } else if looks.iter().any(|look| look.code == Some(Code::PortsTaken)) {
        explain::finding(CheckId::Ports, CheckState::Warn, Some(Code::PortsTaken), &[])
    } else {
        say(CheckId::Ports, CheckState::Unknown, &[])
    }
}

/// Whether the app requires the proof of who started a sign-in.
pub(super) fn challenge(requires: Option<bool>, knows_the_key: bool) -> Finding {
    let state = match requires {
        Some(true) => CheckState::Pass,
        Some(false) => CheckState::Warn,
        None if knows_the_key => CheckState::Unknown,
        None => CheckState::Skip,
    };
    say(CheckId::Pkce, state, &[])
}

/// How many API requests are left for everybody who uses the org.
pub(super) fn limits(called: &Result<ApiAccess, Trouble>) -> Finding {
    let Ok(access) = called else { return say(CheckId::Limits, CheckState::Skip, &[]) };
    let ApiAccess::Proven { daily: Some(DailyCalls { max, remaining }) } = access else {
        return say(CheckId::Limits, CheckState::Unknown, &[]);
    };
    let is_few = u128::from(*remaining) * 100 < u128::from(*max) * u128::from(FEW);
    let state = if is_few { CheckState::Warn } else { CheckState::Pass };
    say(CheckId::Limits, state, &[("left", &remaining.to_string()), ("most", &max.to_string())])
}

impl Controller {
    /// What the org says of the refresh token, and what is known of its life. Introspection that calls it dead proves
    /// nothing while tokens come.
    pub(super) async fn refresh_finding(&self, record: &Record, is_active: Option<bool>) -> Finding {
        let seen = self.show(&record.alias).await.map(|detail| detail.seen).unwrap_or_default();
        let rotation = if seen.rotates {
            "Each refresh replaces it, and the new one is stored first."
        } else {
            "No refresh has replaced it so far."
        };
        let state = if is_active == Some(true) { CheckState::Pass } else { CheckState::Unknown };
        say(CheckId::Refresh, state, &[("rotation", rotation), ("policy", &seen.policy)])
    }

    /// Whether the Bulk API answers this user. Only a refusal of the whole API is certain.
    pub(super) async fn bulk_finding(
        &self,
        address: &Address,
        token: &Token,
        called: &Result<ApiAccess, Trouble>,
    ) -> Finding {
        if called.is_err() {
            return say(CheckId::Bulk, CheckState::Skip, &[]);
        }
        let asked = async {
            let instance = instance(token)?;
            let api = Api::new(self.http(), address, &instance, &token.access_token)?;
            Ok::<_, Trouble>(api.bulk(&token.api_version).await?)
        };
        let facts = [("host", address.host())];
        match asked.await {
            Ok(()) => say(CheckId::Bulk, CheckState::Pass, &[]),
            Err(trouble) if matches!(trouble.code, Code::ApiDisabled | Code::ApiLimitReached) => {
                explain::finding(CheckId::Bulk, CheckState::Fail, Some(trouble.code), &facts)
            }
            Err(_) => say(CheckId::Bulk, CheckState::Unknown, &[]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_remarked_on_beyond_five_minutes_either_way() {
        for (seconds, state, part) in [
            (Some(20), CheckState::Pass, "agree"),
            (Some(-299), CheckState::Pass, "agree"),
            (Some(600), CheckState::Warn, "10 minutes ahead of the org's"),
            (Some(-7200), CheckState::Warn, "2 hours behind the org's"),
            (None, CheckState::Unknown, "could not be compared"),
        ] {
            let found = clock(seconds.map(time::Duration::seconds));
            assert_eq!(found.state, state, "{seconds:?}: {found:?}");
            assert!(found.message.contains(part), "{seconds:?}: {found:?}");
        }
    }

    #[test]
    fn few_requests_are_remarked_on_and_unknown_ones_are_not_guessed() {
        let daily = |max, remaining| Ok(ApiAccess::Proven { daily: Some(DailyCalls { max, remaining }) });
        for (called, state, part) in [
            (daily(15_000, 1_500), CheckState::Pass, "1500 of 15000"),
            (daily(15_000, 1_499), CheckState::Warn, "Only 1499 of 15000"),
            (daily(u64::MAX, 0), CheckState::Warn, "Only 0"),
            (Ok(ApiAccess::Proven { daily: None }), CheckState::Unknown, "not shown"),
            (Ok(ApiAccess::CannotTell), CheckState::Unknown, "not shown"),
            (Err(Trouble::passing(Code::ApiRefused)), CheckState::Skip, "Not checked"),
        ] {
            let found = limits(&called);
            assert_eq!(found.state, state, "{found:?}");
            assert!(found.message.contains(part), "{found:?}");
        }
    }

    #[test]
    fn an_app_without_pkce_is_shown_the_step_of_the_guide() {
        assert_eq!(challenge(Some(true), true).state, CheckState::Pass);
        assert_eq!(challenge(None, true).state, CheckState::Unknown);
        assert_eq!(challenge(None, false).state, CheckState::Skip);
        let open = challenge(Some(false), true);
        assert_eq!(open.state, CheckState::Warn);
        assert!(open.message.contains("Require Proof Key for Code Exchange (PKCE) extension"), "{open:?}");
    }
}
