//! The browsers of this computer, and in which one an org's pages are opened.

use serde::{Deserialize, Serialize};
#[cfg(feature = "types")]
use ts_rs::TS;

/// In which browser an org's pages are opened for a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "opens", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum BrowserChoice {
    /// In the desktop's default browser.
    #[default]
    Default,
    /// A person is asked each time.
    Ask,
    In {
        /// A [`Browser::id`].
        browser: String,
        /// A [`Profile::id`]. Absent: the one that the browser itself opens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        profile: Option<String>,
        /// Whether in a private window.
        #[serde(default)]
        private: bool,
    },
}

/// A browser that is installed on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Browser {
    /// Its word in the contract, such as `chrome`.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    /// In its own order.
    pub profiles: Vec<Profile>,
}

/// A profile of a browser. Its names were given by a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Profile {
    /// What the browser is told it by.
    pub id: String,
    /// What the browser shows of it, told apart from others of the same name.
    pub name: String,
}

/// A page that did not simply open in the browser that is chosen for its org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "instead", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Instead {
    /// Nothing was opened: a person is to say in which of these.
    Choose { browsers: Vec<Browser> },
    /// The default browser opened it, and why.
    Default { why: String },
}
