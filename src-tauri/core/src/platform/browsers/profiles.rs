//! The profiles of a browser, from the list that it keeps of them. Of its other files nothing is read.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use super::Family;
use crate::{contract::view::Profile, explain, platform::private};

/// The list of browsers that are as Chromium. Their lists hold other things, too.
const LOCAL_STATE: &str = "Local State";
const PROFILES_INI: &str = "profiles.ini";

/// The longest list that is read, in bytes.
const LONGEST: usize = 16 << 20;

/// The most profiles of one browser.
const MOST: usize = 100;

/// The longest name that is shown, in characters.
const LONGEST_NAME: usize = 80;

/// The file in which a browser lists its profiles.
pub(super) fn list_of(family: Family) -> &'static str {
    match family {
        Family::Chromium { .. } => LOCAL_STATE,
        Family::Firefox => PROFILES_INI,
    }
}

/// The profiles that a folder of this family has. None where their list is not there, or in another form.
pub(super) fn profiles(family: Family, folder: &Path) -> Vec<Profile> {
    let Ok(text) = private::read_short(&folder.join(list_of(family)), LONGEST) else { return Vec::new() };
    let listed = match family {
        Family::Chromium { .. } => of_chromium(&text),
        Family::Firefox => of_firefox(&text),
    };
    told_apart(listed)
}

/// The part of `Local State` that is read.
#[derive(Deserialize)]
struct LocalState {
    profile: KnownProfiles,
}

#[derive(Deserialize)]
struct KnownProfiles {
    info_cache: BTreeMap<String, Known>,
}

#[derive(Deserialize)]
struct Known {
    #[serde(default)]
    name: String,
}

fn of_chromium(text: &[u8]) -> Vec<Profile> {
    let Ok(state) = serde_json::from_slice::<LocalState>(text) else { return Vec::new() };
    let mut known: Vec<_> = state.profile.info_cache.into_iter().collect();
    // `Profile 2` comes before `Profile 10`.
    known.sort_by_key(|(folder, _)| (folder != "Default", folder.len()));
    known.into_iter().map(|(id, Known { name })| Profile { id, name }).collect()
}

fn of_firefox(text: &[u8]) -> Vec<Profile> {
    let text = String::from_utf8_lossy(text);
    let mut is_profile = false;
    let mut names = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            is_profile = line.strip_prefix("[Profile").is_some_and(|rest| {
                rest.strip_suffix(']')
                    .is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
            });
        } else if is_profile && let Some(name) = line.strip_prefix("Name=") {
            names.push(Profile { id: name.to_owned(), name: name.to_owned() });
        }
    }
    names
}

/// Those that can be named to their browser, each with a name that fits a line and is no other's.
fn told_apart(listed: Vec<Profile>) -> Vec<Profile> {
    let can_be_told = |id: &str| {
        let is_plain = !id.chars().any(|letter| letter.is_control() || "/\\".contains(letter));
        is_plain && !id.is_empty() && id.len() <= 256 && !id.starts_with(['-', '.'])
    };
    let mut profiles: Vec<_> =
        listed.into_iter().filter(|profile| can_be_told(&profile.id)).take(MOST).collect();
    for profile in &mut profiles {
        let hides = |letter: char| letter.is_control() || explain::is_bidi_or_invisible(letter);
        let shown: String =
            profile.name.chars().filter(|letter| !hides(*letter)).take(LONGEST_NAME).collect();
        shown.trim().clone_into(&mut profile.name);
        if profile.name.is_empty() {
            profile.name.clone_from(&profile.id);
        }
    }
    let mut times = BTreeMap::<String, usize>::new();
    for profile in &profiles {
        *times.entry(profile.name.to_lowercase()).or_default() += 1;
    }
    for profile in &mut profiles {
        if times.get(&profile.name.to_lowercase()) > Some(&1) && profile.name != profile.id {
            profile.name = format!("{} ({})", profile.name, profile.id);
        }
    }
    profiles
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    const CHROMIUM: Family = Family::Chromium { private: "--incognito" };

    fn read(family: Family, text: &str) -> Vec<(String, String)> {
        let folder = tempfile::tempdir().unwrap();
        let file = fs::File::create(folder.path().join(list_of(family)));
        file.unwrap().write_all(text.as_bytes()).unwrap();
        profiles(family, folder.path()).into_iter().map(|Profile { id, name }| (id, name)).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect()
    }

    #[test]
    fn the_profiles_of_chromium_are_those_of_its_local_state_by_their_names() {
        let text = r#"{ "browser": { "enabled_labs_experiments": [] }, "profile": { "last_used": "Default", "info_cache": {
            "Profile 10": { "name": "Ada" },
            "Default": { "name": "Person 1", "user_name": "ada@acme.example", "avatar_icon": "x" },
            "Profile 2": { "name": "ada" },
            "Profile 3": { "name": "  Glo\u202ebex\n " },
            "Profile 4": { "is_using_default_name": true },
            "../Elsewhere": { "name": "no" }, "--load-extension=x": { "name": "no" }, "": { "name": "no" } } } }"#;
        let expected = pairs(&[
            ("Default", "Person 1"),
            ("Profile 2", "ada (Profile 2)"),
            ("Profile 3", "Globex"),
            ("Profile 4", "Profile 4"),
            ("Profile 10", "Ada (Profile 10)"),
        ]);
        assert_eq!(read(CHROMIUM, text), expected);
    }

    #[test]
    fn the_profiles_of_firefox_are_those_of_its_list() {
        let text = "[Install4F96D1932A9F858E]\nDefault=a.default\nName=no\n\n[Profile1]\nName=default\nIsRelative=1\n\
                    Path=a.default\n\n[Profile0]\r\nName=Globex, Inc.\r\nPath=b\r\n[General]\nName=no\n[ProfileX]\nName=no\n";
        let expected = pairs(&[("default", "default"), ("Globex, Inc.", "Globex, Inc.")]);
        assert_eq!(read(Family::Firefox, text), expected);
    }

    #[test]
    fn a_list_in_another_form_or_none_has_no_profiles() {
        for text in ["", "{", "[]", r#"{"profile":{}}"#, r#"{"profile":{"info_cache":["Default"]}}"#] {
            assert!(read(CHROMIUM, text).is_empty(), "{text:?}");
            assert!(read(Family::Firefox, text).is_empty(), "{text:?}");
        }
        let nowhere = tempfile::tempdir().unwrap();
        assert!(profiles(CHROMIUM, nowhere.path()).is_empty());
    }

    #[test]
    fn a_long_list_is_cut() {
        let many: Vec<_> =
            (0..2 * MOST).map(|number| format!("[Profile{number}]\nName=p{number}\n")).collect();
        assert_eq!(read(Family::Firefox, &many.concat()).len(), MOST);
    }
}
