//! The way to Salesforce: the proxy, the authorities, and, where a host may be asked, whether it answers, who issued the
//! certificate that it shows, and what its clock says. The host is asked for the list of its API's versions, which is the same
//! for everybody: nothing of a connection is sent.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use http::{Request, Response, header::DATE};
use time::OffsetDateTime;
use url::Url;

use super::{LONGEST_LOOK, Outcome, blocking, failed, look as say, took, within, wrong};
use crate::{
    contract::view::{Failure, Look, LookId, LookState},
    explain,
    org::{
        net::{Issuer, Net, ToldProxy},
        oauth::{Trouble, wire::date},
        salesforce,
    },
    ports::{Http, HttpError},
};

/// How far two clocks may differ without a word, and without harm.
const UNNOTICED: Duration = Duration::from_secs(60);
const HARMLESS: Duration = Duration::from_secs(5 * 60);

/// What the host is called in words that may be handed on: an org's own address names it.
const AN_ORG: &str = "an org of your connections";

pub(super) async fn look(net: &Arc<Net>, host: Option<&str>) -> Vec<Look> {
    let named = host.unwrap_or(salesforce::GENERIC_HOSTS[0]);
    let Ok(url) = Url::parse(&format!("https://{named}{}", salesforce::VERSIONS_PATH)) else {
        return Vec::new();
    };
    let (proxy, authorities) = tokio::join!(
        within(LookId::Proxy, LONGEST_LOOK, proxy(net, &url)),
        within(LookId::Authorities, LONGEST_LOOK, authorities(net.clone())),
    );
    let rest = if host.is_some() {
        asked(net, &url).await
    } else {
        [LookId::Salesforce, LookId::Certificate, LookId::Clock].map(|id| say(id, Outcome::NotAsked, &[]))
    };
    [vec![proxy, authorities], rest.to_vec()].concat()
}

async fn proxy(net: &Net, url: &Url) -> Look {
    match net.told_proxy(url).await {
        Ok(ToldProxy::None) => say(LookId::Proxy, Outcome::ProxyNone, &[]),
        Ok(ToldProxy::Named { address, source, is_excepted }) => {
            let outcome = if is_excepted { Outcome::ProxyExcepted } else { Outcome::ProxyUsed };
            say(LookId::Proxy, outcome, &[("proxy", address), ("source", source.to_owned())])
        }
        Err(error) => wrong(LookId::Proxy, failure(error, url)),
    }
}

async fn authorities(net: Arc<Net>) -> Look {
    let found = blocking(move || (net.hindrance(), net.has_added_authorities())).await;
    match found {
        Ok((Some(error @ HttpError::NoAuthorities(_)), _)) => {
            let failure = Trouble::from(error).failure(&[], OffsetDateTime::now_utc());
            wrong(LookId::Authorities, failure)
        }
        Ok((_, true)) => say(LookId::Authorities, Outcome::AuthoritiesAdded, &[]),
        Ok((_, false)) => say(LookId::Authorities, Outcome::AuthoritiesOwn, &[]),
        Err(failure) => wrong(LookId::Authorities, failure),
    }
}

/// The host's answer, its certificate and its clock.
async fn asked(net: &Net, url: &Url) -> [Look; 3] {
    let (answered, issuer) = tokio::join!(
        tokio::time::timeout(LONGEST_LOOK, ask(net, url)),
        tokio::time::timeout(LONGEST_LOOK, net.issuer(url)),
    );
    let certificate = certificate(issuer.ok().flatten(), url);
    let answered = answered.unwrap_or(Err(HttpError::Timeout));
    let [salesforce, clock] = match answered {
        Ok((answer, time, now)) => {
            let facts = [("host", told(url)), took(time)];
            [say(LookId::Salesforce, Outcome::SalesforceAnswers, &facts), clock(&answer, now)]
        }
        Err(error) => [
            failed(LookId::Salesforce, LookState::Wrong, failure(error, url), &[]),
            say(LookId::Clock, Outcome::ClockUnknown, &[]),
        ],
    };
    [salesforce, certificate, clock]
}

/// An answer, how long it took, and the time here in the middle of that.
async fn ask(net: &Net, url: &Url) -> Result<(Response<Vec<u8>>, Duration, OffsetDateTime), HttpError> {
    let request = Request::get(url.as_str()).body(Vec::new()).map_err(|_| HttpError::Refused)?;
    let (began, now) = (Instant::now(), OffsetDateTime::now_utc());
    let answer = net.send(request).await?;
    let time = began.elapsed();
    Ok((answer, time, now + time / 2))
}

