//! Settings through the agent, the window, the tray and the file agree.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use connect_agent::{Client, of_agent::Stop};
use connect_core::{
    contract::{
        intent,
        view::{Failure, Notice, SettingsView},
    },
    explain::Code,
    platform::{
        home::Home,
        settings::{Change, LogLevel, Theme},
    },
};
use connect_tests::{
    Desk, DesktopTray, Display, Dtx, INTEGRATION, Kept, OnlineDesk, Press, Window, one_at_a_time,
    setting_up::reached, until_so,
};
use practice_org::OrgKind;
use serde_json::Value;

const HOST: &str = "acme--uat.sandbox.my.salesforce.com";

/// An agent, and a client of it.
async fn agent(desk: &Desk, environment: &[(&str, &str)]) -> (Dtx, Client) {
    let agent = desk.start_with(&["agent"], environment);
    (agent, reached(desk).await)
}

async fn settings(client: &Client) -> SettingsView {
    client.call(intent::Settings).await.unwrap()
}

async fn set(client: &Client, change: Change) -> Result<SettingsView, Failure> {
    client.call(intent::Set(change)).await
}

fn write(path: &Path, text: &str) {
    fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

#[tokio::test]
async fn starting_with_the_login_is_an_entry_that_desktops_take() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let (_agent, client) = agent(&desk, &[]).await;
    let folder = desk.folder().join("user/.config/autostart");
    assert!(!folder.exists(), "nothing until it is chosen");
    set(&client, Change::StartAtLogin(true)).await.unwrap();
    let entries: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(entries.len(), 1, "{entries:?}");
    let valid = Command::new("desktop-file-validate").arg(&entries[0]).output().expect("desktop-file-utils");
    assert!(valid.status.success() && valid.stdout.is_empty(), "{valid:?}");
    let text = fs::read_to_string(&entries[0]).unwrap();
    assert!(text.contains(&format!("DATATRAX_HOME={}", desk.home().display())), "for this home: {text}");
    assert!(text.contains("agent --restart\n"), "restarted when it crashes: {text}");

    // Started as by a desktop: `gio launch` reads the entry.
    client.call(Stop).await.unwrap();
    client.closed().await;
    let mut launched = desk.command("gio").arg("launch").arg(&entries[0]).spawn().expect("gio is installed");
    desk.until_agent_runs().await;
    let client = Client::open(&Home::at(&desk.home()).unwrap()).await.unwrap().unwrap();
    assert!(settings(&client).await.settings.start_at_login, "as it was set");
    set(&client, Change::StartAtLogin(false)).await.unwrap();
    assert!(!entries[0].exists(), "gone when it is not wanted");
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
    launched.wait().unwrap();
}

#[tokio::test]
async fn a_folder_that_takes_no_entry_is_said_and_nothing_changes() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    // A file in place of the folder.
    fs::create_dir_all(desk.folder().join("user/.config")).unwrap();
    write(&desk.folder().join("user/.config/autostart"), "");
    let (_agent, client) = agent(&desk, &[]).await;
    let refused = set(&client, Change::StartAtLogin(true)).await.unwrap_err();
    assert_eq!(refused.code, Code::StartAtLoginRefused, "{refused:?}");
    assert!(!settings(&client).await.settings.start_at_login, "nothing has changed");
    assert!(!desk.home().join("settings.toml").exists(), "nor was it written");
}

