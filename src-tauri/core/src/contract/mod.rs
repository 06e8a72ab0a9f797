//! The contract between the faces and the agent: requests, views and the closed set of codes.

pub mod code;
pub mod intent;
pub mod view;
