use super::*;
use crate::{
    ports::HttpError,
    testing::{Scripted, practice, sandbox, secrets},
};

const CALLBACK: &str = "http://localhost:17177/practice/callback";

const ANSWER: &str = r#"{"access_token":"00Dxx0000001gPL!AQ.x","refresh_token":"5Aep861aa","signature":"c2ln",
    "scope":"refresh_token api","instance_url":"http://localhost:8080",
    "id":"http://localhost:8080/id/00Dxx0000001gPLEAY/005xx000001Sv6AAAS","token_type":"Bearer","issued_at":"1736530186928"}"#;

async fn swap(http: &Scripted) -> Result<Granted, Trouble> {
    let (key, secret) = secrets();
    let (code, verifier) = (Secret::new("aPrx.abc=="), Secret::new("v".repeat(43)));
    exchange(http, &practice(), &key, &secret, &code, &verifier, CALLBACK).await
}

async fn renew(http: &Scripted) -> Result<Refreshed, Trouble> {
    let (key, secret) = secrets();
    refresh(http, &practice(), &key, &secret, &Secret::new("5Aep861aa")).await
}

#[tokio::test]
async fn a_token_answer_is_read_for_everything_the_org_grants() {
    let granted = swap(&Scripted::json(200, ANSWER)).await.expect("granted");
    assert_eq!(granted.access.expose(), "00Dxx0000001gPL!AQ.x", "the access token");
    assert_eq!(granted.refresh, Some(Secret::new("5Aep861aa")), "the refresh token");
    assert_eq!(granted.scope, ["refresh_token", "api"], "scopes, in the order given");
    assert_eq!(granted.instance_url.as_str(), "http://localhost:8080/", "where calls go");
    assert_eq!(
        granted.owner.as_ref().map(Owner::path).as_deref(),
        Some("/id/00Dxx0000001gPLEAY/005xx000001Sv6AAAS"),
        "who signed in"
    );
    let issued_at = granted.issued_at.expect("a time");
    assert_eq!(issued_at.unix_timestamp_nanos(), 1_736_530_186_928_000_000, "milliseconds");
    assert!(!format!("{granted:?}").contains("5Aep861aa"), "no token in debug output");
}

#[tokio::test]
async fn code_pair_and_verifier_are_sent_in_the_body_alone() {
    let http = Scripted::json(200, ANSWER);
    swap(&http).await.expect("granted");
    let sent = http.only_request();
    assert_eq!(
        (sent.method.as_str(), sent.uri.as_str()),
        ("POST", "http://localhost:8080/services/oauth2/token"),
        "no query"
    );
    let (key, secret) = secrets();
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", "aPrx.abc=="),
        ("code_verifier", &"v".repeat(43)),
        ("redirect_uri", CALLBACK),
        ("client_id", key.expose()),
        ("client_secret", secret.expose()),
    ] {
        assert_eq!(sent.field(name).as_deref(), Some(value), "{name}");
    }
    assert!(!sent.headers.contains_key("authorization"), "no HTTP Basic");
}

