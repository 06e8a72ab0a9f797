//! The real window's page has no access to a secret, to other scripts, to other sites, or to forbidden commands.

use std::{fs, path::Path};

use connect_tests::{Chromium, Desk, Display, Page, Press, Window, one_at_a_time};
use practice_org::{Options, Org};
use serde_json::{Value, json};

#[tokio::test]
async fn the_page_has_no_way_to_a_secret_or_to_elsewhere() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), Org::start(Options::default()).await.unwrap());
    let mut window = Window::open(&desk, &display).await;
    window.start_sign_in(&org).await;
    let authorize = window.next_sign_in().await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, 1, Press::Allow).await;
    let page = &window.page;
    page.shows("h1", "p is connected").await;
    // The window checks it by itself, and asks the org nothing more after that.
    page.checks_pass(&["key", "secret", "api"]).await;
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
    page.shows("h1", "p is connected").await;
}

/// Asserts that neither the page nor its commands return the secret.
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
    // If script texts are guarded too, the attempt throws, which is as good.
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
        let refused = answer["error"].as_str().unwrap_or_default();
        assert!(refused.contains("not allowed") || refused.contains("not found"), "{command}: {answer}");
    }
}

/// A command as the page sends it, its arguments as JSON.
async fn invoke(page: &Page, command: &str, arguments: &str) -> Value {
    page.promise("__TAURI_INTERNALS__.invoke(args[0], JSON.parse(args[1]))", &[command, arguments]).await
}

/// The files below a folder that contain this text.
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
