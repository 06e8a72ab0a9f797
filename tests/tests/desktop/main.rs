//! The desktop around the agent: tray, notifications, settings, links and clipboard.

mod hand_over;
mod links;
mod notifications;
mod settings;
mod tray;
mod tray_menu;
