//! Mistakes on the way through the guide, in the real window: each is noticed at the earliest possible step, and the
//! words say what to do. Mistakes at the sign-in are in `window_sign_in_mistakes.rs`.

use std::collections::BTreeMap;

use connect_tests::{Desk, Display, Page, Window, one_at_a_time, org};
use practice_org::{Event, Options, Org};
use serde_json::Value;

const ADDRESS: &str = "#address";
const KEY: &str = "#key";
const SECRET: &str = "#secret";
const KEY_NOTES: &str = "[data-testid=key-notes]";
const SECRET_NOTES: &str = "[data-testid=secret-notes]";
const FIRST_LINE: &str = "http://localhost:17177/practice/callback";

async fn check_is(page: &Page, check: &str, state: &str) {
    let selector = format!("[data-testid=check-{check}][data-state={state}]");
    page.until(&selector, "return document.querySelector(arguments[0]) !== null", &[&selector]).await;
}

async fn nothing_is_stored(desk: &Desk, window: &Window) {
    assert!(window.sign_ins().is_empty(), "no browser was opened: {:?}", window.sign_ins());
    assert_eq!(desk.json(&["list"]).await["connections"], Value::Array(Vec::new()), "nothing is stored");
}

#[tokio::test]
async fn an_address_that_names_no_org_is_told_while_it_is_typed() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.click("[data-testid=nav-add]").await;
    let port = org.port();
    for (pasted, wrong, fix) in [
        ("jane@acme.example", "a username or an e-mail address", "copy the address from the address bar"),
        ("login.salesforce.com", "does not say which org", "type My Domain in the Quick Find box"),
        (
            "https://test.salesforce.com/?locale=uk",
            "does not say which org",
            "Sign in to the org in your browser",
        ),
        (
            "https://acme.example/home",
            "acme.example is not an address of Salesforce",
            "copy the whole address",
        ),
        (
            "https://acme.my.salesforce.com.evil.example",
            "acme.my.salesforce.com.evil.example is not an address of Salesforce",
            "look-alikes differ in one letter or add something after it",
        ),
        (
            "acme.my.sa1esforce.com",
            "acme.my.sa1esforce.com is not an address of Salesforce",
            "ends in .my.salesforce.com",
        ),
        ("https://acme.my.salesforce.com:8443", "was given with a port", "Leave the colon and the number"),
        (&format!("https://localhost:{port}"), "can only be a practice org", "with http:// and its port"),
        ("localhost", "can only be a practice org", "Copy the address line of the practice org"),
        ("my org", "cannot be read as the address", "Open the org in your browser"),
    ] {
        page.paste(ADDRESS, pasted).await;
        page.says("#address-notes", wrong, fix).await;
        page.shows("[data-testid=foot-line]", "Put the address right first.").await;
        let ready = "return document.querySelector('[data-testid=done]').getAttribute('aria-disabled')";
        assert_eq!(page.evaluate(ready, &[]).await, "true", "{pasted}: one cannot go on with it");
    }
    page.look("mistake-address").await;
    assert_eq!(org.counters().requests, BTreeMap::new(), "nobody was asked");

    // An address without https still means a real org, which is only asked over https.
    page.paste(ADDRESS, "http://acme.my.salesforce.com/lightning/page/home").await;
    page.shows("#address-hint", "Production org acme").await;
    page.go_on().await;
    page.shows("[data-testid=step-open]", "New External Client App").await;
    // What is below it moves.
    page.shows("[data-testid=not-reached]", "Put the address right").await;
    page.click("[data-testid=variants] summary").await;
    page.shows("[data-testid=value-open-2]", "https://acme.my.salesforce-setup.com/").await;
}

#[tokio::test]
async fn a_set_up_that_is_begun_twice_goes_on() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let window = Window::open(&desk, &display).await;
    window.name_org(&org).await;
    let page = &window.page;
    page.click("[data-testid=skip]").await;
    page.shows("[data-testid=step-oauth]", "Callback URL").await;
    page.click("[data-testid=nav-add]").await;
    page.paste(ADDRESS, &format!("{}/home", org.address())).await;
    page.shows("[data-testid=begun-note]", "It goes on where you left it").await;
    page.shows("[data-testid=done]", "Go on with this org").await;
    page.go_on().await;
    page.shows("[data-testid=step-oauth]", "Callback URL").await;
    page.shows("[data-testid=rail-open][data-mark=said]", "Open and name the app").await;

    // Before Create there is nothing to wait for.
    page.click("[data-testid=rail-wait]").await;
    page.shows("[data-testid=step-wait]", "You have not said yet that Create was pressed.").await;
    page.shows("[data-testid=done]", "Paste the key and the secret").await;
}

