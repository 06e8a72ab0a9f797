//! The network between this computer and Salesforce: certificates, proxies, names, and what never leaves the computer.

use std::collections::BTreeMap;

use connect_tests::{INTEGRATION, OnlineDesk, Person, Press, Shown, one_at_a_time, real_org};
use practice_org::{Options, Org, OrgKind};
use serde_json::Value;

const SANDBOX: &str = "acme--uat.sandbox.my.salesforce.com";
const PRODUCTION: &str = "acme.my.salesforce.com";

#[tokio::test]
async fn an_untrusted_certificate_ends_it_with_the_handshake() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = real_org(SANDBOX, OrgKind::Sandbox).await;
    let stranger = online.internet.stranger_file();
    for (shown, authority) in [
        (Shown::OfAStranger, None),
        (Shown::ForAnotherHost, None),
        (Shown::Expired, None),
        (Shown::Trusted, Some("")),
        (Shown::Trusted, Some(stranger.to_str().unwrap())),
    ] {
        online.internet.serve_with(SANDBOX, &org, shown);
        let changes: Vec<_> = authority.map(|file| ("DATATRAX_CA_FILE", file)).into_iter().collect();
        let broken_before = online.internet.broken_handshakes();
        let ended = online.refused(SANDBOX, &org, &changes).await;
        ended.assert_failed(4, "network_tls", &format!("{shown:?} {authority:?}"));
        assert!(ended.last()["message"].as_str().unwrap().contains(SANDBOX), "the host is named: {ended:?}");
        assert_eq!(org.counters().requests, BTreeMap::new(), "{shown:?} {authority:?}: nothing was said");
        assert!(
            online.internet.broken_handshakes() > broken_before,
            "{shown:?} {authority:?}: the handshake was begun"
        );
    }
    let missing = online.desk.folder().join("no.pem");
    let changes = [("DATATRAX_CA_FILE", missing.to_str().unwrap())];
    let ended = online.refused(SANDBOX, &org, &changes).await;
    ended.assert_failed(2, "authority_unusable", "a file that is not there is no reason to go on without it");
    // Without the fault it works, so the assertion above can fail.
    online.internet.serve(SANDBOX, &org);
    assert_eq!(online.connect(SANDBOX, &org).await.code, 0, "trusted");
}

#[tokio::test]
async fn a_stored_connection_does_not_send_its_token_to_a_stranger() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    assert_eq!(online.connect(SANDBOX, &org).await.code, 0, "connected");
    let before = org.counters().requests;

    online.internet.serve_with(SANDBOX, &org, Shown::OfAStranger);
    let token = online.dtx(&["token", "acme--uat", "--fresh"]).await;
    assert_eq!((token.code, token.output.as_str()), (4, ""), "no token: {token:?}");
    assert_eq!(org.counters().requests, before, "nothing was said");
    assert_eq!(online.connections().await[0]["status"], "unreachable", "a passing fault needs nobody");

    online.internet.serve(SANDBOX, &org);
    let token = online.dtx(&["token", "acme--uat", "--fresh"]).await;
    assert!(
        token.code == 0 && org.token_status(token.output.trim()).alive,
        "as if nothing had been: {token:?}"
    );

    online.internet.serve_with(SANDBOX, &org, Shown::OfAStranger);
    let before = org.counters().requests;
    let gone = online.dtx(&["disconnect", "acme--uat", "--json"]).await;
    assert_eq!(gone.last()["revoked"], "later", "revoked when the org itself answers: {gone:?}");
    assert_eq!(org.counters().requests, before, "no stranger learns the token");
}

