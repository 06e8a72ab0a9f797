//! What every endpoint of the org works with: a request, the addresses, the frame of a page, and what all requests share.

pub(crate) mod call;
pub(crate) mod clock_words;
pub(crate) mod pages;
pub(crate) mod shared;
