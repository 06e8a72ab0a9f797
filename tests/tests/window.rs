//! The real window under Xvfb, the real agent behind it and a real Chromium beside it: an org's address becomes a stored
//! connection.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use connect_tests::{Chromium, Desk, Display, Page, Person, Press, Window, one_at_a_time};
use practice_org::{Options, Org};
use serde_json::{Value, json};

/// The integration user.
const USER: usize = 1;
const ADDRESS: &str = "#address";
const KEY: &str = "#key";
const SECRET: &str = "#secret";
const SIGN_IN: &str = "[data-testid=sign-in]";

#[tokio::test]
async fn an_address_becomes_a_connection_that_stays() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.shows("h1", "Connect your first org").await;
    page.look("window-empty").await;

    page.click("[data-testid=add-first]").await;
    page.look("window-form").await;
    page.fill(ADDRESS, "acme--uat").await;
    page.shows("#address-hint", "Sandbox uat of acme").await;
    page.shows("[data-testid=rail-org] [data-testid=badge]", "SANDBOX").await;
    page.look("window-form-sandbox").await;
    page.replace(ADDRESS, &org.address()).await;
    page.shows("#address-hint", "Practice org").await;
    page.shows("[data-testid=rail-org] [data-testid=badge]", "PRACTICE").await;
    walk_the_guide(page).await;
    page.fill(KEY, &org.key()).await;
    page.fill(SECRET, &org.secret()).await;
    page.checks_pass(&["address", "key", "secret", "callback"]).await;
    page.look("window-form-checked").await;

    page.fill("#alias", "p").await;
    page.click(SIGN_IN).await;
    page.shows("h1", "Go on in your browser").await;
    page.look("window-browser").await;
    let authorize = window.next_opened().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    let page = &window.page;
    page.shows("h1", "Connected").await;
    page.shows("[data-testid=connected-user]", &org.users()[USER].username).await;
    page.shows(".heading [data-testid=badge]", "PRACTICE").await;
    page.look("window-connected").await;
    page.click("[data-testid=all-connections]").await;
    shows_the_connection(page).await;
    assert_eq!(window.opened().len(), 1, "one click, one page in the browser");
    let agent = agent(&desk).await;

    // Ended without being asked: nothing hangs on the window.
    drop(window);
    assert_eq!(self::agent(&desk).await, agent, "the agent goes on without the window");
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 0, "and hands out tokens");
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    shows_the_connection(page).await;
    assert_eq!(self::agent(&desk).await, agent, "the second window asks the same agent");
    page.look("window-connections").await;
    page.resize(480, 780).await;
    page.look("window-connections-narrow").await;
    page.resize(1080, 780).await;
    page.click("[data-testid=row-check]").await;
    page.checks_pass(&["key", "secret", "api"]).await;
    page.look("window-connection").await;

    page.click("[data-testid=disconnect-more]").await;
    page.click("[data-testid=disconnect]").await;
    page.look("window-disconnect").await;
    page.click("[data-testid=disconnect-confirm]").await;
    page.shows("[data-testid=said]", "p is disconnected. Salesforce has confirmed").await;
    page.shows("h1", "Connect your first org").await;
    page.look("window-disconnected").await;
    let counters = org.counters();
    assert_eq!((counters.access_tokens_alive, counters.refresh_tokens_alive), (0, 0), "revoked at the org");
    assert_eq!(desk.dtx(&["list", "--json"]).await.last()["connections"], json!([]), "forgotten here");
}

#[tokio::test]
async fn mistakes_are_said_before_any_browser_opens() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.click("[data-testid=nav-add]").await;
    page.fill(ADDRESS, "jane@acme.example").await;
    page.until(
        "the username is not taken for an org",
        "return document.querySelector('#address-notes').innerText",
        &[],
    )
    .await;
    page.look("window-address-wrong").await;
    page.replace(ADDRESS, &org.address()).await;

    let asked = org.counters().requests;
    page.fill(KEY, &org.secret()).await;
    page.fill(SECRET, &org.key()).await;
    page.shows("[data-testid=sign-in-line]", "Exchange the two values first.").await;
    page.look("window-swapped").await;
    assert_eq!(org.counters().requests, asked, "a swap stops before any request");
    page.click(SIGN_IN).await;
    page.click("[data-testid=exchange]").await;
    page.checks_pass(&["key", "secret", "callback"]).await;
    assert_eq!(value(page, KEY).await, org.key(), "each value stands in its field");

    let wrong: String = org.secret().chars().rev().collect();
    page.replace(SECRET, &wrong).await;
    page.until(
        "the secret is not right",
        "return document.querySelector('[data-testid=check-secret][data-state=fail]') !== null",
        &[],
    )
    .await;
    page.shows("[data-testid=sign-in-line]", "Put right what the checks found").await;
    page.look("window-secret-wrong").await;
    page.click(SIGN_IN).await;
    page.replace(SECRET, &org.secret()).await;
    page.checks_pass(&["key", "secret", "callback"]).await;
    assert!(window.opened().is_empty(), "no browser was opened");
    assert_eq!(desk.dtx(&["list", "--json"]).await.last()["connections"], json!([]), "nothing is stored");
}

