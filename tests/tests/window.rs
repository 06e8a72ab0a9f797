//! The real window under Xvfb, the real agent behind it and a real Chromium beside it: an org's address becomes a stored
//! connection, and the page has no way to a secret.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

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
    look(page, "window-empty").await;

    page.click("[data-testid=add-first]").await;
    look(page, "window-form").await;
    page.fill(ADDRESS, "acme--uat").await;
    page.shows("#address-hint", "Sandbox uat of acme").await;
    page.shows("[data-testid=rail-org] [data-testid=badge]", "SANDBOX").await;
    look(page, "window-form-sandbox").await;
    page.replace(ADDRESS, &org.address()).await;
    page.shows("#address-hint", "Practice org").await;
    page.shows("[data-testid=rail-org] [data-testid=badge]", "PRACTICE").await;
    walk_the_guide(page).await;
    page.fill(KEY, &org.key()).await;
    page.fill(SECRET, &org.secret()).await;
    passes(page, &["address", "key", "secret", "callback"]).await;
    look(page, "window-form-checked").await;

    page.fill("#alias", "p").await;
    page.click(SIGN_IN).await;
    page.shows("h1", "Go on in your browser").await;
    look(page, "window-browser").await;
    let authorize = window.next_opened().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    let page = &window.page;
    page.shows("h1", "Connected").await;
    page.shows("[data-testid=connected-user]", &org.users()[USER].username).await;
    page.shows(".heading [data-testid=badge]", "PRACTICE").await;
    look(page, "window-connected").await;
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
    look(page, "window-connections").await;
    page.resize(480, 780).await;
    look(page, "window-connections-narrow").await;
    page.resize(1080, 780).await;
    page.click("[data-testid=row-check]").await;
    passes(page, &["key", "secret", "api"]).await;
    look(page, "window-connection").await;

    page.click("[data-testid=disconnect-more]").await;
    page.click("[data-testid=disconnect]").await;
    look(page, "window-disconnect").await;
    page.click("[data-testid=disconnect-confirm]").await;
    page.shows("[data-testid=said]", "p is disconnected. Salesforce has confirmed").await;
    page.shows("h1", "Connect your first org").await;
    look(page, "window-disconnected").await;
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
    look(page, "window-address-wrong").await;
    page.replace(ADDRESS, &org.address()).await;

    let asked = org.counters().requests;
    page.fill(KEY, &org.secret()).await;
    page.fill(SECRET, &org.key()).await;
    page.shows("[data-testid=sign-in-line]", "Exchange the two values first.").await;
    look(page, "window-swapped").await;
    assert_eq!(org.counters().requests, asked, "a swap stops before any request");
    page.click(SIGN_IN).await;
    page.click("[data-testid=exchange]").await;
    passes(page, &["key", "secret", "callback"]).await;
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
    look(page, "window-secret-wrong").await;
    page.click(SIGN_IN).await;
    page.replace(SECRET, &org.secret()).await;
    passes(page, &["key", "secret", "callback"]).await;
    assert!(window.opened().is_empty(), "no browser was opened");
    assert_eq!(desk.dtx(&["list", "--json"]).await.last()["connections"], json!([]), "nothing is stored");
}

#[tokio::test]
async fn a_denied_sign_in_is_said_and_can_be_tried_again() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    start_sign_in(&window.page, &org).await;
    let authorize = window.next_opened().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, USER, Press::Deny).await;
    let page = &window.page;
    page.shows("h1", "The sign-in did not work").await;
    look(page, "window-denied").await;
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
async fn the_page_has_no_way_to_a_secret_or_to_elsewhere() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    start_sign_in(&window.page, &org).await;
    let authorize = window.next_opened().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    let page = &window.page;
    page.shows("h1", "Connected").await;
    let token = desk.dtx(&["token", "p"]).await.output.trim().to_owned();
    assert!(!files_with(desk.folder(), &authorize).is_empty(), "the search looks into the files");
    for secret in [&org.secret(), &token] {
        cannot_be_read_back(page, secret).await;
        assert_eq!(
            files_with(desk.folder(), secret),
            Vec::<String>::new(),
            "in no file of window, agent or keyring"
        );
    }
    runs_no_other_script(page).await;
    reaches_nothing_else(page, &org).await;
    asks_only_what_is_permitted(page).await;
    page.shows("h1", "Connected").await;
}

