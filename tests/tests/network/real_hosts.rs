//! The path to real hosts: My Domain hosts over TLS, through a proxy and with an additional authority, without any test
//! code in the programs. Faults of the network are in `real_network.rs`.

use std::collections::BTreeMap;

use connect_core::org::address::HOSTED_CALLBACK;
use connect_tests::{INTEGRATION, Internet, OnlineDesk, Press, one_at_a_time, real_org};
use practice_org::{Options, Org, OrgKind};
use serde_json::Value;

const SANDBOX: &str = "acme--uat.sandbox.my.salesforce.com";
const PRODUCTION: &str = "acme.my.salesforce.com";
const CALLBACK: &str = "http://localhost:17177/auth/salesforce/callback";

#[tokio::test]
async fn a_sandbox_and_a_production_org_connect_and_are_told_apart() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let sandbox = online.served(SANDBOX, OrgKind::Sandbox).await;
    let production = online.served(PRODUCTION, OrgKind::Production).await;
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
        let mut dtx = online.connecting(pasted, org, &[]).await;
        let authorize = dtx.event("authorize").await;
        let url = authorize["url"].as_str().unwrap();
        assert!(
            url.starts_with(&format!("{}/services/oauth2/authorize?", org.address())),
            "My Domain: {url}"
        );
        assert_eq!(authorize["redirect_uri"], CALLBACK, "the first of the lines that lead to this computer");
        online.internet.person(org, INTEGRATION).sign_in(url, Press::Allow).await;
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

    let listed = online.connections().await;
    let told: Vec<_> =
        listed.iter().map(|one| [&one["alias"], &one["host"], &one["kind"], &one["org_id"]]).collect();
    let (sandbox_id, production_id) = (sandbox.org_id(), production.org_id());
    assert_eq!(
        told,
        [["acme", PRODUCTION, "production", &production_id], ["acme--uat", SANDBOX, "sandbox", &sandbox_id]],
        "both, each with its kind"
    );

    let checked = online.dtx(&["check", "acme--uat", "--json"]).await;
    let checks = checked.last()["checks"].as_array().unwrap().clone();
    let (issuer, others): (Vec<_>, Vec<_>) = checks.iter().partition(|check| check["id"] == "issuer");
    assert_eq!(issuer[0]["state"], "warn", "an authority of the test's own is worth a look: {issuer:?}");
    let not_passed: Vec<_> = others.into_iter().filter(|check| check["state"] != "pass").collect();
    assert!(checked.code == 0 && not_passed.is_empty(), "all is well, TLS included: {not_passed:?}");
    assert!(checks.iter().any(|check| check["id"] == "tls"), "TLS is among them: {checks:?}");

    let token = online.dtx(&["token", "acme--uat", "--fresh"]).await;
    assert!(sandbox.token_status(token.output.trim()).alive, "the sandbox's own token");
    assert!(!production.token_status(token.output.trim()).alive, "and not production's");

    for (alias, org) in [("acme", &production), ("acme--uat", &sandbox)] {
        let gone = online.dtx(&["disconnect", alias, "--json"]).await;
        assert!(gone.code == 0 && gone.last()["revoked"] == true, "{alias}: {gone:?}");
        let counters = org.counters();
        assert_eq!((counters.refresh_tokens_alive, counters.access_tokens_alive), (0, 0), "{alias}");
        assert_eq!(counters.secrets_in_query, 0, "{alias}: no secret in any address");
    }
    assert_eq!(
        online.internet.hosts_asked_for(),
        [SANDBOX, PRODUCTION],
        "and no other host, on no other port"
    );
    assert_eq!(online.internet.names_asked_for(), [""; 0], "finding a host is the proxy's work");
    let broken = online.internet.broken_handshakes();
    assert_eq!(broken, 1, "one looks at the issuer alone, and every other was finished");
}

