use std::time::Duration;

use reqwest::StatusCode;

use super::client::{Rehearsal, VERIFIER, text};
use crate::{Options, Org, OrgKind};

const QUERY: &str = "/services/data/v67.0/query?q=";
const ORGANIZATION: &str = "SELECT+Id,+Name,+InstanceName,+IsSandbox,+TrialExpirationDate,+NamespacePrefix,\
                            +OrganizationType,+LanguageLocaleKey+FROM+Organization";

#[tokio::test]
async fn userinfo_identity_address_and_user_record_name_the_same_person() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let token = text(&tokens, "access_token");
    let userinfo = it.get_with_token("/services/oauth2/userinfo", token).await.json(StatusCode::OK);
    assert_eq!(text(&userinfo, "sub"), text(&tokens, "id"), "one identity");
    assert_eq!(text(&userinfo, "organization_id"), it.org.org_id(), "this org");
    assert_eq!(text(&userinfo["urls"], "custom_domain"), it.org.address(), "its address");
    let identity = it.get_with_token(text(&tokens, "id"), token).await.json(StatusCode::OK);
    assert_eq!(text(&identity, "username"), text(&userinfo, "preferred_username"), "one username");
    let short_id: String = text(&userinfo, "user_id").chars().take(15).collect();
    for id in [text(&userinfo, "user_id"), &short_id] {
        let record = it.get_with_token(&format!("/services/data/v51.0/sobjects/User/{id}"), token).await;
        assert_eq!(
            text(&record.json(StatusCode::OK), "Username"),
            "integration@practice.example",
            "by either id"
        );
    }
}

#[tokio::test]
async fn userinfo_and_identity_address_refuse_in_plain_words() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let token = text(&tokens, "access_token");
    let refused = async |path: &str, token: &str, words: &str| {
        let answer = it.get_with_token(path, token).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::FORBIDDEN, words), "at {path}");
    };
    refused("/services/oauth2/userinfo", "00Dx!y", "Bad_OAuth_Token").await;
    refused("/id/00D000000000000AAA/005000000000000AAA", token, "Wrong_Org").await;
    let nobody = it.request("GET", "/services/oauth2/userinfo", &[], Vec::new()).await;
    assert_eq!(nobody.body, "Missing_OAuth_Token", "no token at all");
    it.org.change(|switches| switches.userinfo_refuses_api_scope = true);
    refused("/services/oauth2/userinfo", token, "Bad_OAuth_Token").await;
    let identity = it.get_with_token(text(&tokens, "id"), token).await;
    assert_eq!(identity.status, StatusCode::OK, "the identity address serves in its place");
}

#[tokio::test]
async fn the_organization_record_tells_the_kinds_apart() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    for (kind, is_sandbox, has_trial_end, edition) in [
        (OrgKind::Production, false, false, "Enterprise Edition"),
        (OrgKind::Sandbox, true, false, "Enterprise Edition"),
        (OrgKind::Developer, false, false, "Developer Edition"),
        (OrgKind::Scratch, true, true, "Developer Edition"),
    ] {
        it.org.change(|switches| switches.kind = kind);
        let answer =
            it.get_with_token(&format!("{QUERY}{ORGANIZATION}"), text(&tokens, "access_token")).await;
        let answer = answer.json(StatusCode::OK);
        let record = &answer["records"][0];
        assert_eq!((&answer["totalSize"], &answer["done"]), (&1.into(), &true.into()), "one record");
        assert_eq!(text(record, "Id"), it.org.org_id(), "18 characters");
        assert_eq!(record["IsSandbox"], is_sandbox, "{kind:?}");
        assert_eq!(record["TrialExpirationDate"].is_string(), has_trial_end, "{kind:?}: {record}");
        assert_eq!(text(record, "OrganizationType"), edition, "{kind:?}");
        assert_eq!(text(&record["attributes"], "type"), "Organization", "as the REST API writes records");
    }
}

