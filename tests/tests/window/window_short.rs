//! The short ways in the real window: key and secret at hand, and a practice org without a terminal. What a way costs is
//! counted as somebody in front of it would.

use connect_tests::{
    Chromium, Desk, Display, INTEGRATION, Person, Press, Window, one_at_a_time, org, until_so,
};
use url::Url;

use crate::window_count::{Count, Sum};

/// What the way may cost, from the first screen to Connected, which is its end: a safety question is not among it.
const MOST_CLICKS: u64 = 4;
const MOST_SCREENS: usize = 3;

#[tokio::test]
async fn whoever_has_key_and_secret_connects_with_a_user_named_in_four_clicks_and_three_screens() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.shows("[data-testid=empty]", "I have key and secret already").await;
    let mut count = Count::begin(page).await;
    count.screen(page, "start").await;
    page.click("[data-testid=short-first]").await;
    page.fill("#address", &org.address()).await;
    page.paste("#key", &org.key()).await;
    page.paste("#secret", &org.secret()).await;
    page.fill("#user", &org.users()[INTEGRATION].username).await;
    page.checks_pass(&["key", "secret", "callback"]).await;
    count.screen(page, "short").await;
    page.look("short").await;
    page.go_on().await;
    let authorize = window.next_sign_in().await;
    let page = &window.page;
    page.shows("h1", "Go on in your browser").await;
    page.shows("[data-testid=next-check]", " left").await;
    count.screen(page, "browser").await;
    page.look("short-browser").await;
    let chromium = Chromium::start().await;
    chromium.sign_in(&authorize, &org, INTEGRATION, Press::Allow).await;
    page.shows("h1", "is connected").await;
    page.shows("[data-testid=connected-user]", &org.users()[INTEGRATION].username).await;
    let Sum { clicks, mut screens, told } = count.sum("the short way in the real window", page).await;
    println!("{told}");
    count.is_good();
    assert_eq!(screens.pop().as_deref(), Some("screen-set-up connected"), "where the way ends");
    assert!(clicks <= MOST_CLICKS, "{clicks} clicks");
    assert!(screens.len() <= MOST_SCREENS, "{screens:?}");
}

#[tokio::test]
async fn an_administrator_whom_nobody_named_is_asked_about_and_the_safe_answer_is_the_main_one() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.start_sign_in(&org).await;
    let authorize = window.next_sign_in().await;
    Person::of(&org, 0).sign_in(&authorize, Press::Allow).await;
    let page = &window.page;
    page.shows("h1", "Is this the right user and org?").await;
    page.shows(
        "[data-testid=question]",
        "No username was entered before, and this user may change everything",
    )
    .await;
    page.look("confirm-unnamed").await;
    page.shows("[data-testid=done]", "Sign in as somebody else").await;
    page.go_on().await;
    let again = window.next_sign_in().await;
    assert!(again != authorize && again.contains("prompt=login"), "a new sign-in, with a login: {again}");
    Person::of(&org, INTEGRATION).sign_in(&again, Press::Allow).await;
    window.page.shows("h1", "is connected").await;
    window.page.shows("[data-testid=unnamed]", "no username was entered before").await;
    window.page.shows("[data-testid=connected-user]", &org.users()[INTEGRATION].username).await;
}

#[tokio::test]
async fn a_practice_org_is_started_by_a_button_and_ends_with_the_window() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.click("[data-testid=start-practice]").await;
    page.shows("[data-testid=practice-users]", "For the connection").await;
    page.look("practice-started").await;
    let address: Url = page.text("[data-testid=value-practice-address]").await.parse().unwrap();
    let port = address.port().unwrap();
    assert!(answers(port).await, "it runs");
    page.click("[data-testid=connect-practice]").await;
    page.shows("[data-testid=address-hint]", "Practice org on this computer").await;
    drop(window);
    until_so("the practice org is still there", async || !answers(port).await).await;
}

async fn answers(port: u16) -> bool {
    tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok()
}