#[tokio::test]
async fn what_is_wrong_with_the_looks_of_key_and_secret_is_told_before_anybody_is_asked() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let window = Window::open(&desk, &display).await;
    window.begin(&org).await;
    let page = &window.page;
    let (key, secret) = (org.key(), org.secret());

    page.paste(KEY, &secret).await;
    page.says(KEY_NOTES, "looks like a secret", "A generated one starts with 3MVG").await;
    page.look("mistake-secret-as-key").await;
    page.paste(SECRET, &secret).await;
    page.says(SECRET_NOTES, "The same text is in both fields", "Copy each of the two again").await;
    // In this order the right two never stand together.
    page.paste(SECRET, "••••••••••••••••").await;
    page.paste(KEY, &key).await;
    page.says(SECRET_NOTES, "is only the dots that a page shows", "Use the copy button beside the value")
        .await;
    page.shows("[data-testid=foot-line]", "Put right what is marked above first.").await;
    assert_eq!(org.counters().requests.get("token"), None, "nobody was asked with any of this");

    // The additions of copying are removed.
    let (start, end) = key.split_at(40);
    page.paste(KEY, &format!("\u{feff}Consumer\u{a0}Key: {start} {end}\u{a0}Copy")).await;
    page.paste(SECRET, &format!(" Consumer Secret\u{a0}\u{200b}{secret}\u{a0}Copied ")).await;
    page.checks_pass(&["key", "secret", "callback"]).await;
    let unremarked = "return document.querySelectorAll('.field-note').length === 0";
    page.until("nothing to remark on", unremarked, &[]).await;
    nothing_is_stored(&desk, &window).await;
}

#[tokio::test]
async fn a_pair_that_the_org_does_not_know_is_told_at_the_paste() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let window = Window::open(&desk, &display).await;
    window.begin(&org).await;
    let page = &window.page;
    let (key, secret) = (org.key(), org.secret());

    // Half a key is recognised by its form, and not mistaken for one of a new app.
    page.paste(KEY, key.split_at(30).0).await;
    page.paste(SECRET, &secret).await;
    page.says(KEY_NOTES, "does not look like a generated Consumer Key", "the beginning and the end").await;
    check_is(page, "key", "warn").await;
    page.says("[data-testid=not-active]", "or not yet", "one that is cut off").await;
    page.look("mistake-half-key").await;

    // A complete key of another org could belong to a new app: it is waited for, with advice what to compare.
    let other = Org::start(Options { seed: 2, ..Options::default() }).await.unwrap();
    // In this order no complete key stands beside a secret that is not its own.
    page.paste(SECRET, &other.secret()).await;
    page.paste(KEY, &other.key()).await;
    page.says("[data-testid=step-wait]", "a key that is cut off or of another org", "press Stop waiting")
        .await;
    let other_key = other.key();
    let (start, _) = other_key.split_at(6);
    page.says("[data-testid=key-ends]", start, "85 characters").await;
    page.look("mistake-other-orgs-key").await;
    assert_eq!(other.counters().requests, BTreeMap::new(), "the other org is not asked");
    page.click("[data-testid=cancel]").await;
    page.shows("[data-testid=done]", "Wait for Salesforce").await;
    page.click("[data-testid=rail-paste]").await;

    // The new key with the secret from before the rotation.
    org.happen(Event::RotateCredentials { keep_former: false });
    page.paste(KEY, &org.key()).await;
    page.paste(SECRET, &secret).await;
    page.says(SECRET_NOTES, "does not belong to it", "If they were rotated in Setup, both values are new")
        .await;
    page.shows("[data-testid=foot-line]", "Put right what the checks found").await;
    page.paste(SECRET, &org.secret()).await;
    page.checks_pass(&["key", "secret", "callback"]).await;
    nothing_is_stored(&desk, &window).await;
}

