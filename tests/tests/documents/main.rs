//! The documents beside the code.

mod documents;
