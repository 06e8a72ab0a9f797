//! The words of a row: its own from `words/causes.toml`, or those of its code.

use serde::Deserialize;

use super::Sign;
use crate::{
    contract::view::{Acts, SetupPage},
    explain::{
        Code, failure,
        fill::fill,
        words::{section, way_out},
    },
};

/// What a row means, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub message: String,
    pub fix: Vec<String>,
    pub acts: Acts,
    pub waiting: bool,
    pub page: Option<SetupPage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnWords {
    message: String,
    fix: Vec<String>,
    acts: Acts,
    #[serde(default)]
    waiting: bool,
    #[serde(default)]
    page: Option<SetupPage>,
}

pub(super) const WORDS: &str = include_str!("../../words/causes.toml");
/// What stands for the host where none is named.
const ANY_HOST: &str = "the org";

/// The row in words. `facts` are those of [`failure`]; a host is named only where one is given.
pub fn told(sign: &Sign, facts: &[(&str, &str)]) -> Told {
    let Some(own) = section::<OwnWords>(WORDS, sign.id) else { return told_of_code(sign.code, facts) };
    let fact = |name: &str| {
        let given = facts.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
        given.or((name == "host").then_some(ANY_HOST))
    };
    let put = |template: &String| fill(template, fact);
    Told {
        message: put(&own.message),
        fix: own.fix.iter().map(put).collect(),
        acts: own.acts,
        waiting: own.waiting,
        page: own.page,
    }
}

/// A code in words.
pub fn told_of_code(code: Code, facts: &[(&str, &str)]) -> Told {
    let failure = failure(code, facts);
    let (acts, waiting, page) = way_out(code);
    Told { message: failure.message, fix: failure.fix, acts, waiting, page }
}
