//! The guide, followed by a person who knows nothing else: the real window on one side, a real Chromium with the org's
//! Setup on the other. All values entered in Setup are read from the window.

use connect_tests::{Chromium, Desk, Display, Key, Page, Press, Window, one_at_a_time, until_so};
use practice_org::{Options, Org};
use serde_json::Value;

const ADMIN: usize = 0;
/// The integration user.
const USER: usize = 1;
const DONE: &str = "[data-testid=done]";

/// The admin in the browser.
struct Setup<'a> {
    browser: &'a Page,
    org: &'a Org,
}

impl Setup<'_> {
    /// Opens the address from the window's button, and signs in there.
    async fn open(&self, address: &str) {
        let admin = self.org.users().remove(ADMIN);
        self.browser.go(address).await;
        self.browser.fill("#username", &admin.username).await;
        self.browser.fill("#password", &admin.password).await;
        self.browser.click("button[type=submit], form button").await;
        self.browser.click("#passkey").await;
        self.stands_on("External Client App Manager").await;
    }

    async fn stands_on(&self, heading: &str) {
        self.browser.shows("h1", heading).await;
    }

    /// The element with this exact label in the form.
    async fn labelled(&self, label: &str) -> String {
        let script = "const label = [...document.querySelectorAll('label')].find((one) => one.innerText.replace(/^\\*\\s*/, '').trim() === arguments[0]);
            return label?.htmlFor";
        let id = self.browser.until(&format!("the label {label:?}"), script, &[label]).await;
        format!("#{}", id.as_str().unwrap())
    }

    /// Enters a value of the guide in the field with its label, as if pasted.
    async fn paste(&self, (label, value): &(String, String)) {
        let field = self.labelled(label).await;
        let script = "const field = document.querySelector(arguments[0]);
            field.focus(); field.value = arguments[1]; field.dispatchEvent(new Event('input')); field.blur(); return field.value";
        let entered = self.browser.evaluate(script, &[&field, value]).await;
        assert_eq!(entered.as_str(), Some(value.as_str()), "{label} takes the value");
    }

    async fn is_checked(&self, label: &str) -> bool {
        let box_of = self.labelled(label).await;
        self.browser.evaluate("return document.querySelector(arguments[0]).checked", &[&box_of]).await == true
    }

    async fn select_scope(&self, label: &str) {
        let script = "const option = [...document.querySelectorAll('#available option')].find(({ text }) => text === arguments[0]);
            if (!option) return false;
            option.selected = true;
            option.parentElement.dispatchEvent(new MouseEvent('dblclick'));
            return [...document.querySelectorAll('#selected option')].some(({ text }) => text === arguments[0])";
        assert_eq!(
            self.browser.evaluate(script, &[label]).await,
            true,
            "{label} is moved to the selected ones"
        );
    }

    /// Goes from the list to the form, fills it in with the guide's values, and creates the app.
    async fn create(&self, name: &str, callbacks: &str) {
        self.browser.click(".actions .brand").await;
        self.stands_on("New External Client App").await;
        self.browser.click("#api > summary").await;
        self.browser.click("#isOauthEnabled").await;
        for (label, value) in [
            ("External Client App Name", name),
            ("Contact Email", "admin@practice.example"),
            ("Callback URL", callbacks),
        ] {
            self.paste(&(label.to_owned(), value.to_owned())).await;
        }
        for scope in [
            "Manage user data via APIs (api)",
            "Perform requests at any time (refresh_token, offline_access)",
        ] {
            self.select_scope(scope).await;
        }
        self.browser.click("#save").await;
        self.browser.click("#confirm-lock").await;
        self.stands_on(name).await;
    }

    /// Reveals key and secret of the app whose page is open, and copies both.
    async fn reveal(&self) -> (String, String) {
        self.browser.click("#tab-settings").await;
        self.browser.shows("#basic-information", "Basic Information").await;
        self.browser.click("#oauth-settings > summary").await;
        self.browser.click("#consumer").await;
        self.stands_on("Verify Your Identity").await;
        self.verify("000000").await;
        self.browser.shows("#error", "invalid or expired").await;
        self.verify(&self.org.newest_code().unwrap()).await;
        self.stands_on("Consumer Key and Secret").await;
        let value = async |selector: &str| {
            let script = "return document.querySelector(arguments[0]).value";
            self.browser.evaluate(script, &[selector]).await.as_str().unwrap().to_owned()
        };
        (value("#consumer-key").await, value("#consumer-secret").await)
    }

    async fn verify(&self, code: &str) {
        self.browser.click("main input:not([type=hidden])").await;
        self.browser.type_text(code).await;
        self.browser.press(Key::Enter).await;
    }
}

