//! Mistakes at the sign-in, in the real window: the user, the app's settings, and the way back from the browser. The
//! words say what to do, nothing is stored, and the same set-up goes on.

use std::net::TcpListener;

use connect_tests::{Desk, Display, INTEGRATION, Page, Person, Press, Window, one_at_a_time, org};
use practice_org::{Event, Options, Org};
use serde_json::Value;

const WITHOUT_API: usize = 2;
const OF_ANOTHER_ORG: usize = 4;
const FAILURE: &str = "[data-testid=failure]";

/// Goes from the end of a sign-in to the next: paste of this pair, and the browser once these checks have passed.
async fn sign_in_with(window: &mut Window, key: &str, secret: &str, checks: &[&str]) -> String {
    let page = &window.page;
    page.click("[data-testid=rail-paste]").await;
    page.paste("#key", key).await;
    page.paste("#secret", secret).await;
    page.checks_pass(checks).await;
    page.shows("[data-testid=done]", "Go on to the sign-in").await;
    page.go_on().await;
    page.shows("[data-testid=done]", "Sign in with Salesforce").await;
    page.go_on().await;
    window.next_sign_in().await
}

async fn sign_in(window: &mut Window, org: &Org) -> String {
    sign_in_with(window, &org.key(), &org.secret(), &["key", "secret", "callback"]).await
}

async fn failed(page: &Page, wrong: &str, fix: &str) {
    page.shows("[data-testid=step-sign_in] h1", "The sign-in did not work").await;
    page.says(FAILURE, wrong, fix).await;
}

async fn nothing_is_left(desk: &Desk, org: &Org) {
    assert_eq!(desk.json(&["list"]).await["connections"], Value::Array(Vec::new()), "nothing is stored");
    let counters = org.counters();
    let alive = (counters.access_tokens_alive, counters.refresh_tokens_alive);
    assert_eq!(alive, (0, 0), "what was granted is given back");
}

