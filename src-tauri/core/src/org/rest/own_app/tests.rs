use super::*;
use crate::{
    ports::HttpError,
    testing::{Scripted, practice},
};

const VERSION: &str = "67.0";
const APP: &str = "0xIxx0000000001";
const OFF: &str = r#"[{"message":"This feature is not currently enabled for this user.","errorCode":"FUNCTIONALITY_NOT_ENABLED"}]"#;

fn apps(ids: &[&str], next: &str) -> String {
    let apps: Vec<String> = ids.iter().map(|id| format!(r#"{{"identifier":"{id}","label":"x"}}"#)).collect();
    format!(r#"{{"apps":[{}],"currentPageUrl":"/x","nextPageUrl":{next}}}"#, apps.join(","))
}

fn consumers(id: &str, key: &str) -> String {
    format!(
        r#"{{"consumers":[{{"id":"{id}","key":"{key}","url":"https://evil.example/x"}}],"nextPageUrl":null}}"#
    )
}

fn staged(key: &str, state: &str) -> String {
    format!(r#"{{"id":"888xx0000000009","key":"{key}","secret":"HUSH","state":"{state}"}}"#)
}

fn list(all: &[String]) -> String {
    format!(r#"{{"stagedCredentials":[{}],"url":"/x"}}"#, all.join(","))
}

fn place() -> (Url, Secret, Secret) {
    (Url::parse("http://localhost:8080").expect("a URL"), Secret::new("00Da!b"), Secret::new("3MVGours"))
}

fn told<T>(answer: Result<T, Stop>) -> Result<T, String> {
    answer.map_err(|stop| match stop {
        Stop::No(no) => format!("{no:?}"),
        Stop::Trouble(error) => format!("{:?}", error.trouble.code),
    })
}

fn consumer() -> Consumer {
    Consumer {
        staged: format!("/services/data/v67.0/apps/oauth/credentials/{APP}/888xx/staged"),
        key: Secret::new("3MVGours"),
    }
}

#[tokio::test]
async fn the_app_is_known_by_its_key_on_whatever_page_and_no_address_of_an_answer_is_followed() {
    let (instance, access, key) = place();
    let http = Scripted::json(
        200,
        &apps(&["0CAxx0000000001", "0xI../../../x/", APP], r#""https://evil.example/next""#),
    )
    .then_json(200, &consumers("888xx", "3MVGother"))
    .then_json(200, &apps(&["0xIxx0000000002AAA"], "null"))
    .then_json(200, &consumers("888xx", "3MVGours"));
    let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
    let found = told(api.own_consumer(VERSION, &[&key]).await).expect("found");
    let base = "/services/data/v67.0/apps/oauth";
    assert_eq!(found.staged, format!("{base}/credentials/0xIxx0000000002AAA/888xx/staged"));
    let sent: Vec<String> = http.requests().into_iter().map(|sent| sent.uri).collect();
    let base = format!("http://localhost:8080{base}");
    assert_eq!(
        sent,
        [
            format!("{base}/usage?page=0&pageSize=100"),
            format!("{base}/credentials/{APP}"),
            format!("{base}/usage?page=1&pageSize=100"),
            format!("{base}/credentials/0xIxx0000000002AAA"),
        ],
        "only ids of apps make up a path, and only of this place"
    );
}

#[tokio::test]
async fn what_is_looked_through_has_an_end() {
    let (instance, access, key) = place();
    let ids: Vec<String> = (0..MOST_APPS + 5).map(|number| format!("0xIxx{number:010}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut http = Scripted::json(200, &apps(&ids, r#""/x""#));
    for _ in 0..MOST_APPS {
        http = http.then_json(200, &consumers("888xx", "3MVGother"));
    }
    let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
    assert_eq!(told(api.own_consumer(VERSION, &[&key]).await.map(drop)), Err("NotFound".to_owned()));
    assert_eq!(http.requests().len(), MOST_APPS + 1, "and no more were asked about");
    let mut http = Scripted::default();
    for _ in 0..MOST_PAGES {
        http = http.then_json(200, &apps(&[], r#""/x""#));
    }
    let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
    assert_eq!(told(api.own_consumer(VERSION, &[&key]).await.map(drop)), Err("NotFound".to_owned()));
}

#[tokio::test]
async fn an_orgs_no_is_told_apart_from_trouble_on_the_way() {
    let (instance, access, key) = place();
    let error = |code: &str| format!(r#"[{{"message":"x","errorCode":"{code}"}}]"#);
    for (status, body, expected) in [
        (403, OFF.to_owned(), "Off"),
        (400, OFF.replace("not currently enabled", "feature is not enabled"), "Off"),
        (403, error("INSUFFICIENT_ACCESS"), "Refused"),
        (404, error("NOT_FOUND"), "Absent"),
        (404, "<html>".to_owned(), "Absent"),
        (400, error("SOMETHING_NEW"), "Unread"),
        (200, "{}".to_owned(), "Unread"),
        (200, "<html>not currently enabled</html>".to_owned(), "SalesforceUnreadable"),
        (302, String::new(), "SalesforceUnreadable"),
        (401, error("INVALID_SESSION_ID"), "RefreshTokenDead"),
        (403, error("API_DISABLED_FOR_ORG"), "ApiDisabled"),
        (503, OFF.to_owned(), "SalesforceUnavailable"),
        (429, String::new(), "RateLimited"),
    ] {
        let http = Scripted::json(status, &body);
        let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
        let answer = told(api.own_consumer(VERSION, &[&key]).await.map(drop));
        assert_eq!(answer, Err(expected.to_owned()), "{status} {body}");
    }
    // Of one app it may be so, and of another not.
    let http = Scripted::json(200, &apps(&["0xIxx0000000003", APP], "null"))
        .then_json(403, &error("INSUFFICIENT_ACCESS"))
        .then_json(200, &consumers("888xx", "3MVGours"));
    let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
    assert!(api.own_consumer(VERSION, &[&key]).await.is_ok(), "found behind it");
}

#[tokio::test]
async fn a_staged_pair_is_read_in_a_list_and_as_it_is_and_only_one_that_waits() {
    let (instance, access, _) = place();
    let whole = staged("3MVGnew", "Active");
    for (status, body, expected) in [
        (200, list(std::slice::from_ref(&whole)), Ok(true)),
        (201, whole.clone(), Ok(true)),
        (200, whole.replace(r#","state":"Active""#, ""), Ok(true)),
        (200, list(&[staged("3MVGold", "Rotated"), whole.clone(), staged("3MVGolder", "Expired")]), Ok(true)),
        (200, list(&[staged("3MVGold", "Rotated")]), Ok(false)),
        (200, list(&[]), Ok(false)),
        (200, list(&[whole.clone(), staged("3MVGtwo", "Active")]), Err("Unread")),
        (200, list(&[whole.replace(r#""HUSH""#, "null")]), Err("Unread")),
        (200, list(&[whole.replace("HUSH", "HU SH")]), Err("Unread")),
    ] {
        let http = Scripted::json(status, &body);
        let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
        let answer = told(api.stage(&consumer()).await.map(|pair| pair.is_some()));
        assert_eq!(answer, expected.map_err(str::to_owned), "{body}");
        let sent = http.only_request();
        assert_eq!((sent.method.as_str(), sent.body.as_str()), ("POST", "{}"), "as an empty object");
    }
}

#[tokio::test]
async fn a_pair_is_in_force_where_it_is_the_apps_or_is_called_rotated_and_is_rotated_by_its_id() {
    let (instance, access, _) = place();
    let new = Secret::new("3MVGnew");
    let own = Consumer { key: new.clone(), ..consumer() };
    let none = Scripted::default();
    let api = Api::new(&none, &practice(), &instance, &access).expect("the same place");
    assert!(matches!(api.stand_of(&own, &new).await, Ok(Stand::InForce)), "it is the app's own");
    for (all, expected) in [
        (list(&[staged("3MVGnew", "Rotated")]), "in force"),
        (list(&[staged("3MVGother", "Active"), staged("3MVGnew", "active")]), "888xx0000000009"),
        (list(&[staged("3MVGother", "Active")]), "gone"),
        (list(&[staged("3MVGnew", "Expired")]), "gone"),
        (list(&[staged("3MVGnew", "Active").replace("888xx", "../x")]), "gone"),
    ] {
        let http = Scripted::json(200, &all);
        let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
        let stand = match told(api.stand_of(&consumer(), &new).await).expect("an answer") {
            Stand::InForce => "in force".to_owned(),
            Stand::Staged(id) => id,
            Stand::Gone => "gone".to_owned(),
        };
        assert_eq!(stand, expected, "{all}");
    }
    let http = Scripted::json(204, "");
    let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
    told(api.rotate(&consumer(), "888xx0000000009").await).expect("done");
    let sent = http.only_request();
    assert_eq!((sent.method.as_str(), sent.body.as_str()), ("PATCH", r#"{"command":"rotate"}"#));
    assert!(sent.uri.ends_with("/staged/888xx0000000009"), "{}", sent.uri);
    assert_eq!(sent.headers["authorization"], "Bearer 00Da!b", "with this sign-in");
    let http = Scripted::broken(HttpError::Cut);
    let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
    assert_eq!(told(api.rotate(&consumer(), "888xx").await), Err("NetworkCut".to_owned()));
}

#[tokio::test]
async fn an_org_without_a_version_that_stages_is_not_asked() {
    let (instance, access, _) = place();
    for (newest, expected) in
        [("64.0", Err("Absent")), ("65.0", Ok("65.0")), ("68.0", Err("SalesforceUnreadable"))]
    {
        let http = Scripted::json(200, &format!(r#"[{{"version":"{newest}"}}]"#));
        let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
        let answer = told(api.version_with_staging().await);
        assert_eq!(answer, expected.map(str::to_owned).map_err(str::to_owned), "{newest}");
    }
}
