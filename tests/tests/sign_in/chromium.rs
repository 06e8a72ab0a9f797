//! A real Chromium signs in to a practice org and comes back; what it brings is kept in a real Secret Service.

use connect_tests::{Chromium, Desk, Dtx, Press, one_at_a_time, org};
use practice_org::Org;

/// Where the browser ends: a page of this computer, without code or state.
const CLEAN: &str = "http://localhost:17177/practice/callback/done";
/// The integration user.
const USER: usize = 1;

#[tokio::test]
async fn the_browser_brings_a_connection_that_survives_restarts() {
    let _turn = one_at_a_time();
    let (mut desk, org, chromium) = (Desk::new(), org().await, Chromium::start().await);

    let mut dtx = connect(&desk, &org).await;
    let authorize = address_to_open(&mut dtx).await;
    let ended_on = chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    assert_eq!(ended_on.as_str(), CLEAN, "the address bar holds no code");
    chromium.page.shows("h1", "The practice org has answered").await;
    let seen = seen_addresses(&chromium).await;
    assert!(seen.contains(CLEAN) && !seen.contains('?'), "nor does anything else the page can see: {seen}");
    chromium.page.picture("browser-answered").await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, ended.last()["event"].clone()), (0, "connected".into()), "{ended:?}");

    let token = token(&desk).await;
    assert!(org.token_status(&token).alive, "the org accepts the token that a new process hands out");
    let listed = desk.dtx(&["list", "--json"]).await.last();
    let connection = &listed["connections"][0];
    assert_eq!((&connection["alias"], &connection["status"]), (&"p".into(), &"connected".into()), "{listed}");
    assert_eq!(connection["username"], org.users()[USER].username.as_str(), "{listed}");

    // The key that opens the vault is in the keyring, and the keyring's on disk.
    desk.stop_keyring();
    let locked = desk.dtx(&["token", "p"]).await;
    assert_eq!(
        (locked.code, locked.output.as_str()),
        (5, ""),
        "without a keyring nobody gets a token: {locked:?}"
    );
    desk.start_keyring();
    assert_eq!(self::token(&desk).await, token, "after the keyring has been started again");
}

#[tokio::test]
async fn a_press_of_deny_ends_with_its_own_words_and_nothing_stored() {
    let _turn = one_at_a_time();
    let (desk, org, chromium) = (Desk::new(), org().await, Chromium::start().await);

    let mut dtx = connect(&desk, &org).await;
    let authorize = address_to_open(&mut dtx).await;
    let ended_on = chromium.sign_in(&authorize, &org, USER, Press::Deny).await;
    assert_eq!(ended_on.as_str(), CLEAN, "the address bar holds no error");
    chromium.page.shows("h1", "The practice org did not allow the sign-in").await;
    chromium.page.picture("browser-denied").await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, ended.last()["code"].clone()), (3, "denied".into()), "{ended:?}");
    let listed = desk.dtx(&["list", "--json"]).await.last();
    assert_eq!(listed["connections"], serde_json::json!([]), "nothing is stored");
    let counters = org.counters();
    assert_eq!((counters.access_tokens_alive, counters.refresh_tokens_alive), (0, 0), "no token was made");
}

#[tokio::test]
async fn with_an_agent_the_connection_outlives_the_agent() {
    let _turn = one_at_a_time();
    let (desk, org, chromium) = (Desk::new(), org().await, Chromium::start().await);
    let mut agent = desk.start(&["agent"]);
    let pid = agent.id();
    desk.until_agent_runs().await;

    let mut dtx = connect(&desk, &org).await;
    let authorize = address_to_open(&mut dtx).await;
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "connected through the agent");
    let status = desk.dtx(&["agent", "status", "--json"]).await.last();
    assert_eq!(
        (&status["pid"], &status["connections"]),
        (&pid.into(), &1.into()),
        "the agent holds it: {status}"
    );
    let token = token(&desk).await;

    agent.interrupt().await;
    assert_eq!(agent.ended().await.code, 0, "the agent ends in order");
    assert_eq!(self::token(&desk).await, token, "without an agent");
    let _agent = desk.start(&["agent"]);
    desk.until_agent_runs().await;
    assert_eq!(self::token(&desk).await, token, "from the next agent");
}

#[tokio::test]
async fn a_reconnect_asks_for_the_login_although_the_browser_is_logged_in() {
    let _turn = one_at_a_time();
    let (desk, org, chromium) = (Desk::new(), org().await, Chromium::start().await);
    let mut dtx = connect(&desk, &org).await;
    let authorize = address_to_open(&mut dtx).await;
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "connected");
    let before = token(&desk).await;

    let mut again = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    again.end_input();
    let authorize = address_to_open(&mut again).await;
    // Finds the login page, not the question: the session of the first time does not answer for its user.
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    let ended = again.ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
    let after = token(&desk).await;
    assert!(after != before && org.token_status(&after).alive, "a new token that works");
}

async fn connect(desk: &Desk, org: &Org) -> Dtx {
    let (address, key) = (org.address(), org.key());
    let arguments =
        ["connect", &address, "--alias", "p", "--key", &key, "--secret-stdin", "--no-browser", "--json"];
    let mut dtx = desk.start(&arguments);
    dtx.say(&org.secret()).await;
    dtx
}

async fn address_to_open(dtx: &mut Dtx) -> String {
    let event = dtx.event("authorize").await;
    assert_eq!(
        event["redirect_uri"], "http://localhost:17177/practice/callback",
        "the first free line: {event}"
    );
    event["url"].as_str().unwrap().to_owned()
}

async fn token(desk: &Desk) -> String {
    let ended = desk.dtx(&["token", "p"]).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    ended.output.trim_end().to_owned()
}

/// Every address the last page can tell: its own, where it came from, and what was loaded for it.
async fn seen_addresses(chromium: &Chromium) -> String {
    let script = "return [...new Set([location.href, document.referrer, ...performance.getEntries().map(({ name }) => name)])]
        .filter((name) => name.includes('://')).join(' ')";
    let seen = chromium.page.evaluate(script, &[]).await;
    seen.as_str().unwrap().to_owned()
}
