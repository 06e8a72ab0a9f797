//! The real window under Xvfb, the real agent behind it and a real Chromium beside it: an org's address becomes a stored
//! connection.

use std::fs;

use connect_tests::{Chromium, Desk, Display, Page, Person, Press, Window, one_at_a_time, org, until_so};
use serde_json::{Value, json};

/// The integration user.
const USER: usize = 1;
const ADDRESS: &str = "#address";
const KEY: &str = "#key";
const SECRET: &str = "#secret";
const DONE: &str = "[data-testid=done]";

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
    page.shows("[data-testid=org-card] [data-testid=badge]", "SANDBOX").await;
    page.look("window-form-sandbox").await;
    page.replace(ADDRESS, &org.address()).await;
    page.shows("#address-hint", "Practice org").await;
    page.shows("[data-testid=org-card] [data-testid=badge]", "PRACTICE").await;
    page.go_on().await;
    walk_the_guide(page).await;
    page.paste(KEY, &org.key()).await;
    page.paste(SECRET, &org.secret()).await;
    page.checks_pass(&["address", "key", "secret", "callback"]).await;
    page.look("window-form-checked").await;
    page.go_on().await;

    page.click("[data-testid=name-open]").await;
    page.fill("#alias", "p").await;
    page.look("window-sign-in").await;
    page.go_on().await;
    page.shows("h1", "Go on in your browser").await;
    page.look("window-browser").await;
    let authorize = window.next_sign_in().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    let page = &window.page;
    page.shows("h1", "p is connected").await;
    page.shows("[data-testid=connected-user]", &org.users()[USER].username).await;
    page.checks_pass(&["key", "secret", "api"]).await;
    page.look("window-connected").await;
    page.click(DONE).await;
    page.shows("[data-testid=screen-connection] h1", "p").await;
    page.click("[data-testid=nav-connections]").await;
    shows_the_connection(page, "p").await;
    assert_eq!(window.sign_ins().len(), 1, "one click, one page in the browser");
    let agent = agent(&desk).await;
    keeps_its_place(&desk, "connections").await;

    // The agent ends without being asked: no window is left to keep it.
    drop(window);
    assert_eq!(self::agent(&desk).await, agent, "the agent goes on without the window");
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 0, "and hands out tokens");
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    shows_the_connection(page, "p").await;
    assert_eq!(self::agent(&desk).await, agent, "the second window asks the same agent");
    page.look("window-connections").await;
    page.resize(480, 780).await;
    page.look("window-connections-narrow").await;
    page.resize(1080, 780).await;
    page.click("[data-testid=row-check]").await;
    page.checks_pass(&["key", "secret", "api"]).await;
    page.look("window-connection").await;

    page.click("[data-testid=disconnect]").await;
    page.look("window-disconnect").await;
    page.click("[data-testid=disconnect-confirm]").await;
    page.shows("[data-testid=said]", "p is disconnected. Salesforce has confirmed").await;
    page.shows("h1", "Connect your first org").await;
    page.look("window-disconnected").await;
    let counters = org.counters();
    assert_eq!((counters.access_tokens_alive, counters.refresh_tokens_alive), (0, 0), "revoked at the org");
    assert_eq!(desk.dtx(&["list", "--json"]).await.last()["connections"], json!([]), "forgotten here");
    page.click("[data-testid=disconnect-undo]").await;
    page.shows("[data-testid=said]", "p is back, with its history").await;
    page.look("window-brought-back").await;
    let back = desk.dtx(&["list", "--json"]).await.last()["connections"][0].clone();
    assert_eq!((&back["alias"], &back["status"]), (&json!("p"), &json!("not_connected")), "{back}");
}

