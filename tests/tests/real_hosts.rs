//! The real hosts' path: https, My Domain hosts, a proxy and an authority of one's own, with nothing in the programs that
//! knows of the test.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use connect_core::address::{HOSTED_CALLBACK, callbacks_of_real_orgs};
use connect_tests::{Desk, Dtx, Ended, Internet, Press, Shown, one_at_a_time};
use practice_org::{Options, Org, OrgKind};
use serde_json::Value;

const SANDBOX: &str = "acme--uat.sandbox.my.salesforce.com";
const PRODUCTION: &str = "acme.my.salesforce.com";
const CALLBACK: &str = "http://localhost:17177/auth/salesforce/callback";

/// An org that takes itself for the one at this host.
async fn org_at(host: &str, kind: OrgKind) -> Org {
    let options = Options {
        kind,
        origin: Some(format!("https://{host}")),
        callbacks: callbacks_of_real_orgs(),
        // Each org has a key, a secret and an id of its own.
        seed: host.bytes().map(u64::from).sum(),
        ..Options::default()
    };
    Org::start(options).await.unwrap()
}

/// The same, put on the internet.
async fn served(internet: &Internet, host: &str, kind: OrgKind) -> Org {
    let org = org_at(host, kind).await;
    internet.serve(host, &org);
    org
}

/// Starts `dtx connect` with the org's pair.
async fn connecting(
    desk: &Desk,
    internet: &Internet,
    address: &str,
    org: &Org,
    changes: &[(&str, &str)],
) -> Dtx {
    let key = org.key();
    let arguments = ["connect", address, "--key", &key, "--secret-stdin", "--no-browser", "--json"];
    let mut dtx = desk.start_on(internet, &arguments, changes);
    dtx.say(&org.secret()).await;
    dtx
}

/// Signs the integration user in where `dtx` says, and waits for the end.
async fn signed_in(mut dtx: Dtx, internet: &Internet, org: &Org) -> Ended {
    let authorize = dtx.event("authorize").await;
    internet.person(org, 1).sign_in(authorize["url"].as_str().unwrap(), Press::Allow).await;
    dtx.ended().await
}

async fn connect(desk: &Desk, internet: &Internet, address: &str, org: &Org) -> Ended {
    signed_in(connecting(desk, internet, address, org, &[]).await, internet, org).await
}

/// A `dtx connect` that fails before anybody signs in.
async fn refused(
    desk: &Desk,
    internet: &Internet,
    address: &str,
    org: &Org,
    changes: &[(&str, &str)],
) -> Ended {
    let mut dtx = connecting(desk, internet, address, org, changes).await;
    dtx.end_input();
    dtx.ended().await
}

#[track_caller]
fn assert_failed(ended: &Ended, exit: i32, code: &str, about: &str) {
    let last = ended.last();
    assert_eq!(
        (ended.code, last["event"].as_str(), last["code"].as_str()),
        (exit, Some("failed"), Some(code)),
        "{about}: {ended:?}"
    );
}

async fn connections(desk: &Desk, internet: &Internet) -> Vec<Value> {
    let listed = desk.dtx_on(internet, &["list", "--json"]).await;
    listed.last()["connections"].as_array().unwrap().clone()
}

/// Requests that arrived at the org, by endpoint.
fn asked(org: &Org) -> BTreeMap<String, u64> {
    org.counters().requests
}

