//! An admin creates an External Client App in the practice org's Setup, in a real Chromium and by keyboard only, and
//! `dtx` connects with it. On the way axe checks every page, and a picture is saved.

use connect_core::org::address::{HOSTED_CALLBACK, LINK_CALLBACK};
use connect_tests::{Chromium, Desk, INTEGRATION, Key, Press, one_at_a_time};
use practice_org::{CallbackForm, Options, Org};

/// More stops of Tab than any page of Setup has.
const STOPS: usize = 80;
const CALLBACKS: [&str; 3] = [
    "http://localhost:17177/practice/callback",
    "http://localhost:27177/practice/callback",
    "http://localhost:7177/practice/callback",
];
/// The `WebDriver` codes of these keys inside a typed text.
const ENTER: &str = "\u{e007}";
const HOME: &str = "\u{e011}";
const DOWN: &str = "\u{e015}";

/// The admin at the keyboard.
struct Admin<'a> {
    chromium: &'a Chromium,
    org: &'a Org,
}

impl Admin<'_> {
    async fn log_in(&self, path: &str) {
        self.log_in_at(&format!("{}{path}", self.org.address())).await;
    }

    /// Opens an address that asks for the login.
    async fn log_in_at(&self, address: &str) {
        let page = &self.chromium.page;
        let admin = self.org.users().remove(0);
        page.go(address).await;
        self.type_into("#username", &admin.username).await;
        self.type_into("#password", &admin.password).await;
        self.seen("login").await;
        page.press(Key::Enter).await;
        self.stands_on("Passkey").await;
        self.seen("passkey").await;
        self.press("#passkey", Key::Enter).await;
    }

    async fn type_into(&self, field: &str, text: &str) {
        self.chromium.page.tab_to(field, STOPS).await;
        self.chromium.page.type_text(text).await;
    }

    /// Moves to an element by Tab and presses a key there.
    async fn press(&self, selector: &str, key: Key) {
        self.chromium.page.tab_to(selector, STOPS).await;
        self.chromium.page.press(key).await;
    }

    async fn stands_on(&self, heading: &str) {
        self.chromium.page.shows("h1", heading).await;
    }

    /// Asserts that axe finds nothing and the page does not overflow, and saves a picture of the whole page.
    async fn seen(&self, name: &str) {
        let page = &self.chromium.page;
        page.resize(1280, 860).await;
        page.is_accessible(name).await;
        let mark = page.evaluate("return document.querySelector('.mark strong').innerText", &[]).await;
        assert_eq!(mark, "PRACTICE", "{name} carries the mark");
        let script =
            "const { scrollWidth, clientWidth } = document.documentElement; return scrollWidth - clientWidth";
        assert_eq!(page.evaluate(script, &[]).await, 0, "{name} fits its window");
        let height = page.evaluate("return document.body.scrollHeight", &[]).await;
        let height = u32::try_from(height.as_u64().unwrap()).unwrap();
        page.resize(1280, (height + 160).max(860)).await;
        page.picture(&format!("setup-{name}")).await;
    }

    /// Moves a scope from the focused list: Home, the arrow down until it is marked, Enter.
    async fn select_scope(&self, label: &str) {
        let page = &self.chromium.page;
        page.type_text(HOME).await;
        let marked = "return document.activeElement.selectedOptions[0]?.text";
        for _ in 0..STOPS {
            if page.evaluate(marked, &[]).await == label {
                return page.press(Key::Enter).await;
            }
            page.type_text(DOWN).await;
        }
        panic!("{label} is not in the list");
    }

    /// Fills in the form of a new app, up to its scopes.
    async fn fill_in(&self, callbacks: &[&str]) {
        let page = &self.chromium.page;
        self.type_into("#label", "Datatrax Integration").await;
        page.press(Key::Tab).await;
        assert_eq!(self.value("#apiName").await, "Datatrax_Integration", "the API name follows");
        self.type_into("#contactEmail", "admin@practice.example").await;
        self.type_into("#description", "OAuth app for Datatrax data loader integration.").await;
        self.press("#api > summary", Key::Enter).await;
        self.press("#isOauthEnabled", Key::Space).await;
        self.type_into("#callbackUrl", &callbacks.join(ENTER)).await;
        page.tab_to("#available", STOPS).await;
        self.select_scope("Manage user data via APIs (api)").await;
        self.select_scope("Perform requests at any time (refresh_token, offline_access)").await;
    }

    /// Presses Create, and confirms that PKCE stays required. That button has the focus.
    async fn create(&self, name: &str) {
        let page = &self.chromium.page;
        self.press("#save", Key::Enter).await;
        page.shows("#lock", "Confirm and Lock Security Controls").await;
        self.has_focus("confirm-lock").await;
        self.seen(name).await;
        page.press(Key::Enter).await;
    }

    /// Goes from an app's page to its pair, which a code protects.
    async fn reveal_pair(&self) -> (String, String) {
        let page = &self.chromium.page;
        self.press("#tab-settings", Key::Enter).await;
        page.shows("#oauth-settings", "OAuth Settings").await;
        self.press("#oauth-settings > summary", Key::Enter).await;
        self.press("#consumer", Key::Enter).await;
        self.stands_on("Verify Your Identity").await;
        self.can_type().await;
        page.type_text(&self.org.newest_code().unwrap()).await;
        page.press(Key::Enter).await;
        self.stands_on("Consumer Key and Secret").await;
        (self.value("#consumer-key").await, self.value("#consumer-secret").await)
    }

    /// Waits until a field has the focus.
    async fn can_type(&self) {
        let has_focus = "return document.activeElement?.tagName === 'INPUT'";
        self.chromium.page.until("a field has the focus", has_focus, &[]).await;
    }

    /// Waits until the page has moved the focus to this element.
    async fn has_focus(&self, id: &str) {
        let has_focus = "return document.activeElement?.id === arguments[0]";
        self.chromium.page.until(&format!("the focus on {id}"), has_focus, &[id]).await;
    }

    async fn value(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0]).value";
        self.chromium.page.evaluate(script, &[selector]).await.as_str().unwrap().to_owned()
    }

    async fn revokes_it_on_the_usage_page(&self) {
        let page = &self.chromium.page;
        page.go(&format!("{}/lightning/setup/ExternalClientAppsOAuthUsage/home", self.org.address())).await;
        page.shows("tbody", "Datatrax Integration").await;
        self.seen("usage").await;
        self.press("tbody a", Key::Enter).await;
        self.stands_on("Users of Datatrax Integration").await;
        self.seen("usage-users").await;
        self.press("tbody a", Key::Enter).await;
        self.stands_on("Tokens of admin@practice.example").await;
        self.seen("usage-tokens").await;
        self.press("tbody button", Key::Enter).await;
        page.shows(".toast", "Access was revoked.").await;
    }
}

