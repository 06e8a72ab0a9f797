//! A local stand-in for a Salesforce org: strict like Salesforce, to rehearse and to test with.
//!
//! It has Setup pages with External Client Apps, users, a login page and an Allow page for a real browser, the OAuth
//! endpoints, and enough of the REST API to prove a connection and to serve Salesforce CLI, jsforce and
//! simple-salesforce. It can be made to fail on demand: by a [`Fault`], an [`Event`], a whole [`Scenario`]. Its
//! unproven assumptions about Salesforce are listed in [`ASSUMPTIONS`].
//!
//! ```no_run
//! # async fn rehearse() -> std::io::Result<()> {
//! let org = practice_org::Org::start(practice_org::Options::default()).await?;
//! println!("{}", org.address());
//! org.change(|switches| switches.rotation = false);
//! org.stop().await;
//! # Ok(())
//! # }
//! ```

mod assumptions;
mod guard;
mod http;
mod login;
mod metadata;
mod oauth;
mod org;
mod rehearsal;
mod rest;
mod router;
mod setup;
#[cfg(test)]
mod tests;
mod world;

pub use assumptions::{ASSUMPTIONS, Assumption, Mark};
pub use org::{Announcement, Control, Org, PracticeUser};
pub use rehearsal::control::CONTROL_HEADER;
pub use rehearsal::event::Event;
pub use rehearsal::faults::fault::{Fault, What};
pub use rehearsal::scenario::{Scenario, Step};
pub use world::counters::Counters;
pub use world::endpoint::Endpoint;
pub use world::grants::alive::TokenStatus;
pub use world::grants::grant::TokenKind;
pub use world::options::{Options, OrgKind};
pub use world::people::users::Role;
pub use world::refusals::{OauthError, RestRefusal};
pub use world::switches::{CallbackForm, NewApps, RefreshPolicy, Switches};
