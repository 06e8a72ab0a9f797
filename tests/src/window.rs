//! The real window, and the `data-testid` names in its page for tests. These names stay:
//!
//! | where | names |
//! |---|---|
//! | the rail | `org-card`; `rail-ID` for each step, with `data-mark` (`open`, `said`, `implied`, `proved`, `doubted`, `wrong`); `rail-unfold` opens the list in a narrow window; `nav-connections`, `nav-add`, `nav-settings`, `nav-explain`, `keep-on-top` |
//! | screens | `screen-add`, `screen-set-up` (`data-step`), `screen-attempt` (`data-stage`), `screen-connections`, `screen-connection`; `step-ID` is the root of each step |
//! | the foot | `done` is the one primary button (`aria-disabled` while something is missing), `back`, `foot-line`; the second button is `undo`, `check-again`, `cancel` or `decline` |
//! | values and pictures | `value-ID-N` and `copy-ID-N` for the Nth value of a step, `value-ID-variant-N` for the Nth of its variants, `value-fix` for what a failure names, `value-sign-in-address`, `copy-sign-in-address`; `picture-NAME`, `zoom-NAME`, `zoom-close`, `variants` |
//! | the org | `address`, `address-hint`, `address-notes`, `begun`, `begun-go-on`, `kind-note`; `another-org`, `start-over`, `start-over-sure`, `remove`, `remove-sure`; `open-setup`, `on-top` |
//! | the pair | `key`, `secret`, `key-notes`, `secret-notes`, `exchange`, `check-ID` (`data-state`), `earlier`, `not-active`, `wrong-steps`, `doubted-steps`, `back-to-ID`, `wrong`, `mark`, `corrected`; `audit-check`, `audit-outcome`, `audit-line` (`data-state`), `near-miss`, `copy-audit-missing` |
//! | the sign-in | `user`, `alias`, `name-open`, `needs-pair`, `since-create`, `next-check`, `name-user`, `named`, `lacking`, `error-page`, `sign-in-again`, `not-opened`, `paste-back-open`, `paste-back`, `paste-back-send`, `paste-back-explained`, `paste-back-end`, `question`, `found-user`, `failure` |
//! | an error | `screen-explain`, `explain-text`, `cause` (`data-cause`), `secret-KIND`, `explain-unknown`, `explain-cut`; `setup-way` opens a page of Setup; `explain-more` is at each failure and opens `explain-dialog` |
//! | the palette | `palette`, `palette-text`, `palette-said`, `palette-ID` for each of its lines, with `data-alias` |
//! | connected | `connected-user`, `portal`, `open-portal`, `copy-key`, `copy-secret`, `copied`, `rehearsal` |

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    iter,
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use connect_core::platform::lock;
use practice_org::Org;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{Desk, PATIENCE, Page, until, until_so};

/// The lowest display number, above those of any desktop.
const FIRST_NUMBER: u32 = 1_000;
/// The highest display number that X allows.
const NUMBERS: u32 = 50_000;

/// A display without a screen: Xvfb on a number of its own.
pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// A display with a screen of this size, such as `1366x768`.
    pub fn of_size(size: &str) -> Self {
        Self::start_with(&["-screen", "0", &format!("{size}x24")].map(OsStr::new))
    }

    /// A display with further arguments of Xvfb.
    ///
    /// This process chooses the number, after those it has used before: Xvfb itself only looks at its own network
    /// namespace, and takes the socket from a display in another one.
    pub fn start_with(more: &[&OsStr]) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let mine = || process::id().wrapping_mul(7).wrapping_add(STARTED.fetch_add(1, Ordering::Relaxed));
        let numbers = iter::repeat_with(|| FIRST_NUMBER + mine() % NUMBERS);
        numbers.take(20).find_map(|number| Self::on(number, more)).expect("Xvfb starts")
    }

    /// `None` if the number is taken.
    fn on(number: u32, more: &[&OsStr]) -> Option<Self> {
        let name = format!(":{number}");
        let mut server = Command::new("Xvfb")
            .arg(&name)
            // Without -noreset it resets when its last client leaves, and drops new ones at that moment.
            .args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed");
        let mut ready = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        if ready.trim().is_empty() {
            server.wait().unwrap();
            return None;
        }
        Some(Self { server, name })
    }
}

