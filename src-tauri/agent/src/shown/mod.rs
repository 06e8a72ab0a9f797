//! What a desktop shows of the connections, and what was clicked there: pure, whatever the desktop.

mod bounded;
pub(crate) mod icon;
pub mod menu;
pub mod note;
