//! Why a text names no org.

use super::Address;
use crate::{
    contract::view::Failure,
    explain::{self, Code},
};

/// Why a text names no org. `host` is the text understood as the host, in ASCII.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("no address was given")]
    Empty,
    #[error("the text is far longer than an address")]
    TooLong,
    #[error("the text cannot be read as an address")]
    Unreadable,
    #[error("the text is a username or an e-mail address")]
    Username,
    #[error("the address of a real org has no port")]
    Port { host: String },
    #[error("a practice org is named http://localhost:PORT or http://127.0.0.1:PORT")]
    PracticeForm,
    #[error("{host} is not a host of Salesforce")]
    NotSalesforce { host: String },
    #[error("{host} is Salesforce's, but does not name one org")]
    NeedsMyDomain { host: String },
    #[error("the text is the address that a sign-in ends on")]
    Callback,
    /// Only a person can say whether one of these orgs is meant. The list is never empty.
    #[error("the text does not say for certain which org is meant")]
    Unsure { meant: Vec<Address> },
}

impl AddressError {
    pub fn code(&self) -> Code {
        match self {
            Self::Empty => Code::ValueMissing,
            Self::TooLong => Code::ValueTooLong,
            Self::Unreadable => Code::AddressInvalid,
            Self::Username => Code::AddressIsUsername,
            Self::Port { .. } => Code::AddressHasPort,
            Self::PracticeForm => Code::AddressPracticeForm,
            Self::NotSalesforce { .. } => Code::AddressNotSalesforce,
            Self::NeedsMyDomain { .. } => Code::AddressNeedsMyDomain,
            Self::Callback => Code::AddressIsCallback,
            Self::Unsure { .. } => Code::AddressUnsure,
        }
    }

    /// The orgs that may be meant, to ask a person about.
    pub fn meant(&self) -> &[Address] {
        if let Self::Unsure { meant } = self { meant } else { &[] }
    }

    /// The failure in words, with what to do.
    pub fn failure(&self) -> Failure {
        let origins: Vec<String> = self.meant().iter().map(Address::origin_text).collect();
        let found = origins.join(" or ");
        let facts = match self {
            Self::Empty | Self::TooLong => vec![("what", "the address of the org")],
            Self::Port { host } | Self::NotSalesforce { host } | Self::NeedsMyDomain { host } => {
                vec![("host", host.as_str())]
            }
            Self::Unsure { .. } => vec![("found", found.as_str())],
            Self::Unreadable | Self::Username | Self::PracticeForm | Self::Callback => Vec::new(),
        };
        super::in_setup(explain::failure(self.code(), &facts))
    }
}