impl Display {
    /// The value of `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Has `xdotool` do this with the pointer so far into the window whose title has this in it, once it is shown: where that
    /// is, the keys go to, since no window manager says otherwise.
    pub async fn act(&self, title: &str, (across, down): (&str, &str), what: &[&str]) {
        until("the window", async || self.titles().iter().any(|shown| shown.contains(title)).then_some(()))
            .await;
        let there = ["search", "--sync", "--onlyvisible", "--name", title, "mousemove", "--window", "%1"];
        let acted = Command::new("xdotool")
            .env("DISPLAY", &self.name)
            .args(there)
            .args([across, down])
            .args(what)
            .output()
            .expect("xdotool is installed");
        assert!(acted.status.success(), "{what:?}: {}", String::from_utf8_lossy(&acted.stderr));
    }

    /// The titles of the visible windows, according to `xwininfo`.
    pub fn titles(&self) -> Vec<String> {
        let title = |line: &str| Some(line.split_once('"')?.1.split_once('"')?.0.to_owned());
        self.listed().lines().filter_map(title).collect()
    }

    /// The class of the window with this title, by which a desktop finds its entry.
    pub fn class(&self, title: &str) -> Option<String> {
        let listed = self.listed();
        let after = listed.split_once(&format!("\"{title}\": (\""))?.1;
        Some(after.split_once('"')?.0.to_owned())
    }

    fn listed(&self) -> String {
        let listed = Command::new("xwininfo")
            .args(["-display", &self.name, "-root", "-tree"])
            .output()
            .expect("xwininfo, of the package x11-utils, is installed");
        String::from_utf8_lossy(&listed.stdout).into_owned()
    }
}

impl Desk {
    /// Starts the window's program as a launcher does, without a driver. It ends with the handle. Its standard error is
    /// appended to the file `window.log` in the desk's folder.
    pub fn start_window(
        &self,
        display: &Display,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> tokio::process::Child {
        let mut command = self.command(self.program("datatrax-connect"));
        command
            .args(arguments)
            .env("DISPLAY", &display.name)
            .envs(self.noting_browser(&self.folder().join("opened")));
        command.envs(environment.iter().copied());
        let said = fs::OpenOptions::new().create(true).append(true).open(self.folder().join("window.log"));
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said.unwrap()).kill_on_drop(true);
        command.spawn().unwrap()
    }
}