#[tokio::test]
async fn an_org_of_another_kind_than_its_address_promises_is_not_stored() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    for (host, kind, expected, found) in [
        (SANDBOX, OrgKind::Production, "sandbox", "production"),
        (PRODUCTION, OrgKind::Sandbox, "production", "sandbox"),
    ] {
        let org = online.served(host, kind).await;
        let ended = online.connect(host, &org).await;
        ended.assert_failed(3, "kind_mismatch", host);
        let message = ended.last()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(expected) && message.contains(found), "both are named: {message}");
        let counters = org.counters();
        assert_eq!(
            (counters.refresh_tokens_alive, counters.access_tokens_alive),
            (0, 0),
            "{host}: given back"
        );
    }
    assert_eq!(online.connections().await, [Value::Null; 0], "nothing is stored");
}

#[tokio::test]
async fn the_key_of_a_real_org_never_reaches_a_practice_org() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let sandbox = online.served(SANDBOX, OrgKind::Sandbox).await;
    assert_eq!(online.connect(SANDBOX, &sandbox).await.code, 0, "the real org is connected");

    let practice = Org::start(Options::default()).await.unwrap();
    let ended = online.refused(&practice.address(), &sandbox, &[]).await;
    ended.assert_failed(2, "practice_key_is_real", "a real org's key");
    assert_eq!(practice.counters().requests, BTreeMap::new(), "the practice org was not asked anything");
}

#[tokio::test]
async fn an_address_that_moved_to_a_listed_host_is_followed() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let old = online.served(SANDBOX, OrgKind::Sandbox).await;
    let new_host = "acme-group--uat.sandbox.my.salesforce.com";
    let new = online.served(new_host, OrgKind::Sandbox).await;
    old.change(|switches| switches.authorize_redirect = Some(new.address()));

    let ended = online.connect(SANDBOX, &new).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(online.connections().await[0]["host"], new_host, "the place it is at now is kept");
    let only_probed = BTreeMap::from([("authorize".to_owned(), 1)]);
    assert_eq!(old.counters().requests, only_probed, "the old place saw the key and the callback, no secret");

    // The new address must be of the kind that the given name promised.
    let production = online.served(PRODUCTION, OrgKind::Production).await;
    old.change(|switches| switches.authorize_redirect = Some(production.address()));
    let ended = online.connect(SANDBOX, &production).await;
    ended.assert_failed(3, "kind_mismatch", "a sandbox that moved to production");
    assert_eq!(production.counters().refresh_tokens_alive, 0, "given back");
    assert_eq!(online.connections().await.len(), 1, "nothing new is stored");
}

#[tokio::test]
async fn an_address_that_leads_elsewhere_is_not_followed() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
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
        let mut dtx = online.connecting(SANDBOX, &org, &[]).await;
        let authorize = dtx.event("authorize").await;
        let url = authorize["url"].as_str().unwrap();
        assert!(
            url.starts_with(&format!("https://{SANDBOX}/")),
            "{elsewhere}: still the org that was named: {url}"
        );
        dtx.interrupt().await;
        dtx.ended().await.assert_failed(3, "cancelled", elsewhere);
    }
    assert_eq!(online.internet.hosts_asked_for(), [SANDBOX], "nobody went elsewhere");
    assert_eq!(online.internet.names_asked_for(), [""; 0], "nor wanted to");
}

#[tokio::test]
async fn a_set_up_with_the_hosted_line_alone_asks_for_the_others() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(PRODUCTION, OrgKind::Production).await;
    org.change(|switches| switches.callbacks = vec![HOSTED_CALLBACK.to_owned()]);
    let ended = online.refused(PRODUCTION, &org, &[]).await;
    ended.assert_failed(6, "callback_hosted_only", "the line of the Datatrax guide");
    let fix = ended.last()["fix"].to_string();
    assert!(fix.contains(CALLBACK), "the lines to add are given: {fix}");
    assert_eq!(org.counters().requests.get("token"), None, "no sign-in was begun");
    assert_eq!(
        online.internet.hosts_asked_for(),
        [PRODUCTION],
        "nobody else was asked, the hosted page least of all"
    );
}