#[tokio::test]
async fn a_connection_that_is_renamed_is_shown_by_its_new_name() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    desk.connect(&org, "p").await;
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    shows_the_connection(page, "p").await;
    page.click("[data-testid=row-menu]").await;
    page.click("[data-testid=menu-rename]").await;
    page.replace("#new-name", "q").await;
    page.click("[data-testid=rename-save]").await;

    page.shows("[data-testid=screen-connection] h1", "q").await;
    page.shows("#announcer", "Renamed to q.").await;
    page.shows("[data-testid=history]", "Renamed from p to q.").await;
    let troubles = "return document.querySelectorAll('.field-note, [data-testid=failure]').length";
    assert_eq!(page.evaluate(troubles, &[]).await, 0, "nothing is called wrong");
    page.click("[data-testid=back]").await;
    shows_the_connection(page, "q").await;
    let rows = "return document.querySelectorAll('[data-testid=connection]').length";
    assert_eq!(page.evaluate(rows, &[]).await, 1, "the former name is gone");
    assert_eq!(desk.aliases().await, ["q"], "so it is stored");
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
    page.go_on().await;
    page.shows("[data-testid=step-open]", "New External Client App").await;
    page.click("[data-testid=rail-paste]").await;

    // The step before asks once, whether the org is there.
    until_so("the org is not asked whether it is there", async || !org.counters().requests.is_empty()).await;
    let asked = org.counters().requests;
    page.paste(KEY, &org.secret()).await;
    page.paste(SECRET, &org.key()).await;
    page.shows("[data-testid=foot-line]", "Exchange the two values first.").await;
    page.look("window-swapped").await;
    assert_eq!(org.counters().requests, asked, "a swap stops before any request");
    page.click(DONE).await;
    page.click("[data-testid=exchange]").await;
    page.checks_pass(&["key", "secret", "callback"]).await;
    assert_eq!(value(page, KEY).await, org.key(), "each value stands in its field");

    let wrong: String = org.secret().chars().rev().collect();
    page.paste(SECRET, &wrong).await;
    page.until(
        "the secret is not right",
        "return document.querySelector('[data-testid=check-secret][data-state=fail]') !== null",
        &[],
    )
    .await;
    page.shows("[data-testid=foot-line]", "Put right what the checks found").await;
    page.look("window-secret-wrong").await;
    page.click(DONE).await;
    page.paste(SECRET, &org.secret()).await;
    page.checks_pass(&["key", "secret", "callback"]).await;
    assert!(window.sign_ins().is_empty(), "no browser was opened");
    assert_eq!(desk.dtx(&["list", "--json"]).await.last()["connections"], json!([]), "nothing is stored");
}

#[tokio::test]
async fn a_denied_sign_in_is_said_and_can_be_tried_again() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.start_sign_in(&org).await;
    let authorize = window.next_sign_in().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, USER, Press::Deny).await;
    let page = &window.page;
    page.shows("h1", "The sign-in did not work").await;
    page.look("window-denied").await;
    page.shows("[data-testid=foot-line]", "Key and secret are still here for another try").await;
    page.click("[data-testid=paste-other]").await;
    page.shows("[data-testid=step-paste]", "Consumer Key").await;
    assert_eq!(
        (value(page, KEY).await, value(page, SECRET).await),
        (String::new(), String::new()),
        "not in the page"
    );
    page.click("[data-testid=rail-sign_in]").await;
    page.shows(DONE, "Try again").await;
    page.go_on().await;
    let authorize = window.next_sign_in().await;
    Person::of(&org, USER).sign_in(&authorize, Press::Allow).await;
    window.page.shows("[data-testid=step-connected]", "is connected").await;
}

#[tokio::test]
async fn another_user_than_named_is_asked_about_and_can_be_declined() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.fill_in(&org).await;
    window.page.fill("#user", &org.users()[0].username).await;
    window.page.go_on().await;
    let authorize = window.next_sign_in().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    let page = &window.page;
    page.shows("h1", "Is this the right user and org?").await;
    page.shows("[data-testid=found-user]", &org.users()[USER].username).await;
    page.shows("[data-testid=question]", &format!("You named {}", org.users()[0].username)).await;
    page.look("window-confirm").await;
    assert_eq!(
        desk.dtx(&["list", "--json"]).await.last()["connections"],
        json!([]),
        "nothing is stored unanswered"
    );
    page.click("[data-testid=decline]").await;
    page.shows("h1", "The sign-in did not work").await;
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
    let authorize = window.next_sign_in().await;
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
    page.shows("h1", "p is connected").await;
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 0, "a connection that works");
}