#[tokio::test]
async fn a_callback_url_with_a_slip_is_told_at_the_paste_and_marked_where_it_differs() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    org.change(|switches| switches.callbacks = vec!["http://localhost:3000/callback".to_owned()]);
    let window = Window::open(&desk, &display).await;
    window.begin(&org).await;
    let page = &window.page;
    page.paste(KEY, &org.key()).await;
    page.paste(SECRET, &org.secret()).await;

    // None of the lines is there: perhaps the app is too new, so nothing is called wrong, and three ways lead on.
    page.says("[data-testid=check-callback][data-state=warn]", "None of the addresses", FIRST_LINE).await;
    page.says("[data-testid=doubted-steps]", "Go to step 3", "check every line below").await;
    page.shows("[data-testid=done]", "Wait for Salesforce").await;
    page.click("[data-testid=back-to-oauth]").await;
    page.says("[data-testid=mark]", "None of the addresses", FIRST_LINE).await;
    page.look("mistake-callback-missing").await;

    for (registered, differs) in [(format!("{FIRST_LINE}/"), "/"), (FIRST_LINE.replace("http", "https"), "s")]
    {
        org.change(|switches| switches.callbacks = vec![registered.clone()]);
        page.click("[data-testid=rail-paste]").await;
        page.click("[data-testid=audit-check]").await;
        is_marked(page, &registered, differs).await;
        page.look(&format!("mistake-callback-{}", if differs == "/" { "slash" } else { "https" })).await;
        let instead = format!("The app has {registered} where {FIRST_LINE} is needed.");
        page.shows("[data-testid=wrong-steps]", &instead).await;
        page.click("[data-testid=back-to-oauth]").await;
        page.says("[data-testid=wrong]", &instead, "change it in Callback URL").await;
        // The difference is shown where it is corrected, with the line to copy.
        is_marked(page, &registered, differs).await;
        page.click("[data-testid=copy-fix]").await;
        page.shows("#announcer", "Callback URL copied.").await;
        assert_eq!(display.clipboard().as_deref(), Some(FIRST_LINE), "the line as it has to be");
    }

    // The difference is kept, also without a key in the window.
    drop(window);
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.shows("[data-testid=step-oauth]", "Callback URL").await;
    is_marked(page, "what was found before", "s").await;

    // It is corrected there, and asked about again.
    org.change(|switches| switches.callbacks = vec![FIRST_LINE.to_owned()]);
    page.shows("[data-testid=done]", "I have put this right").await;
    page.go_on().await;
    page.paste(KEY, &org.key()).await;
    page.paste(SECRET, &org.secret()).await;
    page.checks_pass(&["key", "secret", "callback"]).await;
    nothing_is_stored(&desk, &window).await;
}

/// Asserts that exactly the differing part of a line is marked.
async fn is_marked(page: &Page, registered: &str, differs: &str) {
    let script = "return [...document.querySelectorAll('[data-testid=near-miss] mark')]
        .map(({ innerText }) => innerText).join() === arguments[0]";
    page.until(&format!("{differs} is marked in {registered}"), script, &[differs]).await;
}

#[tokio::test]
async fn an_org_that_goes_out_of_reach_is_told_as_such_and_nothing_is_called_wrong() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let window = Window::open(&desk, &display).await;
    window.begin(&org).await;
    let page = &window.page;
    org.change(|switches| switches.maintenance = true);
    page.paste(KEY, &org.key()).await;
    page.paste(SECRET, &org.secret()).await;
    page.says(
        "[data-testid=check-address][data-state=unknown]",
        "is not available at the moment",
        "Try again in a few minutes",
    )
    .await;
    let wrong = "return document.querySelectorAll('[data-mark=wrong]').length";
    assert_eq!(page.evaluate(wrong, &[]).await, 0, "no step is called wrong");
    page.look("mistake-out-of-reach").await;
    org.change(|switches| switches.maintenance = false);
    page.click("[data-testid=check-again]").await;
    page.checks_pass(&["address", "key", "secret", "callback"]).await;

    // An address with a slip in the org's name, which is not found.
    page.click("[data-testid=nav-add]").await;
    page.paste(ADDRESS, "acmee.my.salesforce.com").await;
    page.go_on().await;
    page.says(
        "[data-testid=not-reached]",
        "acmee.my.salesforce.com could not be found",
        "Compare the address",
    )
    .await;
    page.click("[data-testid=variants] summary").await;
    page.says(
        "[data-testid=variants]",
        "The browser does not find the page.",
        "Compare the org's address above",
    )
    .await;
    page.click("[data-testid=rail-paste]").await;
    page.paste(KEY, &org.key()).await;
    page.paste(SECRET, &org.secret()).await;
    page.says(
        "[data-testid=check-address]",
        "acmee.my.salesforce.com could not be found",
        "Compare the address",
    )
    .await;
    page.look("mistake-my-domain").await;
    nothing_is_stored(&desk, &window).await;
}