#[tokio::test]
async fn queries_are_answered_or_refused_like_salesforce_does() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let ask = async |query: &str| {
        it.get_with_token(&format!("{QUERY}{query}"), text(&tokens, "access_token")).await
    };
    let found = ask("SELECT+Id,+Username+FROM+User+WHERE+Username='ADMIN@practice.example'+LIMIT+1").await;
    assert_eq!(
        found.json(StatusCode::OK)["records"][0]["Username"],
        "admin@practice.example",
        "case does not matter"
    );
    for (query, code) in [
        ("SELECT+Nothing+FROM+User", "INVALID_FIELD"),
        ("SELECT+Id+FROM+Nothing", "INVALID_TYPE"),
        ("DELETE+everything", "MALFORMED_QUERY"),
    ] {
        assert_eq!(ask(query).await.json(StatusCode::BAD_REQUEST)[0]["errorCode"], code, "{query}");
    }
    let slash = "/services/data/v59.0/query/?q=SELECT+Id+FROM+User";
    let all = it.get_with_token(slash, text(&tokens, "access_token")).await.json(StatusCode::OK);
    assert_eq!(all["totalSize"], 4, "simple-salesforce puts a slash before the question mark");
    let missing = it.get_with_token("/services/data/v67.0/nothing", text(&tokens, "access_token")).await;
    assert_eq!(missing.json(StatusCode::NOT_FOUND)[0]["errorCode"], "NOT_FOUND", "no such resource");
}

#[tokio::test]
async fn what_would_write_is_refused_in_json_and_in_words() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let bearer = format!("Bearer {}", text(&tokens, "access_token"));
    for (method, path) in [
        ("POST", "/services/data"),
        ("POST", "/services/data/v67.0/query"),
        ("POST", "/services/data/v67.0/sobjects/User"),
        ("PATCH", "/services/data/v67.0/sobjects/User/005"),
        ("PUT", "/services/data/v67.0/jobs/ingest/750/batches"),
        ("DELETE", "/services/data/v67.0/sobjects/User/005"),
    ] {
        let answer = it.request(method, path, &[("authorization", &bearer)], b"{}".to_vec()).await;
        assert_eq!(answer.headers["content-type"], "application/json;charset=UTF-8", "{method} {path}");
        let error = answer.json(StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(error[0]["errorCode"], "METHOD_NOT_ALLOWED", "{method} {path}");
        let message = text(&error[0], "message");
        let salesforces = format!("HTTP Method '{method}' not allowed. Allowed are HEAD,GET");
        assert!(message.starts_with(&salesforces) && message.contains("does not write"), "{message}");
    }
    let stranger = it.request("POST", "/services/data/v67.0/query", &[], Vec::new()).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "first of all it asks who that is");
}

#[tokio::test]
async fn apis_that_are_absent_refuse_in_the_form_of_their_own() {
    let it = Rehearsal::ready().await;
    let ask = async |path: &str, content_type: &str| {
        it.request("POST", path, &[("content-type", content_type)], b"x".to_vec()).await
    };
    let soap = ask("/services/Soap/u/67.0/00D", "text/xml").await;
    assert_eq!(soap.status, StatusCode::INTERNAL_SERVER_ERROR, "as faults of SOAP 1.1 are");
    assert!(soap.body.contains("<faultcode>sf:API_DISABLED_FOR_ORG</faultcode>"), "{}", soap.body);
    let bulk = ask("/services/async/67.0/job", "application/xml; charset=UTF-8").await;
    assert_eq!(bulk.status, StatusCode::BAD_REQUEST, "XML");
    assert!(bulk.body.contains("<exceptionCode>FeatureNotEnabled</exceptionCode>"), "{}", bulk.body);
    let bulk = ask("/services/async/67.0/job", "application/json").await.json(StatusCode::BAD_REQUEST);
    assert_eq!(bulk["exceptionCode"], "FeatureNotEnabled", "JSON");
    for words in [soap.body.as_str(), text(&bulk, "exceptionMessage")] {
        assert!(words.contains("PRACTICE: this org has no"), "{words}");
    }
}

#[tokio::test]
async fn slashes_before_a_path_are_one_slash() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let token = text(&tokens, "access_token");
    it.get_with_token("//services/data", token).await.json(StatusCode::OK);
    let versions = it.get_with_token("//services/data/v67.0", token).await.json(StatusCode::OK);
    it.get_with_token("///services/data/v67.0/limits", token).await.json(StatusCode::OK);
    it.get_with_token("//services/oauth2/userinfo", token).await.json(StatusCode::OK);
    let who = it.get_with_token(text(&versions, "identity"), token).await.json(StatusCode::OK);
    assert_eq!(text(&who, "username"), "integration@practice.example", "whose token it is");
    let control = it.request("GET", "//__practice/switches", &[], Vec::new()).await;
    assert_eq!(control.status, StatusCode::FORBIDDEN, "and no way around the header");
}

