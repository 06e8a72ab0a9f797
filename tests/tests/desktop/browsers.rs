//! In which browser and profile an org's pages open, with stand-ins for browsers that write down what they are told.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use connect_core::{explain::Code, platform::process};
use connect_tests::{
    Desk, Display, Dtx, INTEGRATION, Person, Press, Window, one_at_a_time, org, until, until_so,
};
use practice_org::Org;
use serde_json::json;

const LOCAL_STATE: &str =
    r#"{ "profile": { "info_cache": { "Default": { "name": "Ada" }, "Profile 1": { "name": "Globex" } } } }"#;
const WITHOUT_GLOBEX: &str = r#"{ "profile": { "info_cache": { "Default": { "name": "Ada" } } } }"#;
const PROFILES_INI: &str = "[Profile0]\nName=Work\nIsRelative=1\nPath=a\n";

/// A Chrome and a Firefox on the search path of a desk, with profiles, and a default browser.
pub(crate) struct Browsers {
    programs: PathBuf,
    user: PathBuf,
    /// Where the default browser writes addresses down.
    pub(crate) opened: PathBuf,
}

impl Browsers {
    /// Every program that is started on this desk from now on finds them.
    pub(crate) fn on(desk: &mut Desk) -> Self {
        let opened = desk.folder().join("opened");
        for (name, value) in desk.noting_browser(&opened) {
            desk.set(name, &value);
        }
        let browsers =
            Self { programs: desk.folder().join("programs"), user: desk.folder().join("user"), opened };
        for name in ["google-chrome", "firefox"] {
            let told = browsers.programs.join(format!("told-{name}"));
            let told = told.display();
            let script =
                format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > '{told}.part' && mv '{told}.part' '{told}'\n");
            browsers.program(name, &script);
        }
        browsers.chrome_has(LOCAL_STATE);
        let firefox = browsers.user.join(".mozilla/firefox");
        fs::create_dir_all(&firefox).unwrap();
        write(&firefox.join("profiles.ini"), PROFILES_INI);
        browsers
    }

    fn program(&self, name: &str, script: &str) {
        let path = self.programs.join(name);
        write(&path, script);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.programs.join(name)).unwrap();
    }

    fn chrome_has(&self, local_state: &str) {
        let folder = self.user.join(".config/google-chrome");
        fs::create_dir_all(&folder).unwrap();
        write(&folder.join("Local State"), local_state);
    }

    /// What this browser was told next, argument by argument.
    pub(crate) async fn told(&self, name: &str) -> Vec<String> {
        let told = self.programs.join(format!("told-{name}"));
        let text = until(&format!("{name} is started"), async || fs::read_to_string(&told).ok()).await;
        fs::remove_file(&told).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// The address that the default browser was given next.
    pub(crate) async fn by_default(&self) -> String {
        let whole = async || fs::read_to_string(&self.opened).ok().filter(|address| address.ends_with('\n'));
        let address = until("the default browser is started", whole).await;
        fs::remove_file(&self.opened).unwrap();
        address.trim_end().to_owned()
    }
}

