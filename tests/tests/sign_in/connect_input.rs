//! The input of `dtx` for a sign-in: a secret from a file, a pasted address, missing values, a signal; and requests
//! that cannot be made.

use std::fs;

use connect_core::{
    contract::intent::{self, Pasted},
    secret::Secret,
};
use connect_tests::{Core, Desk, INTEGRATION, Person, Press, one_at_a_time, org};
use serde_json::json;

#[tokio::test]
async fn the_secret_can_come_from_a_file() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let path = desk.closed_file("secret", &format!("{}\n", org.secret()));
    let mut dtx = desk.start(&[
        "connect",
        &org.address(),
        "--alias",
        "p",
        "--key",
        &org.key(),
        "--secret-file",
        &path,
        "--no-browser",
        "--json",
    ]);
    let back = dtx.way_back(&org).await;
    dtx.say(back.as_str()).await;
    assert_eq!(dtx.ended().await.code, 0, "standard input is free for pasting");

    fs::remove_file(&path).unwrap();
    let gone =
        desk.dtx(&["connect", &org.address(), "--key", &org.key(), "--secret-file", &path, "--json"]).await;
    assert_eq!((gone.code, &gone.last()["code"]), (2, &json!("value_missing")), "{gone:?}");
    assert!(gone.last()["message"].as_str().unwrap().contains(&path), "the file is named: {gone:?}");
    let secret = org.secret();
    let typed = ["connect", &org.address(), "--key", &org.key(), "--secret-file", &secret, "--json"];
    let typed = desk.dtx(&typed).await;
    assert_eq!((typed.code, &typed.last()["code"]), (2, &json!("value_missing")), "{typed:?}");
    assert!(!format!("{typed:?}").contains(&secret), "what may be the secret is not repeated");
}

/// R02: whoever types the name of a connection may mean that, and not the org of somebody else that has such an address.
#[tokio::test]
async fn the_name_of_a_connection_is_not_taken_for_another_org() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "uat").await;
    let ended = desk.dtx(&["connect", "uat", "--key", &org.key(), "--json"]).await;
    let failed = ended.failed(2, "address_unsure");
    for meant in [org.address().as_str(), "https://uat.my.salesforce.com"] {
        assert!(failed["message"].as_str().unwrap().contains(meant), "{meant}: {failed}");
    }
    let again = failed["fix"][0].as_str().unwrap();
    assert!(again.ends_with("dtx reconnect uat"), "what was meant most likely: {failed}");

    let core = Core::at(&desk.home(), 1);
    let typed = |address: &str| {
        let nothing = || Secret::new(String::new());
        intent::Understand(Pasted { address: address.to_owned(), key: nothing(), secret: nothing() })
    };
    let understood = core.ask(typed(" uat")).await.unwrap();
    let meant: Vec<_> = understood.meant.iter().map(|org| org.origin.clone()).collect();
    assert_eq!(understood.address, None, "nor is it in the window");
    assert_eq!(meant, [org.address().as_str(), "https://uat.my.salesforce.com"], "which asks");
    let other = core.ask(typed("uat.my.salesforce.com")).await.unwrap();
    assert!(other.address.is_some(), "a whole address is no name");
}

#[tokio::test]
async fn the_address_the_browser_ended_on_can_be_pasted() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = dtx.way_back(&org).await;
    dtx.say("").await;
    dtx.say(&format!("  {back}  ")).await;
    // Further lines of standard input after the accepted one are ignored.
    dtx.say("and something else").await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["event"]), (0, &json!("connected")), "{ended:?}");
    assert_eq!(org.counters().refresh_tokens_alive, 1, "one sign-in");
}

#[tokio::test]
async fn whoever_waits_is_told_what_helps_where_the_browser_does_not_come_back() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (address, key) = (org.address(), org.key());
    let mut dtx = desk.start(&["connect", &address, "--key", &key, "--secret-stdin", "--no-browser"]);
    dtx.say(&org.secret()).await;
    let told = dtx.hint("does not load").await;
    assert!(told.contains("paste the address of that page"), "where there is one: {told}");
    assert!(told.contains("stays where it is after Allow, open the address above once more"), "{told}");
    dtx.interrupt().await;
    dtx.ended().await;
}