#[tokio::test]
async fn two_orgs_have_no_user_name_in_common() {
    let names = async |seed| {
        let org = Org::start(Options { seed, ..Options::default() }).await.unwrap();
        org.users().into_iter().map(|user| user.username).collect::<Vec<_>>()
    };
    let (first, second) = (names(1).await, names(2).await);
    assert!(first.iter().all(|name| name.ends_with("@practice.example")), "of the usual org: {first:?}");
    assert!(second.iter().all(|name| !first.contains(name)), "{second:?}");
    assert_eq!(second, names(2).await, "and the same each time");
}

#[tokio::test]
async fn calls_are_refused_for_the_reasons_salesforce_gives() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let token = text(&tokens, "access_token").to_owned();
    let call = async |token: &str| it.get_with_token("/services/data/v67.0/limits", token).await;
    let expired = r#"[{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid"}]"#;
    let answer = call("00Dx!y").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::UNAUTHORIZED, expired),
        "an unknown token"
    );
    it.org.change(|switches| switches.session_not_valid_for_rest = true);
    let policy = call(&token).await.json(StatusCode::UNAUTHORIZED);
    assert_eq!(
        policy[0]["message"], "This session is not valid for use with the REST API",
        "a policy, not the token"
    );
    it.org.change(|switches| switches.session_not_valid_for_rest = false);
    it.org.advance(Duration::from_secs(7000));
    call(&token).await.json(StatusCode::OK);
    it.org.advance(Duration::from_secs(7000));
    call(&token).await.json(StatusCode::OK);
    it.org.advance(Duration::from_secs(7200));
    assert_eq!(call(&token).await.body, expired, "use moved the end, rest did not");
    let Ok(login) = it.browse("GET", &it.authorize_path(&[("prompt", "login")]), &[]).await else {
        panic!("the login")
    };
    let Ok(allow) = it.log_in(&login, 2).await else { panic!("the Allow page") };
    let code = super::client::parameter(&it.decide(&allow, "allow").await, "code").unwrap();
    let tokens = it.exchange(&code, VERIFIER).await.json(StatusCode::OK);
    let disabled = call(text(&tokens, "access_token")).await.json(StatusCode::FORBIDDEN);
    assert_eq!(disabled[0]["errorCode"], "API_DISABLED_FOR_ORG", "a user without API Enabled");
}

#[tokio::test]
async fn versions_and_the_discovery_document_need_no_token() {
    let it = Rehearsal::ready().await;
    let versions = it.request("GET", "/services/data", &[], Vec::new()).await.json(StatusCode::OK);
    let newest = versions.as_array().unwrap().last().unwrap();
    assert_eq!(
        (text(newest, "version"), text(newest, "label")),
        ("68.0", "Winter '27"),
        "the newest is the last"
    );
    let document =
        it.request("GET", "/.well-known/openid-configuration", &[], Vec::new()).await.json(StatusCode::OK);
    assert_eq!(text(&document, "issuer"), it.org.address(), "the issuer is the address asked");
}

#[tokio::test]
async fn by_its_number_the_org_keeps_the_address_it_was_asked_at() {
    let it = Rehearsal::ready().await;
    let address = format!("http://127.0.0.1:{}", it.org.port());
    let path = format!("{address}/.well-known/openid-configuration");
    let document = it.request("GET", &path, &[], Vec::new()).await.json(StatusCode::OK);
    assert_eq!(text(&document, "issuer"), address, "the number, not the name");
    let options = Options { origin: Some("https://acme.my.salesforce.com".to_owned()), ..Options::default() };
    let fronted = Rehearsal::start(options).await;
    let path = format!("http://127.0.0.1:{}/.well-known/openid-configuration", fronted.org.port());
    let headers = [("host", "acme.my.salesforce.com")];
    let document = fronted.request("GET", &path, &headers, Vec::new()).await.json(StatusCode::OK);
    assert_eq!(
        text(&document, "token_endpoint"),
        "https://acme.my.salesforce.com/services/oauth2/token",
        "its front"
    );
}
