//! The system around `dtx`. Code for one platform stands in a file of that platform's name, in the folder beside the
//! file that all other code uses.

pub(crate) mod program;
pub(crate) mod stdout;
pub(crate) mod terminal;
