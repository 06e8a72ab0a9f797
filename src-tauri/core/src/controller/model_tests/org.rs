//! The model of the org, and the wire to it with its faults.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use tokio::sync::Notify;
use url::form_urlencoded;

use crate::{
    controller::lock,
    ports::{BoxFuture, Http, HttpError},
};

/// The fate of the next refresh on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    Fine,
    NoName,
    Stranger,
    TooSlow,
    RequestLost,
    AnswerLost,
    Maintenance,
    Busy,
    TooMany,
    Restricted,
    Page,
    /// Answered with entry n of [`ODD`]: the tokens, and something odd.
    Odd(usize),
    /// Refused with entry n of [`ONCE`], wrongly: another server would have answered.
    RefusedOnce(usize),
}

/// The odd answers, each with an access token and the refresh token that replaces the one before.
pub(super) const ODD: [&str; 10] = [
    r#"{"access_token":"A","refresh_token":"R","expires_in":"7200","id":null}"#,
    r#"{"id":7,"instance_url":[],"issued_at":-1e999,"access_token":"A","refresh_token":"R"}"#,
    r#"{"refresh_token":null,"access_token":"A","refresh_token":"R","refresh_token":{}}"#,
    r#"{"access_token":"A","refresh_token":"R","instance_url":"https://evil.example"}"#,
    r#"{"access_token":"A","refresh_token":"R","id":"http://localhost:8080/id/00D000000000002EAA/005000000000001AAA"}"#,
    r#"{"access_token":"A","refresh_token":"R","scope":"#,
    r#"{"access_token":null,"refresh_token":"R"}"#,
    r#"{"refresh_token":"R"}"#,
    "access_token=A&refresh_token=R",
    "\u{feff}{\"\\ud800\":\"\\ud800\",\"access_token\":\"A\",\"refresh_token\":\"R\"}",
];

/// Refusals that an org gives when a sign-in is over, and in many cases when it is not.
pub(super) const ONCE: [(&str, &str); 5] = [
    ("invalid_client", "app must be installed into org"),
    ("invalid_client", "invalid client credentials"),
    ("invalid_client_id", "client identifier invalid"),
    ("invalid_grant", "expired access/refresh token"),
    ("invalid_grant", "words that nobody has seen yet"),
];

/// The org as far as refreshes concern it. Its refresh tokens are numbered.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that is so")]
pub(super) struct Org {
    pub(super) newest: u32,
    pub(super) dead: bool,
    pub(super) blocked: bool,
    /// Whether the org has said that a person has to act, since the last sign-in or the last token received.
    pub(super) refused: bool,
    /// How often it has wrongly refused since then: what is said again is believed.
    pub(super) doubts: u32,
    /// The next answer to this request, once made, is lost because its caller is gone.
    pub(super) dies_at: Option<&'static str>,
    pub(super) next: Network,
    in_flight: u32,
    pub(super) most_in_flight: u32,
    pub(super) requests: u32,
    pub(super) reuses: u32,
    /// The newest token that was delivered whole.
    pub(super) received: u32,
    /// The pairs: that of the app, the one before it while that works, and a staged one; and how many were made.
    pub(super) pair: u32,
    pub(super) former: Option<u32>,
    pub(super) staged: Option<u32>,
    made: u32,
    /// The pair with which the newest token was delivered.
    pub(super) received_with: u32,
    /// Whether the sign-in was revoked by a request of the program's.
    pub(super) revoked_here: bool,
    /// Whether the fault is kept for the next refresh.
    pub(super) keeps_for_refresh: bool,
}

impl Org {
    pub(super) fn new() -> Self {
        Self {
            newest: 0,
            dead: true,
            blocked: false,
            refused: false,
            doubts: 0,
            dies_at: None,
            next: Network::Fine,
            in_flight: 0,
            most_in_flight: 0,
            requests: 0,
            reuses: 0,
            received: 0,
            pair: 0,
            former: None,
            staged: None,
            made: 0,
            received_with: 0,
            revoked_here: false,
            keeps_for_refresh: false,
        }
    }

    /// Whether a pair authenticates.
    pub(super) fn takes(&self, pair: u32) -> bool {
        self.pair == pair || self.former == Some(pair)
    }

