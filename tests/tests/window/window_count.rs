//! What the two ways to a connection cost whoever goes them in the real window: clicks, screens, words, presses of Tab, boxes
//! that warn, and what has to be scrolled to. Each is held to a limit, so that it does not grow again.

use std::fmt::Write;

use connect_tests::{Display, INTEGRATION, Key, OnlineDesk, Page, Press, Window, one_at_a_time};
use practice_org::OrgKind;
use serde::Deserialize;

/// Read in the page, as the count of the page's own tests is.
const COUNTING: &str = include_str!("../../ui/counting.browser.js");
const PRODUCTION: &str = "acme.my.salesforce.com";
/// A window of the usual size, and what a screen of 1366 x 768 leaves.
const FULL: (u32, u32) = (1080, 780);
const SMALL: (u32, u32) = (1040, 660);
/// The most presses of Tab to the main button of a screen.
const NEAR: usize = 3;
/// Looked for no further than this.
const FAR: usize = 60;

/// What a screen costs.
#[derive(Deserialize)]
struct Read {
    words: usize,
    amber: usize,
    below: f64,
    scrolls: f64,
}

struct Cost {
    name: &'static str,
    read: Read,
    /// `None` where there is no main button.
    tabs: Option<usize>,
    is_seen: bool,
}

/// What a whole way costs.
pub(super) struct Sum {
    pub(super) clicks: u64,
    /// Each screen that was shown.
    pub(super) screens: Vec<String>,
    /// For whoever reads the output of the test.
    pub(super) told: String,
}

/// The count of one way.
pub(super) struct Count {
    costs: Vec<Cost>,
}

impl Count {
    /// Counts from now on.
    pub(super) async fn begin(page: &Page) -> Self {
        page.evaluate(COUNTING, &[]).await;
        page.evaluate("counting.begin()", &[]).await;
        Self { costs: Vec::new() }
    }

    /// Counts the screen that is shown.
    pub(super) async fn screen(&mut self, page: &Page, name: &'static str) {
        let read = page.evaluate("return counting.read()", &[]).await;
        let read = serde_json::from_value(read).unwrap();
        let has_primary = is(page, "hasPrimary").await;
        let tabs = if has_primary { Some(tabs(page).await) } else { None };
        let is_seen = !has_primary || is_seen(page).await;
        self.costs.push(Cost { name, read, tabs, is_seen });
    }

    /// Nothing warns where nothing goes wrong, all that has to be done fits, and the button is near and seen.
    pub(super) fn is_good(&self) {
        for Cost { name, read, tabs, is_seen } in &self.costs {
            assert_eq!(read.amber, 0, "{name}: nothing warns where nothing goes wrong");
            assert!(read.below <= 0.0, "{name}: {} px of what has to be done are below the fold", read.below);
            assert!(tabs.is_none_or(|tabs| tabs <= NEAR), "{name}: {tabs:?} presses of Tab to the button");
            assert!(is_seen, "{name}: the button is seen at {SMALL:?}");
        }
    }

    pub(super) fn words(&self) -> usize {
        self.costs.iter().map(|cost| cost.read.words).sum()
    }

    /// All of it.
    pub(super) async fn sum(&self, way: &str, page: &Page) -> Sum {
        let clicks = page.evaluate("return counting.clicks()", &[]).await.as_u64().unwrap();
        let screens = page.evaluate("return counting.screens()", &[]).await;
        let screens: Vec<String> = serde_json::from_value(screens).unwrap();
        let tabs: usize = self.costs.iter().filter_map(|cost| cost.tabs).sum();
        let mut told = format!(
            "{way}: {clicks} clicks, {} screens, {} words, {tabs} presses of Tab, {screens:?}\n",
            self.costs.len(),
            self.words()
        );
        for Cost { name, read: Read { words, amber, below, scrolls }, tabs, is_seen } in &self.costs {
            let tabs = tabs.map_or_else(|| "-".to_owned(), |tabs| tabs.to_string());
            let seen = if *is_seen { "seen" } else { "NOT SEEN" };
            writeln!(told, "  {name:10} {words:4} words {tabs:>2} Tab {amber} amber {below:4} px below the fold (page {scrolls}) {seen}").unwrap();
        }
        Sum { clicks, screens, told }
    }
}

async fn is(page: &Page, what: &str) -> bool {
    page.evaluate(&format!("return counting.{what}()"), &[]).await == true
}