fn write(path: &Path, text: &str) {
    fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// Begins a sign-in that opens a browser.
async fn connecting(desk: &Desk, org: &Org, more: &[&str]) -> Dtx {
    let (address, key) = (org.address(), org.key());
    let arguments = ["connect", &address, "--alias", "p", "--key", &key, "--secret-stdin", "--json"];
    let mut dtx = desk.start(&[&arguments, more].concat());
    dtx.say(&org.secret()).await;
    dtx
}

#[tokio::test]
async fn the_sign_in_and_every_later_one_opens_in_the_browser_and_profile_that_is_chosen() {
    let _turn = one_at_a_time();
    let mut desk = Desk::new();
    let (browsers, org) = (Browsers::on(&mut desk), org().await);
    let listed = desk.json(&["browsers"]).await;
    let chrome = listed["browsers"].as_array().unwrap().iter().find(|one| one["id"] == "chrome");
    let profiles = json!([{ "id": "Default", "name": "Ada" }, { "id": "Profile 1", "name": "Globex" }]);
    assert_eq!(chrome.unwrap()["profiles"], profiles, "{listed}");
    let told = desk.dtx(&["browsers"]).await.output;
    assert!(told.contains("firefox   Firefox\n            Work\n"), "{told}");

    let mut dtx = connecting(&desk, &org, &["--browser", "chrome", "--profile", "globex", "--private"]).await;
    let told = browsers.told("google-chrome").await;
    let url = dtx.event("authorize").await["url"].as_str().unwrap().to_owned();
    assert_eq!(told, ["--profile-directory=Profile 1", "--incognito", &url], "the address is one argument");
    Person::of(&org, INTEGRATION).sign_in(&url, Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0);
    let kept = json!({ "opens": "in", "browser": "chrome", "profile": "Profile 1", "private": true });
    assert_eq!(desk.json(&["browser", "p"]).await["browser"], kept);
    let shown = desk.dtx(&["show", "p"]).await.output;
    assert!(shown.contains("Google Chrome, profile Globex, in a private window"), "{shown}");
    assert!(!browsers.opened.exists(), "the default browser was not asked");

    let mut dtx = desk.start(&["reconnect", "p", "--json"]);
    let told = browsers.told("google-chrome").await;
    let url = dtx.event("authorize").await["url"].as_str().unwrap().to_owned();
    assert_eq!(told, ["--profile-directory=Profile 1", "--incognito", &url], "a later sign-in, too");
    dtx.interrupt().await;
    assert_eq!(dtx.ended().await.code, 3, "cancelled");

    desk.json(&["browser", "p", "Firefox", "--profile", "Work"]).await;
    let mut dtx = desk.start(&["reconnect", "p", "--json"]);
    let told = browsers.told("firefox").await;
    assert_eq!(told[..2], ["-P", "Work"], "{told:?}");
    assert_eq!(dtx.event("authorize").await["browser"]["browser"], "firefox");
    dtx.interrupt().await;
    assert_eq!(dtx.ended().await.code, 3, "cancelled");

    let plain = desk.json(&["browser", "p", "default"]).await;
    assert_eq!(plain.get("browser"), None, "{plain}");
    let mut dtx = desk.start(&["reconnect", "p", "--json"]);
    let address = browsers.by_default().await;
    assert_eq!(dtx.event("authorize").await["url"], address.as_str());
    dtx.interrupt().await;
    assert_eq!(dtx.ended().await.code, 3, "cancelled");
}

#[tokio::test]
async fn a_browser_or_profile_that_is_gone_falls_back_to_the_default_one_and_says_so() {
    let _turn = one_at_a_time();
    let mut desk = Desk::new();
    let (browsers, org) = (Browsers::on(&mut desk), org().await);
    let unknown =
        connecting(&desk, &org, &["--browser", "chrome", "--profile", "Nobody"]).await.ended().await;
    unknown.failed(2, "browser_unknown");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing was begun");
    desk.connect(&org, "p").await;
    desk.json(&["browser", "p", "chrome", "--profile", "Globex"]).await;
    desk.dtx(&["browser", "p", "ask", "--private"]).await.said(Code::UsageInvalid);
    assert_eq!(desk.dtx(&["browser", "p", "--private"]).await.code, 2, "of no browser");
    assert_eq!(desk.dtx(&["browser", "q", "chrome"]).await.code, 2, "no such connection");

    for (spoil, words) in [
        (
            false,
            "The chosen profile of Google Chrome is not there any more. The page opens in the default browser.",
        ),
        (
            true,
            "Google Chrome is not found on this computer any more. The page opens in the default browser.",
        ),
    ] {
        browsers.chrome_has(WITHOUT_GLOBEX);
        if spoil {
            browsers.remove("google-chrome");
        }
        let mut dtx = desk.start(&["reconnect", "p", "--json"]);
        let address = browsers.by_default().await;
        assert_eq!(dtx.event("authorize").await["url"], address.as_str());
        dtx.hint(words).await;
        dtx.interrupt().await;
        assert_eq!(dtx.ended().await.code, 3, "cancelled");
    }
    let told = desk.dtx(&["browser", "p"]).await.error;
    assert!(told.contains("Google Chrome, profile Profile 1"), "it stays chosen: {told}");
}

#[tokio::test]
async fn the_names_of_profiles_are_in_no_log_and_in_nothing_that_is_handed_on() {
    let _turn = one_at_a_time();
    let mut desk = Desk::new();
    let (browsers, org) = (Browsers::on(&mut desk), org().await);
    let _agent = desk.agent(&[("DATATRAX_LOG", "trace")]).await;
    let mut dtx = connecting(&desk, &org, &["--browser", "firefox", "--profile", "Work"]).await;
    browsers.told("firefox").await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0);
    // What a name is like that is nowhere else.
    let odd = PROFILES_INI.replace("Work", "Zoë Quintessence");
    write(&browsers.user.join(".mozilla/firefox/profiles.ini"), &odd);
    desk.json(&["browser", "p", "firefox", "--profile", "Zoë Quintessence"]).await;
    desk.json(&["check", "p"]).await;
    let logs = fs::read_to_string(desk.home().join("logs/agent.log")).unwrap();
    assert!(logs.lines().count() > 5 && !logs.contains("Quintessence"), "{logs}");
    let archive = desk.folder().join("logs.zip");
    assert_eq!(desk.dtx(&["logs", "export", archive.to_str().unwrap()]).await.code, 0);
    // Its texts stand in it as they are.
    let text = String::from_utf8_lossy(&fs::read(&archive).unwrap()).into_owned();
    assert!(text.contains("connections.txt") && !text.contains("Quintessence"), "{text}");
}

