//! What a check looks at around the connection itself: this computer's clock, ports and vault, the form of key and secret, and
//! what a loader of data needs.

use tokio::time::timeout;

use crate::{
    contract::view::{CheckId, CheckState, Finding, LookState, SetupPage, Token},
    controller::{Controller, whereabouts::instance},
    doctor::{self, LONGEST_LOOK},
    explain::{self, Code, setup},
    guide::{self, StepId},
    org::{
        address::Address,
        credentials::Examined,
        oauth::Trouble,
        rest::{Api, ApiAccess, DailyCalls},
        salesforce,
    },
    ports::{Http, Issuer},
};

/// How far two clocks may differ without harm.
const HARMLESS: time::Duration = time::Duration::minutes(5);
/// The fewest questions that have to be unanswered for an org to count as out of reach.
const FEWEST: usize = 3;
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

/// Who issued the certificate that the org shows: whoever did may read along.
pub(super) async fn issuer(http: &dyn Http, address: &Address) -> Finding {
    if address.is_practice() {
        return say(CheckId::Issuer, CheckState::Skip, &[]);
    }
    let url = address.endpoint(salesforce::VERSIONS_PATH);
    let seen = timeout(LONGEST_LOOK, http.issuer(&url)).await.ok().flatten();
    let Some(Issuer { name: Some(name), is_public }) = seen else {
        return say(CheckId::Issuer, CheckState::Unknown, &[]);
    };
    let state = if is_public { CheckState::Pass } else { CheckState::Warn };
    say(CheckId::Issuer, state, &[("issuer", &name), ("host", address.host())])
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

/// The vault, which was opened and read to come this far.
pub(super) fn vault() -> Finding {
    say(CheckId::Vault, CheckState::Pass, &[])
}

/// The form of the stored key and secret. The org decides whether they are right.
pub(super) fn form(examined: &Examined) -> Finding {
    match examined.notes.first() {
        None => say(CheckId::Form, CheckState::Pass, &[]),
        Some(note) => explain::finding(CheckId::Form, CheckState::Warn, Some(note.code), &[]),
    }
}

/// A finding with what is to be done, as the guide's own step, and the way to the app.
pub(super) fn as_in_the_guide(finding: Finding, step: StepId, what: &str, host: &str) -> Finding {
    let title = guide::steps(None).into_iter().find(|known| known.id == step.word()).map(|step| step.title);
    let fix = vec![format!("In the guide: {}. {what}", title.unwrap_or_default())];
    let setup = Some(Box::new(setup::link(SetupPage::ExternalClientApps, Some(host))));
    Finding { fix, setup, ..finding }
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

/// The check with what kept every answer of the org's away, where it could be asked about nothing.
pub(super) fn out_of_reach(findings: &[Finding]) -> Option<CheckId> {
    let asked = || {
        let made = findings.iter().filter(|finding| finding.state != CheckState::Skip);
        made.filter(|finding| !is_known_here(finding.id))
    };
    let is_away = asked().count() >= FEWEST && asked().all(|finding| finding.state == CheckState::Unknown);
    asked().find(|finding| is_away && finding.code.is_some()).map(|finding| finding.id)
}

/// Whether this computer tells by itself, so that an answer is no sign of the org's.
fn is_known_here(check: CheckId) -> bool {
    use CheckId::{Form, Life, Ports, Rotation, Scopes, SignIn, Vault};
    matches!(check, Form | Life | Ports | Rotation | Scopes | SignIn | Vault)
}

impl Controller {
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
    use url::Url;

    use super::*;
    use crate::{
        ports::{BoxFuture, HttpError},
        testing::{practice, sandbox},
    };

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

    struct Shows(Option<Issuer>);

    impl Http for Shows {
        fn send(
            &self,
            _: http::Request<Vec<u8>>,
        ) -> BoxFuture<'_, Result<http::Response<Vec<u8>>, HttpError>> {
            Box::pin(std::future::ready(Err(HttpError::Refused)))
        }

        fn issuer<'a>(&'a self, _: &'a Url) -> BoxFuture<'a, Option<Issuer>> {
            Box::pin(std::future::ready(self.0.clone()))
        }
    }

    #[tokio::test]
    async fn whoever_issued_the_certificate_is_named_and_one_that_servers_do_not_show_is_worth_a_look() {
        let of = |name: Option<&str>, is_public| Some(Issuer { name: name.map(str::to_owned), is_public });
        for (seen, state, part) in [
            (of(Some("DigiCert Inc"), true), CheckState::Pass, "DigiCert Inc"),
            (of(Some("Acme AG"), false), CheckState::Warn, "issued by Acme AG"),
            (of(None, false), CheckState::Unknown, "could not be told"),
            (None, CheckState::Unknown, "could not be told"),
        ] {
            let found = issuer(&Shows(seen), &sandbox()).await;
            assert_eq!(found.state, state, "{found:?}");
            assert!(found.message.contains(part), "{found:?}");
        }
        let of_practice = issuer(&Shows(of(Some("Acme AG"), false)), &practice()).await;
        assert_eq!(of_practice.state, CheckState::Skip, "{of_practice:?}");
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
    fn an_org_is_out_of_reach_where_it_has_answered_nothing_that_was_asked() {
        use CheckId::{Address, Api, Key, Org, Ports, Vault};
        use CheckState::{Pass, Skip, Unknown};
        let (away, untold) = (Some(Code::NetworkDns), None);
        let cause = |found: &[(CheckId, CheckState, Option<Code>)]| {
            let all: Vec<_> =
                found.iter().map(|(id, state, code)| explain::finding(*id, *state, *code, &[])).collect();
            out_of_reach(&all)
        };
        let nothing =
            [(Ports, Pass, None), (Address, Unknown, away), (Key, Unknown, untold), (Org, Skip, None)];
        assert_eq!(cause(&nothing), None, "too few were asked to tell");
        let more = [&nothing[..], &[(Api, Unknown, away)]].concat();
        assert_eq!(cause(&more), Some(Address), "the first cause, whatever this computer tells by itself");
        assert_eq!(cause(&[&more[..], &[(Key, Pass, None)]].concat()), None, "one answer is an answer");
        let untold = [(Key, Unknown, None), (Api, Unknown, None), (Org, Unknown, None), (Vault, Pass, None)];
        assert_eq!(cause(&untold), None, "and what cannot be told has no cause to tell");
    }
}