#[tokio::test]
async fn keep_alive_is_one_setting_in_tray_window_and_file() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let mut tray = DesktopTray::on(&desk).await;
    let (_agent, client) = agent(&desk, &[]).await;
    let item = tray.item().await;
    let window = Window::open_with(&desk, &display, &["--settings"], &[]).await;
    let page = &window.page;
    let is = |wanted| format!("return document.querySelector('#keep_alive')?.checked === {wanted}");
    page.until("kept alive at first", &is(true), &[]).await;
    page.look("window-settings").await;

    item.press(&["Keep connections alive"]).await;
    page.until("the window follows the tray", &is(false), &[]).await;
    let file = desk.home().join("settings.toml");
    assert_eq!(fs::read_to_string(&file).unwrap(), "keep_alive = false\n", "and so does the file");

    page.click("#keep_alive").await;
    until_so("the agent follows the window", async || settings(&client).await.settings.keep_alive).await;
    let choose = "const theme = document.querySelector('#theme'); theme.value = 'dark';
        theme.dispatchEvent(new Event('change'))";
    page.evaluate(choose, &[]).await;
    let dark = "return getComputedStyle(document.documentElement).colorScheme === 'dark'";
    page.until("dark", dark, &[]).await;
    page.look("window-settings-dark").await;
    drop(window);
    assert_eq!(settings(&client).await.settings.theme, Theme::Dark, "kept");
    let window = Window::open(&desk, &display).await;
    window.page.shows("h1", "Settings").await;
    let theme = window.page.evaluate("return document.documentElement.dataset.theme", &[]).await;
    assert_eq!(theme, Value::from("dark"), "from the first picture on");
}

#[tokio::test]
async fn a_broken_file_is_set_aside_and_said_and_a_mended_one_is_taken() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let file = desk.home().join("settings.toml");
    write(&file, "theme = dark");
    let (_agent, client) = agent(&desk, &[]).await;
    let view = settings(&client).await;
    assert_eq!(view.trouble.map(|trouble| trouble.code), Some(Code::SettingsBroken), "said");
    assert_eq!(fs::read_to_string(file.with_extension("broken.toml")).unwrap(), "theme = dark", "kept");
    let window = Window::open_with(&desk, &display, &["--settings"], &[]).await;
    window.page.shows("[data-testid=settings-trouble]", "settings.broken.toml").await;
    window.page.look("window-settings-broken").await;
    drop(window);
    write(&file, "# by hand\ntheme = \"dark\"\nof_a_newer_version = 1\n");
    let view = settings(&client).await;
    assert_eq!((view.settings.theme, view.trouble), (Theme::Dark, None), "taken");
    set(&client, Change::KeepAlive(false)).await.unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("# by hand") && text.contains("of_a_newer_version = 1"),
        "nothing of it is lost: {text}"
    );
}

#[tokio::test]
async fn proxy_and_authority_of_the_settings_reach_an_org_from_the_next_request_on() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(HOST, OrgKind::Sandbox).await;
    // As on a computer without such variables in its environment.
    let environment = online.internet.environment();
    let is_bare = |name: &str| !matches!(name, "HTTPS_PROXY" | "DATATRAX_CA_FILE");
    let bare = environment.iter().filter(|(name, _)| is_bare(name));
    let bare: Vec<(&str, &str)> = bare.map(|(name, value)| (*name, value.as_str())).collect();
    let (agent, client) = agent(&online.desk, &bare).await;
    let key = org.key();
    let connect = ["connect", HOST, "--key", &key, "--secret-stdin", "--no-browser", "--json"];
    let mut dtx = online.desk.start_with(&connect, &bare);
    dtx.say(&org.secret()).await;
    assert_eq!(dtx.ended().await.code, 4, "no way there yet");

    let unreadable = set(&client, Change::Authority(Some("/nonexistent.pem".to_owned()))).await.unwrap_err();
    assert_eq!(unreadable.code, Code::AuthorityUnusable, "{unreadable:?}");
    let relative = set(&client, Change::Authority(Some("ca.pem".to_owned()))).await.unwrap_err();
    assert_eq!(relative.code, Code::SettingInvalid, "{relative:?}");
    assert_eq!(settings(&client).await.settings.authority, None, "nothing has changed");
    let authority = online.internet.authority_file().to_str().unwrap().to_owned();
    set(&client, Change::Authority(Some(authority))).await.unwrap();
    let view = set(&client, Change::Proxy(Some(online.internet.proxy()))).await.unwrap();
    assert_eq!(view.overruled, [], "nothing decides in their place");
    let mut dtx = online.desk.start_with(&connect, &bare);
    dtx.say(&org.secret()).await;
    dtx.sign_in(&mut online.internet.person(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "connected");

    // Without an agent, dtx reads the same file.
    client.call(Stop).await.unwrap();
    agent.ended().await;
    let mut alone = online.desk.start_with(&["check", "acme--uat"], &bare);
    alone.end_input();
    assert_eq!(alone.ended().await.code, 0, "the same way");

    let (_agent, client) = self::agent(&online.desk, &[("HTTPS_PROXY", "http://127.0.0.1:9")]).await;
    let overruled = settings(&client).await.overruled;
    let overruled: Vec<_> =
        overruled.iter().map(|one| (one.setting.as_str(), one.variable.as_str())).collect();
    assert_eq!(overruled, [("proxy", "HTTPS_PROXY")], "the environment decides, and that is said");
}