#[tokio::test]
async fn an_app_is_created_by_keyboard_alone_and_dtx_connects_with_it() {
    let _turn = one_at_a_time();
    let (desk, org, chromium) =
        (Desk::new(), Org::start(Options::default()).await.unwrap(), Chromium::start().await);
    let admin = Admin { chromium: &chromium, org: &org };
    let page = &chromium.page;

    // Gear, Setup, Quick Find.
    admin.log_in("/lightning/page/home").await;
    admin.stands_on("Home").await;
    admin.press("#gear > summary", Key::Enter).await;
    admin.seen("gear").await;
    admin.press("#setup-link", Key::Enter).await;
    page.shows(".place", "Setup").await;
    admin.type_into("#quick-find", "external client apps").await;
    admin.seen("quick-find").await;
    admin.press("#tree a[href*=ManageExternalClientApplication]", Key::Enter).await;
    admin.stands_on("External Client App Manager").await;
    admin.seen("list").await;

    // The form, first with nothing in it.
    admin.press(".actions .brand", Key::Enter).await;
    admin.stands_on("New External Client App").await;
    admin.seen("new").await;
    admin.press("#save", Key::Enter).await;
    page.shows("#snag", "External Client App Name").await;
    // The focus is where the errors are told.
    admin.has_focus("snag").await;
    admin.seen("new-refused").await;
    admin.fill_in(&CALLBACKS).await;
    for (tick, on) in [
        ("isSecretRequiredForWebServer", true),
        ("isSecretRequiredForRefreshToken", true),
        ("isPkceRequired", true),
        ("isRefreshTokenRotationEnabled", true),
        ("isCodeCredFlowEnabled", false),
    ] {
        let script = "return document.getElementById(arguments[0]).checked";
        assert_eq!(page.evaluate(script, &[tick]).await, on, "{tick} as the form opens");
    }
    admin.seen("new-filled").await;
    admin.create("lock").await;
    admin.stands_on("Datatrax Integration").await;

    // The app's page and its policies.
    page.shows(".toast", "was created").await;
    admin.seen("created").await;
    admin.press("#tab-settings", Key::Enter).await;
    page.shows("#basic-information", "Datatrax_Integration").await;
    admin.press("#oauth-settings > summary", Key::Enter).await;
    page.shows("#callbacks", CALLBACKS[2]).await;
    page.shows("#scopes", "Perform requests at any time (refresh_token, offline_access)").await;
    admin.seen("app").await;
    admin.press("#tab-policies", Key::Enter).await;
    page.shows("main", "All users can self-authorize").await;
    admin.seen("policies").await;
    admin.press("#edit", Key::Enter).await;
    admin.stands_on("Edit Policies").await;
    admin.type_into("#sessionTimeoutInMinutes", "15").await;
    admin.seen("policies-edit").await;
    admin.press("#save", Key::Enter).await;
    page.shows("#oauth-policies", "15").await;

    // Key and secret, protected by the code.
    admin.press("#tab-settings", Key::Enter).await;
    page.shows("#oauth-settings", "OAuth Settings").await;
    admin.press("#oauth-settings > summary", Key::Enter).await;
    admin.press("#consumer", Key::Enter).await;
    admin.stands_on("Verify Your Identity").await;
    admin.can_type().await;
    admin.seen("verify").await;
    page.type_text("0").await;
    page.press(Key::Enter).await;
    page.shows("#error", "invalid or expired").await;
    admin.seen("verify-refused").await;
    admin.can_type().await;
    page.type_text(&org.newest_code().unwrap()).await;
    page.press(Key::Enter).await;
    admin.stands_on("Consumer Key and Secret").await;
    let (key, secret) = (admin.value("#consumer-key").await, admin.value("#consumer-secret").await);
    assert_ne!(key, org.key(), "the new app's own key");
    page.tab_to("[data-copies=consumer-secret]", STOPS).await;
    admin.seen("consumer").await;

    // The product, with the values from Setup.
    let address = org.address();
    let arguments =
        ["connect", &address, "--alias", "p", "--key", &key, "--secret-stdin", "--no-browser", "--json"];
    let mut dtx = desk.start(&arguments);
    dtx.say(&secret).await;
    let authorize = dtx.event("authorize").await;
    assert_eq!(authorize["redirect_uri"], CALLBACKS[0], "the first line that was typed in: {authorize}");
    // Whoever the browser is signed in as: the login is asked for.
    admin.log_in_at(authorize["url"].as_str().unwrap()).await;
    admin.stands_on("Allow Access?").await;
    page.shows(".sheet", "Datatrax Integration").await;
    admin.seen("allow").await;
    chromium.answer(Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, ended.last()["event"].clone()), (0, "connected".into()), "{ended:?}");
    let token = desk.dtx(&["token", "p"]).await.output.trim_end().to_owned();
    assert!(org.token_status(&token).alive, "the token works");

    admin.revokes_it_on_the_usage_page().await;
    assert!(!org.token_status(&token).alive, "the token is dead");
}