#[tokio::test]
async fn another_user_than_named_is_asked_about_and_can_be_declined() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    fill_the_form(&window.page, &org).await;
    window.page.fill("#user", &org.users()[0].username).await;
    window.page.click(SIGN_IN).await;
    let authorize = window.next_opened().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;
    let page = &window.page;
    page.shows("h1", "Is this the right user and org?").await;
    page.shows("[data-testid=found-user]", &org.users()[USER].username).await;
    look(page, "window-confirm").await;
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
    start_sign_in(&window.page, &org).await;
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
    look(page, "window-paste-back").await;
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
    look(page, "window-key-unknown").await;
    page.click(SIGN_IN).await;
    page.shows("h1", "Salesforce is activating your app").await;
    page.shows("[data-testid=next-check]", "Next check in 0:").await;
    look(page, "window-waiting").await;
    page.click("[data-testid=cancel]").await;
    page.shows("h1", "The sign-in was cancelled").await;
    assert!(window.opened().is_empty(), "no browser was opened");
}

async fn org() -> Org {
    Org::start(Options::default()).await.unwrap()
}

/// Keeps a picture, and has axe look for what shuts people out.
async fn look(page: &Page, name: &str) {
    page.picture(name).await;
    page.is_accessible(name).await;
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
            look(page, "window-guide").await;
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

/// Waits until these checks have passed.
async fn passes(page: &Page, checks: &[&str]) {
    for check in checks {
        let selector = format!("[data-testid=check-{check}][data-state=pass]");
        page.until(
            &format!("{check} passes"),
            "return document.querySelector(arguments[0]) !== null",
            &[&selector],
        )
        .await;
    }
}

/// From the first screen to the one that waits for the browser, for a connection `p`.
async fn start_sign_in(page: &Page, org: &Org) {
    fill_the_form(page, org).await;
    page.click(SIGN_IN).await;
}

async fn fill_the_form(page: &Page, org: &Org) {
    page.click("[data-testid=nav-add]").await;
    page.fill(ADDRESS, &org.address()).await;
    page.fill(KEY, &org.key()).await;
    page.fill(SECRET, &org.secret()).await;
    page.fill("#alias", "p").await;
    passes(page, &["key", "secret", "callback"]).await;
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

/// Neither what the page holds nor what it may ask for holds the secret.
async fn cannot_be_read_back(page: &Page, secret: &str) {
    let script = "const fields = [...document.querySelectorAll('input')].map(({ value }) => value);
        const stores = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href, history.state];
        return [document.documentElement.outerHTML, ...fields, ...stores].join('\\n')";
    let seen = page.evaluate(script, &[]).await;
    assert!(!seen.as_str().unwrap().contains(secret), "in the page");
    let kept =
        page.evaluate("return [localStorage.length, sessionStorage.length, document.cookie]", &[]).await;
    assert_eq!(kept, json!([0, 0, ""]), "the page keeps nothing at all");
    for (command, arguments) in
        [("snapshot", "{}"), ("show", r#"{"name":"p"}"#), ("check", r#"{"name":"p"}"#)]
    {
        let answer = invoke(page, command, arguments).await;
        assert!(answer["ok"].is_object(), "{command} answers: {answer}");
        assert!(!answer.to_string().contains(secret), "in the answer to {command}");
    }
}

async fn runs_no_other_script(page: &Page) {
    for (what, attempt) in [
        ("eval", "(0, eval)('1')"),
        ("a function made of text", "new Function('return 1')()"),
        ("innerHTML", "document.createElement('div').innerHTML = '<b>x</b>'"),
        (
            "a script's text",
            "document.body.appendChild(Object.assign(document.createElement('script'), { text: 'globalThis.ran = 1' }))",
        ),
    ] {
        let answer = page.promise(attempt, &[]).await;
        assert!(answer["error"].is_string(), "{what} is refused: {answer}");
    }
    let inline = "const script = document.createElement('script');
        script.append('globalThis.ran = 1');
        document.body.append(script);
        const button = document.createElement('button');
        button.setAttribute('onclick', 'globalThis.ran = 1');
        button.click();
        return globalThis.ran ?? null";
    // Where the text of a script is guarded as well, the attempt throws, which is as good.
    assert_eq!(
        page.promise(&format!("(() => {{ {inline} }})()"), &[]).await["ok"],
        Value::Null,
        "no inline script runs"
    );
    assert_eq!(page.evaluate("return typeof globalThis.ran", &[]).await, "undefined", "nothing ran");
    assert_eq!(
        page.evaluate("return typeof window.__TAURI__", &[]).await,
        "undefined",
        "no global object of Tauri"
    );
    let frozen = "return [Object.prototype].every(Object.isFrozen)";
    assert_eq!(page.evaluate(frozen, &[]).await, true, "prototypes are frozen");
}

async fn reaches_nothing_else(page: &Page, org: &Org) {
    let before = org.counters().requests;
    let elsewhere = format!("{}/services/data/", org.address());
    for (what, attempt) in [
        ("fetch", "fetch(args[0], { mode: 'no-cors' })"),
        (
            "an image",
            "new Promise((ok, no) => Object.assign(new Image(), { onload: ok, onerror: () => no('refused'), src: args[0] }))",
        ),
        (
            "a socket",
            "new Promise((ok, no) => Object.assign(new WebSocket(args[0].replace('http', 'ws')), { onopen: ok, onerror: () => no('refused') }))",
        ),
    ] {
        let answer = page.promise(attempt, &[&elsewhere]).await;
        assert!(answer["error"].is_string(), "{what} is refused: {answer}");
    }
    for attempt in [
        "window.open(arguments[0])",
        "navigator.sendBeacon(arguments[0], 'x')",
        "const form = Object.assign(document.createElement('form'), { action: arguments[0], method: 'post' });
         document.body.append(form); form.submit(); form.remove()",
        "document.body.append(Object.assign(document.createElement('iframe'), { src: arguments[0] }))",
        "location.href = arguments[0]",
        "document.body.prepend(Object.assign(document.createElement('a'), { id: 'away', textContent: 'away', href: arguments[0] }))",
    ] {
        page.evaluate(attempt, &[&elsewhere]).await;
        page.promise("new Promise((done) => setTimeout(done, 150))", &[]).await;
    }
    page.click("#away").await;
    page.evaluate("document.querySelector('#away').target = '_blank'", &[]).await;
    page.click("#away").await;
    page.promise("new Promise((done) => setTimeout(done, 300))", &[]).await;
    assert_eq!(page.address().await.scheme(), "tauri", "the window stays on its page");
    let after = org.counters().requests;
    assert_eq!(before, after, "the org heard nothing from the page");
}

async fn asks_only_what_is_permitted(page: &Page) {
    for command in [
        "plugin:event|emit",
        "plugin:event|emit_to",
        "plugin:window|close",
        "plugin:webview|create_webview_window",
        "plugin:app|version",
        "plugin:path|resolve_directory",
        "plugin:shell|open",
        "token",
        "stop",
    ] {
        let answer = invoke(page, command, r#"{"name":"p","event":"notice","payload":null}"#).await;
        let refused = answer["error"].as_str().unwrap_or_else(|| panic!("{command} is refused: {answer}"));
        assert!(refused.contains("not allowed") || refused.contains("not found"), "{command}: {refused}");
    }
}

/// A command as the page sends it, its arguments as JSON.
async fn invoke(page: &Page, command: &str, arguments: &str) -> Value {
    page.promise("__TAURI_INTERNALS__.invoke(args[0], JSON.parse(args[1]))", &[command, arguments]).await
}

/// The files below a folder that hold this text.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            found.extend(files_with(&path, text));
        } else if kind.is_file()
            && fs::read(&path).is_ok_and(|bytes| bytes.windows(text.len()).any(|at| at == text.as_bytes()))
        {
            found.push(path.display().to_string());
        }
    }
    found
}