#[tokio::test]
async fn a_sandbox_and_a_production_org_connect_and_are_told_apart() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let sandbox = served(&internet, SANDBOX, OrgKind::Sandbox).await;
    let production = served(&internet, PRODUCTION, OrgKind::Production).await;
    for (pasted, org, alias, kind) in [
        (
            "https://acme--uat.sandbox.lightning.force.com/lightning/page/home?x=1",
            &sandbox,
            "acme--uat",
            "sandbox",
        ),
        (
            "acme.my.salesforce-setup.com/lightning/setup/ManageExternalClientApplication/home",
            &production,
            "acme",
            "production",
        ),
    ] {
        let mut dtx = connecting(&desk, &internet, pasted, org, &[]).await;
        let authorize = dtx.event("authorize").await;
        let url = authorize["url"].as_str().unwrap();
        assert!(
            url.starts_with(&format!("{}/services/oauth2/authorize?", org.address())),
            "My Domain: {url}"
        );
        assert_eq!(authorize["redirect_uri"], CALLBACK, "the first of the lines that lead to this computer");
        internet.person(org, 1).sign_in(url, Press::Allow).await;
        let ended = dtx.ended().await;
        assert_eq!(ended.code, 0, "{pasted}: {ended:?}");
        let connected = ended.last();
        assert_eq!(
            (connected["event"].as_str(), connected["alias"].as_str(), connected["kind"].as_str()),
            (Some("connected"), Some(alias), Some(kind)),
            "{connected}"
        );
        assert_eq!(connected["instance_url"], org.address().as_str(), "where calls go");
    }

    let listed = connections(&desk, &internet).await;
    let told: Vec<_> =
        listed.iter().map(|one| [&one["alias"], &one["host"], &one["kind"], &one["org_id"]]).collect();
    let (sandbox_id, production_id) = (sandbox.org_id(), production.org_id());
    assert_eq!(
        told,
        [["acme", PRODUCTION, "production", &production_id], ["acme--uat", SANDBOX, "sandbox", &sandbox_id]],
        "both, each with its kind"
    );

    let checked = desk.dtx_on(&internet, &["check", "acme--uat", "--json"]).await;
    let checks = checked.last()["checks"].as_array().unwrap().clone();
    let not_passed: Vec<_> = checks.iter().filter(|check| check["state"] != "pass").collect();
    assert!(checked.code == 0 && not_passed.is_empty(), "all is well, TLS included: {not_passed:?}");
    assert!(checks.iter().any(|check| check["id"] == "tls"), "TLS is among them: {checks:?}");

    let token = desk.dtx_on(&internet, &["token", "acme--uat", "--fresh"]).await;
    assert!(sandbox.token_status(token.output.trim()).alive, "the sandbox's own token");
    assert!(!production.token_status(token.output.trim()).alive, "and not production's");

    for (alias, org) in [("acme", &production), ("acme--uat", &sandbox)] {
        let gone = desk.dtx_on(&internet, &["disconnect", alias, "--json"]).await;
        assert!(gone.code == 0 && gone.last()["revoked"] == true, "{alias}: {gone:?}");
        let counters = org.counters();
        assert_eq!((counters.refresh_tokens_alive, counters.access_tokens_alive), (0, 0), "{alias}");
        assert_eq!(counters.secrets_in_query, 0, "{alias}: no secret in any address");
    }
    assert_eq!(internet.hosts_asked_for(), [SANDBOX, PRODUCTION], "and no other host, on no other port");
    assert_eq!(internet.names_asked_for(), [""; 0], "finding a host is the proxy's work");
    assert_eq!(internet.broken_handshakes(), 0, "every handshake was finished");
}

#[tokio::test]
async fn an_org_of_another_kind_than_its_address_promises_is_not_stored() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    for (host, kind, expected, found) in [
        (SANDBOX, OrgKind::Production, "sandbox", "production"),
        (PRODUCTION, OrgKind::Sandbox, "production", "sandbox"),
    ] {
        let org = served(&internet, host, kind).await;
        let ended = connect(&desk, &internet, host, &org).await;
        assert_failed(&ended, 3, "kind_mismatch", host);
        let message = ended.last()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(expected) && message.contains(found), "both are named: {message}");
        let counters = org.counters();
        assert_eq!(
            (counters.refresh_tokens_alive, counters.access_tokens_alive),
            (0, 0),
            "{host}: given back"
        );
    }
    assert_eq!(connections(&desk, &internet).await, [Value::Null; 0], "nothing is stored");
}

#[tokio::test]
async fn the_key_of_a_real_org_never_reaches_a_practice_org() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let sandbox = served(&internet, SANDBOX, OrgKind::Sandbox).await;
    assert_eq!(connect(&desk, &internet, SANDBOX, &sandbox).await.code, 0, "the real org is connected");

    let practice = Org::start(Options::default()).await.unwrap();
    let ended = refused(&desk, &internet, &practice.address(), &sandbox, &[]).await;
    assert_failed(&ended, 2, "practice_key_is_real", "a real org's key");
    assert_eq!(asked(&practice), BTreeMap::new(), "the practice org was not asked anything");
}