#[tokio::test]
async fn a_line_that_is_refused_is_named_and_the_app_works_without_it() {
    let _turn = one_at_a_time();
    let (desk, org, chromium) =
        (Desk::new(), Org::start(Options::default()).await.unwrap(), Chromium::start().await);
    org.change(|switches| switches.refuse_callback_form = Some(CallbackForm::CustomScheme));
    let (admin, page) = (Admin { chromium: &chromium, org: &org }, &chromium.page);
    admin.log_in("/lightning/setup/ManageExternalClientApplication/home").await;
    admin.press(".actions .brand", Key::Enter).await;
    admin.stands_on("New External Client App").await;
    // A real org's block, with a practice org's lines in place of those that lead to this computer.
    let [first, second, third] = CALLBACKS;
    let refused = LINK_CALLBACK;
    admin.fill_in(&[HOSTED_CALLBACK, first, second, third, refused]).await;
    admin.press("#save", Key::Enter).await;
    page.shows("#callbackUrl-error", refused).await;
    let delete = "const field = document.querySelector('#callbackUrl');
        field.value = field.value.split('\\n').filter((line) => !line.startsWith(arguments[0])).join('\\n')";
    page.evaluate(delete, &[refused]).await;
    admin.create("lock-again").await;
    admin.stands_on("Datatrax Integration").await;

    let (key, secret) = admin.reveal_pair().await;
    let address = org.address();
    let mut dtx =
        desk.start(&["connect", &address, "--key", &key, "--secret-stdin", "--no-browser", "--json"]);
    dtx.say(&secret).await;
    let authorize = dtx.event("authorize").await;
    chromium.sign_in(authorize["url"].as_str().unwrap(), &org, INTEGRATION, Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, ended.last()["event"].clone()), (0, "connected".into()), "{ended:?}");
}

