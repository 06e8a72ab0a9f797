//! The part of the Metadata API that deploys an External Client App: SOAP, as Salesforce CLI speaks it.

mod apply;
mod kind;
mod package;
mod result;
mod tree;
mod zip;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::http::call::Call;
use crate::http::shared::Shared;
use crate::rest;
use crate::world::people::users::Role;
use crate::world::state::State;
use tree::{Element, element};

#[cfg(test)]
pub(crate) use zip::tests::packed as zip_of;

/// The path below which the API of each version is.
pub(crate) const EVERY_PATH: &str = "/services/Soap/m/{*version}";

const XML: &str = "text/xml;charset=UTF-8";
const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

/// A fault: its code, and its words.
struct Fault(&'static str, String);

/// POST of an envelope.
pub(crate) fn answer(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    match invoke(&mut state, call) {
        Ok(body) => envelope(StatusCode::OK, &body),
        Err(Fault(code, words)) => {
            let fault = [element("faultcode", code), element("faultstring", &words)].concat();
            envelope(StatusCode::INTERNAL_SERVER_ERROR, &format!("<soapenv:Fault>{fault}</soapenv:Fault>"))
        }
    }
}

/// Carries the operation out and returns the content of the answer's body.
fn invoke(state: &mut State, call: &Call) -> Result<String, Fault> {
    let version = call.path().split('/').nth(4).unwrap_or_default();
    if !rest::is_version(&format!("v{version}")) {
        let words = "UNSUPPORTED_API_VERSION: Invalid Api version specified on URL";
        return Err(Fault("sf:UNSUPPORTED_API_VERSION", words.to_owned()));
    }
    let text = std::str::from_utf8(&call.body).unwrap_or_default();
    let unreadable =
        |why: &str| Fault("soapenv:Client", format!("PRACTICE: the envelope cannot be read: {why}"));
    let asked = Element::read(text).map_err(|why| unreadable(&why))?;
    let operation = asked.child("Body").and_then(|body| body.children.first());
    let operation = operation.ok_or_else(|| unreadable("it has no body"))?;
    let session = asked.child("Header").and_then(|header| header.child("SessionHeader"));
    let user = admit(state, session.map_or("", |session| session.text_of("sessionId")))?;
    match operation.name.as_str() {
        "deploy" => deploy(state, operation, user),
        "checkDeployStatus" => status(state, operation),
        other => Err(Fault(
            "sf:API_DISABLED_FOR_ORG",
            format!(
                "API_DISABLED_FOR_ORG: PRACTICE: this org has no {other}. Of the Metadata API it has deploy and \
                 checkDeployStatus."
            ),
        )),
    }
}

/// Whose session it is: one who may use the Metadata API.
// ASSUMES: metadata-refusals
fn admit(state: &mut State, session: &str) -> Result<usize, Fault> {
    let alive = state.use_access_token(session).filter(|alive| alive.has_one_of(&["api", "full"]));
    let Some(alive) = alive else {
        let words = "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session";
        return Err(Fault("sf:INVALID_SESSION_ID", words.to_owned()));
    };
    if state.users.get(alive.user).is_none_or(|user| user.role != Role::Admin) {
        let words = "INSUFFICIENT_ACCESS: use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata \
                     permissions";
        return Err(Fault("sf:INSUFFICIENT_ACCESS", words.to_owned()));
    }
    Ok(alive.user)
}

fn deploy(state: &mut State, operation: &Element, by: usize) -> Result<String, Fault> {
    let option = |name: &str| operation.child("DeployOptions").is_some_and(|all| all.text_of(name) == "true");
    let sent = operation.text_of("ZipFile").replace(char::is_whitespace, "");
    let zip = STANDARD
        .decode(sent)
        .map_err(|_| Fault("soapenv:Client", "PRACTICE: ZipFile is not in base64".to_owned()))?;
    let check_only = option("checkOnly");
    let messages = match package::read(&zip) {
        Ok(components) => apply::deploy(state, components, by, check_only),
        Err(messages) => messages,
    };
    let id = state.keep_deploy(by, check_only, messages);
    let result = [element("done", "false"), element("id", &id), element("state", "Queued")].concat();
    Ok(response("deployResponse", &result))
}

fn status(state: &State, operation: &Element) -> Result<String, Fault> {
    let id = operation.text_of("asyncProcessId");
    let deploy = state.deploys.iter().find(|deploy| deploy.id == id);
    let deploy = deploy.ok_or_else(|| {
        Fault("sf:INVALID_ID_FIELD", "INVALID_ID_FIELD: PRACTICE: no deploy has this id".to_owned())
    })?;
    let by = state.users.get(deploy.by);
    let (user, name) = by.map_or_else(Default::default, |user| (user.id.clone(), user.full_name()));
    let result = result::of(deploy, &user, &name, operation.text_of("includeDetails") == "true");
    Ok(response("checkDeployStatusResponse", &result))
}

fn response(name: &str, result: &str) -> String {
    format!("<{name}><result>{result}</result></{name}>")
}

fn envelope(status: StatusCode, body: &str) -> Response {
    let envelope = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns=\"{NAMESPACE}\" \
         xmlns:sf=\"{NAMESPACE}\"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    );
    (status, [(header::CONTENT_TYPE, XML)], envelope).into_response()
}
