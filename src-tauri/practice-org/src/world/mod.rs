//! The org's data and rules: its apps, their grants, its people and its clock, all without HTTP.
//!
//! [`State`](state::State) holds all of it; each module has the operations on its part.

pub(crate) mod apps;
pub(crate) mod clock;
pub(crate) mod counters;
pub(crate) mod deploys;
pub(crate) mod endpoint;
pub(crate) mod grants;
pub(crate) mod options;
pub(crate) mod people;
pub(crate) mod refusals;
pub(crate) mod seeded;
pub(crate) mod state;
pub(crate) mod switches;