#[tokio::test]
async fn an_untrusted_certificate_ends_it_with_the_handshake() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let org = org_at(SANDBOX, OrgKind::Sandbox).await;
    let stranger = internet.stranger_file();
    for (shown, authority) in [
        (Shown::OfAStranger, None),
        (Shown::ForAnotherHost, None),
        (Shown::Expired, None),
        (Shown::Trusted, Some("")),
        (Shown::Trusted, Some(stranger.to_str().unwrap())),
    ] {
        internet.serve_with(SANDBOX, &org, shown);
        let changes: Vec<_> = authority.map(|file| ("DATATRAX_CA_FILE", file)).into_iter().collect();
        let broken_before = internet.broken_handshakes();
        let ended = refused(&desk, &internet, SANDBOX, &org, &changes).await;
        assert_failed(&ended, 4, "network_tls", &format!("{shown:?} {authority:?}"));
        assert!(ended.last()["message"].as_str().unwrap().contains(SANDBOX), "the host is named: {ended:?}");
        assert_eq!(asked(&org), BTreeMap::new(), "{shown:?} {authority:?}: nothing was said");
        assert!(
            internet.broken_handshakes() > broken_before,
            "{shown:?} {authority:?}: the handshake was begun"
        );
    }
    let missing = desk.folder().join("no.pem");
    let changes = [("DATATRAX_CA_FILE", missing.to_str().unwrap())];
    let ended = refused(&desk, &internet, SANDBOX, &org, &changes).await;
    assert_failed(
        &ended,
        2,
        "authority_unusable",
        "a file that is not there is no reason to go on without it",
    );
    // The same without the fault works, so the above can fail.
    internet.serve(SANDBOX, &org);
    assert_eq!(connect(&desk, &internet, SANDBOX, &org).await.code, 0, "trusted");
}

#[tokio::test]
async fn a_stored_connection_does_not_send_its_token_to_a_stranger() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let org = served(&internet, SANDBOX, OrgKind::Sandbox).await;
    assert_eq!(connect(&desk, &internet, SANDBOX, &org).await.code, 0, "connected");
    let before = asked(&org);

    internet.serve_with(SANDBOX, &org, Shown::OfAStranger);
    let token = desk.dtx_on(&internet, &["token", "acme--uat", "--fresh"]).await;
    assert_eq!((token.code, token.output.as_str()), (4, ""), "no token: {token:?}");
    let gone = desk.dtx_on(&internet, &["disconnect", "acme--uat", "--json"]).await;
    assert_eq!(gone.code, 4, "nothing is forgotten while the org is out of reach: {gone:?}");
    assert_eq!(asked(&org), before, "nothing was said");
    assert_eq!(
        connections(&desk, &internet).await[0]["status"],
        "unreachable",
        "a passing fault needs nobody"
    );

    internet.serve(SANDBOX, &org);
    let token = desk.dtx_on(&internet, &["token", "acme--uat", "--fresh"]).await;
    assert!(
        token.code == 0 && org.token_status(token.output.trim()).alive,
        "as if nothing had been: {token:?}"
    );
}

#[tokio::test]
async fn trouble_with_the_proxy_is_told_as_such() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let org = org_at(SANDBOX, OrgKind::Sandbox).await;
    let closed = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let closed = format!("http://{closed}");
    for (changes, about) in [
        (vec![], "the proxy finds no such host"),
        (vec![("HTTPS_PROXY", closed.as_str())], "nobody listens there"),
        (vec![("HTTPS_PROXY", "http://proxy.example.invalid:3128")], "no such proxy"),
    ] {
        let ended = refused(&desk, &internet, SANDBOX, &org, &changes).await;
        assert_failed(&ended, 4, "network_proxy", about);
        let failure = ended.last();
        let message = failure["message"].as_str().unwrap();
        assert!(message.contains(SANDBOX) && message.contains("proxy"), "{about}: {message}");
        assert_eq!(failure["retryable"], true, "{about}");
        assert!(failure["fix"].to_string().contains("HTTPS_PROXY"), "{about}: {failure}");
    }
    assert_eq!(internet.requests(), [format!("CONNECT {SANDBOX}:443 HTTP/1.1")], "asked once, then given up");
    assert_eq!(internet.names_asked_for(), ["proxy.example.invalid"], "the proxy's name, never the org's");
    assert_eq!(connections(&desk, &internet).await, [Value::Null; 0], "nothing is stored");
}

#[tokio::test]
async fn the_proxy_variables_mean_what_they_mean_elsewhere() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let org = org_at(SANDBOX, OrgKind::Sandbox).await;
    let proxy = internet.proxy();
    for (changes, through_proxy) in [
        (vec![("HTTPS_PROXY", ""), ("https_proxy", &*proxy)], true),
        (vec![("HTTPS_PROXY", ""), ("ALL_PROXY", &*proxy)], true),
        (vec![("NO_PROXY", "other.my.salesforce.com,localhost")], true),
        (vec![("HTTPS_PROXY", ""), ("HTTP_PROXY", &*proxy)], false),
        (vec![("HTTPS_PROXY", "")], false),
        (vec![("NO_PROXY", SANDBOX)], false),
        (vec![("NO_PROXY", "localhost, .salesforce.com")], false),
        (vec![("no_proxy", "*")], false),
    ] {
        let (requests, names) = (internet.requests().len(), internet.names_asked_for().len());
        let ended = refused(&desk, &internet, SANDBOX, &org, &changes).await;
        let about = format!("{changes:?}");
        // There is no such host behind the proxy, and no name service without it.
        assert_failed(&ended, 4, if through_proxy { "network_proxy" } else { "network_dns" }, &about);
        let asked = (internet.requests().len() - requests, internet.names_asked_for().len() - names);
        assert_eq!(asked, if through_proxy { (1, 0) } else { (0, 1) }, "{about}: proxy and name service");
    }
    let looked_up = internet.names_asked_for();
    assert!(looked_up.iter().all(|name| name == SANDBOX), "only the org's own name: {looked_up:?}");
}

