use practice_org::Org;
use reqwest::{Client, Method, header::HeaderMap, redirect::Policy};
use serde_json::Value;
use url::{Url, form_urlencoded::Serializer};

use crate::{Person, Press, person::client};

/// The pair of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// The endpoint of tokens.
pub const TOKEN: &str = "/services/oauth2/token";

/// A client that signs in to an org, with every field of every request under the test's control.
pub struct App {
    address: String,
    pub key: String,
    pub secret: String,
    pub callback: String,
    http: Client,
}

/// An answer with its body.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// A header's text; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

impl App {
    /// The app that the org started with.
    pub fn of(org: &Org) -> Self {
        Self::with_client(org, client(Client::builder().no_proxy().redirect(Policy::none())))
    }

    /// The same with another client, such as one that uses a proxy.
    pub fn with_client(org: &Org, http: Client) -> Self {
        let callback = org.switches().callbacks.swap_remove(0);
        Self { address: org.address(), key: org.key(), secret: org.secret(), callback, http }
    }

    /// A request for authorization. `changes` replaces fields of a valid one; an empty value removes the field.
    pub fn authorize(&self, changes: &[(&str, &str)]) -> String {
        let usual = [
            ("response_type", "code"),
            ("client_id", &self.key),
            ("redirect_uri", &self.callback),
            ("scope", "api refresh_token"),
            ("state", "a state"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        format!("{}/services/oauth2/authorize?{}", self.address, form(&usual, changes))
    }

    /// Sends any request to the org. A path begins with `/`.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let address = if path.starts_with('/') { format!("{}{path}", self.address) } else { path.to_owned() };
        let mut request = self.http.request(method, address).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.text().await.unwrap() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], String::new()).await
    }

    pub async fn get_with_token(&self, path: &str, token: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        self.ask(Method::GET, path, &[("authorization", &bearer)], String::new()).await
    }

    /// Posts a form with the app's key and secret. `changes` replaces fields; an empty value removes one.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)], changes: &[(&str, &str)]) -> Answer {
        let pair = [("client_id", self.key.as_str()), ("client_secret", self.secret.as_str())];
        let body = form(&[fields, &pair].concat(), changes);
        self.ask(Method::POST, path, &[("content-type", "application/x-www-form-urlencoded")], body).await
    }

    /// Exchanges a code.
    pub async fn exchange(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.callback),
            ("code_verifier", VERIFIER),
        ];
        self.post(TOKEN, &fields, changes).await
    }

    /// Refreshes with this token.
    pub async fn refresh(&self, token: &str, changes: &[(&str, &str)]) -> Answer {
        self.post(TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", token)], changes).await
    }

    /// The code that the person's consent gives.
    pub async fn code(&self, person: &mut Person, changes: &[(&str, &str)]) -> String {
        let back = person.answer(&self.authorize(changes), Press::Allow).await;
        parameter(&back, "code").unwrap_or_else(|| panic!("no code in {back}"))
    }

    /// The tokens that the person's consent gives.
    pub async fn tokens(&self, person: &mut Person) -> Value {
        let code = self.code(person, &[]).await;
        let answer = self.exchange(&code, &[]).await;
        assert_eq!(answer.status, 200, "tokens: {answer:?}");
        answer.json()
    }
}

/// A parameter of an address, decoded once.
pub fn parameter(address: &Url, name: &str) -> Option<String> {
    address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn form(usual: &[(&str, &str)], changes: &[(&str, &str)]) -> String {
    let kept = usual.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let pairs = kept.chain(changes).filter(|(_, value)| !value.is_empty());
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}
