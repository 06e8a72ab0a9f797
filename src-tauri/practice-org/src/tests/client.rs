//! A scripted client: a browser that keeps its cookie and fills in forms, and an application that calls endpoints.

use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::{NewApps, Options, Org, RefreshPolicy};

pub(crate) const CALLBACK: &str = "http://localhost:17177/practice/callback";
pub(crate) const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-in-all";

/// An answer with its whole body.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// An org and its client.
pub(crate) struct Rehearsal {
    pub(crate) org: Org,
    http: reqwest::Client,
    cookie: Mutex<Option<String>>,
}

impl Rehearsal {
    pub(crate) async fn start(options: Options) -> Self {
        // Another test may have installed the provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { org: Org::start(options).await.unwrap(), http, cookie: Mutex::new(None) }
    }

    pub(crate) async fn ready() -> Self {
        Self::start(Options::default()).await
    }

    /// A rehearsal with an app from before November 2026: its refresh tokens stay, and are valid until revoked.
    pub(crate) async fn before() -> Self {
        let it = Self::start(Options { rotation: false, ..Options::default() }).await;
        it.org.change(|switches| {
            switches.new_apps = NewApps::Before;
            switches.refresh_policy = RefreshPolicy::UntilRevoked;
        });
        it
    }

    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let address =
            if path.starts_with('/') { format!("{}{path}", self.org.address()) } else { path.to_owned() };
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, address).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::read(request.send().await.unwrap()).await
    }

    pub(crate) async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = [(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded")];
        self.request("POST", path, &form, body.into_bytes()).await
    }

    /// A call with the app's key and secret in the form body.
    pub(crate) async fn call_as_app(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let (key, secret) = (self.org.key(), self.org.secret());
        self.post_form(path, &[fields, &[("client_id", &key), ("client_secret", &secret)]].concat()).await
    }

    pub(crate) async fn get_with_token(&self, path: &str, token: &str) -> Answer {
        self.request("GET", path, &[(AUTHORIZATION.as_str(), &format!("Bearer {token}"))], Vec::new()).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.call_as_app(
            "/services/oauth2/token",
            &[("grant_type", "refresh_token"), ("refresh_token", token)],
        )
        .await
    }

    /// The form of a refresh.
    pub(crate) fn refresh_form(&self, token: &str) -> String {
        let (key, secret) = (self.org.key(), self.org.secret());
        format!("grant_type=refresh_token&client_id={key}&client_secret={secret}&refresh_token={token}")
    }

    /// Whether a request with a form ends without an answer.
    pub(crate) async fn fails(&self, method: &str, path: &str, form: &str) -> bool {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.http.request(method, format!("{}{path}", self.org.address()));
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.to_owned());
        request.send().await.is_err()
    }

    pub(crate) async fn exchange(&self, code: &str, verifier: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", verifier),
        ];
        self.call_as_app("/services/oauth2/token", &fields).await
    }

    /// The address of a request for authorization; `changes` replaces fields, an empty value removes one.
    pub(crate) fn authorize_path(&self, changes: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()));
        let key = self.org.key();
        let usual = [
            ("response_type", "code"),
            ("client_id", &key),
            ("redirect_uri", CALLBACK),
            ("scope", "api refresh_token"),
            ("state", "a state"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let kept = usual.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        let pairs = kept.chain(changes).filter(|(_, value)| !value.is_empty());
        format!("/services/oauth2/authorize?{}", Serializer::new(String::new()).extend_pairs(pairs).finish())
    }

    /// Opens a page as a browser: with its cookie, following redirects until it leaves the org or gets a page.
    pub(crate) async fn browse(
        &self,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Page, String> {
        let (mut method, mut path) = (method.to_owned(), path.to_owned());
        let mut body = Serializer::new(String::new()).extend_pairs(fields).finish();
        loop {
            let cookie = self.cookie.lock().unwrap().clone().unwrap_or_default();
            let headers =
                [(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded"), (COOKIE.as_str(), &cookie)];
            let answer = self.request(&method, &path, &headers, body.clone().into_bytes()).await;
            if let Some(set) = answer.headers.get(SET_COOKIE) {
                let set = set.to_str().unwrap();
                assert!(
                    set.contains("HttpOnly") && set.contains("SameSite=Lax"),
                    "the cookie is guarded: {set}"
                );
                *self.cookie.lock().unwrap() = set.split(';').next().map(str::to_owned);
            }
            let Some(location) = answer.location() else { return Ok(Page { answer, at: path }) };
            if !location.starts_with(&self.org.address()) {
                return Err(location);
            }
            (method, path, body) = ("GET".to_owned(), location, String::new());
        }
    }

    /// Fills in the login form of a page.
    pub(crate) async fn log_in(&self, page: &Page, user: usize) -> Result<Page, String> {
        let user = self.org.users().remove(user);
        let (form, next) = (page.hidden("form"), page.hidden("startURL"));
        let fields = [
            ("form", form.as_str()),
            ("startURL", next.as_str()),
            ("username", user.username.as_str()),
            ("pw", user.password.as_str()),
        ];
        let page = self.browse("POST", "/", &fields).await?;
        if page.answer.body.contains("id=\"passkey\"") { self.give_passkey(&page).await } else { Ok(page) }
    }

    /// Presses the button in place of a passkey.
    pub(crate) async fn give_passkey(&self, page: &Page) -> Result<Page, String> {
        let (form, id) = (page.hidden("form"), page.hidden("id"));
        let fields = [("form", form.as_str()), ("id", id.as_str())];
        self.browse("POST", crate::http::paths::PASSKEY, &fields).await
    }

    /// Presses a button of the Allow page; returns the callback address.
    pub(crate) async fn decide(&self, page: &Page, decision: &str) -> Url {
        let (form, source) = (page.hidden("form"), page.hidden("source"));
        let fields = [("form", form.as_str()), ("source", source.as_str()), ("decision", decision)];
        let left = self.browse("POST", crate::http::paths::APPROVAL, &fields).await.err();
        Url::parse(&left.expect("the decision leads to the callback")).unwrap()
    }

    /// Authorizes, logs in as the integration user and allows; returns the code.
    pub(crate) async fn code(&self, changes: &[(&str, &str)]) -> String {
        let page = self.browse("GET", &self.authorize_path(changes), &[]).await.expect("a page of the org");
        let page = if page.answer.body.contains("id=\"oaapprove\"") {
            page
        } else {
            self.log_in(&page, 1).await.expect("the Allow page")
        };
        parameter(&self.decide(&page, "allow").await, "code").expect("a code at the callback")
    }

    /// Signs in, from the authorize address to the tokens.
    pub(crate) async fn tokens(&self) -> Value {
        let code = self.code(&[]).await;
        self.exchange(&code, VERIFIER).await.json(StatusCode::OK)
    }
}

/// A page open in the browser.
pub(crate) struct Page {
    pub(crate) answer: Answer,
    pub(crate) at: String,
}

impl Page {
    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) =
            self.answer.body.split_once(&start).unwrap_or_else(|| panic!("no field {name} at {}", self.at));
        rest.split_once('"').unwrap().0.replace("&amp;", "&")
    }
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        assert_eq!(headers.get("x-practice-org").unwrap(), "1", "every answer says what it comes from");
        Self { status, headers, body: response.text().await.unwrap() }
    }

    pub(crate) fn location(&self) -> Option<String> {
        Some(self.headers.get(LOCATION)?.to_str().unwrap().to_owned())
    }

    pub(crate) fn json(&self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "body: {}", self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// Asserts an OAuth error in JSON.
    pub(crate) fn is_error(&self, status: StatusCode, error: &str, description: &str) {
        let body = self.json(status);
        assert_eq!(
            (&body["error"], &body["error_description"]),
            (&error.into(), &description.into()),
            "the error"
        );
    }
}

/// A query parameter, decoded once.
pub(crate) fn parameter(address: &Url, name: &str) -> Option<String> {
    address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// A text member of an answer.
pub(crate) fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("no text {name} in {body}"))
}