#[tokio::test]
async fn an_address_that_moved_to_a_listed_host_is_followed() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let old = served(&internet, SANDBOX, OrgKind::Sandbox).await;
    let new_host = "acme-group--uat.sandbox.my.salesforce.com";
    let new = served(&internet, new_host, OrgKind::Sandbox).await;
    old.change(|switches| switches.authorize_redirect = Some(new.address()));

    let ended = connect(&desk, &internet, SANDBOX, &new).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(connections(&desk, &internet).await[0]["host"], new_host, "the place it is at now is kept");
    let only_probed = BTreeMap::from([("authorize".to_owned(), 1)]);
    assert_eq!(asked(&old), only_probed, "the old place saw the key and the callback, no secret");

    // The new place has to keep the promise of the name that was given.
    let production = served(&internet, PRODUCTION, OrgKind::Production).await;
    old.change(|switches| switches.authorize_redirect = Some(production.address()));
    let ended = connect(&desk, &internet, SANDBOX, &production).await;
    assert_failed(&ended, 3, "kind_mismatch", "a sandbox that moved to production");
    assert_eq!(production.counters().refresh_tokens_alive, 0, "given back");
    assert_eq!(connections(&desk, &internet).await.len(), 1, "nothing new is stored");
}

#[tokio::test]
async fn an_address_that_leads_elsewhere_is_not_followed() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let org = served(&internet, SANDBOX, OrgKind::Sandbox).await;
    for elsewhere in [
        "https://evil.example",
        "https://acme.my.salesforce.com.evil.example",
        "http://acme.my.salesforce.com",
        "https://acme.my.salesforce.com:8443",
        "https://acme.my.salesforce.com@evil.example",
        "https://login.salesforce.com",
        "http://localhost:17177",
    ] {
        org.change(|switches| switches.authorize_redirect = Some(elsewhere.to_owned()));
        let mut dtx = connecting(&desk, &internet, SANDBOX, &org, &[]).await;
        let authorize = dtx.event("authorize").await;
        let url = authorize["url"].as_str().unwrap();
        assert!(
            url.starts_with(&format!("https://{SANDBOX}/")),
            "{elsewhere}: still the org that was named: {url}"
        );
        dtx.interrupt().await;
        assert_failed(&dtx.ended().await, 3, "cancelled", elsewhere);
    }
    assert_eq!(internet.hosts_asked_for(), [SANDBOX], "nobody went elsewhere");
    assert_eq!(internet.names_asked_for(), [""; 0], "nor wanted to");
}

#[tokio::test]
async fn with_the_hosted_line_alone_it_asks_for_the_others() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let org = served(&internet, PRODUCTION, OrgKind::Production).await;
    org.change(|switches| switches.callbacks = vec![HOSTED_CALLBACK.to_owned()]);
    let ended = refused(&desk, &internet, PRODUCTION, &org, &[]).await;
    assert_failed(&ended, 6, "callback_hosted_only", "the line of the Datatrax guide");
    let fix = ended.last()["fix"].to_string();
    assert!(fix.contains(CALLBACK), "the lines to add are given: {fix}");
    assert_eq!(asked(&org).get("token"), None, "no sign-in was begun");
    assert_eq!(
        internet.hosts_asked_for(),
        [PRODUCTION],
        "nobody else was asked, the hosted page least of all"
    );
}

#[tokio::test]
async fn a_generic_login_host_is_explained_and_not_asked() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let org = org_at(PRODUCTION, OrgKind::Production).await;
    for pasted in
        ["login.salesforce.com", "https://test.salesforce.com/?locale=uk", "https://na35.salesforce.com/home"]
    {
        let ended = refused(&desk, &internet, pasted, &org, &[]).await;
        assert_failed(&ended, 2, "address_needs_my_domain", pasted);
        assert!(ended.last()["message"].as_str().unwrap().contains("My Domain"), "{pasted}: {ended:?}");
    }
    assert_eq!(internet.requests(), [""; 0], "no request");
    assert_eq!(internet.names_asked_for(), [""; 0], "no name looked up");
}

