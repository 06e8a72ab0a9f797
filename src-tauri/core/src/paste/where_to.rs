//! Where in the org something is done: the page of Setup, with the org's own host before it where the text names one.

use std::ops::Range;

use super::beginning;
use crate::{
    contract::view::{SetupLink, SetupPage},
    explain::setup,
    org::address::{self, Address},
};

/// How far from an error the org may be named, in bytes.
const BEFORE: usize = 1500;
const AFTER: usize = 1500;

/// The one org of Salesforce's that is named around an error; none where there are several.
pub(super) fn org(text: &str, error: &Range<usize>) -> Option<Address> {
    let start = beginning(text, error.start.saturating_sub(BEFORE)).len();
    let end = beginning(text, error.end + AFTER).len();
    let around = text.get(start..end)?;
    match <[Address; 1]>::try_from(address::orgs_in(around)) {
        Ok([org]) => Some(org),
        Err(_) => None,
    }
}

/// The way to a page.
pub(super) fn link(page: SetupPage, org: Option<&Address>) -> SetupLink {
    let link = setup::link(page, org.map(Address::host));
    SetupLink { url: org.map(|org| org.page_of_setup(&link.path).into()), ..link }
}
