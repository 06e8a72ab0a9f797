//! Groups of connections, such as a client's.

use serde::{Deserialize, Serialize};
#[cfg(feature = "types")]
use ts_rs::TS;

/// A group that connections are in. The colour stands beside the name and never alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Group {
    pub name: String,
    pub colour: Colour,
}

/// A colour that means nothing else here: none of those that tell a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Colour {
    #[default]
    Blue,
    Violet,
    Pink,
    Teal,
    Olive,
    Brown,
    Grey,
}

impl Colour {
    pub const ALL: [Self; 7] =
        [Self::Blue, Self::Violet, Self::Pink, Self::Teal, Self::Olive, Self::Brown, Self::Grey];

    /// Its word in the contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Violet => "violet",
            Self::Pink => "pink",
            Self::Teal => "teal",
            Self::Olive => "olive",
            Self::Brown => "brown",
            Self::Grey => "grey",
        }
    }
}
