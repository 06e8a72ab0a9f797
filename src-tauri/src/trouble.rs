/// Why no window came up.
pub(crate) type Trouble = Box<dyn std::error::Error>;
