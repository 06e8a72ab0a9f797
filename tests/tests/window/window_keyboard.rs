//! The whole way from an address to Connected in the real window, by keyboard only: Tab, Enter and typing. Setup by
//! keyboard is in `setup_pages.rs`.

use connect_tests::{Desk, Display, INTEGRATION, Key, Page, Person, Press, Window, one_at_a_time, org};

/// The user who is named, but does not sign in.
const ADMIN: usize = 0;
const DONE: &str = "[data-testid=done]";
/// The most stops of Tab on a screen, with the rail.
const MOST: usize = 80;

/// Moves to an element with Tab, and presses Enter.
async fn enter(page: &Page, selector: &str) {
    page.tab_to(selector, MOST).await;
    page.press(Key::Enter).await;
}

/// Waits for a screen, whose heading gets the focus.
async fn arrives(page: &Page, heading: &str) {
    arrives_at(page, heading, "heading").await;
}

/// Waits for a screen that is there for one field, which gets the focus.
async fn arrives_at(page: &Page, heading: &str, focused: &str) {
    page.shows("h1", heading).await;
    let script = "return document.activeElement?.dataset.testid === arguments[0]";
    page.until(&format!("the focus is on {focused} of {heading:?}"), script, &[focused]).await;
}

#[tokio::test]
async fn the_whole_way_to_a_connection_goes_by_keyboard_alone() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    org.change(|switches| switches.activation_seconds = 3_600);
    let mut window = Window::open(&desk, &display).await;
    let page = &window.page;

    page.shows("h1", "Connect your first org").await;
    enter(page, "[data-testid=nav-add]").await;
    arrives_at(page, "Name the org", "address").await;
    page.type_text(&org.address()).await;
    page.shows("#address-hint", "Practice org").await;
    page.press(Key::Enter).await;

    for (heading, step) in
        [("Open External Client Apps", "open"), ("Enable OAuth", "oauth"), ("Check two boxes", "security")]
    {
        arrives(page, heading).await;
        if step == "open" {
            enter(page, "[data-testid=variants] summary").await;
            page.shows("[data-testid=variants]", "App Manager").await;
            enter(page, "[data-testid=copy-open-variant-1]").await;
            page.shows("#announcer", "Quick Find copied.").await;
            assert_eq!(display.clipboard().as_deref(), Some("App Manager"), "its button copies it");
        }
        enter(page, DONE).await;
        if step == "open" {
            page.shows(DONE, "I have entered these").await;
            page.press(Key::Enter).await;
        }
    }

    arrives_at(page, "Copy and paste key and secret", "key").await;
    page.type_text(&org.key()).await;
    page.press(Key::Tab).await;
    let is_focused = "return document.activeElement?.dataset.testid === arguments[0]";
    page.until("the focus is on the secret", is_focused, &["secret"]).await;
    // Pasted, since a part of it that is typed is asked about as well.
    page.paste("#secret", &org.secret()).await;

    // The wait begins by itself. Meanwhile a user is named who will not sign in.
    arrives(page, "The org does not know this key yet").await;
    page.shows("[data-testid=next-check]", "Asked again in 0:").await;
    page.tab_to("#user", MOST).await;
    page.type_text(&org.users()[ADMIN].username).await;
    enter(page, "[data-testid=name-user]").await;
    page.shows("[data-testid=named]", "is remembered for the sign-in").await;
    enter(page, "[data-testid=variants] summary").await;
    page.shows("[data-testid=variants]", "still not known after 30 minutes").await;
    org.change(|switches| switches.activation_seconds = 0);

    arrives(page, "Go on in your browser").await;
    let authorize = window.next_sign_in().await;
    let page = &window.page;
    enter(page, "[data-testid=error-page] summary").await;
    page.shows("[data-testid=error-page]", "redirect_uri_mismatch").await;
    Person::of(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;

    arrives(page, "Is this the right user and org?").await;
    page.shows("[data-testid=found-user]", &org.users()[INTEGRATION].username).await;
    enter(page, "[data-testid=accept]").await;
    arrives(page, "is connected").await;
    enter(page, DONE).await;
    page.shows("[data-testid=screen-connection] h1", "practice").await;
    assert_eq!(desk.aliases().await, ["practice"], "it is stored");
}

#[tokio::test]
async fn the_palette_copies_a_command_and_leads_to_a_connection_and_the_focus_goes_back() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    for alias in ["alpha", "omega"] {
        desk.connect(&org, alias).await;
    }
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.shows("[data-testid=connection][data-alias=omega]", "Connected").await;
    page.tab_to("[data-testid=nav-settings]", MOST).await;
    page.press_with_control("k").await;
    page.until("the palette", "return document.querySelector('[data-testid=palette]')?.open", &[]).await;
    page.type_text("copy comm omega").await;
    page.shows("[role=option][aria-selected=true]", "omega").await;
    page.press(Key::Enter).await;
    page.shows("[data-testid=palette-said]", "The command copied.").await;
    assert_eq!(display.clipboard().as_deref(), Some("dtx token omega"), "on the clipboard");
    let is_focused = "return document.activeElement?.dataset.testid === arguments[0]";
    page.until("the field has the focus again", is_focused, &["palette-text"]).await;
    page.look("palette").await;
    // Escape, as a person closes it.
    page.type_text("\u{e00c}").await;
    page.until("the focus is where it was", is_focused, &["nav-settings"]).await;

    page.press_with_control("k").await;
    page.until("the palette", "return document.querySelector('[data-testid=palette]')?.open", &[]).await;
    page.type_text("check omega").await;
    page.shows("[role=option][aria-selected=true]", "Check").await;
    page.press(Key::Enter).await;
    page.shows("[data-testid=screen-connection] h1", "omega").await;
    page.checks_pass(&["key", "secret", "api"]).await;
}