/// The values that a step shows, each under its label.
async fn values(page: &Page, step: &str) -> Vec<(String, String)> {
    let script =
        "return [...document.querySelectorAll(`[data-testid^=\"value-${arguments[0]}-\"]`)].filter(({ dataset }) =>
            /^\\d+$/.test(dataset.testid.slice(`value-${arguments[0]}-`.length))).map((value) =>
        [value.closest('.value').querySelector('.value-label').innerText,
            [...value.querySelectorAll('.line')].map(({ innerText }) => innerText).join('\\n') || value.innerText])";
    let shown = page.until(&format!("the values of {step}"), script, &[step]).await;
    serde_json::from_value(shown).unwrap()
}

/// As [`values`], but copied with the button beside each, and read from the display's clipboard.
async fn copied(page: &Page, display: &Display, step: &str) -> Vec<(String, String)> {
    let shown = values(page, step).await;
    let mut copied = Vec::new();
    for (number, (label, text)) in shown.iter().enumerate() {
        let button = "return document.querySelector(arguments[0]) !== null";
        let selector = format!("[data-testid=copy-{step}-{}]", number + 1);
        if page.evaluate(button, &[&selector]).await != true {
            // Chosen in the form.
            copied.push((label.clone(), text.clone()));
            continue;
        }
        page.click(&format!("[data-testid=copy-{step}-{}]", number + 1)).await;
        page.shows("#announcer", &format!("{label} copied.")).await;
        // The words may be those of the value before, which may have the same label.
        let otherwise = format!("{label} is not on the clipboard as it is shown: {text}");
        until_so(&otherwise, async || display.clipboard().as_ref() == Some(text)).await;
        copied.push((label.clone(), text.clone()));
    }
    copied
}

async fn is_at(page: &Page, step: &str) {
    let script = "return document.querySelector(arguments[0])?.getClientRects().length > 0";
    page.until(step, script, &[&format!("[data-testid=step-{step}]")]).await;
    let marked = "return document.querySelector('[data-testid^=rail-][aria-current=step]')?.dataset.testid === arguments[0]";
    page.until(&format!("{step} is marked in the rail"), marked, &[&format!("rail-{step}")]).await;
}

async fn has_mark(page: &Page, step: &str, mark: &str) {
    let selector = format!("[data-testid=rail-{step}][data-mark={mark}]");
    page.until(&selector, "return document.querySelector(arguments[0]) !== null", &[&selector]).await;
}

async fn press(page: &Page, words: &str) {
    page.shows(DONE, words).await;
    page.go_on().await;
}

#[tokio::test]
async fn the_guide_leads_from_nothing_to_a_connection_with_setup_beside_it() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), Org::start(Options::default()).await.unwrap());
    org.change(|switches| switches.activation_seconds = 3_600);
    let chromium = Chromium::start().await;
    let setup = Setup { browser: &chromium.page, org: &org };
    let mut window = Window::open(&desk, &display).await;
    let page = &window.page;

    // The org, and the preparations.
    page.click("[data-testid=add-first]").await;
    page.fill("#address", &format!("{}/lightning/page/home?x=1", org.address())).await;
    page.shows("#address-hint", "Practice org").await;
    page.look("journey-1-org").await;
    press(page, "This is my org").await;

    // The main button opens the page of Setup; by hand one gets there too.
    is_at(page, "open").await;
    press(page, "Open Setup in the browser").await;
    page.look("journey-2-open").await;
    page.click("[data-testid=variants] summary").await;
    let found = copied(page, &display, "open").await;
    assert_eq!(found[0].1, "External Client App", "what is typed into Quick Find");
    let older = copied(page, &display, "open-variant").await;
    assert_eq!(older[0].1, "App Manager", "and where that finds nothing");
    let opened = window.next_opened().await;
    setup.open(&opened).await;
    setup.browser.click(".actions .brand").await;
    setup.stands_on("New External Client App").await;
    let page = &window.page;

    // The fields of Basic Information, on the same screen.
    let details = copied(page, &display, "details").await;
    assert_eq!(details.len(), 4, "{details:?}");
    let name = details[0].1.clone();
    for value in &details {
        setup.paste(value).await;
    }
    setup.paste(&("Contact Email".to_owned(), "admin@practice.example".to_owned())).await;
    page.look("journey-3-details").await;
    press(page, "I have entered these").await;

    // OAuth, the callback block and the scopes.
    is_at(page, "oauth").await;
    let oauth = copied(page, &display, "oauth").await;
    let [callbacks, first_scope, second_scope] = &oauth[..] else { unreachable!("three values: {oauth:?}") };
    setup.browser.click("#api > summary").await;
    setup.browser.click(&setup.labelled("Enable OAuth").await).await;
    setup.paste(callbacks).await;
    setup.select_scope(&first_scope.1).await;
    setup.select_scope(&second_scope.1).await;
    page.look("journey-4-oauth").await;
    press(page, "I have entered these").await;

    // The boxes, and Create.
    is_at(page, "security").await;
    let security = copied(page, &display, "security").await;
    for (_, label) in security.iter().filter(|(what, _)| what == "Check") {
        assert!(setup.is_checked(label).await, "{label} is there, and checked as the form opens");
    }
    setup.browser.click("#save").await;
    setup.browser.shows("#lock", "Confirm and Lock Security Controls").await;
    setup.browser.click("#confirm-lock").await;
    setup.stands_on(&name).await;
    page.look("journey-5-security").await;
    press(page, "I pressed Create").await;
    is_at(page, "paste").await;

    // The window is closed and opened again here.
    drop(window);
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    is_at(page, "paste").await;
    has_mark(page, "security", "said").await;

    // Key and secret, protected by the mailed code, which is first mistyped.
    let (key, secret) = setup.reveal().await;
    assert_ne!(key, org.key(), "those of the new app");
    page.look("journey-6-reveal").await;

    // Both values. The app is not active yet, and the window is closed as soon as it says so.
    page.paste("#key", &key).await;
    page.paste("#secret", &secret).await;
    page.shows("[data-testid=step-wait]", "You can close this window").await;
    drop(window);

    // The wait has gone on without another paste. Meanwhile the user is named.
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    is_at(page, "wait").await;
    page.shows("[data-testid=next-check]", "Asked again in 0:").await;
    page.fill("#user", &org.users()[USER].username).await;
    page.click("[data-testid=name-user]").await;
    page.shows("[data-testid=named]", &org.users()[USER].username).await;
    page.shows("[data-testid=next-check]", "Asked again in 0:").await;
    page.look("journey-7-wait").await;
    drop(window);
    let mut reopened = Window::open(&desk, &display).await;
    is_at(&reopened.page, "wait").await;
    org.change(|switches| switches.activation_seconds = 0);

    // The sign-in is offered by itself. The browser is still signed in as the admin, and asks for the login
    // nevertheless, because a user was named.
    let page = &reopened.page;
    page.shows("h1", "Sign in now").await;
    page.look("journey-8-sign-in").await;
    press(page, "Open the sign-in page").await;
    let authorize = reopened.next_sign_in().await;
    chromium.sign_in(&authorize, &org, USER, Press::Allow).await;

    is_connected(&reopened.page, &desk, &org).await;
}

