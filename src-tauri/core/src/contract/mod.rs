//! What the faces and the agent say to each other: requests, views and the closed set of codes.

pub mod code;
pub mod intent;
pub mod view;