#[tokio::test]
async fn a_scope_that_is_not_selected_leads_back_to_the_scopes() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.begin(&org).await;
    for (selected, name) in [("refresh_token", "api"), ("api", "refresh-token")] {
        org.change(|switches| switches.scopes = vec![selected.to_owned()]);
        let authorize = sign_in(&mut window, &org).await;
        Person::of(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;
        let page = &window.page;
        failed(page, "did not grant what is needed", "move both into Selected OAuth Scopes").await;
        page.look(&format!("mistake-scope-{name}")).await;
        page.click("[data-testid=back-to-oauth]").await;
        page.says("[data-testid=wrong]", "did not grant what is needed", "Manage user data via APIs (api)")
            .await;
        page.shows("[data-testid=done]", "I have put this right").await;
    }
    nothing_is_left(&desk, &org).await;

    // After the correction, the same set-up ends connected.
    org.change(|switches| switches.scopes = vec!["api".to_owned(), "refresh_token".to_owned()]);
    window.page.go_on().await;
    window.page.shows("[data-testid=step-paste]", "Consumer Key").await;
    let authorize = sign_in(&mut window, &org).await;
    Person::of(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;
    window.page.shows("h1", "is connected").await;
    window.page.shows("[data-testid=rail-oauth][data-mark=proved]", "Callback URL").await;
}

#[tokio::test]
async fn whoever_signs_in_without_the_right_to_is_told_what_is_missing() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.begin(&org).await;

    let authorize = sign_in(&mut window, &org).await;
    Person::of(&org, WITHOUT_API).sign_in(&authorize, Press::Allow).await;
    failed(&window.page, "The API is not available to", "Give the user the permission API Enabled").await;
    window.page.look("mistake-user-without-api").await;
    window.page.click("[data-testid=back-to-before]").await;
    window
        .page
        .says("[data-testid=wrong]", "The API is not available to", "Professional Edition needs the API")
        .await;

    let authorize = sign_in(&mut window, &org).await;
    Person::of(&org, OF_ANOTHER_ORG).sign_in(&authorize, Press::Allow).await;
    failed(&window.page, "The browser is signed in to another org", "Sign out of Salesforce in the browser")
        .await;

    org.happen(Event::PermitUsers { profiles: Some(vec!["System Administrator".to_owned()]) });
    let authorize = sign_in(&mut window, &org).await;
    Person::of(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;
    failed(&window.page, "its policy admits approved users only", "All users can self-authorize").await;
    window.page.look("mistake-user-not-permitted").await;
    nothing_is_left(&desk, &org).await;
}

#[tokio::test]
async fn an_app_that_is_in_another_org_blocked_or_deleted_is_told_as_such() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.begin(&org).await;

    // The login page knows the key, but this org lacks the app: doubted at the paste, and certain after the login.
    let (key, secret) = org.pair_of_another_org();
    window.page.paste("#key", &key).await;
    window.page.paste("#secret", &secret).await;
    let told = "[data-testid=check-key][data-state=warn]";
    window
        .page
        .says(told, "does not have this External Client App", "production and each sandbox need their own")
        .await;
    let authorize = sign_in_with(&mut window, &key, &secret, &["callback"]).await;
    Person::of(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;
    failed(
        &window.page,
        "does not have this External Client App",
        "production and each sandbox need their own",
    )
    .await;
    window.page.look("mistake-app-of-another-org").await;

    let authorize = sign_in(&mut window, &org).await;
    org.happen(Event::BlockApp { blocked: true });
    Person::of(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;
    failed(&window.page, "The org has blocked this app", "press Unblock").await;
    window.page.look("mistake-app-blocked").await;
    org.happen(Event::BlockApp { blocked: false });

    // The app is deleted between Allow and the way back.
    let authorize = sign_in(&mut window, &org).await;
    let back = Person::of(&org, INTEGRATION).answer(&authorize, Press::Allow).await;
    org.happen(Event::DeleteApp);
    let page = &window.page;
    page.click("[data-testid=paste-back-open]").await;
    page.fill("#paste-back", back.as_str()).await;
    page.click("[data-testid=paste-back-send]").await;
    failed(page, "does not know this Consumer Key", "create it again").await;
    page.look("mistake-app-deleted").await;
    nothing_is_left(&desk, &org).await;
}

#[tokio::test]
async fn an_address_that_is_not_the_one_the_browser_ended_on_is_refused_until_the_right_one_comes() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.begin(&org).await;
    let authorize = sign_in(&mut window, &org).await;
    let of_the_first = Person::of(&org, INTEGRATION).answer(&authorize, Press::Allow).await;
    window.page.click("[data-testid=cancel]").await;
    window.page.shows("[data-testid=step-sign_in] h1", "cancelled").await;

    let authorize = sign_in(&mut window, &org).await;
    let back = Person::of(&org, INTEGRATION).answer(&authorize, Press::Allow).await;
    let half = back.as_str().split_once("&state=").unwrap().0;
    let cut_off = back.as_str().split_at(back.as_str().len() - 6).0;
    let page = &window.page;
    page.click("[data-testid=paste-back-open]").await;
    for (pasted, wrong, fix) in [
        (authorize.as_str(), "is not the address that a sign-in ends on", "copy the whole address"),
        (half, "is a part of the address that the sign-in ends on", "has both code= and state= in it"),
        (cut_off, "is a part of the address that the sign-in ends on", "select everything in it"),
        (of_the_first.as_str(), "does not belong to this sign-in", "the latest attempt"),
    ] {
        page.fill("#paste-back", pasted).await;
        page.click("[data-testid=paste-back-send]").await;
        page.says("[data-testid=paste-back-notes]", wrong, fix).await;
    }
    page.look("mistake-paste-back").await;
    assert_eq!(org.counters().requests.get("token").copied().unwrap_or_default(), 0, "no code was sent");
    page.fill("#paste-back", back.as_str()).await;
    page.click("[data-testid=paste-back-send]").await;
    page.shows("h1", "is connected").await;
}

#[tokio::test]
async fn a_name_that_is_taken_and_ports_that_others_hold_are_told_before_the_browser_opens() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let other = Org::start(Options { seed: 2, ..Options::default() }).await.unwrap();
    desk.connect(&other, "p").await;
    let mut window = Window::open(&desk, &display).await;
    window.fill_in(&org).await;
    let page = &window.page;
    page.go_on().await;
    page.says("[data-testid=alias-notes]", "The connection p belongs to another org", "Choose another name")
        .await;
    page.look("mistake-name-taken").await;
    page.replace("#alias", "q").await;

    let taken = [17177, 27177, 7177].map(|port| TcpListener::bind(("127.0.0.1", port)).unwrap());
    page.go_on().await;
    failed(page, "Other programs use the ports", "http://localhost:17177/practice/callback").await;
    page.look("mistake-ports-taken").await;
    assert!(window.sign_ins().is_empty(), "no browser was opened");
    drop(taken);
    let authorize = sign_in(&mut window, &org).await;
    Person::of(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;
    window.page.shows("h1", "is connected").await;
    assert_eq!(desk.aliases().await.len(), 2, "both are there");
}

#[tokio::test]
async fn an_org_that_goes_away_during_the_sign_in_is_told_and_the_sign_in_is_tried_again() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), org().await);
    let mut window = Window::open(&desk, &display).await;
    window.begin(&org).await;
    let authorize = sign_in(&mut window, &org).await;
    let back = Person::of(&org, INTEGRATION).answer(&authorize, Press::Allow).await;
    org.change(|switches| switches.maintenance = true);
    let page = &window.page;
    page.click("[data-testid=paste-back-open]").await;
    page.fill("#paste-back", back.as_str()).await;
    page.click("[data-testid=paste-back-send]").await;
    failed(page, "is not available at the moment", "Try again in a few minutes").await;
    let wrong = "return document.querySelectorAll('[data-mark=wrong]').length";
    assert_eq!(page.evaluate(wrong, &[]).await, 0, "no step is called wrong");
    page.look("mistake-org-away").await;
    org.change(|switches| switches.maintenance = false);
    page.shows("[data-testid=foot-line]", "Key and secret are still here for another try").await;
    page.shows("[data-testid=done]", "Try again").await;
    page.go_on().await;
    let authorize = window.next_sign_in().await;
    Person::of(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;
    window.page.shows("h1", "is connected").await;
}