    pub(super) fn stage(&mut self) {
        self.made += 1;
        self.staged = Some(self.made);
    }

    /// Puts the staged pair in force, if there is one.
    pub(super) fn rotate(&mut self) {
        if let Some(staged) = self.staged.take() {
            self.former = Some(self.pair);
            self.pair = staged;
        }
    }
}

/// The way to the org; the `Notify` reports that a program waits there to die.
pub(super) struct Wire(pub(super) Arc<Mutex<Org>>, pub(super) Arc<Notify>);

impl Wire {
    fn answer(&self, token: Option<u32>, pair: u32) -> Result<http::Response<Vec<u8>>, HttpError> {
        let mut org = lock(&self.0);
        let network = std::mem::replace(&mut org.next, Network::Fine);
        org.requests += 1;
        match network {
            Network::NoName => return Err(HttpError::Dns),
            Network::Stranger => return Err(HttpError::Tls),
            Network::TooSlow => return Err(HttpError::Timeout),
            Network::RequestLost => return Err(HttpError::Cut),
            Network::Maintenance => return Ok(response(503, "<html>")),
            Network::Page => return Ok(response(200, "<html>")),
            Network::TooMany => return Ok(response(429, "")),
            Network::Busy => return Ok(refused("invalid_grant", "token request is already being processed")),
            Network::Restricted => return Ok(refused("invalid_grant", "ip restricted")),
            Network::RefusedOnce(which)
                if !org.dead && !org.blocked && org.takes(pair) && token == Some(org.newest) =>
            {
                org.refused |= org.doubts > 0;
                org.doubts += 1;
                let (error, description) = ONCE[which];
                return Ok(refused(error, description));
            }
            // In these cases the refusal would be true.
            Network::Fine | Network::AnswerLost | Network::Odd(_) | Network::RefusedOnce(_) => {}
        }
        if org.blocked {
            org.refused = true;
            return Ok(refused("app_blocked", "this app is blocked by admin"));
        }
        if !org.takes(pair) {
            org.refused = true;
            return Ok(refused("invalid_client_id", "client identifier invalid"));
        }
        if org.dead || token != Some(org.newest) {
            org.reuses += u32::from(!org.dead);
            (org.dead, org.refused) = (true, true);
            return Ok(refused("invalid_grant", "expired access/refresh token"));
        }
        org.newest += 1;
        if network == Network::AnswerLost {
            return Err(HttpError::Cut);
        }
        if org.dies_at != Some(TOKEN) {
            (org.received, org.refused, org.doubts) = (org.newest, false, 0);
            org.received_with = pair;
        }
        let number = org.newest;
        if let Network::Odd(which) = network {
            let (access, refresh) = (format!("\"{ACCESS}{number}\""), format!("\"{}\"", name(number)));
            let form = |text: &str| ODD[which].starts_with('a').then(|| text.replace('"', ""));
            let (access, refresh) = (form(&access).unwrap_or(access), form(&refresh).unwrap_or(refresh));
            let body = if ODD[which].starts_with('a') {
                ODD[which].replace("=A", &format!("={access}")).replace("=R", &format!("={refresh}"))
            } else {
                ODD[which].replace("\"A\"", &access).replace("\"R\"", &refresh)
            };
            return Ok(response(200, &body));
        }
        Ok(response(
            200,
            &format!(
                r#"{{"access_token":"{ACCESS}{number}","refresh_token":"{}","token_type":"Bearer"}}"#,
                name(number)
            ),
        ))
    }
}

impl Wire {
    async fn die<T>(&self) -> T {
        self.1.notify_one();
        std::future::pending().await
    }

