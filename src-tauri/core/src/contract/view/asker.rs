//! The programs that were given a connection's tokens.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::OrgKind;

/// A program that asks for tokens, as the system tells it. What a program says of itself does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Asker {
    /// The path of the program's file. `None` where the system does not tell.
    pub program: Option<String>,
    /// Whether it called `dtx`, which then asked.
    pub through_dtx: bool,
}

/// What a token was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Token,
    /// Refreshed for this call.
    Fresh,
    /// For a program that `dtx run` starts.
    Run,
}

/// How often a program was given tokens of a connection, and for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Use {
    #[serde(flatten)]
    pub by: Asker,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub first_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub last_at: OffsetDateTime,
    /// How often it asked for any token.
    pub token: u32,
    /// How often for a fresh one.
    pub fresh: u32,
    /// How often `dtx run` started a program with one.
    pub run: u32,
}

impl Use {
    /// One token, given at this time.
    pub fn once(by: Asker, purpose: Purpose, at: OffsetDateTime) -> Self {
        let is = |one| u32::from(purpose == one);
        let (token, fresh, run) = (is(Purpose::Token), is(Purpose::Fresh), is(Purpose::Run));
        Self { by, first_at: at, last_at: at, token, fresh, run }
    }

    /// Counts the other's tokens as well.
    pub fn add(&mut self, other: &Self) {
        self.first_at = self.first_at.min(other.first_at);
        self.last_at = self.last_at.max(other.last_at);
        self.token = self.token.saturating_add(other.token);
        self.fresh = self.fresh.saturating_add(other.fresh);
        self.run = self.run.saturating_add(other.run);
    }

    /// How often it was given one, whatever for.
    pub fn times(&self) -> u32 {
        self.token.saturating_add(self.fresh).saturating_add(self.run)
    }

    pub fn last(&self) -> LastUse {
        LastUse { by: self.by.clone(), at: self.last_at }
    }
}

/// When a connection was used last, and by which program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct LastUse {
    #[serde(flatten)]
    pub by: Asker,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub at: OffsetDateTime,
}

/// What a person said of a program that asks for a connection's tokens. Of an interpreter it covers all that it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Consent {
    /// As of an [`Asker`]; `None` stands for all programs of which the system does not tell.
    pub program: Option<String>,
    pub allowed: bool,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub at: OffsetDateTime,
}

/// A program that waits for the answer whether it may be given tokens of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct ProgramAsks {
    /// What the answer is to be given for.
    pub question: String,
    pub alias: String,
    pub host: String,
    pub kind: OrgKind,
    pub username: String,
    #[serde(flatten)]
    pub by: Asker,
    /// Until when it waits.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub until: OffsetDateTime,
}
