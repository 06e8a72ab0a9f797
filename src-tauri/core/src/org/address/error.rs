//! Why a text names no org.

use crate::{
    contract::view::Failure,
    explain::{self, Code},
};

/// Why a text names no org. `host` is what was understood as the host, in ASCII.
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
        }
    }

    /// The same in words, with what to do.
    pub fn failure(&self) -> Failure {
        let facts = match self {
            Self::Empty | Self::TooLong => vec![("what", "the address of the org")],
            Self::Port { host } | Self::NotSalesforce { host } | Self::NeedsMyDomain { host } => {
                vec![("host", host.as_str())]
            }
            Self::Unreadable | Self::Username | Self::PracticeForm => Vec::new(),
        };
        explain::failure(self.code(), &facts)
    }
}
