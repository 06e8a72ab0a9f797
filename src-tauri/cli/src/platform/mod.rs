//! The system around `dtx`. What of it is particular to a platform stands in a file of that platform's name, in the folder
//! beside the file that everybody else uses.

pub(crate) mod terminal;
