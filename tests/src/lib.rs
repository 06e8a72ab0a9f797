//! The parts shared by the tests that cross crates: a desk with its own keyring and home, the program `dtx`, a person
//! who signs in, a browser for that, and the window.
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

mod admin;
mod app;
mod browser;
mod changes;
mod clients;
mod clipboard;
mod computer;
mod debian;
mod desk;
mod dtx;
mod forgetful;
pub mod hostile;
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
mod stand_in;
mod stored;
mod tap;
mod terminal;
pub mod told;
mod tray;
mod waiting;
mod webdriver;
mod window;
mod wine;

pub use admin::{Asked, seal, seal_in_chromium, seal_in_firefox};
pub use app::{Answer, App, TOKEN, parameter};
pub use browser::Chromium;
pub use changes::Changes;
pub use clients::{Library, SalesforceCli, node, node_modules, python, sf};
pub use clipboard::OtherCopy;
pub use computer::Computer;
pub use debian::{Packages, Root};
pub use desk::Desk;
pub use dtx::{Dtx, Ended, program};
pub use forgetful::ForgetfulKeychain;
pub use in_process::{Core, MovedClock, SignIn};
pub use internet::{Internet, OnlineDesk, Shown, real_org};
pub use journey::{INTEGRATION, INTEGRATION_USER, asked, org};
pub use kept::{DAY, Kept};
pub use keyring::{Keyring, StartedByTheBus, close_wallets, dismiss, lock_databases, open_database};
pub use manager::Manager;
pub use notifications::{Notifications, Shown as Notification};
pub use passphrase::PASSPHRASE;
pub use person::{Person, Press, arrive};
pub use shown::{Seen, Wishes};
pub use stand_in::{stand_in_for_agent, token_of};
pub use stored::stored;
pub use tap::{Exchange, Fault, Tap};
pub use terminal::Terminal;
pub use tray::{DesktopTray, MenuLine, TrayItem};
pub use waiting::{PATIENCE, block_until_so, until, until_so};
pub use webdriver::{Key, Page};
pub use window::{Display, Window};
pub use wine::of_windows;

/// Prints a test's figures for people, also when the test passes.
pub fn figures(text: &str) {
    // Standard error may be closed.
    let _ = writeln!(io::stderr(), "\n{}", text.trim_end());
}

/// The ports of sign-ins are fixed, so only one test of a program may sign in at a time.
pub fn one_at_a_time() -> tokio::sync::MutexGuard<'static, ()> {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    TURN.try_lock().expect("these tests run with --test-threads=1")
}