#[tokio::test]
async fn a_refresh_tells_a_rotated_token_from_the_same_one() {
    let http = Scripted::json(200, ANSWER);
    assert_eq!(renew(&http).await.expect("refreshed").rotated, None, "the same token was sent back");
    let sent = http.only_request();
    assert_eq!(sent.field("grant_type").as_deref(), Some("refresh_token"), "the grant");
    assert_eq!(sent.field("refresh_token").as_deref(), Some("5Aep861aa"), "the token");
    assert_eq!(sent.field("scope"), None, "no scope: the granted ones stay");
    assert_eq!(sent.headers["accept-encoding"], "identity", "nothing is to be packed on the way");

    let without = ANSWER.replace(r#""refresh_token":"5Aep861aa","#, "");
    assert_eq!(renew(&Scripted::json(200, &without)).await.expect("refreshed").rotated, None, "no rotation");
    let rotated = ANSWER.replace("5Aep861aa", "5Aep861bb");
    let refreshed = renew(&Scripted::json(200, &rotated)).await.expect("refreshed");
    assert_eq!(refreshed.rotated, Some(Secret::new("5Aep861bb")), "rotation");
    for elsewhere in
        [rotated.replace("localhost:8080", "evil.example"), rotated.replace("instance_url", "other")]
    {
        let refreshed = renew(&Scripted::json(200, &elsewhere)).await.expect("refreshed");
        assert!(refreshed.rotated.is_some(), "no address in the answer costs the rotated token: {elsewhere}");
    }
}

#[tokio::test]
async fn no_token_is_sent_to_another_host_and_what_cannot_be_used_is_given_back() {
    let elsewhere = [
        ANSWER.replace(
            r#""instance_url":"http://localhost:8080""#,
            r#""instance_url":"http://127.0.0.1:8080""#,
        ),
        ANSWER.replace(
            r#""instance_url":"http://localhost:8080""#,
            r#""instance_url":"http://localhost:8081""#,
        ),
        ANSWER.replace(
            r#""instance_url":"http://localhost:8080""#,
            r#""instance_url":"https://acme.my.salesforce.com""#,
        ),
        ANSWER.replace(r#""id":"http://localhost:8080"#, r#""id":"https://login.salesforce.com"#),
        ANSWER.replace(
            r#""instance_url":"http://localhost:8080""#,
            r#""instance_url":"http://u@localhost:8080""#,
        ),
    ];
    for answer in elsewhere {
        let http = Scripted::json(200, &answer).then_json(200, "");
        let trouble = swap(&http).await.expect_err(&answer);
        assert_eq!(trouble.code, Code::InstanceElsewhere, "{answer}");
        let requests = http.requests();
        let given_back = requests.last().expect("a second request");
        assert_eq!(given_back.uri, "http://localhost:8080/services/oauth2/revoke", "where it came from");
        assert_eq!(given_back.field("token").as_deref(), Some("5Aep861aa"), "the refresh token");
        assert_eq!(requests.len(), 2, "and nothing else");
    }
}

#[tokio::test]
async fn a_real_org_may_answer_with_listed_hosts_only() {
    let (key, secret) = secrets();
    for (instance, id, expected) in [
        (
            "https://acme--uat.sandbox.my.salesforce.com",
            "https://test.salesforce.com/id/00Dxx0000001gPL/005xx000001Sv6A",
            None,
        ),
        (
            "https://acme--uat.sandbox.my.salesforce.com/",
            "https://login.salesforce.com/id/00Dxx0000001gPL/005xx000001Sv6A",
            None,
        ),
        (
            "https://acme--uat.sandbox.my.salesforce.com",
            "https://test.sfcrmproducts.cn/id/00Dxx0000001gPL/005xx000001Sv6A",
            None,
        ),
        (
            "https://acme--uat.sandbox.my.salesforce.com",
            "https://login.salesforce.mil/id/00Dxx0000001gPL/005xx000001Sv6A",
            None,
        ),
        (
            "https://acme--uat.sandbox.my.salesforce.com",
            "https://login.salesforce.mil:8443/id/00Dxx0000001gPL/005xx000001Sv6A",
            Some(Code::InstanceElsewhere),
        ),
        (
            "https://login.sfcrmproducts.cn",
            "https://login.sfcrmproducts.cn/id/00Dxx0000001gPL/005xx000001Sv6A",
            Some(Code::InstanceElsewhere),
        ),
        (
            "https://evil.example",
            "https://test.salesforce.com/id/00Dxx0000001gPL/005xx000001Sv6A",
            Some(Code::InstanceElsewhere),
        ),
        (
            "http://acme--uat.sandbox.my.salesforce.com",
            "https://test.salesforce.com/id/00Dxx0000001gPL/005xx000001Sv6A",
            Some(Code::InstanceElsewhere),
        ),
        (
            "https://acme.my.salesforce.com",
            "https://my.salesforce.com.evil.example/id/a/b",
            Some(Code::InstanceElsewhere),
        ),
        (
            "https://acme.my.salesforce.com@evil.example",
            "https://test.salesforce.com/id/00Dxx0000001gPL/005xx000001Sv6A",
            Some(Code::InstanceElsewhere),
        ),
        (
            "acme.my.salesforce.com",
            "https://test.salesforce.com/id/00Dxx0000001gPL/005xx000001Sv6A",
            Some(Code::SalesforceUnreadable),
        ),
    ] {
        let answer = format!(
            r#"{{"access_token":"00Da!b","instance_url":"{instance}","id":"{id}","token_type":"Bearer","issued_at":"1"}}"#
        );
        let http = Scripted::json(200, &answer).then_json(200, "");
        let (code, verifier) = (Secret::new("aPrx.abc=="), Secret::new("v".repeat(43)));
        let result = exchange(&http, &sandbox(), &key, &secret, &code, &verifier, CALLBACK).await;
        assert_eq!(result.err().map(|trouble| trouble.code), expected, "{instance} {id}");
        let asked: Vec<String> = http.requests().iter().map(|sent| sent.uri.clone()).collect();
        let of_the_org = |path| format!("https://acme--uat.sandbox.my.salesforce.com/services/oauth2/{path}");
        let given_back = expected.map(|_| of_the_org("revoke"));
        let all: Vec<String> = std::iter::once(of_the_org("token")).chain(given_back).collect();
        assert_eq!(asked, all, "no other host is asked anything, and what is not used is revoked: {id}");
    }
}

#[tokio::test]
async fn only_confirmed_answers_are_terminal() {
    let error = |status, error: &str, text: &str| {
        Scripted::json(status, &format!(r#"{{"error":"{error}","error_description":"{text}"}}"#))
    };
    for (http, code, terminal) in [
        (error(400, "invalid_grant", "expired access/refresh token"), Code::RefreshTokenDead, true),
        (error(400, "invalid_client_id", "client identifier invalid"), Code::KeyUnknown, true),
        (error(400, "invalid_client", "invalid client credentials"), Code::SecretWrong, true),
        (error(503, "invalid_grant", "expired access/refresh token"), Code::SalesforceUnavailable, false),
        (error(400, "server_error", "retry your request"), Code::SalesforceUnavailable, false),
        (Scripted::html(200, "<html>Down for maintenance</html>"), Code::SalesforceUnreadable, false),
        (Scripted::html(400, "<html>error=invalid_grant</html>"), Code::SalesforceUnreadable, false),
        (Scripted::html(500, "<html>"), Code::SalesforceUnavailable, false),
        (Scripted::html(302, ""), Code::SalesforceUnreadable, false),
        (Scripted::json(200, "{}"), Code::SalesforceUnreadable, false),
        (Scripted::json(200, r#"{"access_token":"a b"}"#), Code::SalesforceUnreadable, false),
        (Scripted::json(200, ANSWER.split_at(60).0), Code::SalesforceUnreadable, false),
        (error(400, "invalid_client", "app must be installed into org"), Code::AppNotInstalled, false),
        (Scripted::broken(HttpError::Timeout), Code::NetworkTimeout, false),
        (Scripted::broken(HttpError::Cut), Code::NetworkCut, false),
        (Scripted::broken(HttpError::TooLarge), Code::SalesforceUnreadable, false),
    ] {
        let trouble = renew(&http).await.expect_err("trouble");
        assert_eq!((trouble.code, trouble.terminal), (code, terminal), "{http:?}");
    }
}

#[tokio::test]
async fn a_token_answer_passes_on_how_long_to_wait() {
    for (status, code) in [(429, Code::RateLimited), (503, Code::SalesforceUnavailable)] {
        let http = Scripted::default().then(status, &[("retry-after", "90")], "slow down");
        let trouble = renew(&http).await.expect_err("trouble");
        assert_eq!(trouble.code, code, "{status}");
        assert_eq!(trouble.retry_after, Some(std::time::Duration::from_secs(90)), "{status}");
    }
}

#[tokio::test]
async fn no_odd_field_costs_the_tokens_that_came() {
    let rotated = ANSWER.replace("5Aep861aa", "5Aep861bb");
    let with = |field: &str| rotated.replacen('{', &format!("{{{field},"), 1);
    let without = |field: &str| rotated.replace(&format!("\"{field}\""), &format!("\"no_{field}\""));
    let odd = |field: &str, value: &str| with(&format!("\"{field}\":{value}"));
    let spoilt =
        |field: &str, value: &str| without(field).replacen('{', &format!("{{\"{field}\":{value},"), 1);
    let mut answers = vec![
        with(r#""expires_in":"7200""#),
        with(r#""expires_in":-1"#),
        with(r#""expires_in":1e999"#),
        with(r#""unknown":{"a":[null,1,"x"]}"#),
        with(r#""access_token":null"#),
        odd("refresh_token", "null"),
        odd("access_token", "7"),
        rotated.replacen('}', r#","refresh_token":7}"#, 1),
        rotated.replacen('}', r#","refresh_token":true,"refresh_token":[]}"#, 1),
        format!("\u{feff}{rotated}"),
        format!("\n {rotated} \n"),
        rotated.replace(r#""issued_at":"1736530186928""#, r#""issued_at":99999999999999999999"#),
    ];
    for field in ["signature", "scope", "instance_url", "id", "token_type", "issued_at"] {
        answers.push(without(field));
        for value in ["null", "7", "-7", "[]", "{}", "\"\"", "\"nonsense\"", "\"https://evil.example\""] {
            answers.push(spoilt(field, value));
        }
    }
    for answer in answers {
        for content_type in ["application/json", "text/html", "text/plain;charset=x", ""] {
            let http = Scripted::default().then(200, &[("content-type", content_type)], &answer);
            let refreshed = renew(&http).await.expect(&answer);
            assert_eq!(
                refreshed.access.as_ref().map(Secret::expose),
                Some("00Dxx0000001gPL!AQ.x"),
                "{answer}"
            );
            assert_eq!(refreshed.rotated, Some(Secret::new("5Aep861bb")), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_token_that_replaces_the_stored_one_is_brought_alone_as_well() {
    for access in ["null", "\"a b\"", "{}", &format!("\"{}\"", "x".repeat(LONGEST_ACCESS + 1))] {
        let answer = format!(r#"{{"access_token":{access},"refresh_token":"5Aep861bb"}}"#);
        let refreshed = renew(&Scripted::json(200, &answer)).await.expect("brought");
        assert_eq!(
            (refreshed.access, refreshed.rotated),
            (None, Some(Secret::new("5Aep861bb"))),
            "{access:.20}"
        );
    }
    let same = r#"{"refresh_token":"5Aep861aa"}"#;
    let trouble = renew(&Scripted::json(200, same)).await.expect_err("nothing new");
    assert_eq!(trouble.code, Code::SalesforceUnreadable, "the token that was sent, and nothing else");
    let rotated = ANSWER.replace("5Aep861aa", "5Aep861bb");
    let (cut, _) = rotated.split_at(100);
    let refreshed = renew(&Scripted::json(200, cut)).await.expect("brought");
    assert!(refreshed.access.is_some() && refreshed.rotated.is_some(), "both stood before the end: {cut}");
    let form = "access_token=00Da%21b&refresh_token=5Aep861bb&instance_url=http%3A%2F%2Flocalhost%3A8080";
    let refreshed = renew(&Scripted::html(200, form)).await.expect("brought");
    assert_eq!(refreshed.rotated, Some(Secret::new("5Aep861bb")), "as a form");
}

#[tokio::test]
async fn what_stands_beside_the_tokens_is_told_and_nothing_more() {
    let told = async |answer: String| renew(&Scripted::json(200, &answer)).await.expect("refreshed").beside;
    let here = Url::parse("http://localhost:8080").ok();
    let org = "00Dxx0000001gPLEAY".to_owned();
    let beside = told(ANSWER.to_owned()).await;
    assert_eq!(
        beside,
        Beside {
            instance_url: here.clone(),
            orgs: vec![org.clone(), org.clone()],
            user: Some("005xx000001Sv6AAAS".to_owned()),
        },
        "all of it"
    );
    let elsewhere = ANSWER.replacen("http://localhost:8080", "https://evil.example", 1);
    assert_eq!(told(elsewhere).await.instance_url, None, "no address that is not on the list");
    let other = ANSWER.replace("/id/00Dxx0000001gPLEAY", "/id/00Dxx0000001gPMEAY");
    assert_eq!(told(other).await.orgs, ["00Dxx0000001gPMEAY".to_owned(), org], "another org is named");
}

#[tokio::test]
async fn a_sign_in_reads_what_there_is() {
    let granted =
        |answer: String| async move { swap(&Scripted::json(200, &answer).then_json(200, "")).await };
    let without_id = granted(ANSWER.replace("\"id\"", "\"no_id\"")).await.expect("granted");
    assert_eq!(without_id.owner, None, "for others to tell");
    let without_instance = granted(ANSWER.replace("instance_url", "other")).await.expect("granted");
    assert_eq!(without_instance.instance_url.as_str(), "http://localhost:8080/", "the org's own address");
    let listed = granted(ANSWER.replace(r#""refresh_token api""#, r#"["refresh_token","api"]"#)).await;
    assert_eq!(listed.expect("granted").scope, ["refresh_token", "api"], "a list of scopes");
}

#[tokio::test]
async fn an_exchange_that_asks_to_retry_points_at_the_browser() {
    let body = r#"{"error":"unknown_error","error_description":"retry your request"}"#;
    let trouble = swap(&Scripted::json(400, body)).await.expect_err("refused");
    assert_eq!((trouble.code, trouble.terminal), (Code::BrowserElsewhere, false), "after a sign-in");
    let trouble = renew(&Scripted::json(400, body)).await.expect_err("refused");
    assert_eq!(trouble.code, Code::SalesforceUnavailable, "at a refresh it passes");
}

/// R11: a refusal that brings the token that replaces the one sent.
#[tokio::test]
async fn a_refusal_costs_no_token_that_exists_only_in_it() {
    let beside = |field: &str| {
        format!(r#"{{"error":"invalid_grant","error_description":"expired access/refresh token",{field}}}"#)
    };
    for status in [400, 401, 500, 503] {
        let body = beside(r#""refresh_token":"5Aep861bb""#);
        let refreshed = renew(&Scripted::json(status, &body)).await.expect(&body);
        assert_eq!(refreshed.rotated, Some(Secret::new("5Aep861bb")), "{status}: it is nowhere else");
        assert_eq!(refreshed.access, None, "{status}");
    }
    for field in [
        r#""refresh_token":"5Aep861aa""#,
        r#""refresh_token":"expired""#,
        r#""refresh_token":null"#,
        r#""access_token":"00Dxx0000001gPL!AQ.x""#,
    ] {
        let trouble = renew(&Scripted::json(400, &beside(field))).await.expect_err(field);
        assert_eq!(trouble.code, Code::RefreshTokenDead, "{field}: nothing takes the place of the one sent");
    }
    let body = beside(r#""refresh_token":"5Aep861bb""#);
    let http = Scripted::json(400, &body).then_json(200, "");
    assert_eq!(
        swap(&http).await.expect_err("refused").code,
        Code::RefreshTokenDead,
        "a sign-in stays refused"
    );
    let requests = http.requests();
    let given_back = requests.last().and_then(|request| request.field("token"));
    assert_eq!(given_back.as_deref(), Some("5Aep861bb"), "and what came with that is given back");
}

#[tokio::test]
async fn an_org_that_moved_is_told_by_where_it_is_now() {
    let (key, secret) = secrets();
    for (status, location, code) in [
        (301, "https://acme-group--uat.sandbox.my.salesforce.com/services/oauth2/token", Code::OrgMoved),
        (308, "https://acme-group--uat.sandbox.my.salesforce.com/", Code::OrgMoved),
        (301, "https://login.salesforce.com/", Code::SalesforceUnreadable),
        (301, "https://evil.example/", Code::SalesforceUnreadable),
        (301, "/elsewhere", Code::SalesforceUnreadable),
        (200, "https://acme-group--uat.sandbox.my.salesforce.com/", Code::SalesforceUnreadable),
    ] {
        let http = Scripted::default().then(status, &[("location", location)], "");
        let trouble = refresh(&http, &sandbox(), &key, &secret, &Secret::new("5Aep861aa")).await;
        let trouble = trouble.expect_err("no tokens");
        assert_eq!((trouble.code, trouble.terminal), (code, false), "{status} {location}");
        let said = trouble.said.map(|said| said.as_str().to_owned());
        let host = (code == Code::OrgMoved).then(|| "acme-group--uat.sandbox.my.salesforce.com".to_owned());
        assert_eq!(said, host, "the host alone: {location}");
        assert_eq!(http.requests().len(), 1, "and nothing is sent there");
    }
}

#[tokio::test]
async fn the_orgs_own_words_come_along() {
    let body =
        r#"{"error":"invalid_grant","error_description":"a text nobody has seen yet https://evil.example"}"#;
    let trouble = renew(&Scripted::json(400, body)).await.expect_err("refused");
    let failure = trouble.failure(&[], time::OffsetDateTime::UNIX_EPOCH);
    assert_eq!(failure.code, Code::SalesforceRefused, "no words of ours");
    assert!(failure.message.contains("invalid_grant: a text nobody has seen yet …"), "{}", failure.message);
    assert!(!failure.message.contains("evil"), "no link: {}", failure.message);
}

#[tokio::test]
async fn a_part_of_an_answer_brings_the_tokens_that_are_whole_in_it() {
    let rotated = ANSWER.replace("5Aep861aa", "5Aep861bb");
    let (head, _) = rotated.split_once(r#","signature""#).expect("two tokens first");
    for why in [HttpError::Cut, HttpError::Timeout, HttpError::TooLarge] {
        for body in [rotated.clone(), format!("{rotated}    "), head.to_owned(), format!("{head},\"sig")] {
            let refreshed = renew(&Scripted::broken_off(200, &body, why)).await.expect(&body);
            assert_eq!(refreshed.rotated, Some(Secret::new("5Aep861bb")), "{why:?}: {body}");
            assert!(refreshed.access.is_some(), "{why:?}: {body}");
        }
    }
    let (half, _) = rotated.split_once("61bb").expect("its token");
    for (status, body, code) in [
        (200, half, Code::NetworkCut),
        (200, "", Code::NetworkCut),
        (400, r#"{"error":"invalid_grant","error_desc"#, Code::NetworkCut),
    ] {
        let trouble = renew(&Scripted::broken_off(status, body, HttpError::Cut)).await.expect_err(body);
        assert_eq!(
            (trouble.code, trouble.terminal),
            (code, false),
            "no half token, and no half refusal: {body}"
        );
    }
    let granted = swap(&Scripted::broken_off(200, head, HttpError::Cut)).await.expect("both tokens");
    assert_eq!(granted.refresh, Some(Secret::new("5Aep861bb")), "as it came");
    assert_eq!(granted.owner, None, "who signed in is asked");
    let http = Scripted::broken_off(200, half, HttpError::Cut).then_json(200, "");
    assert_eq!(
        swap(&http).await.expect_err("no refresh token").code,
        Code::NetworkCut,
        "a sign-in is made again"
    );
    assert!(http.requests().last().expect("two").uri.ends_with("/revoke"), "and what came is given back");
}

#[tokio::test]
async fn an_answer_that_is_no_json_brings_its_tokens() {
    let rotated = ANSWER.replace("5Aep861aa", "5Aep861bb");
    for odd in [r#""expires_in":NaN"#, "\"x\":\"a\nb\"", r#""x":'y'"#] {
        for body in
            [rotated.replacen('{', &format!("{{{odd},"), 1), rotated.replacen('}', &format!(",{odd}}}"), 1)]
        {
            let refreshed = renew(&Scripted::json(200, &body)).await.expect(&body);
            assert_eq!(refreshed.rotated, Some(Secret::new("5Aep861bb")), "{body}");
            assert!(refreshed.access.is_some() && refreshed.beside.user.is_some(), "{body}");
            let same = body.replace(r#""refresh_token":"5Aep861bb","#, "");
            assert!(
                renew(&Scripted::json(200, &same)).await.is_ok(),
                "none in place of the stored one: {same}"
            );
            let elsewhere = body.replace("http://localhost:8080", "https://evil.example");
            let beside = renew(&Scripted::json(200, &elsewhere)).await.expect(&elsewhere).beside;
            assert_eq!((beside.instance_url, beside.user), (None, None), "nothing off the list: {elsewhere}");
        }
    }
    let damaged = rotated.replace("61bb", "\u{fffd}1bb");
    let refreshed = renew(&Scripted::json(200, &damaged)).await.expect("the access token");
    assert_eq!(refreshed.rotated, None, "a token that was damaged is none");
}