#[tokio::test]
async fn calls_go_to_the_instance_the_org_names_if_it_is_salesforces() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let org = served(&internet, SANDBOX, OrgKind::Sandbox).await;
    let instance = "acme-emea--uat.sandbox.my.salesforce.com";
    internet.serve(instance, &org);
    let instance_url = format!("https://{instance}");
    org.change(|switches| switches.next_instance_url = Some(instance_url.clone()));
    assert_eq!(connect(&desk, &internet, SANDBOX, &org).await.code, 0, "another listed host is taken");
    let stored = &connections(&desk, &internet).await[0];
    assert_eq!(
        (&stored["host"], &stored["instance_url"]),
        (&SANDBOX.into(), &instance_url.clone().into()),
        "{stored}"
    );
    assert_eq!(internet.hosts_asked_for(), [SANDBOX, instance], "calls went there");
    let token = desk.dtx_on(&internet, &["token", "acme--uat", "--json"]).await.last();
    assert_eq!(token["instance_url"], instance_url, "and a program is sent there");

    // Real orgs name the identity at a generic host, which is no reason to go there.
    let user_id = user_id(&internet, &token).await;
    let identity = format!("https://test.salesforce.com/id/{}/{user_id}", org.org_id());
    org.change(|switches| switches.next_identity_url = Some(identity));
    let ended = connect(&desk, &internet, SANDBOX, &org).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(internet.hosts_asked_for(), [SANDBOX, instance], "test.salesforce.com was not asked");

    let alive = org.counters().refresh_tokens_alive;
    for elsewhere in [
        "https://acme.my.salesforce.com.evil.example",
        "http://acme.my.salesforce.com",
        "http://localhost:80",
    ] {
        org.change(|switches| switches.next_instance_url = Some(elsewhere.to_owned()));
        let ended = connect(&desk, &internet, SANDBOX, &org).await;
        assert_failed(&ended, 6, "instance_elsewhere", elsewhere);
        assert_eq!(org.counters().refresh_tokens_alive, alive, "{elsewhere}: the new tokens were given back");
    }
    assert_eq!(internet.hosts_asked_for(), [SANDBOX, instance], "no token went elsewhere");
    let token = desk.dtx_on(&internet, &["token", "acme--uat", "--fresh"]).await;
    assert!(org.token_status(token.output.trim()).alive, "the stored connection is untouched: {token:?}");
}

/// Asks the org whose token it is.
async fn user_id(internet: &Internet, token: &Value) -> String {
    let url = format!("{}/services/oauth2/userinfo", token["instance_url"].as_str().unwrap());
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let answer = internet.client().get(url).header("authorization", bearer).send().await.unwrap();
    let claims: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    claims["user_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn loopback_never_goes_through_a_proxy() {
    let _turn = one_at_a_time();
    let (desk, internet) = (Desk::new(), Internet::new().await);
    let practice = Org::start(Options::default()).await.unwrap();
    let proxy = internet.proxy();
    let every = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    let every: Vec<_> = every.map(|name| (name, proxy.as_str())).into();
    for address in [practice.address(), practice.address().replace("localhost", "127.0.0.1")] {
        let dtx = connecting(&desk, &internet, &address, &practice, &every).await;
        let ended = signed_in_at(dtx, &practice).await;
        assert_eq!(
            (ended.code, ended.last()["kind"].as_str()),
            (0, Some("practice")),
            "{address}: {ended:?}"
        );
        let alias = ended.last()["alias"].as_str().unwrap().to_owned();
        for command in ["check", "token", "disconnect"] {
            let mut dtx = desk.start_on(&internet, &[command, &alias, "--json"], &every);
            dtx.end_input();
            let ended = dtx.ended().await;
            assert_eq!(ended.code, 0, "{command}: {ended:?}");
        }
    }
    assert_eq!(internet.requests(), [""; 0], "the proxy saw nothing");
    assert_eq!(internet.names_asked_for(), [""; 0], "localhost is nobody's name to look up");
    // The same variables lead to it for a real host, so the above can fail.
    refused(&desk, &internet, PRODUCTION, &practice, &every).await;
    assert_eq!(internet.hosts_asked_for(), [PRODUCTION], "a real host");
}

/// Signs in at a practice org, to which no proxy leads.
async fn signed_in_at(mut dtx: Dtx, practice: &Org) -> Ended {
    let authorize = dtx.event("authorize").await;
    connect_tests::Person::of(practice, 1).sign_in(authorize["url"].as_str().unwrap(), Press::Allow).await;
    dtx.ended().await
}
