//! A text that somebody pasted to have it explained, read in this process: nothing of it goes any further.

use connect_core::{
    contract::view::{Explanation, Failure},
    explain::{Code, failure},
    paste::{self, LONGEST_IN_WINDOW},
    secret::Secret,
};
use serde::Serialize;

/// What a text says went wrong.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Explained {
    /// The text as it may be seen from now on: its secrets are masked, and what is longer than the window takes is cut off.
    shown: String,
    explanation: Explanation,
    /// What there is to do, where nothing in it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    unknown: Option<Failure>,
}

pub(crate) fn explained(text: &Secret) -> Explained {
    // EXPOSE: read to be explained, in this process. What is returned has its secrets masked.
    let text = text.expose();
    let explanation = paste::explain(text, LONGEST_IN_WINDOW);
    let is_told = paste::is_told(&explanation, text, LONGEST_IN_WINDOW);
    let unknown = (!is_told).then(|| failure(Code::NotExplained, &[]));
    Explained { shown: paste::shown(text, LONGEST_IN_WINDOW), explanation, unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_explained_and_comes_back_without_its_secrets() {
        let told = explained(&Secret::new("error=invalid_client_id client_secret=HUSH12345678HUSH"));
        assert_eq!(told.shown, "error=invalid_client_id client_secret=[hidden]");
        assert_eq!(told.explanation.causes.len(), 1, "explained all the same");
        assert!(told.unknown.is_none() && !told.explanation.cut);
    }

    #[test]
    fn a_text_that_says_nothing_is_told_with_what_to_do() {
        let told = explained(&Secret::new("Something went wrong."));
        assert_eq!(told.unknown.map(|failure| failure.code), Some(Code::NotExplained));
    }

    #[test]
    fn a_secret_that_stands_alone_is_named_and_nothing_more_is_missed() {
        let told = explained(&Secret::new(format!(" {}\n", "0f3HUSH9".repeat(8))));
        assert_eq!(told.shown, " [hidden]\n");
        assert_eq!(told.explanation.secrets.len(), 1);
        assert!(told.unknown.is_none(), "there is nothing else in it that could be explained");
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_and_that_is_said() {
        let told = explained(&Secret::new("a ".repeat(LONGEST_IN_WINDOW)));
        assert!(told.explanation.cut && told.shown.len() == LONGEST_IN_WINDOW);
    }
}