#[tokio::test]
async fn a_key_that_is_not_active_yet_is_waited_for_calmly() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    org.change(|switches| switches.activation_seconds = 600);
    let window = Window::open(&desk, &display).await;
    window.begin(&org).await;
    let page = &window.page;
    page.paste(KEY, &org.key()).await;
    page.paste(SECRET, &org.secret()).await;
    page.shows("h1", "The org does not know this key yet").await;
    page.shows("[data-testid=next-check]", "Asked again in 0:").await;
    page.look("window-waiting").await;
    page.click("[data-testid=cancel]").await;
    page.shows("[data-testid=foot-line]", "Key and secret are still here").await;
    page.shows(DONE, "Wait for Salesforce").await;
    page.go_on().await;
    page.shows("[data-testid=next-check]", "Asked again in 0:").await;
    assert!(window.sign_ins().is_empty(), "no browser was opened");
}

#[tokio::test]
async fn a_window_begins_at_the_step_where_its_org_was_left() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let window = Window::open(&desk, &display).await;
    window.name_org(&org).await;
    let page = &window.page;
    page.click("[data-testid=rail-oauth]").await;
    page.shows("[data-testid=step-oauth] h1", "Callback URL").await;
    page.go_on().await;
    page.shows("[data-testid=step-security] h1", "Create").await;
    keeps_its_place(&desk, "set_up").await;
    drop(window);
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.shows("[data-testid=step-security] h1", "Create").await;
    page.shows("[data-testid=rail-oauth][data-mark=said]", "Callback URL").await;
    page.resize(480, 780).await;
    page.look("window-guide-narrow").await;
    page.click("[data-testid=rail-unfold]").await;
    page.click("[data-testid=rail-oauth]").await;
    page.shows("[data-testid=value-oauth-1]", "/practice/callback").await;
    page.look("window-guide-narrow-oauth").await;
}

async fn value(page: &Page, selector: &str) -> String {
    page.evaluate("return document.querySelector(arguments[0]).value", &[selector])
        .await
        .as_str()
        .unwrap()
        .to_owned()
}

/// Reads every step that is done in Salesforce and marks it as done.
async fn walk_the_guide(page: &Page) {
    for step in ["open", "oauth", "security"] {
        let root = format!("[data-testid=step-{step}]");
        assert!(!page.text(&format!("{root} h1")).await.is_empty(), "{step} says what to do");
        if step == "oauth" {
            let callbacks = page.text("[data-testid=value-oauth-1]").await;
            let ports = [17177, 27177, 7177].map(|port| format!("http://localhost:{port}/practice/callback"));
            assert_eq!(callbacks.lines().collect::<Vec<_>>(), ports, "the lines of a rehearsal");
        }
        page.look(&format!("window-guide-{step}")).await;
        if step == "open" {
            page.go_on().await;
            page.shows(DONE, "I have entered these").await;
        }
        page.go_on().await;
        page.until(
            "it is marked as said",
            "return document.querySelector(arguments[0]) !== null",
            &[&format!("[data-testid=rail-{step}][data-mark=said]")],
        )
        .await;
    }
    page.shows("[data-testid=step-paste]", "Consumer Key").await;
}

async fn shows_the_connection(page: &Page, alias: &str) {
    let row = format!("[data-testid=connection][data-alias={alias}]");
    page.shows(&format!("{row} [data-testid=badge]"), "PRACTICE").await;
    page.shows(&format!("{row} [data-testid=status]"), "Connected").await;
}

/// Waits until the next window would begin there: one that is killed writes nothing more.
async fn keeps_its_place(desk: &Desk, name: &str) {
    until_so("the place of the window is not kept", async || {
        let kept = fs::read(desk.home().join("window.json")).unwrap_or_default();
        serde_json::from_slice(&kept).is_ok_and(|kept: Value| kept["place"]["name"] == name)
    })
    .await;
}

/// The process of the running agent.
async fn agent(desk: &Desk) -> Value {
    let status = desk.dtx(&["agent", "status", "--json"]).await.last();
    assert_eq!(status["running"], true, "{status}");
    status["pid"].clone()
}
