use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{Desk, Page, program};

/// What stands on the search path in place of the system's way to open a browser: it notes the address.
const BROWSER: &str = "#!/bin/sh\nprintf '%s\\n' \"$1\" >> \"$OPENED\"\n";
const PATIENCE: Duration = Duration::from_secs(30);

/// A display without a screen: Xvfb on a number of its own choice.
pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    pub fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        Self { server, name: format!(":{}", number.trim()) }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The real window of the built program, under WebDriver. It ends with this.
pub struct Window {
    pub page: Page,
    opened: PathBuf,
    /// How many opened addresses have been told.
    told: usize,
}

impl Window {
    /// Starts the window on a desk. The addresses it opens in the browser are noted instead.
    pub async fn open(desk: &Desk, display: &Display) -> Self {
        let programs = desk.folder().join("programs");
        fs::create_dir_all(&programs).unwrap();
        let browser = programs.join("xdg-open");
        if !browser.exists() {
            let mut file =
                fs::OpenOptions::new().write(true).create_new(true).mode(0o755).open(&browser).unwrap();
            file.write_all(BROWSER.as_bytes()).unwrap();
        }
        let opened = desk.folder().join("opened");
        let mut driver = desk.command("WebKitWebDriver");
        driver
            .env("PATH", format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default()))
            .env("OPENED", &opened)
            .env("DISPLAY", &display.name)
            // Without it the driver waits for the window for ever.
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let binary = program("datatrax-connect");
        let told = addresses(&opened).len();
        let page =
            Page::start(driver, json!({ "webkitgtk:browserOptions": { "binary": binary, "args": [] } }))
                .await;
        Self { page, opened, told }
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

    /// All addresses opened so far, by every window of the desk.
    pub fn opened(&self) -> Vec<String> {
        addresses(&self.opened)
    }
}

fn addresses(file: &PathBuf) -> Vec<String> {
    fs::read_to_string(file).unwrap_or_default().lines().map(str::to_owned).collect()
}
