//! The system around the window. Code for one platform stands in a file of that platform's name, in the folder beside
//! the file that all other code uses.

pub(crate) mod browser;
pub(crate) mod links;
pub(crate) mod notices;
pub(crate) mod toolkit;
pub(crate) mod web_view;