/// Connected, with the checks, and the guide is closed.
async fn is_connected(page: &Page, desk: &Desk, org: &Org) {
    page.shows("h1", "is connected").await;
    page.shows("[data-testid=connected-user]", &org.users()[USER].username).await;
    page.checks_pass(&["key", "secret", "callback", "scopes", "org", "api"]).await;
    for step in ["oauth", "paste", "wait", "sign_in"] {
        has_mark(page, step, "proved").await;
    }
    for step in ["org", "open", "security"] {
        has_mark(page, step, "said").await;
    }
    page.look("journey-9-connected").await;
    press(page, "Done").await;
    page.shows("[data-testid=screen-connection] h1", "practice").await;
    page.click("[data-testid=nav-connections]").await;
    let row = "[data-testid=connection][data-alias=practice]";
    page.shows(&format!("{row} [data-testid=status]"), "Connected").await;
    let nothing_unfinished = "return document.querySelector('[data-testid=unfinished]') === null";
    page.until("no set-up is left over", nothing_unfinished, &[]).await;
    let token = desk.token("practice").await;
    assert!(org.token_status(&token).alive, "programs get a token that works");
}

#[tokio::test]
async fn the_values_of_two_apps_are_told_apart() {
    let _turn = one_at_a_time();
    let (desk, display, org) = (Desk::new(), Display::start(), Org::start(Options::default()).await.unwrap());
    let chromium = Chromium::start().await;
    let setup = Setup { browser: &chromium.page, org: &org };
    setup.open(&format!("{}/lightning/setup/ManageExternalClientApplication/home", org.address())).await;
    // Another app was made before, with its own lines.
    setup.create("Another", "https://elsewhere.example/callback").await;
    let (key, secret) = setup.reveal().await;
    let window = Window::open(&desk, &display).await;
    window.begin(&org).await;
    let page = &window.page;

    page.paste("#key", &org.key()).await;
    page.paste("#secret", &secret).await;
    page.shows("[data-testid=secret-notes]", "the Consumer Secret does not belong to it").await;
    page.shows("[data-testid=secret-notes]", "Copy the Consumer Secret again").await;
    page.shows("[data-testid=foot-line]", "Put right what the checks found").await;
    page.look("mistake-two-apps").await;

    // Key and secret of the other app: only its lines are missing.
    page.paste("#key", &key).await;
    page.shows("[data-testid=doubted-steps]", "None of the addresses that lead back to this computer").await;
    page.click("[data-testid=back-to-oauth]").await;
    page.shows("[data-testid=mark]", "http://localhost:17177/practice/callback").await;
    assert_eq!(desk.json(&["list"]).await["connections"], Value::Array(Vec::new()), "nothing is stored");
}
