//! What the tests that cross crates share: a desk with a keyring and a home of its own, the program `dtx`, a person who
//! signs in, a browser in which one does, and the window.
//!
//! The programs under test are the built ones: `cargo build --workspace` comes before these tests.

#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::io::{self, Write as _};

mod app;
mod browser;
mod clients;
mod clipboard;
mod computer;
mod debian;
mod desk;
mod dtx;
mod in_process;
mod internet;
mod journey;
mod kept;
mod keyring;
mod manager;
mod notifications;
mod passphrase;
mod person;
pub mod setting_up;
mod shown;
mod stored;
mod tap;
mod terminal;
mod tray;
mod webdriver;
mod window;

pub use app::{Answer, App, TOKEN, parameter};
pub use browser::Chromium;
pub use clients::{Library, SalesforceCli};
pub use clipboard::OtherCopy;
pub use computer::Computer;
pub use debian::{Packages, Root};
pub use desk::Desk;
pub use dtx::{Dtx, Ended, program};
pub use in_process::{Core, MovedClock, SignIn};
pub use internet::{Internet, OnlineDesk, Shown, real_org};
pub use journey::{INTEGRATION, INTEGRATION_USER, asked, org, until, until_so};
pub use kept::{DAY, Kept};
pub use keyring::{Keyring, lock_databases, open_database};
pub use manager::Manager;
pub use notifications::{Notifications, Shown as Notification};
pub use passphrase::PASSPHRASE;
pub use person::{Person, Press, arrive};
pub use shown::{Seen, Wishes};
pub use stored::stored;
pub use tap::{Exchange, Fault, Tap};
pub use terminal::Terminal;
pub use tray::{DesktopTray, MenuLine, TrayItem};
pub use webdriver::{Key, Page};
pub use window::{Display, Window};

/// Writes down what a test has measured, for people: past what a test that goes well says to nobody.
pub fn figures(text: &str) {
    // Nobody may be listening.
    let _ = writeln!(io::stderr(), "\n{}", text.trim_end());
}

/// The ports that sign-ins use are fixed, so only one test of a program may sign in at a time.
pub fn one_at_a_time() -> tokio::sync::MutexGuard<'static, ()> {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    TURN.try_lock().expect("these tests run with --test-threads=1")
}
