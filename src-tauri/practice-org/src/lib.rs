//! A local stand-in for a Salesforce org: strict like Salesforce, to rehearse and to test with.
//!
//! Setup pages with External Client Apps, users, a login page and an Allow page for a real browser, the OAuth endpoints, and
//! enough of the REST API to prove a connection and to serve Salesforce CLI, jsforce and simple-salesforce. Things can be made
//! to go wrong on demand: a [`Fault`], an [`Event`], a whole [`Scenario`]. What it assumes about Salesforce without proof
//! stands in [`ASSUMPTIONS`].
//!
//! ```no_run
//! # async fn rehearse() -> std::io::Result<()> {
//! let org = practice_org::Org::start(practice_org::Options::default()).await?;
//! println!("{}", org.address());
//! org.change(|switches| switches.rotation = true);
//! org.stop().await;
//! # Ok(())
//! # }
//! ```

mod alive;
mod app_policies;
mod app_settings;
mod approval;
mod apps;
mod authorize;
mod browser;
mod call;
mod client;
mod clock_words;
mod consumer;
mod control;
mod endpoint;
mod errors;
mod facts;
mod faults;
mod grants;
mod guard;
mod identity;
mod inbox;
mod introspect;
mod login;
mod options;
mod org;
mod pages;
mod query;
mod records;
mod requests;
mod rest;
mod rest_refusal;
mod revoke;
mod router;
mod scenario;
mod seeded;
mod setup;
mod shared;
mod soql;
mod state;
mod switches;
#[cfg(test)]
mod tests;
mod token;
mod usage;
mod verification;
mod well_known;

pub use control::{CONTROL_HEADER, TokenStatus};
pub use endpoint::Endpoint;
pub use errors::OauthError;
pub use facts::{ASSUMPTIONS, Assumption, Mark};
pub use faults::{Fault, What};
pub use grants::TokenKind;
pub use options::{Options, OrgKind};
pub use org::{Announcement, Control, Org, PracticeUser};
pub use rest_refusal::RestRefusal;
pub use scenario::{Event, Scenario, Step};
pub use state::{Counters, Role};
pub use switches::{CallbackForm, RefreshPolicy, Switches};
