//! The desktop around the agent: tray, notifications, settings, links and clipboard.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod hand_over;
mod links;
mod notifications;
mod settings;
mod tray;
mod tray_menu;