#[tokio::test]
async fn a_pasted_refusal_says_why() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let authorize = dtx.event("authorize").await;
    let back = Person::of(&org, INTEGRATION).answer(authorize["url"].as_str().unwrap(), Press::Deny).await;
    dtx.say(back.as_str()).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["code"]), (3, &json!("denied")), "{ended:?}");
}

#[tokio::test]
async fn the_end_of_input_is_no_error() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.end_input();
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "the browser came back by itself");
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_a_usage_error() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (address, key) = (org.address(), org.key());
    let table: &[(&[&str], &str)] = &[
        (&["connect"], ""),
        (&["connect", "--json"], ""),
        (&["connect", &address, "--secret-stdin", "--json"], "value_missing"),
        (&["connect", &address, "--key", &key, "--json"], "value_missing"),
        (&["connect", &address, "--key", &key, "--secret-stdin", "--json"], "value_missing"),
        (&["connect", &address, "--key", "", "--secret-stdin", "--json"], "value_missing"),
        (&["connect", "https://example.com", "--key", &key, "--json"], "address_not_salesforce"),
        (&["connect", "https://login.salesforce.com", "--key", &key, "--json"], "address_needs_my_domain"),
        (&["connect", "https://acme.my.salesforce.com:8443", "--key", &key, "--json"], "address_has_port"),
        (&["connect", "avery@acme.example", "--key", &key, "--json"], "address_is_username"),
        (&["connect", "http://[::1]:8080", "--key", &key, "--json"], "address_practice_form"),
        (&["connect", "", "--key", &key, "--json"], "value_missing"),
        (&["connect", &address, "--alias", "", "--key", &key, "--secret-stdin", "--json"], ""),
        (&["connect", &address, "--secret-stdin", "--secret-file", "x"], ""),
        (&["connect", &address, "--wait", "soon"], ""),
        (&["reconnect", "nobody", "--json"], "name_unknown"),
        (&["reconnect"], ""),
        (&["show", "nobody", "--json"], ""),
        (&["check", "nobody"], ""),
        (&["token", "nobody"], ""),
        (&["disconnect", "nobody"], ""),
        (&["rename", "nobody", "somebody"], ""),
        (&["rename", "nobody"], ""),
        (&["list", "--everything"], ""),
        (&["explain"], ""),
        (&[], ""),
    ];
    for (arguments, code) in table {
        let ended = desk.dtx(arguments).await;
        assert_eq!(ended.code, 2, "dtx {arguments:?}: {ended:?}");
        if code.is_empty() {
            assert!(!ended.error.is_empty() || arguments.contains(&"--json"), "dtx {arguments:?} says why");
        } else {
            let failed = ended.last();
            assert_eq!(failed["version"], 1, "{failed}");
            assert_eq!(
                (&failed["event"], failed["code"].as_str()),
                (&json!("failed"), Some(*code)),
                "{arguments:?}"
            );
            assert!(failed["message"].is_string() && failed["retryable"].is_boolean(), "{failed}");
            assert!(failed["fix"].as_array().is_some_and(|fix| !fix.is_empty()), "something to do: {failed}");
        }
        assert!(!ended.error.contains(&key), "not even the key is repeated: {ended:?}");
    }
    assert_eq!(org.counters().requests.get("authorize"), None, "the org was asked nothing");
    assert_eq!(desk.dtx(&["--help"]).await.code, 0, "help is no error");
    assert_eq!(desk.dtx(&["--version"]).await.code, 0, "nor is the version");
}

#[tokio::test]
async fn an_interrupted_sign_in_leaves_nothing() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for signal in ["-INT", "-TERM", "-HUP"] {
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        let back = dtx.way_back(&org).await;
        dtx.signal(signal).await;
        let ended = dtx.ended().await;
        assert_eq!((ended.code, &ended.last()["code"]), (3, &json!("cancelled")), "{signal}: {ended:?}");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        assert!(client.get(back).send().await.is_err(), "nobody listens any more after {signal}");
    }
    assert_eq!(org.counters().refresh_tokens_alive, 0, "no token was ever made");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");

    // During the exchange of the code: the tokens that come are revoked.
    org.change(|switches| switches.token_delay_milliseconds = 5_000);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    dtx.signal("-TERM").await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["code"]), (3, &json!("cancelled")), "{ended:?}");
    assert_eq!(org.counters().refresh_tokens_alive, 0, "the tokens that came are revoked");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");
}
