//! All documented or reported errors of Salesforce's for a sign-in, and how the practice org is made to answer with
//! them; for the others, the reason why it does not.

mod rows;
mod stage;

use practice_org::OauthError;
use serde_json::json;
use url::{Url, form_urlencoded};

use self::{
    rows::{
        NOT, ROWS,
        Shape::{self, Callback, Form, Html, OwnPage, Page, Rest, Token, Word},
    },
    stage::{Met, Stage},
};

#[tokio::test]
async fn every_documented_error_comes_as_documented() {
    for (shape, code, text, cause) in ROWS {
        let mut stage = Stage::new().await;
        let said =
            OauthError { error: (*code).to_owned().into(), error_description: (*text).to_owned().into() };
        let met = stage.meet(*cause, said).await;
        let expected = (*shape, (*code).to_owned(), (*text).to_owned());
        assert_eq!(seen(&met, *shape), expected, "{cause:?}: {met:?}");
    }
}

#[test]
fn what_cannot_come_is_named_with_its_reason() {
    for (row, reason) in NOT {
        println!("not answered: {row}: {reason}");
        let code = row.rsplit([' ', ',']).next().unwrap_or_default();
        assert!(!ROWS.iter().any(|(_, produced, _, _)| *produced == code), "{row} is answered after all");
        assert!(reason.len() > 20, "{row} has a reason");
    }
}

/// The shape, code and text of an answer.
fn seen(met: &Met, expected: Shape) -> (Shape, String, String) {
    let answer = match met {
        Met::Back(address) => return at_callback(address),
        Met::Stays(address) => return on_own_page(address),
        Met::Answer(answer) => answer,
    };
    if answer.status == 302 {
        return at_callback(&answer.header("location").parse().unwrap());
    }
    let html = answer.header("content-type").starts_with("text/html");
    match expected {
        Page | Form if answer.status == 400 => {
            assert_eq!(html, expected == Page, "the media type: {answer:?}");
            assert!(!answer.body.contains('+'), "spaces are %20: {answer:?}");
            let (code, text) = two_fields(answer.body.as_bytes());
            (expected, code, text)
        }
        Token if answer.status == 400 => {
            let body = answer.json();
            let member = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            assert_eq!(body.as_object().unwrap().len(), 2, "two members: {body}");
            (Token, member("error"), member("error_description"))
        }
        Rest(_) => {
            let body = answer.json();
            let (code, text) = (body[0]["errorCode"].as_str().unwrap(), body[0]["message"].as_str().unwrap());
            assert_eq!(body, json!([{"message": text, "errorCode": code}]), "a list of one, and no more");
            (Rest(answer.status), code.to_owned(), text.to_owned())
        }
        Word(_) => (Word(answer.status), answer.body.clone(), String::new()),
        Html(_) if html => (Html(answer.status), String::new(), String::new()),
        Page | Form | Token | Callback | OwnPage | Html(_) => panic!("{expected:?} was expected: {answer:?}"),
    }
}

fn at_callback(address: &Url) -> (Shape, String, String) {
    let query = address.query().unwrap_or_default();
    assert!(query.contains("state=a+state"), "the state comes back: {address}");
    let (code, text) = two_fields(query.as_bytes());
    (Callback, code, text)
}

fn on_own_page(address: &Url) -> (Shape, String, String) {
    assert_eq!(address.path(), "/setup/secur/RemoteAccessErrorPage.apexp", "{address}");
    let query = address.query().unwrap_or_default();
    assert!(!query.contains("state="), "no state comes back: {address}");
    let (code, text) = two_fields(query.as_bytes());
    (OwnPage, code, text)
}

fn two_fields(form: &[u8]) -> (String, String) {
    let field = |name: &str| {
        let found = form_urlencoded::parse(form).find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    (field("error"), field("error_description"))
}