#[tokio::test]
async fn a_refresh_that_finds_no_way_to_the_org_costs_nothing() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    org.change(|switches| switches.rotation = true);
    assert_eq!(online.connect(SANDBOX, &org).await.code, 0, "connected");
    let (stranger, missing) = (online.internet.stranger_file(), "http://proxy.example.invalid:3128");
    let closed = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let closed = format!("http://{closed}");
    for (shown, change, code) in [
        (Shown::OfAStranger, None, "network_tls"),
        (Shown::ForAnotherHost, None, "network_tls"),
        (Shown::Expired, None, "network_tls"),
        (Shown::Trusted, Some(("DATATRAX_CA_FILE", "")), "network_tls"),
        (Shown::Trusted, Some(("DATATRAX_CA_FILE", stranger.to_str().unwrap())), "network_tls"),
        (Shown::Trusted, Some(("HTTPS_PROXY", "")), "network_dns"),
        (Shown::Trusted, Some(("HTTPS_PROXY", closed.as_str())), "network_proxy"),
        (Shown::Trusted, Some(("HTTPS_PROXY", missing)), "network_proxy"),
    ] {
        let about = format!("{shown:?} {change:?}");
        online.internet.serve_with(SANDBOX, &org, shown);
        let before = org.counters();
        let changes: Vec<_> = change.into_iter().collect();
        let ended = online.dtx_with(&["token", "acme--uat", "--fresh"], &changes).await;
        assert_eq!((ended.code, ended.output.as_str()), (4, ""), "{about}: no token: {ended:?}");
        assert_eq!(org.counters().requests, before.requests, "{about}: nothing was said");
        let stands = &online.connections().await[0];
        assert_eq!(
            (&stands["status"], &stands["reason"]["code"]),
            (&"unreachable".into(), &code.into()),
            "{about}: it passes, and is named: {stands}"
        );
        online.internet.serve(SANDBOX, &org);
        let token = online.dtx(&["token", "acme--uat", "--fresh"]).await;
        assert!(
            token.code == 0 && org.token_status(token.output.trim()).alive,
            "{about}: once it is over, as if nothing had been: {token:?}"
        );
        assert_eq!(org.counters().refreshes, before.refreshes + 1, "{about}: by one refresh");
    }
    assert_eq!(org.counters().reuses_detected, 0, "no token was used twice");
}

#[tokio::test]
async fn trouble_with_the_proxy_is_told_as_such() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = real_org(SANDBOX, OrgKind::Sandbox).await;
    let closed = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let closed = format!("http://{closed}");
    for (changes, about) in [
        (vec![], "the proxy finds no such host"),
        (vec![("HTTPS_PROXY", closed.as_str())], "nobody listens there"),
        (vec![("HTTPS_PROXY", "http://proxy.example.invalid:3128")], "no such proxy"),
    ] {
        let ended = online.refused(SANDBOX, &org, &changes).await;
        ended.assert_failed(4, "network_proxy", about);
        let failure = ended.last();
        let message = failure["message"].as_str().unwrap();
        assert!(message.contains(SANDBOX) && message.contains("proxy"), "{about}: {message}");
        assert_eq!(failure["retryable"], true, "{about}");
        assert!(failure["fix"].to_string().contains("HTTPS_PROXY"), "{about}: {failure}");
    }
    assert_eq!(
        online.internet.requests(),
        [format!("CONNECT {SANDBOX}:443 HTTP/1.1")],
        "asked once, then given up"
    );
    assert_eq!(
        online.internet.names_asked_for(),
        ["proxy.example.invalid"],
        "the proxy's name, never the org's"
    );
    assert_eq!(online.connections().await, [Value::Null; 0], "nothing is stored");
}

#[tokio::test]
async fn the_proxy_variables_mean_what_they_mean_elsewhere() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = real_org(SANDBOX, OrgKind::Sandbox).await;
    let proxy = online.internet.proxy();
    for (changes, through_proxy) in [
        (vec![("HTTPS_PROXY", ""), ("https_proxy", &*proxy)], true),
        (vec![("HTTPS_PROXY", ""), ("ALL_PROXY", &*proxy)], true),
        (vec![("NO_PROXY", "other.my.salesforce.com,localhost")], true),
        (vec![("HTTPS_PROXY", ""), ("HTTP_PROXY", &*proxy)], false),
        (vec![("HTTPS_PROXY", "")], false),
        (vec![("NO_PROXY", SANDBOX)], false),
        (vec![("NO_PROXY", "localhost, .salesforce.com")], false),
        (vec![("NO_PROXY", "localhost, *.salesforce.com")], false),
        (vec![("NO_PROXY", "*.example.com")], true),
        (vec![("no_proxy", "*")], false),
        (vec![("NO_PROXY", "localhost .salesforce.com")], false),
        (vec![("NO_PROXY", "10.0.0.0/8,0.0.0.0/0")], true),
        (vec![("NO_PROXY", " "), ("no_proxy", "*")], false),
    ] {
        let (requests, names) = (online.internet.requests().len(), online.internet.names_asked_for().len());
        let ended = online.refused(SANDBOX, &org, &changes).await;
        let about = format!("{changes:?}");
        // The proxy knows no such host, and without it there is no name service.
        ended.assert_failed(4, if through_proxy { "network_proxy" } else { "network_dns" }, &about);
        let asked =
            (online.internet.requests().len() - requests, online.internet.names_asked_for().len() - names);
        assert_eq!(asked, if through_proxy { (1, 0) } else { (0, 1) }, "{about}: proxy and name service");
    }
    let looked_up = online.internet.names_asked_for();
    assert!(looked_up.iter().all(|name| name == SANDBOX), "only the org's own name: {looked_up:?}");
}

