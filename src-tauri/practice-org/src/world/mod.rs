//! What the org knows, and what becomes of it: its apps, what was granted to them, its people and its clock. Nothing in here
//! speaks HTTP.
//!
//! [`State`](state::State) holds it all; what one can do with a part of it stands with that part.

pub(crate) mod apps;
pub(crate) mod clock;
pub(crate) mod counters;
pub(crate) mod endpoint;
pub(crate) mod grants;
pub(crate) mod options;
pub(crate) mod people;
pub(crate) mod refusals;
pub(crate) mod seeded;
pub(crate) mod state;
pub(crate) mod switches;
