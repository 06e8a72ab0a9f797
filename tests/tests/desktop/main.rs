//! The desktop around the agent: tray, notifications, settings, links, clipboard, and what the doctor says of the computer.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod browsers;
mod diagnostics;
mod doctor;
mod hand_over;
mod links;
mod notifications;
mod settings;
mod tray;
mod tray_menu;