#[tokio::test]
async fn a_denied_sign_in_is_said_and_can_be_tried_again() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.start_sign_in(&org).await;
    let authorize = window.next_opened().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, USER, Press::Deny).await;
    let page = &window.page;
    page.shows("h1", "The sign-in did not work").await;
    page.look("window-denied").await;
    page.click("[data-testid=try-again]").await;
    page.shows("h1", "Connect an org").await;
    page.shows("#address-hint", "Practice org").await;
    assert_eq!(
        (value(page, KEY).await, value(page, SECRET).await),
        (String::new(), String::new()),
        "not kept"
    );
}

#[tokio::test]
async fn another_user_than_named_is_asked_about_and_can_be_declined() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.fill_in(&org).await;
    window.page.fill("#user", &org.users()[0].username).await;
    window.page.click(SIGN_IN).await;
    let authorize = window.next_opened().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    let page = &window.page;
    page.shows("h1", "Is this the right user and org?").await;
    page.shows("[data-testid=found-user]", &org.users()[USER].username).await;
    page.look("window-confirm").await;
    assert_eq!(
        desk.dtx(&["list", "--json"]).await.last()["connections"],
        json!([]),
        "nothing is stored unanswered"
    );
    page.click("[data-testid=decline]").await;
    page.click("[data-testid=all-connections]").await;
    page.shows("h1", "Connect your first org").await;
    let counters = org.counters();
    assert_eq!(
        (counters.access_tokens_alive, counters.refresh_tokens_alive),
        (0, 0),
        "the tokens are given back"
    );
}

#[tokio::test]
async fn the_address_that_the_browser_ended_on_can_be_pasted() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.start_sign_in(&org).await;
    let authorize = window.next_opened().await;
    let back = Person::of(&org, USER).answer(&authorize, Press::Allow).await;
    let page = &window.page;
    page.click("[data-testid=paste-back-open]").await;
    page.fill("#paste-back", "http://localhost:17177/practice/callback").await;
    page.click("[data-testid=paste-back-send]").await;
    page.until(
        "an address without a code is refused",
        "return document.querySelector('#paste-back-notes').innerText",
        &[],
    )
    .await;
    page.look("window-paste-back").await;
    page.replace("#paste-back", back.as_str()).await;
    page.click("[data-testid=paste-back-send]").await;
    page.shows("h1", "Connected").await;
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 0, "a connection that works");
}

#[tokio::test]
async fn a_key_that_is_not_active_yet_is_waited_for_calmly() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    org.change(|switches| switches.activation_seconds = 600);
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.click("[data-testid=nav-add]").await;
    page.fill(ADDRESS, &org.address()).await;
    page.fill(KEY, &org.key()).await;
    page.fill(SECRET, &org.secret()).await;
    page.until(
        "the key is asked about",
        "return document.querySelector('[data-testid=check-key]').dataset.state === 'warn'",
        &[],
    )
    .await;
    page.look("window-key-unknown").await;
    page.click(SIGN_IN).await;
    page.shows("h1", "Salesforce is activating your app").await;
    page.shows("[data-testid=next-check]", "Next check in 0:").await;
    page.look("window-waiting").await;
    page.click("[data-testid=cancel]").await;
    page.shows("h1", "The sign-in was cancelled").await;
    assert!(window.opened().is_empty(), "no browser was opened");
}

async fn org() -> Org {
    Org::start(Options::default()).await.unwrap()
}

async fn value(page: &Page, selector: &str) -> String {
    page.evaluate("return document.querySelector(arguments[0]).value", &[selector])
        .await
        .as_str()
        .unwrap()
        .to_owned()
}

/// Reads every step of the guide and says that it is done.
async fn walk_the_guide(page: &Page) {
    let steps =
        page.evaluate("return document.querySelectorAll('[data-testid=guide] > li').length", &[]).await;
    assert!(steps.as_u64() > Some(3), "the guide has its steps: {steps}");
    let mut callbacks = String::new();
    for step in 0..steps.as_u64().unwrap() {
        let open = "[data-testid=guide] > li > details[open]";
        page.until(
            "one step is open",
            "return document.querySelectorAll(arguments[0]).length === 1",
            &[open],
        )
        .await;
        let title = page.text(&format!("{open} > summary")).await;
        if let Some(value) = page
            .evaluate(
                "return document.querySelector(arguments[0])?.innerText ?? null",
                &[&format!("{open} [data-testid=value-oauth]")],
            )
            .await
            .as_str()
        {
            callbacks = value.to_owned();
            page.look("window-guide").await;
        }
        assert!(!title.is_empty(), "step {step} has a title");
        page.click(&format!("{open} [data-testid^=step-done]")).await;
    }
    let ports = [17177, 27177, 7177].map(|port| format!("http://localhost:{port}/practice/callback"));
    assert_eq!(callbacks.lines().collect::<Vec<_>>(), ports, "the lines of a rehearsal");
    assert_eq!(
        page.evaluate("return document.activeElement.id", &[]).await,
        "key",
        "the guide leads on to the key"
    );
}

async fn shows_the_connection(page: &Page) {
    let row = "[data-testid=connection][data-alias=p]";
    page.shows(&format!("{row} [data-testid=badge]"), "PRACTICE").await;
    page.shows(&format!("{row} [data-testid=status]"), "Connected").await;
}

/// The process of the agent that runs.
async fn agent(desk: &Desk) -> Value {
    let status = desk.dtx(&["agent", "status", "--json"]).await.last();
    assert_eq!(status["running"], true, "{status}");
    status["pid"].clone()
}
