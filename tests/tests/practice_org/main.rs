//! The practice org itself: what it answers, how it bears load, and that clients nobody here wrote take it for an org.

mod clients;
mod practice;
mod practice_errors;
mod practice_load;