#[tokio::test]
async fn a_proxy_that_cannot_be_read_stops_the_request_and_is_named_without_its_password() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = real_org(SANDBOX, OrgKind::Sandbox).await;
    let proxy = online.internet.proxy();
    let with_password = proxy.replace("http://", "http://user:hush-hush@");
    for (variable, value, why) in [
        ("HTTPS_PROXY", format!("{with_password}\r"), "cannot be seen"),
        ("HTTPS_PROXY", with_password.replace("http://", "socks://"), "SOCKS"),
        ("HTTPS_PROXY", with_password.replace("http://", "socks5h://"), "SOCKS"),
        ("HTTPS_PROXY", with_password.replace("http://", "ftp://"), "scheme"),
        ("HTTPS_PROXY", "http://user:hush-hush@".to_owned(), "not written"),
        ("all_proxy", format!("{with_password} "), "cannot be seen"),
    ] {
        let changes = if variable == "HTTPS_PROXY" {
            vec![(variable, value.as_str())]
        } else {
            vec![("HTTPS_PROXY", ""), (variable, value.as_str())]
        };
        let ended = online.refused(SANDBOX, &org, &changes).await;
        ended.assert_failed(4, "proxy_unreadable", &value);
        let told = ended.last()["message"].as_str().unwrap().to_owned();
        assert!(told.contains(variable) && told.contains(why), "which, and why: {told}");
        let all = format!("{} {}", ended.output, ended.error);
        assert!(!all.contains("hush"), "never the password: {all}");
    }
    assert_eq!(online.internet.requests(), [""; 0], "the proxy was not asked");
    assert_eq!(online.internet.names_asked_for(), [""; 0], "and nobody went without it");
}

#[tokio::test]
async fn a_computer_without_authorities_is_told_so_and_no_certificate_is_blamed() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    let empty = online.desk.folder().join("empty.pem");
    std::fs::File::create(&empty).unwrap();
    for (variable, value) in [
        ("SSL_CERT_FILE", "/nonexistent"),
        ("SSL_CERT_FILE", empty.to_str().unwrap()),
        ("SSL_CERT_DIR", "/nonexistent"),
    ] {
        let changes = [("DATATRAX_CA_FILE", ""), (variable, value)];
        let ended = online.refused(SANDBOX, &org, &changes).await;
        ended.assert_failed(4, "authorities_missing", value);
        let failure = ended.last();
        assert!(failure["message"].as_str().unwrap().contains(variable), "which variable: {failure}");
        assert!(failure["fix"].to_string().contains("ca-certificates"), "and the package: {failure}");
    }
    assert_eq!(online.internet.requests(), [""; 0], "nothing was sent");
    assert_eq!(online.connect(SANDBOX, &org).await.code, 0, "with an authority all is well");
}

#[tokio::test]
async fn loopback_never_goes_through_a_proxy() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let practice = Org::start(Options::default()).await.unwrap();
    let proxy = online.internet.proxy();
    let every = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    let every: Vec<_> = every.map(|name| (name, proxy.as_str())).into();
    for address in [practice.address(), practice.address().replace("localhost", "127.0.0.1")] {
        let mut dtx = online.connecting(&address, &practice, &every).await;
        dtx.sign_in(&mut Person::of(&practice, INTEGRATION), Press::Allow).await;
        let ended = dtx.ended().await;
        assert_eq!(
            (ended.code, ended.last()["kind"].as_str()),
            (0, Some("practice")),
            "{address}: {ended:?}"
        );
        let alias = ended.last()["alias"].as_str().unwrap().to_owned();
        for command in ["check", "token", "disconnect"] {
            let ended = online.dtx_with(&[command, &alias, "--json"], &every).await;
            assert_eq!(ended.code, 0, "{command}: {ended:?}");
        }
    }
    assert_eq!(online.internet.requests(), [""; 0], "the proxy saw nothing");
    assert_eq!(online.internet.names_asked_for(), [""; 0], "localhost is nobody's name to look up");
    // For a real host the same variables lead to the proxy, so the assertion above can fail.
    online.refused(PRODUCTION, &practice, &every).await;
    assert_eq!(online.internet.hosts_asked_for(), [PRODUCTION], "a real host");
}