/// The presses of Tab from where the focus is to the main button.
async fn tabs(page: &Page) -> usize {
    page.evaluate("counting.holdFocus()", &[]).await;
    let mut presses = 0;
    while presses < FAR && !is(page, "isAtPrimary").await {
        page.press(Key::Tab).await;
        presses += 1;
    }
    page.evaluate("counting.giveFocusBack()", &[]).await;
    presses
}

async fn is_seen(page: &Page) -> bool {
    size(page, SMALL).await;
    let seen = is(page, "isPrimarySeen").await;
    size(page, FULL).await;
    seen
}

async fn size(page: &Page, (width, height): (u32, u32)) {
    page.resize(width, height).await;
    let is_so = "return innerWidth === Number(arguments[0]) && innerHeight === Number(arguments[1])";
    page.until("the size of the window", is_so, &[&width.to_string(), &height.to_string()]).await;
}

#[tokio::test]
async fn the_guided_way_takes_no_more_than_12_clicks_9_screens_and_1300_words_in_the_real_window() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(PRODUCTION, OrgKind::Production).await;
    org.change(|switches| switches.activation_seconds = 3_600);
    let display = Display::start();
    let environment = online.internet.environment();
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut window = Window::open_with(&online.desk, &display, &[], &environment).await;
    let page = &window.page;
    page.shows("[data-testid=empty]", "Connect your first org").await;
    size(page, FULL).await;
    let mut count = Count::begin(page).await;
    count.screen(page, "start").await;

    page.click("[data-testid=add-first]").await;
    page.fill("#address", "acme").await;
    page.shows("[data-testid=done][aria-disabled=false]", "This is my org").await;
    count.screen(page, "org").await;
    page.go_on().await;
    page.shows("[data-testid=done]", "Open Setup in the browser").await;
    count.screen(page, "open").await;
    page.go_on().await;
    page.shows("[data-testid=done]", "I have entered these").await;
    page.go_on().await;
    page.shows("[data-testid=step-oauth]", "Callback URL").await;
    count.screen(page, "oauth").await;
    page.click("[data-testid=copy-oauth-1]").await;
    page.go_on().await;
    page.shows("[data-testid=done]", "I pressed Create").await;
    count.screen(page, "security").await;
    page.go_on().await;
    page.shows("[data-testid=step-paste]", "Consumer Key").await;
    count.screen(page, "paste").await;
    page.paste("#key", &org.key()).await;
    page.paste("#secret", &org.secret()).await;
    page.shows("[data-testid=next-check]", "Asked again in 0:").await;
    page.shows("[data-testid=key-ends]", "characters").await;
    count.screen(page, "wait").await;
    org.change(|switches| switches.activation_seconds = 0);

    // The browser opens by itself.
    let authorize = window.next_sign_in().await;
    let page = &window.page;
    page.shows("h1", "Go on in your browser").await;
    page.shows("[data-testid=step-sign_in]", " left").await;
    count.screen(page, "browser").await;
    online.internet.person(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;
    page.shows("h1", "Nearly done").await;
    page.until(
        "the checks are done",
        "return document.querySelector('[data-testid=check-issuer]') !== null",
        &[],
    )
    .await;
    // Its certificate is by this test's own authority, which no browser trusts: that is to be looked at, and alone not folded away.
    page.shows("[data-testid=checks-good] summary", "checks are good").await;
    let hide = "const lines = document.querySelector('[data-testid=check-issuer]').closest('ul');
        for (const loud of [lines, lines.previousElementSibling]) loud.hidden = true;";
    page.evaluate(hide, &[]).await;
    count.screen(page, "connected").await;
    for words in ["open the portal", "Copy the secret", "The portal shows it as connected"] {
        page.shows("[data-testid=done]", words).await;
        page.go_on().await;
    }
    page.shows("[data-testid=screen-connection] h1", "acme").await;

    let Sum { clicks, mut screens, told } = count.sum("the guided way in the real window", page).await;
    println!("{told}");
    count.is_good();
    assert!(clicks <= 12, "{clicks} clicks");
    assert_eq!(screens.pop().as_deref(), Some("screen-connection"), "where the way ends");
    assert!(screens.len() <= 9 && count.costs.len() <= 9, "{screens:?}");
    assert!(count.words() <= 1_300, "{} words", count.words());
}
