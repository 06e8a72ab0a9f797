//! The words for everything that can go wrong: a text file has words for each code of a closed set.

mod answers;
pub mod callbacks;
pub mod causes;
#[cfg(test)]
mod contract;
pub mod doctor;
mod fill;
pub mod health;
pub mod names;
mod reason;
pub mod rotation;
mod said;
pub mod setup;
mod typed;
mod unexpected;
mod words;

pub use self::{
    answers::{ApiTrouble, TokenTrouble, api_error, asks_to_retry, authorize_error, token_error},
    fill::shown,
    reason::io_reason,
    said::Said,
    typed::typed,
    unexpected::unexpected,
    words::{exact, failure, failure_until, finding, typed_fixes, until, way_out},
};
pub(crate) use self::{
    fill::{is_bidi_or_invisible, narrow},
    words::section,
};
pub use crate::contract::code::Code;
