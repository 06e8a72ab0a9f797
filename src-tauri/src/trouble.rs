//! Why no window came up.

/// In words, for the person who wanted one.
pub(crate) type Trouble = Box<dyn std::error::Error>;
