//! The content that a desktop shows of the connections, and the clicks on it; the same on every desktop.

mod bounded;
pub(crate) mod icon;
pub mod menu;
pub mod note;
