//! The rotation of a connection's key and secret in the real window, with the real agent behind it.

use connect_tests::{Desk, Display, INTEGRATION, Page, Person, Press, Window, one_at_a_time, org};
use practice_org::{Event, Org};

const KEY: &str = "#key";
const SECRET: &str = "#secret";
const DONE: &str = "[data-testid=done]";
const SAYS: &str = "[data-testid=rotation-says]";

/// Begins the rotation of `p` from its menu.
async fn begin(page: &Page) {
    page.click("[data-testid=row-menu]").await;
    page.click("[data-testid=menu-rotate]").await;
    page.shows("h1", "What will happen, and to whom").await;
    page.shows(SAYS, "The Datatrax portal").await;
    rests(page).await;
}

/// Waits until nothing is asked any more: what is pressed before does nothing.
async fn rests(page: &Page) {
    let ready = "return document.querySelector('[data-testid=done][aria-disabled=false]') !== null";
    page.until("nothing is asked any more", ready, &[]).await;
}

async fn paste(page: &Page, (key, secret): (String, String)) {
    page.shows("h1", "paste it here").await;
    page.paste(KEY, &key).await;
    page.paste(SECRET, &secret).await;
    page.go_on().await;
}

async fn assert_works(desk: &Desk, org: &Org) {
    let token = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(token.code, 0, "{token:?}");
    assert!(org.token_status(token.output.trim()).alive, "a token that works");
}

#[tokio::test]
async fn a_rotation_is_left_in_the_middle_and_gone_on_with_after_a_restart() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    desk.connect(&org, "p").await;
    let window = Window::open(&desk, &display).await;
    begin(&window.page).await;
    window.page.look("rotate-agree").await;
    window.page.go_on().await;
    window.page.shows("h1", "Stage a new pair in Setup").await;
    window.page.look("rotate-stage").await;
    org.stage();
    let staged = org.staged().unwrap();
    window.page.go_on().await;
    window.page.shows("h1", "paste it here").await;
    drop(window);
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "everything ends");
    // Programs refresh meanwhile, with the pair in use.
    assert_works(&desk, &org).await;

    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.shows("[data-testid=rotation-under-way]", "paste it here").await;
    page.click("[data-testid=rotation-go-on]").await;
    paste(page, (org.key(), org.secret())).await;
    page.shows("[data-testid=failure]", "This is not a new pair").await;
    page.paste(KEY, &staged.0).await;
    page.paste(SECRET, &staged.1).await;
    page.look("rotate-paste").await;
    page.go_on().await;
    page.shows("h1", "Rotate in Setup").await;
    let shown = page.evaluate("return document.documentElement.outerHTML", &[]).await;
    assert!(!shown.as_str().unwrap().contains(&staged.1), "the page has forgotten it");
    org.rotate_staged();
    page.go_on().await;
    page.shows("h1", "Hand the new pair on").await;
    page.look("rotate-hand-over").await;
    assert_works(&desk, &org).await;
    page.go_on().await;
    page.shows(SAYS, "still accepts the former pair").await;
    page.look("rotate-end").await;
    rests(page).await;
    org.delete_former();
    page.click("[data-testid=look]").await;
    page.shows(SAYS, "refuses the former pair").await;
    page.go_on().await;
    page.shows("h1", "The rotation is over").await;
    page.go_on().await;
    page.shows("[data-testid=history]", "the org refuses the former pair").await;
    assert!(window.sign_ins().is_empty(), "no sign-in was needed");
    assert_works(&desk, &org).await;
}

#[tokio::test]
async fn an_exposed_pair_is_ended_first_and_signed_in_with_anew() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let mut window = Window::open(&desk, &display).await;
    let page = &window.page;
    begin(page).await;
    page.click("[data-testid=exposed]").await;
    page.shows(SAYS, "is ended at").await;
    page.go_on().await;
    page.shows("h1", "End the sign-in now").await;
    assert!(org.token_status(&token).alive, "nothing is ended before");
    page.go_on().await;
    page.shows("h1", "and rotate").await;
    assert!(!org.token_status(&token).alive, "ended at the org");
    page.shows(SAYS, "says that its tokens are dead").await;
    // Left here, its connection says what is so, and leads on.
    page.click("[data-testid=back]").await;
    page.shows("[data-testid=health]", "was ended here on purpose").await;
    page.click("[data-testid=rotation-go-on]").await;
    page.shows("h1", "and rotate").await;
    org.stage();
    org.rotate_staged();
    page.go_on().await;
    paste(page, (org.key(), org.secret())).await;
    page.shows("h1", "Sign in with the new pair").await;
    page.go_on().await;
    let authorize = window.next_sign_in().await;
    Person::of(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;
    let page = &window.page;
    page.shows("h1", "Connected").await;
    page.go_on().await;
    page.shows("h1", "Hand the new pair on").await;
    assert_works(&desk, &org).await;
    page.go_on().await;
    page.shows(SAYS, "which was exposed. Delete it now").await;
    page.look("rotate-exposed").await;
    // Nothing but another look leads on while it works.
    page.shows(DONE, "Ask the org again").await;
    rests(page).await;
    org.delete_former();
    page.go_on().await;
    page.shows(SAYS, "refuses the former pair").await;
    page.shows(DONE, "Finish").await;
    page.go_on().await;
    page.shows("h1", "The rotation is over").await;
}

#[tokio::test]
async fn a_pair_that_somebody_else_rotated_is_told_and_the_rotation_is_taken_back() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    desk.connect(&org, "p").await;
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    begin(page).await;
    page.go_on().await;
    page.shows("h1", "Stage a new pair in Setup").await;
    org.stage();
    page.go_on().await;
    paste(page, org.staged().unwrap()).await;
    page.shows("h1", "Rotate in Setup").await;
    org.happen(Event::RotateCredentials { keep_former: true });
    page.go_on().await;
    page.shows("[data-testid=check-key]", "does not know this Consumer Key").await;
    page.look("rotate-prove").await;
    rests(page).await;
    assert_works(&desk, &org).await;
    page.click("[data-testid=take-back]").await;
    page.click("[data-testid=take-back-sure]").await;
    page.shows("h1", "The rotation is taken back").await;
    page.go_on().await;
    page.shows("[data-testid=history]", "The rotation was taken back").await;
    assert_works(&desk, &org).await;
}