#[tokio::test]
async fn the_hosted_line_serves_on_request_and_its_address_is_pasted_back() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(PRODUCTION, OrgKind::Production).await;
    org.change(|switches| switches.callbacks = vec![HOSTED_CALLBACK.to_owned()]);
    let mut dtx = online.connecting_with(PRODUCTION, &org, &["--hosted"], &[]).await;
    let authorize = dtx.event("authorize").await;
    assert_eq!(authorize["redirect_uri"], HOSTED_CALLBACK, "the only line there is");
    let url = authorize["url"].as_str().unwrap();
    let back = online.internet.person(&org, INTEGRATION).answer(url, Press::Allow).await;
    dtx.say(back.as_str()).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(ended.last()["event"], "connected", "{ended:?}");
    assert_eq!(online.internet.hosts_asked_for(), [PRODUCTION], "and nobody went to the hosted page");
}

#[tokio::test]
async fn a_generic_login_host_is_explained_and_not_asked() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = real_org(PRODUCTION, OrgKind::Production).await;
    for pasted in
        ["login.salesforce.com", "https://test.salesforce.com/?locale=uk", "https://na35.salesforce.com/home"]
    {
        let ended = online.refused(pasted, &org, &[]).await;
        ended.assert_failed(2, "address_needs_my_domain", pasted);
        assert!(ended.last()["message"].as_str().unwrap().contains("My Domain"), "{pasted}: {ended:?}");
    }
    assert_eq!(online.internet.requests(), [""; 0], "no request");
    assert_eq!(online.internet.names_asked_for(), [""; 0], "no name looked up");
}

#[tokio::test]
async fn calls_go_to_the_instance_the_org_names_if_it_is_salesforces() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    let instance = "acme-emea--uat.sandbox.my.salesforce.com";
    online.internet.serve(instance, &org);
    let instance_url = format!("https://{instance}");
    org.change(|switches| switches.next_instance_url = Some(instance_url.clone()));
    assert_eq!(online.connect(SANDBOX, &org).await.code, 0, "another listed host is taken");
    let stored = &online.connections().await[0];
    assert_eq!(
        (&stored["host"], &stored["instance_url"]),
        (&SANDBOX.into(), &instance_url.clone().into()),
        "{stored}"
    );
    assert_eq!(online.internet.hosts_asked_for(), [SANDBOX, instance], "calls went there");
    let token = online.dtx(&["token", "acme--uat", "--json"]).await.last();
    assert_eq!(token["instance_url"], instance_url, "and a program is sent there");

    // Real orgs' identity address has a generic host, which must not be contacted.
    let user_id = user_id(&online.internet, &token).await;
    let identity = format!("https://test.salesforce.com/id/{}/{user_id}", org.org_id());
    org.change(|switches| switches.next_identity_url = Some(identity));
    let ended = online.connect(SANDBOX, &org).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(online.internet.hosts_asked_for(), [SANDBOX, instance], "test.salesforce.com was not asked");

    let alive = org.counters().refresh_tokens_alive;
    for elsewhere in [
        "https://acme.my.salesforce.com.evil.example",
        "http://acme.my.salesforce.com",
        "http://localhost:80",
    ] {
        org.change(|switches| switches.next_instance_url = Some(elsewhere.to_owned()));
        let ended = online.connect(SANDBOX, &org).await;
        ended.assert_failed(6, "instance_elsewhere", elsewhere);
        assert_eq!(org.counters().refresh_tokens_alive, alive, "{elsewhere}: the new tokens were given back");
    }
    assert_eq!(online.internet.hosts_asked_for(), [SANDBOX, instance], "no token went elsewhere");
    let token = online.dtx(&["token", "acme--uat", "--fresh"]).await;
    assert!(org.token_status(token.output.trim()).alive, "the stored connection is untouched: {token:?}");
}

/// Asks the org for the owner of a token.
async fn user_id(internet: &Internet, token: &Value) -> String {
    let url = format!("{}/services/oauth2/userinfo", token["instance_url"].as_str().unwrap());
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let answer = internet.client().get(url).header("authorization", bearer).send().await.unwrap();
    let claims: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    claims["user_id"].as_str().unwrap().to_owned()
}