#[tokio::test]
async fn the_other_pages_are_as_accessible() {
    let _turn = one_at_a_time();
    let (org, chromium) = (Org::start(Options::default()).await.unwrap(), Chromium::start().await);
    let admin = Admin { chromium: &chromium, org: &org };
    let page = &chromium.page;
    admin.log_in("/lightning/setup/ManageExternalClientApplication/home").await;
    admin.stands_on("External Client App Manager").await;
    admin.press(".menu.row > summary", Key::Enter).await;
    admin.seen("list-actions").await;
    admin.press("a[href$='/delete']", Key::Enter).await;
    admin.stands_on("Delete External Client App").await;
    admin.seen("delete").await;
    for (path, heading, name) in [
        ("/lightning/setup/SetupOneHome/home", "Home", "home"),
        ("/lightning/setup/NavigationMenus/home", "App Manager", "app-manager"),
        ("/practice/inbox", "Practice inbox", "inbox-empty"),
        ("/lightning/setup/Nothing/home", "URL No Longer Exists", "missing"),
    ] {
        page.go(&format!("{}{path}", org.address())).await;
        admin.stands_on(heading).await;
        admin.seen(name).await;
    }

    // Rotation.
    page.go(&format!("{}/lightning/setup/ManageExternalClientApplication/home", org.address())).await;
    admin.press("tbody a", Key::Enter).await;
    admin.stands_on("Datatrax Connect").await;
    let (before, _) = admin.reveal_pair().await;
    assert_eq!(org.key(), before, "the app that was there");
    admin.press("#stage", Key::Enter).await;
    page.shows("main form", "They do not work yet").await;
    admin.seen("consumer-staged").await;
    assert_eq!(org.key(), before, "staging changes nothing");
    admin.press("#rotate", Key::Enter).await;
    page.shows("main form", "keep working until").await;
    admin.seen("consumer-rotated").await;
    assert_ne!(org.key(), before, "another key");
    page.go(&format!("{}/practice/inbox", org.address())).await;
    page.shows(".mail", "Verification Code").await;
    admin.seen("inbox").await;
}
