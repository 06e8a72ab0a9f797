//! Why no window could be shown.

/// The reason in words, for the person who started the program.
pub(crate) type Trouble = Box<dyn std::error::Error>;
