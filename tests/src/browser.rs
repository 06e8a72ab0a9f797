use std::{env, process::Command};

use practice_org::Org;
use serde_json::json;
use tempfile::TempDir;
use url::Url;

use crate::{
    Press,
    webdriver::{Key, Page},
};

/// The most stops of Tab on a page of the practice org.
const STOPS: usize = 8;

/// Headless Chromium with its own profile.
pub struct Chromium {
    pub page: Page,
    profile: TempDir,
}

impl Chromium {
    pub async fn start() -> Self {
        Self::with(tempfile::tempdir().unwrap(), &[]).await
    }

    /// Restarts it with the same tabs.
    pub async fn restored(self) -> Self {
        let Self { page, profile } = self;
        page.end_browser().await;
        Self::with(profile, &["--restore-last-session"]).await
    }

    async fn with(profile: TempDir, more: &[&str]) -> Self {
        let folder = profile.path().to_str().unwrap();
        let mut arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--password-store=basic",
            "--window-size=1080,780",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={folder}/profile"));
        arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
        let mut driver = Command::new("chromedriver");
        driver.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default()).env("HOME", folder);
        let mut options = json!({ "args": arguments });
        if let Ok(binary) = env::var("CHROMIUM") {
            options["binary"] = binary.into();
        }
        let page = Page::start(driver, json!({ "goog:chromeOptions": options })).await;
        Self { page, profile }
    }

    /// Signs in to the practice org and answers its question, by keyboard only. Returns the browser's last address.
    pub async fn sign_in(&self, address: &str, org: &Org, user: usize, press: Press) -> Url {
        let user = org.users().into_iter().nth(user).expect("a user of that number");
        let page = &self.page;
        page.go(address).await;
        page.tab_to("#username", STOPS).await;
        page.type_text(&user.username).await;
        page.tab_to("#password", STOPS).await;
        page.type_text(&user.password).await;
        page.press(Key::Enter).await;
        self.answer(press).await
    }

    /// Answers whether the app may have access, once the question is shown.
    pub async fn answer(&self, press: Press) -> Url {
        let page = &self.page;
        page.shows("h1", "Allow Access?").await;
        let (button, key) = match press {
            Press::Allow => ("#oaapprove", Key::Enter),
            Press::Deny => ("#oadeny", Key::Space),
        };
        page.tab_to(button, STOPS).await;
        page.press(key).await;
        page.until("the page of Datatrax Connect", "return document.title.includes('Datatrax Connect')", &[])
            .await;
        page.address().await
    }
}