#[tokio::test]
async fn the_log_tells_as_much_as_is_set() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let (_agent, client) = agent(&desk, &[]).await;
    let log = || fs::read_to_string(desk.home().join("logs/agent.log")).unwrap();
    settings(&client).await;
    assert!(!log().contains("DEBUG"), "what happens, and no more");
    set(&client, Change::Log(LogLevel::Debug)).await.unwrap();
    desk.json(&["list"]).await;
    assert!(log().contains("DEBUG connect_agent"), "more: {}", log());
}

#[tokio::test]
async fn the_log_of_the_environment_counts_over_the_setting_while_the_agent_runs() {
    let _turn = one_at_a_time();
    for (environment, is_told) in [(&[("DATATRAX_LOG", "info")][..], true), (&[], false)] {
        let desk = Desk::new();
        let (agent, client) = agent(&desk, environment).await;
        set(&client, Change::Log(LogLevel::Error)).await.unwrap();
        let overruled: Vec<_> =
            settings(&client).await.overruled.into_iter().map(|one| one.setting).collect();
        assert_eq!(overruled.contains(&"log".to_owned()), is_told, "and says so: {overruled:?}");
        drop(client);
        assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
        agent.ended().await;
        let log = fs::read_to_string(desk.home().join("logs/agent.log")).unwrap();
        assert_eq!(log.contains("the agent has ended"), is_told, "{environment:?}: {log}");
    }
}

#[tokio::test]
async fn another_way_to_salesforce_is_told_and_stands_in_every_history() {
    let _turn = one_at_a_time();
    let kept = Kept::new().await;
    let controller = &kept.core.controller;
    let mut notices = controller.notices();
    let mut told = || {
        let next = std::iter::from_fn(|| notices.try_recv().ok());
        let texts = next
            .filter_map(|notice| if let Notice::WayChanged { text } = notice { Some(text) } else { None });
        texts.collect::<Vec<String>>()
    };
    controller.set(Change::KeepAlive(false)).await.unwrap();
    assert_eq!(told(), [""; 0], "no other setting leads anywhere");
    controller.set(Change::Proxy(Some("http://proxy.example:8080".to_owned()))).await.unwrap();
    let texts = told();
    assert!(matches!(&texts[..], [text] if text.contains("http://proxy.example:8080")), "once: {texts:?}");
    assert_eq!(kept.history().await[0], texts[0], "in the connection's history too");

    // Changed by another program that can write the file.
    let view = kept.core.ask(intent::Settings).await.unwrap();
    let mut file = fs::File::create(&view.file).unwrap();
    file.write_all(b"authority = \"/home/somebody/authority.pem\"\n").unwrap();
    kept.core.ask(intent::Settings).await.unwrap();
    let texts = told();
    let names_both =
        |text: &str| text.contains("without a proxy") && text.contains("/home/somebody/authority.pem");
    assert!(matches!(&texts[..], [text] if names_both(text)), "both: {texts:?}");
    assert_eq!(kept.history().await[0], texts[0], "in the connection's history too");
}
