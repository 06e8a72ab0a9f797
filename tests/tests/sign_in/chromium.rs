//! A real Chromium signs in to a practice org and comes back; the result is stored with a real Secret Service.

use std::net::TcpListener;

use connect_tests::{Chromium, Desk, Dtx, Press, one_at_a_time, org};
use practice_org::Org;
use url::Url;

/// The browser's last address: a page of this computer, without code or state.
const CLEAN: &str = "http://localhost:17177/practice/callback/done";
const REFUSED: &str = "http://localhost:17177/practice/callback/refused";
const ANSWERED: &str = "The practice org has answered";
const IS_ANSWERED: &str = "return document.querySelector('h1')?.textContent === arguments[0]";
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
    chromium.page.shows(".org", "Practice org on this computer").await;
    chromium.page.shows(".org", org.address().trim_start_matches("http://")).await;
    chromium.page.look("browser-answered").await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, ended.last()["event"].clone()), (0, "connected".into()), "{ended:?}");

    let token = token(&desk).await;
    assert!(org.token_status(&token).alive, "the org accepts the token that a new process hands out");
    let listed = desk.dtx(&["list", "--json"]).await.last();
    let connection = &listed["connections"][0];
    assert_eq!((&connection["alias"], &connection["status"]), (&"p".into(), &"connected".into()), "{listed}");
    assert_eq!(connection["username"], org.users()[USER].username.as_str(), "{listed}");

    // The vault's key is in the keyring, which is on the disk.
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
    assert_eq!(ended_on.as_str(), REFUSED, "the address bar holds no error");
    chromium.page.shows("h1", "The practice org did not allow the sign-in").await;
    chromium.page.look("browser-denied").await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, ended.last()["code"].clone()), (3, "denied".into()), "{ended:?}");
    let listed = desk.dtx(&["list", "--json"]).await.last();
    assert_eq!(listed["connections"], serde_json::json!([]), "nothing is stored");
    let counters = org.counters();
    assert_eq!((counters.access_tokens_alive, counters.refresh_tokens_alive), (0, 0), "no token was made");
}

#[tokio::test]
async fn whoever_clicks_around_after_the_last_page_gets_no_error_and_no_code_in_the_address_bar() {
    let _turn = one_at_a_time();
    let (desk, org, chromium) = (Desk::new(), org().await, Chromium::start().await);
    let agent = desk.start(&["agent"]);
    desk.until_agent_runs().await;
    let mut dtx = connect(&desk, &org).await;
    let authorize = address_to_open(&mut dtx).await;
    let page = &chromium.page;
    let answered = async |about: &str| {
        page.until(about, IS_ANSWERED, &[ANSWERED]).await;
        assert_eq!(page.address().await.as_str(), CLEAN, "{about}");
    };
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "connected");
    answered("the last page").await;

    page.evaluate("location.reload()", &[]).await;
    let is_reload = "return performance.getEntriesByType('navigation')[0]?.type === 'reload'";
    page.until("a reload", is_reload, &[]).await;
    answered("once more").await;

    // Back, and Allow once more: an org that accepts that sends another code with the same state.
    let authorize: Url = authorize.parse().unwrap();
    let state = authorize.query_pairs().find(|(name, _)| name == "state").unwrap().1;
    page.go(&format!("http://localhost:17177/practice/callback?code=another&state={state}")).await;
    answered("no more comes of it, and the address bar is clean").await;

    // The next sign-in gets the port that still served the last page.
    let mut again = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    again.end_input();
    let authorize = address_to_open(&mut again).await;
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    assert_eq!(again.ended().await.code, 0, "connected");
    answered("its own last page").await;

    // The port is closed by now, and a restored tab shows the same page.
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
    assert_eq!(agent.ended().await.code, 0, "ended");
    assert!(TcpListener::bind(("127.0.0.1", 17177)).is_ok(), "the port is free");
    let restored = chromium.restored().await;
    restored.page.until("the tab as it was", IS_ANSWERED, &[ANSWERED]).await;
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
    // The browser gets the login page, not the question: the first session belongs to another user.
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

/// All addresses known to the last page: its own, its referrer, and its resources.
async fn seen_addresses(chromium: &Chromium) -> String {
    let script = "return [...new Set([location.href, document.referrer, ...performance.getEntries().map(({ name }) => name)])]
        .filter((name) => name.includes('://')).join(' ')";
    let seen = chromium.page.evaluate(script, &[]).await;
    seen.as_str().unwrap().to_owned()
}