fn certificate(issuer: Option<Issuer>, url: &Url) -> Look {
    let (outcome, name) = match issuer {
        None => (Outcome::CertificateUnseen, String::new()),
        Some(Issuer { name: None, .. }) => (Outcome::CertificateUnreadable, String::new()),
        Some(Issuer { name: Some(name), is_public: true }) => (Outcome::CertificatePublic, name),
        Some(Issuer { name: Some(name), is_public: false }) => (Outcome::CertificateOther, name),
    };
    say(LookId::Certificate, outcome, &[("host", told(url)), ("issuer", name)])
}

fn clock(answer: &Response<Vec<u8>>, now: OffsetDateTime) -> Look {
    let theirs = answer.headers().get(DATE).and_then(|date| date.to_str().ok()).and_then(date);
    let Some(theirs) = theirs else { return say(LookId::Clock, Outcome::ClockUnknown, &[]) };
    let difference = (now - theirs).unsigned_abs();
    let outcome = match difference {
        _ if difference <= UNNOTICED => Outcome::ClockRight,
        _ if difference <= HARMLESS => Outcome::ClockOff,
        _ => Outcome::ClockWrong,
    };
    let way = if now > theirs { "ahead of" } else { "behind" };
    say(LookId::Clock, outcome, &[("difference", in_words(difference)), ("way", way.to_owned())])
}

/// A difference of two clocks in its largest unit: the host's has whole seconds.
pub(crate) fn in_words(difference: Duration) -> String {
    let seconds = difference.as_secs();
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let unit = units.into_iter().find(|(length, _)| seconds >= 2 * length);
    let (count, unit) = unit.map_or((seconds, "second"), |(length, unit)| (seconds / length, unit));
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

fn failure(error: HttpError, url: &Url) -> Failure {
    let Failure { code, .. } = Trouble::from(error).failure(&[], OffsetDateTime::UNIX_EPOCH);
    let said = Trouble::from(error).said;
    let facts =
        [("host", told(url)), ("said", said.map(|said| said.as_str().to_owned()).unwrap_or_default())];
    let facts = facts.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>();
    explain::failure(code, &facts)
}

fn told(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = if salesforce::GENERIC_HOSTS.contains(&host) { host } else { AN_ORG };
    host.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(host: &str) -> Url {
        Url::parse(&format!("https://{host}{}", salesforce::VERSIONS_PATH)).unwrap()
    }

    #[test]
    fn a_clock_is_right_off_or_wrong_by_the_time_of_an_answer() {
        let now = date("Mon, 30 Nov 2026 04:00:00 GMT").unwrap();
        for (theirs, state, part) in [
            ("Mon, 30 Nov 2026 04:00:20 GMT", LookState::Good, "as far as 20 seconds"),
            ("Mon, 30 Nov 2026 03:58:00 GMT", LookState::Look, "2 minutes ahead of Salesforce's"),
            ("Mon, 30 Nov 2026 04:03:00 GMT", LookState::Look, "3 minutes behind Salesforce's"),
            ("Mon, 30 Nov 2026 05:00:00 GMT", LookState::Wrong, "60 minutes behind"),
            ("Tue, 30 Nov 2027 05:00:00 GMT", LookState::Wrong, "365 days behind"),
            ("yesterday", LookState::CannotTell, "No answer came with a time"),
        ] {
            let answer = Response::builder().header(DATE, theirs).body(Vec::new()).unwrap();
            let look = clock(&answer, now);
            assert_eq!(look.state, state, "{theirs}: {look:?}");
            assert!(look.message.contains(part), "{theirs}: {}", look.message);
        }
    }

    #[test]
    fn an_org_is_not_named_and_a_host_of_all_is() {
        let other = Issuer { name: Some("Acme AG".to_owned()), is_public: false };
        let org = certificate(Some(other.clone()), &url("acme.my.salesforce.com"));
        assert!(!org.message.contains("acme.my") && org.message.contains("Acme AG"), "{}", org.message);
        assert_eq!(org.state, LookState::Look);
        let all = certificate(Some(other), &url("login.salesforce.com"));
        assert!(all.message.contains("login.salesforce.com"), "{}", all.message);
        for error in [HttpError::Tls, HttpError::Dns, HttpError::Proxy, HttpError::Timeout] {
            let failure = failure(error, &url("acme.my.salesforce.com"));
            let words = format!("{} {}", failure.message, failure.fix.join(" "));
            assert!(!words.contains("acme.my") && !words.contains('{'), "{words}");
        }
    }

    #[tokio::test]
    async fn without_a_host_nothing_is_asked() {
        let net = Arc::new(Net::new(None, None).unwrap());
        let looks = look(&net, None).await;
        let left_out = [LookId::Salesforce, LookId::Certificate, LookId::Clock];
        for look in looks.iter().filter(|look| left_out.contains(&look.id)) {
            assert_eq!(look.state, LookState::CannotTell, "{look:?}");
        }
        assert_eq!(looks.len(), 5, "the proxy and the authorities are told all the same");
    }
}
