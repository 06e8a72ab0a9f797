//! The vault's troubles in the real window: no keeper for its key, a missing passphrase, a lost key. The interrupted
//! action goes on once the vault is open.

use connect_tests::{
    Desk, Display, INTEGRATION, PASSPHRASE, Page, Person, Press, Window, one_at_a_time, org,
};
use serde_json::Value;

#[tokio::test]
async fn without_a_keychain_a_passphrase_is_chosen_and_the_sign_in_goes_on() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::without_keyring(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.start_sign_in(&org).await;
    let page = &window.page;
    page.shows("[data-testid=vault-dialog] h2", "Who is to keep the key").await;
    page.look("vault-choose").await;
    assert!(window.sign_ins().is_empty(), "nobody is asked to sign in before");

    page.click("#vault-passphrase").await;
    page.fill("#vault-new", "short").await;
    page.fill("#vault-repeat", "short").await;
    page.click("[data-testid=vault-keep]").await;
    page.shows("#vault-new-notes", "too short").await;
    page.replace("#vault-new", PASSPHRASE).await;
    page.replace("#vault-repeat", "another horse").await;
    page.click("[data-testid=vault-keep]").await;
    page.shows("#vault-repeat-notes", "These two differ").await;
    page.replace("#vault-repeat", PASSPHRASE).await;
    page.click("[data-testid=vault-keep]").await;

    let authorize = window.next_sign_in().await;
    Person::of(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;
    let page = &window.page;
    page.shows("h1", "p is connected").await;
    assert_eq!(guard(&desk).await, "passphrase", "as chosen");
    let markup = page.evaluate("return document.documentElement.outerHTML", &[]).await;
    assert!(!markup.as_str().unwrap().contains(PASSPHRASE), "the page has forgotten it");
}

#[tokio::test]
async fn a_locked_vault_is_opened_and_what_was_begun_goes_on() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::without_keyring(), Display::start(), org().await);
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    assert_eq!(desk.connect_with_passphrase(&org, &passphrase).await.code, 0, "connected");

    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.shows("[data-testid=vault-locked]", "The vault is locked").await;
    page.shows("[data-testid=connection][data-alias=p]", "Connected").await;
    page.look("vault-locked").await;
    // An action that needs the vault asks by itself.
    page.click("[data-testid=row-check]").await;
    page.fill("#vault-unlock-passphrase", "not the passphrase").await;
    page.click("[data-testid=vault-unlock]").await;
    page.shows("#vault-unlock-passphrase-notes", "not the passphrase of the vault").await;
    page.replace("#vault-unlock-passphrase", PASSPHRASE).await;
    page.click("[data-testid=vault-unlock]").await;
    page.checks_pass(&["key", "secret", "api"]).await;
    is_gone(page, "[data-testid=vault-locked]").await;
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 0, "open for programs too");

    // The agent forgets the passphrase when it ends, and the same window asks again.
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "the agent stops");
    page.click("[data-testid=start-again]").await;
    page.shows("[data-testid=vault-locked]", "The vault is locked").await;
    // The question is drawn anew once the agent is there.
    is_gone(page, "[data-testid=agent-state]").await;
    page.fill("#locked-unlock-passphrase", PASSPHRASE).await;
    page.click("[data-testid=locked-unlock]").await;
    is_gone(page, "[data-testid=vault-locked]").await;
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 0, "open again");
}

#[tokio::test]
async fn a_keychain_that_is_gone_is_done_without_and_what_that_costs_is_said_first() {
    let _turn = one_at_a_time();
    let (mut desk, display, org) = (Desk::new(), Display::start(), org().await);
    desk.connect(&org, "p").await;
    desk.stop_keyring();
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.click("[data-testid=row-check]").await;
    page.click("#vault-session").await;
    page.click("[data-testid=vault-keep]").await;
    page.shows("[data-testid=vault-give-up]", "names, settings and history stay").await;
    assert_eq!(guard(&desk).await, "keychain", "nothing is given up unasked");
    page.look("vault-give-up").await;
    page.click("[data-testid=vault-start-over]").await;
    page.shows("[data-testid=health]", "paste a new key and secret").await;
    page.shows("[data-testid=health]", "work again once it is there").await;
    page.look("vault-lost").await;
    assert_eq!(guard(&desk).await, "session", "as chosen");
    page.shows("[data-testid=history]", "Connected").await;
    page.click("[data-testid=paste-pair]").await;
    page.shows("#stage", "Consumer Key").await;
}

#[tokio::test]
async fn the_settings_tell_who_keeps_the_key_and_change_it() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.click("[data-testid=nav-settings]").await;
    page.shows("[data-testid=vault-now]", "keychain of this computer keeps").await;
    page.click("[data-testid=vault-change]").await;
    page.click("#key-protection-passphrase").await;
    page.fill("#key-protection-new", PASSPHRASE).await;
    page.fill("#key-protection-repeat", PASSPHRASE).await;
    page.look("settings-vault").await;
    page.click("[data-testid=key-protection-keep]").await;
    page.shows("[data-testid=vault-now]", "protected with a passphrase").await;
    assert_eq!(guard(&desk).await, "passphrase", "as chosen");
    assert_eq!(desk.token("p").await, token, "and nothing is lost");
}

#[tokio::test]
async fn a_former_key_is_ended_in_the_settings_after_a_question() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.click("[data-testid=nav-settings]").await;
    page.click("[data-testid=vault-change]").await;
    page.click("#key-protection-keychain").await;
    page.click("[data-testid=key-protection-keep]").await;
    page.shows("[data-testid=vault-more]", "still opens everything").await;
    assert!(desk.json(&["vault"]).await["former"]["until"].is_string(), "a new key, and the one before it");
    page.click("[data-testid=end-former]").await;
    page.shows("[data-testid=end-former-dialog]", "It opens nothing any more then").await;
    page.look("settings-vault-former").await;
    page.click("[data-testid=end-former-confirm]").await;
    is_gone(page, "[data-testid=end-former]").await;
    assert_eq!(desk.json(&["vault"]).await.get("former"), None, "it has ended");
    assert_eq!(desk.token("p").await, token, "and nothing is lost");
}

async fn guard(desk: &Desk) -> Value {
    desk.json(&["vault"]).await["guard"].clone()
}

async fn is_gone(page: &Page, selector: &str) {
    let script = "return document.querySelector(arguments[0]) === null";
    page.until(&format!("{selector} is gone"), script, &[selector]).await;
}
