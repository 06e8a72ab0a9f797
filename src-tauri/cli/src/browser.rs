//! `dtx browser` and `dtx browsers`: in which browser an org's pages are opened, and how one is opened from here.

use connect_core::{
    contract::{
        intent,
        view::{Browser, BrowserChoice, Failure},
    },
    explain::{self, Code},
    org::{address, credentials},
    platform::browsers,
};
use serde::Serialize;

use crate::{
    arguments::{BrowserOf, BrowserPart, SignInBrowser},
    output, session,
    terminal::{self, Answer, Typing},
    text::Page,
};

/// The words for the two choices that name no browser.
pub(crate) const DEFAULT: &str = "default";
pub(crate) const ASK: &str = "ask";

/// The output of `browsers --json`.
#[derive(Serialize)]
struct Told {
    browsers: Vec<Browser>,
}

/// Lists the browsers of this computer.
pub(crate) fn list(json: bool) -> Result<u8, Failure> {
    let browsers = browsers::installed();
    if json {
        output::json(&Told { browsers })?;
        return Ok(0);
    }
    if browsers.is_empty() {
        output::hint(
            "None is found on this computer of Google Chrome, Microsoft Edge, Firefox and Chromium. Pages open in the default browser.",
        );
    }
    let page = Page::of_results();
    for browser in browsers {
        output::line(&page.wrapped(&format!("{:9} ", browser.id), &browser.name));
        browser
            .profiles
            .iter()
            .for_each(|profile| output::line(&page.wrapped("            ", &profile.name)));
    }
    Ok(0)
}

/// Tells in which browser the pages of a connection's org open, or has them opened in another.
pub(crate) async fn of_connection(command: BrowserOf) -> Result<u8, Failure> {
    let BrowserOf { name, browser, part, json } = command;
    let choice = browser.map(|browser| chosen(&browser, &part)).transpose()?;
    let client = session::open().await?;
    let connection = match choice {
        Some(browser) => client.call(intent::Browser { name, browser }).await?,
        None => client.call(intent::Show { name }).await?.connection,
    };
    if json.json {
        output::json(&connection)?;
        return Ok(0);
    }
    let choice = connection.browser.unwrap_or_default();
    output::hint(&match &choice {
        BrowserChoice::Ask => {
            format!("Each time a page of {} opens, you are asked in which browser.", connection.alias)
        }
        BrowserChoice::Default | BrowserChoice::In { .. } => {
            format!("The pages of {} open in {}.", connection.alias, words(&choice))
        }
    });
    Ok(0)
}

/// The choice that a sign-in is given, if any.
///
/// # Errors
/// [`Code::BrowserUnknown`].
pub(crate) fn of_sign_in(given: &SignInBrowser) -> Result<Option<BrowserChoice>, Failure> {
    given.browser.as_deref().map(|browser| chosen(browser, &given.part)).transpose()
}

/// What was typed, as a choice: a browser and a profile by their words or by what they are called.
fn chosen(browser: &str, part: &BrowserPart) -> Result<BrowserChoice, Failure> {
    among(&browsers::installed(), browser, part)
}

fn among(installed: &[Browser], browser: &str, part: &BrowserPart) -> Result<BrowserChoice, Failure> {
    let unknown = |what: &str, typed: &str| {
        // What was typed may be a secret.
        let what = Some(("what", what)).filter(|_| !credentials::is_not_to_be_seen(typed));
        Err(explain::failure(Code::BrowserUnknown, what.as_slice()))
    };
    let is = |named: &str, wanted: &str| named.to_lowercase() == wanted.trim().to_lowercase();
    let names_none = [(DEFAULT, BrowserChoice::Default), (ASK, BrowserChoice::Ask)];
    if let Some((word, choice)) = names_none.into_iter().find(|(word, _)| is(word, browser)) {
        let says_more = part.profile.is_some() || part.private;
        return if says_more { Err(of_one_alone(word)) } else { Ok(choice) };
    }
    let Some(found) = installed.iter().find(|one| is(&one.id, browser) || is(&one.name, browser)) else {
        return unknown(&format!("The browser {browser}"), browser);
    };
    let profile = match &part.profile {
        None => None,
        Some(wanted) => {
            let profiles = &found.profiles;
            let by_id = profiles.iter().find(|profile| profile.id == *wanted);
            match by_id.or_else(|| profiles.iter().find(|profile| is(&profile.name, wanted))) {
                Some(profile) => Some(profile.id.clone()),
                None => return unknown(&format!("The profile {wanted} of {}", found.name), wanted),
            }
        }
    };
    Ok(BrowserChoice::In { browser: found.id.clone(), profile, private: part.private })
}

fn of_one_alone(word: &str) -> Failure {
    let message = format!("--profile and --private belong to one browser, and {word} names none.");
    let fix = vec!["dtx browsers lists those of this computer.".to_owned()];
    Failure { message, fix, ..explain::failure(Code::UsageInvalid, &[]) }
}