impl Desk {
    /// Waits for windows whose driver has ended, since they end a moment later.
    async fn until_no_window_is_open(&self) {
        let lock_file = self.home().join("run/window.lock");
        let is_free = async || !lock_file.exists() || lock::try_exclusive(&lock_file).unwrap().is_some();
        until_so("another window is open on this desk", is_free).await;
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The real window of the built program, under `WebDriver`. It ends when this is dropped.
pub struct Window {
    pub page: Page,
    opened: PathBuf,
    /// The number of opened addresses already returned.
    told: usize,
}

impl Window {
    /// Starts the window on a desk. The addresses it opens in the browser are written down instead.
    pub async fn open(desk: &Desk, display: &Display) -> Self {
        Self::open_with(desk, display, &[], &[]).await
    }

    /// As [`Window::open`], with arguments and additional environment variables.
    pub async fn open_with(
        desk: &Desk,
        display: &Display,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        desk.until_no_window_is_open().await;
        let opened = desk.folder().join("opened");
        let mut driver = desk.command("WebKitWebDriver");
        driver
            .envs(desk.noting_browser(&opened))
            .env("DISPLAY", &display.name)
            // Without it the driver would wait for the window for ever.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(environment.iter().copied());
        let binary = desk.program("datatrax-connect");
        let told = addresses(&opened).len();
        let page = Page::start(
            driver,
            json!({ "webkitgtk:browserOptions": { "binary": binary, "args": arguments } }),
        )
        .await;
        Self { page, opened, told }
    }

    /// Begins the set-up of this org.
    pub async fn name_org(&self, org: &Org) {
        let page = &self.page;
        page.click("[data-testid=nav-add]").await;
        page.fill("#address", &org.address()).await;
        page.go_on().await;
        page.shows("[data-testid=step-open]", "New External Client App").await;
    }

    /// As [`Window::name_org`], then says that Create was pressed, and goes to the paste of key and secret.
    pub async fn begin(&self, org: &Org) {
        self.name_org(org).await;
        let page = &self.page;
        page.click("[data-testid=rail-security]").await;
        page.shows("[data-testid=done]", "I pressed Create").await;
        page.go_on().await;
        page.shows("[data-testid=rail-security][data-mark=said]", "Create").await;
        page.click("[data-testid=rail-paste]").await;
    }

    /// As [`Window::begin`], then pastes both values, waits until the org was asked, and goes to the sign-in, for a new
    /// connection `p`.
    pub async fn fill_in(&self, org: &Org) {
        self.begin(org).await;
        let page = &self.page;
        page.paste("#key", &org.key()).await;
        page.paste("#secret", &org.secret()).await;
        page.checks_pass(&["key", "secret", "callback"]).await;
        page.go_on().await;
        page.click("[data-testid=name-open]").await;
        page.fill("#alias", "p").await;
    }

    /// As [`Window::fill_in`], then goes on until the window waits for the browser.
    pub async fn start_sign_in(&self, org: &Org) {
        self.fill_in(org).await;
        self.page.go_on().await;
    }

    /// The next address that the window opens in the browser.
    pub async fn next_opened(&mut self) -> String {
        let give_up_at = Instant::now() + PATIENCE;
        loop {
            if let Some(address) = self.opened().get(self.told).cloned() {
                self.told += 1;
                return address;
            }
            assert!(Instant::now() < give_up_at, "no browser was opened");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// The next sign-in that the window opens in the browser, whatever of Setup it opens before.
    pub async fn next_sign_in(&mut self) -> String {
        loop {
            let address = self.next_opened().await;
            if is_sign_in(&address) {
                return address;
            }
        }
    }

    /// The sign-ins opened so far.
    pub fn sign_ins(&self) -> Vec<String> {
        self.opened().into_iter().filter(|address| is_sign_in(address)).collect()
    }

    /// All addresses opened so far, by all windows of the desk.
    pub fn opened(&self) -> Vec<String> {
        addresses(&self.opened)
    }
}

impl Page {
    /// Presses the primary button, once it can be pressed.
    pub async fn go_on(&self) {
        let ready = "[data-testid=done][aria-disabled=false]";
        self.until("one can go on", "return document.querySelector(arguments[0]) !== null", &[ready]).await;
        self.click(ready).await;
    }

    /// Waits until the window shows that these checks have passed.
    pub async fn checks_pass(&self, checks: &[&str]) {
        for check in checks {
            let selector = format!("[data-testid=check-{check}][data-state=pass]");
            let is_there = "return document.querySelector(arguments[0]) !== null";
            self.until(&format!("{check} passes"), is_there, &[&selector]).await;
        }
    }

    /// Saves a picture, and checks the page with axe for barriers.
    pub async fn look(&self, name: &str) {
        self.picture(name).await;
        self.is_accessible(name).await;
    }
}

fn is_sign_in(address: &str) -> bool {
    address.contains("/services/oauth2/authorize")
}

fn addresses(file: &PathBuf) -> Vec<String> {
    fs::read_to_string(file).unwrap_or_default().lines().map(str::to_owned).collect()
}
