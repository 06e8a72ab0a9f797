//! The basis of all endpoints: a request, the addresses, the frame of a page, and the shared state.

pub(crate) mod assets;
pub(crate) mod call;
pub(crate) mod clock_words;
pub(crate) mod cookie;
pub(crate) mod forms;
pub(crate) mod json;
pub(crate) mod pages;
pub(crate) mod paths;
pub(crate) mod shared;