#[tokio::test]
async fn the_window_asks_each_time_where_that_is_chosen_and_opens_what_is_answered() {
    let _turn = one_at_a_time();
    let mut desk = Desk::new();
    let (browsers, org, display) = (Browsers::on(&mut desk), org().await, Display::start());
    desk.connect(&org, "p").await;
    desk.json(&["browser", "p", "ask"]).await;
    let _agent = desk.agent(&[]).await;
    let window = Window::open_with(&desk, &display, &["--connection=p"], &[]).await;
    let page = &window.page;
    page.click("[data-testid=open-org]").await;
    page.shows("[data-testid=ask-browser-dialog] h2", "In which browser?").await;
    let choose = "const ways = document.querySelector('#ask-browser');
        ways.selectedIndex = [...ways.options].findIndex((way) => way.text === 'Google Chrome, Globex');
        ways.dispatchEvent(new Event('change'));";
    page.evaluate(choose, &[]).await;
    page.look("window-ask-browser").await;
    page.click("[data-testid=ask-browser-open]").await;
    let told = browsers.told("google-chrome").await;
    assert_eq!(told, ["--profile-directory=Profile 1", &org.address()], "the org, there");

    // What is saved there counts from then on, and what is gone by then is said above the screen.
    let save = "const ways = document.querySelector('#browser');
        ways.selectedIndex = [...ways.options].findIndex((way) => way.text === 'Google Chrome, Globex');
        ways.dispatchEvent(new Event('change'));
        document.querySelector('[data-testid=browser-save]').click();";
    page.evaluate(save, &[]).await;
    until_so("the choice is kept", async || {
        desk.json(&["browser", "p"]).await["browser"]["profile"] == "Profile 1"
    })
    .await;
    page.look("window-browser").await;
    browsers.chrome_has(WITHOUT_GLOBEX);
    page.click("[data-testid=open-org]").await;
    assert_eq!(browsers.by_default().await, org.address());
    page.shows("[data-testid=in-default]", "The chosen profile of Google Chrome is not there any more.")
        .await;
    page.look("window-in-default").await;
}

/// A program that has written its number into this file. It ends with this.
struct Started(PathBuf);

impl Drop for Started {
    fn drop(&mut self) {
        let id = fs::read_to_string(&self.0).ok().and_then(|id| id.trim().parse().ok());
        id.into_iter().for_each(process::ask_to_end);
    }
}

#[tokio::test]
async fn a_real_chromium_opens_the_page_in_the_profile_that_is_chosen() {
    let _turn = one_at_a_time();
    let mut desk = Desk::new();
    let (browsers, org) = (Browsers::on(&mut desk), org().await);
    let data = browsers.user.join(".config/chromium");
    fs::create_dir_all(&data).unwrap();
    write(&data.join("Local State"), LOCAL_STATE);
    let real = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let pid = desk.folder().join("chromium.pid");
    let _started = Started(pid.clone());
    // As a tester who may be root, and without a display. The rest is what it is told.
    let script = format!(
        "#!/bin/sh\necho $$ > '{}'\nexec '{real}' --headless=new --no-sandbox --disable-gpu --no-first-run --password-store=basic \
         --disable-background-networking --user-data-dir='{}' \"$@\"\n",
        pid.display(),
        data.display()
    );
    browsers.program("chromium", &script);
    let mut dtx = connecting(&desk, &org, &["--browser", "chromium", "--profile", "Globex"]).await;
    dtx.event("authorize").await;
    until_so("the org is not asked for its login page", async || {
        org.counters().requests.contains_key("pages")
    })
    .await;
    until_so("the profile is not used", async || data.join("Profile 1/Preferences").exists()).await;
    assert!(!data.join("Default").exists(), "no other one is");
    dtx.interrupt().await;
    assert_eq!(dtx.ended().await.code, 3, "cancelled");
}
