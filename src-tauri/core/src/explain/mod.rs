//! The words for everything that can go wrong: a closed set of codes, and one text file that has words for each.

mod answers;
pub mod callbacks;
#[cfg(test)]
mod contract;
mod fill;
pub mod health;
pub mod names;
mod said;
mod unexpected;
mod words;

pub(crate) use self::fill::is_bidi_or_invisible;
pub use self::{
    answers::{ApiTrouble, TokenTrouble, api_error, asks_to_retry, authorize_error, token_error},
    said::Said,
    unexpected::unexpected,
    words::{exact, failure, failure_until, finding, until},
};
pub use crate::contract::code::Code;
