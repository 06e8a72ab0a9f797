//! What the org knows, and what becomes of it: its apps, what was granted to them, its people and its clock.

pub(crate) mod apps;
pub(crate) mod endpoint;
pub(crate) mod grants;
pub(crate) mod options;
pub(crate) mod people;
pub(crate) mod seeded;
pub(crate) mod state;
pub(crate) mod switches;