    /// The requests other than refreshes: introspection, revocation and the API.
    fn other(
        &self,
        path: &str,
        token: Option<u32>,
        pair: Option<u32>,
    ) -> Result<http::Response<Vec<u8>>, HttpError> {
        let mut org = lock(&self.0);
        let network = if org.keeps_for_refresh {
            Network::Fine
        } else {
            std::mem::replace(&mut org.next, Network::Fine)
        };
        match network {
            Network::Fine | Network::Odd(_) | Network::RefusedOnce(_) => {}
            Network::NoName => return Err(HttpError::Dns),
            Network::Stranger => return Err(HttpError::Tls),
            Network::TooSlow => return Err(HttpError::Timeout),
            Network::RequestLost => return Err(HttpError::Cut),
            Network::AnswerLost => {
                let is_revoked = path.ends_with("/revoke") && !org.dead && token == Some(org.newest);
                org.dead |= is_revoked;
                org.revoked_here |= is_revoked;
                return Err(HttpError::Cut);
            }
            Network::TooMany => return Ok(response(429, "")),
            Network::Maintenance | Network::Busy | Network::Restricted => return Ok(response(503, "<html>")),
            Network::Page => return Ok(response(200, "<html>")),
        }
        let alive = !org.dead && token == Some(org.newest);
        if path.ends_with("/revoke") {
            org.dead |= alive;
            org.revoked_here |= alive;
            return Ok(if alive { response(200, "") } else { refused("invalid_token", "invalid token") });
        }
        let is_taken = pair.is_none_or(|pair| org.takes(pair));
        // A made-up code, which is looked at after the pair.
        if path.ends_with(TOKEN) {
            let (unknown, spent) = (
                ("invalid_client_id", "client identifier invalid"),
                ("invalid_grant", "invalid authorization code"),
            );
            let (error, description) = if is_taken { spent } else { unknown };
            return Ok(refused(error, description));
        }
        if path.ends_with("/introspect") && !is_taken {
            return Ok(refused("invalid_client", "invalid client credentials"));
        }
        if path.ends_with("/introspect") {
            let active = r#"{"active":true,"exp":7200,"iat":0}"#;
            return Ok(response(200, if alive { active } else { r#"{"active":false}"# }));
        }
        Ok(response(200, "{}"))
    }
}

impl Http for Wire {
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'_, Result<http::Response<Vec<u8>>, HttpError>> {
        Box::pin(async move {
            let form: BTreeMap<String, String> =
                form_urlencoded::parse(request.body()).into_owned().collect();
            let number = |field: &str| -> Option<u32> { number(form.get(field)?) };
            let pair = form.get("client_id").and_then(|key| number_of(key));
            let path = request.uri().path();
            let is_refresh = form.get("grant_type").is_some_and(|grant| grant == "refresh_token");
            if !path.ends_with(TOKEN) || !is_refresh {
                if lock(&self.0).dies_at == Some("") {
                    return self.die().await;
                }
                return self.other(path, number("token"), pair);
            }
            let _in_flight = InFlight::begin(&self.0);
            tokio::task::yield_now().await;
            let answer = self.answer(number("refresh_token"), pair.unwrap_or_default());
            if lock(&self.0).dies_at == Some(TOKEN) {
                return self.die().await;
            }
            answer
        })
    }
}

pub(super) const TOKEN: &str = "/token";

/// The number of one of this model's tokens.
pub(super) fn number(token: &str) -> Option<u32> {
    token.trim_start_matches(ACCESS).rsplit('.').next()?.parse().ok()
}

struct InFlight(Arc<Mutex<Org>>);

impl InFlight {
    fn begin(org: &Arc<Mutex<Org>>) -> Self {
        let mut now = lock(org);
        now.in_flight += 1;
        now.most_in_flight = now.most_in_flight.max(now.in_flight);
        Self(org.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        lock(&self.0).in_flight -= 1;
    }
}

fn response(status: u16, body: &str) -> http::Response<Vec<u8>> {
    let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
    http::Response::builder().status(status).header("content-type", kind).body(body.into()).unwrap()
}

fn refused(error: &str, description: &str) -> http::Response<Vec<u8>> {
    response(400, &format!(r#"{{"error":"{error}","error_description":"{description}"}}"#))
}

/// The pair of a number: its Consumer Key, and its Consumer Secret.
pub(super) fn pair(number: u32) -> (String, String) {
    (format!("{KEY}{number}"), format!("01234567{number:02}"))
}

/// The number of a pair, by its Consumer Key.
pub(super) fn number_of(key: &str) -> Option<u32> {
    key.strip_prefix(KEY)?.parse().ok()
}

const KEY: &str = "3MVG9key";

pub(super) const ACCESS: &str = "00Daccess";

pub(super) fn name(number: u32) -> String {
    format!("5Aep861.{number}")
}
