//! A text with an error, pasted into the real window.

use connect_tests::{Desk, Display, Window, one_at_a_time, org};

const ERROR_PAGE: &str = "https://acme--uat.sandbox.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?\
    error=invalid_client&error_description=app+must+be+installed+into+org";

#[tokio::test]
async fn a_pasted_error_is_explained_without_its_secrets_and_leads_into_that_orgs_setup() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let mut window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.click("[data-testid=nav-explain]").await;
    page.shows("h1", "Explain an error").await;
    page.paste("#explain-text", &format!("client_secret=HUSH12345678HUSH {ERROR_PAGE}")).await;
    page.shows("[data-testid=cause]", "wants the app to be installed").await;
    page.shows("[data-testid=cause]", "An admin of the org can do this.").await;
    page.shows("[data-testid=secret-consumer_secret]", "has a Consumer Secret").await;
    let seen = page.evaluate("return document.querySelector('#explain-text').value", &[]).await;
    assert_eq!(seen, format!("client_secret=[hidden] {ERROR_PAGE}"), "masked in the field as well");
    page.look("window-explain").await;
    page.click("[data-testid=setup-way]").await;
    assert_eq!(
        window.next_opened().await,
        "https://acme--uat.sandbox.my.salesforce-setup.com/lightning/setup/ExternalClientApplicationOauthUsage/home"
    );
}

#[tokio::test]
async fn an_error_page_that_is_pasted_back_ends_the_sign_in_where_the_person_says_so() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.start_sign_in(&org).await;
    window.next_opened().await;
    let page = &window.page;
    page.click("[data-testid=paste-back-open]").await;
    page.fill("#paste-back", ERROR_PAGE).await;
    page.click("[data-testid=paste-back-send]").await;
    page.shows("[data-testid=paste-back-explained]", "The sign-in still waits").await;
    page.shows("h1", "Go on in your browser").await;
    page.look("window-paste-back-explained").await;
    page.click("[data-testid=paste-back-end]").await;
    page.shows("[data-testid=failure]", "to be installed").await;
    desk.assert_nothing_left(&org).await;
}
