//! Helpers of several modules' unit tests: an HTTP port that plays a script, and a practice address.

use std::{collections::VecDeque, sync::Mutex};

use http::{HeaderMap, Request, Response};
use url::form_urlencoded;

use crate::{
    org::address::{self, Address},
    ports::{BoxFuture, BrokenOff, Http, HttpError},
    secret::Secret,
};

/// Answers requests in order, and records them.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    answers: Mutex<VecDeque<Result<Response<Vec<u8>>, HttpError>>>,
    requests: Mutex<Vec<Sent>>,
}

/// A request as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Sent {
    /// A field of the form body; `None` if it is absent or repeated.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let mut values = form_urlencoded::parse(self.body.as_bytes()).filter(|(found, _)| found == name);
        let value = values.next()?.1.into_owned();
        values.next().is_none().then_some(value)
    }
}

impl Scripted {
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::default().then_json(status, body)
    }

    pub(crate) fn html(status: u16, body: &str) -> Self {
        Self::default().then(status, &[("content-type", "text/html;charset=UTF-8")], body)
    }

    pub(crate) fn broken(error: HttpError) -> Self {
        let script = Self::default();
        script.answers.lock().expect("lock").push_back(Err(error));
        script
    }

    /// An answer that breaks off.
    pub(crate) fn broken_off(status: u16, body: &str, why: HttpError) -> Self {
        let mut response =
            Response::builder().status(status).body(body.as_bytes().to_vec()).expect("a response");
        response.extensions_mut().insert(BrokenOff(why));
        let script = Self::default();
        script.answers.lock().expect("lock").push_back(Ok(response));
        script
    }

    pub(crate) fn then_json(self, status: u16, body: &str) -> Self {
        self.then(status, &[("content-type", "application/json;charset=UTF-8")], body)
    }

    pub(crate) fn then(self, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let response = response.body(body.as_bytes().to_vec()).expect("a response");
        self.answers.lock().expect("lock").push_back(Ok(response));
        self
    }

    pub(crate) fn requests(&self) -> Vec<Sent> {
        self.requests.lock().expect("lock").clone()
    }

    pub(crate) fn only_request(&self) -> Sent {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "exactly one request");
        requests.into_iter().next().expect("one")
    }
}

impl Http for Scripted {
    fn send(&self, request: Request<Vec<u8>>) -> BoxFuture<'_, Result<Response<Vec<u8>>, HttpError>> {
        let sent = Sent {
            method: request.method().to_string(),
            uri: request.uri().to_string(),
            headers: request.headers().clone(),
            body: String::from_utf8(request.into_body()).expect("text"),
        };
        self.requests.lock().expect("lock").push(sent);
        let answer = self.answers.lock().expect("lock").pop_front();
        Box::pin(async move { answer.expect("the script has an answer for every request") })
    }
}

/// `http://localhost:8080`.
pub(crate) fn practice() -> Address {
    address::parse("http://localhost:8080").expect("a practice address")
}

/// A sandbox of acme's.
pub(crate) fn sandbox() -> Address {
    address::parse("https://acme--uat.sandbox.my.salesforce.com").expect("an address")
}

/// A key and a secret.
pub(crate) fn secrets() -> (Secret, Secret) {
    (Secret::new("3MVG9.a_b+c/d="), Secret::new("0123456789ABCDEF"))
}
