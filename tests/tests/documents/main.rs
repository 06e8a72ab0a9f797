//! The documents beside the code, and the code where a document says how it is laid out.

mod documents;
mod seam;