/// A choice in words, such as `Google Chrome, profile Work, in a private window`.
pub(crate) fn words(choice: &BrowserChoice) -> String {
    let (browser, profile, private) = match choice {
        BrowserChoice::Default => return "the default browser".to_owned(),
        BrowserChoice::Ask => return "the one that you choose each time".to_owned(),
        BrowserChoice::In { browser, profile, private } => (browser, profile, *private),
    };
    let mut words = vec![browsers::name_of(browser).to_owned()];
    if let Some(id) = profile {
        let installed = browsers::installed();
        let known = installed.iter().find(|one| one.id == *browser);
        let known = known.and_then(|one| one.profiles.iter().find(|profile| profile.id == *id));
        words.push(format!("profile {}", known.map_or(id, |profile| &profile.name)));
    }
    if private {
        words.push("in a private window".to_owned());
    }
    words.join(", ")
}

/// Opens a page of an org as it is chosen, and says where it opens otherwise. Whether it opened.
///
/// `may_ask`: whether a person is there to be asked; else it is the default browser.
pub(crate) async fn open(url: &str, choice: &BrowserChoice, may_ask: bool) -> bool {
    if !address::may_open(url) {
        return false;
    }
    let asked;
    let choice = if *choice == BrowserChoice::Ask && may_ask && terminal::is_present() {
        let Some(answer) = ask().await else { return false };
        asked = answer;
        &asked
    } else {
        choice
    };
    let Ok(why) = browsers::open(choice, url, |_| {}, |url| open::that_detached(url)) else { return false };
    if let Some(why) = why {
        output::hint(&why);
    }
    true
}

/// Opens a page of Setup, and says so.
pub(crate) async fn open_setup(url: &str, choice: &BrowserChoice) {
    output::hint(&if open(url, choice, true).await {
        format!("Your browser is opening at {url}")
    } else {
        format!("No browser was opened. The address is {url}")
    });
}

/// Asks in which browser. `None` where nobody answers.
async fn ask() -> Option<BrowserChoice> {
    let ways = ways(browsers::installed());
    output::hint("In which browser?");
    let page = Page::stderr();
    for ((_, words), number) in ways.iter().zip(1..) {
        output::hint(&page.in_lines(&format!("{number:>3}  "), words));
    }
    loop {
        match terminal::question("Its number, or Enter for the default browser: ", Typing::Shown).await {
            Answer::Line(line) => {
                // EXPOSE: a number.
                let line = line.expose().trim();
                if line.is_empty() {
                    return Some(BrowserChoice::Default);
                }
                let number = line.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
                match number.and_then(|at| ways.get(at)) {
                    Some((choice, _)) => return Some(choice.clone()),
                    None => output::hint("That is none of these numbers."),
                }
            }
            Answer::EndOfInput | Answer::AskedToEnd => return None,
        }
    }
}

/// Each browser as it opens by itself, with each of its profiles, and in a private window.
fn ways(installed: Vec<Browser>) -> Vec<(BrowserChoice, String)> {
    let mut ways = Vec::new();
    for Browser { id, name, profiles } in installed {
        let of =
            |profile: Option<String>, private| BrowserChoice::In { browser: id.clone(), profile, private };
        ways.push((of(None, false), name.clone()));
        for profile in profiles {
            ways.push((of(Some(profile.id), false), format!("{name}, {}", profile.name)));
        }
        ways.push((of(None, true), format!("{name}, private window")));
    }
    ways
}

#[cfg(test)]
mod tests {
    use connect_core::contract::view::Profile;

    use super::*;

    fn installed() -> Vec<Browser> {
        let profile = |id: &str, name: &str| Profile { id: id.to_owned(), name: name.to_owned() };
        let browser =
            |id: &str, name: &str, profiles| Browser { id: id.to_owned(), name: name.to_owned(), profiles };
        vec![
            browser(
                "chrome",
                "Google Chrome",
                vec![profile("Default", "Ada"), profile("Profile 1", "Globex")],
            ),
            browser("firefox", "Firefox", Vec::new()),
        ]
    }

    fn typed(browser: &str, profile: Option<&str>, private: bool) -> Result<BrowserChoice, Failure> {
        among(&installed(), browser, &BrowserPart { profile: profile.map(str::to_owned), private })
    }

    #[test]
    fn a_browser_and_its_profile_are_typed_as_they_are_called_or_by_their_words() {
        let globex = BrowserChoice::In {
            browser: "chrome".to_owned(),
            profile: Some("Profile 1".to_owned()),
            private: true,
        };
        assert_eq!(typed("chrome", Some("Profile 1"), true), Ok(globex.clone()));
        assert_eq!(typed("google CHROME", Some("globex"), true), Ok(globex));
        assert_eq!(typed("default", None, false), Ok(BrowserChoice::Default));
        assert_eq!(typed("Ask", None, false), Ok(BrowserChoice::Ask));
        let refused = |browser, profile| typed(browser, profile, false).unwrap_err();
        assert_eq!(refused("edge", None).message, "The browser edge is not found on this computer.");
        assert_eq!(
            refused("firefox", Some("Work")).message,
            "The profile Work of Firefox is not found on this computer."
        );
        assert_eq!(refused("ask", Some("Work")).code, Code::UsageInvalid);
    }

    #[test]
    fn whoever_is_asked_has_each_profile_and_a_private_window_to_choose_from() {
        let ways = ways(installed());
        let words: Vec<&str> = ways.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(
            words,
            [
                "Google Chrome",
                "Google Chrome, Ada",
                "Google Chrome, Globex",
                "Google Chrome, private window",
                "Firefox",
                "Firefox, private window",
            ]
        );
    }
}
