//! The name of an app in Setup, and the API name that Salesforce makes of it.

use crate::{explain::is_bidi_or_invisible, guide};

/// The longest name, in characters. The longest name of a file's component then has 75, and Salesforce's developer names
/// elsewhere may have 80.
const LONGEST: usize = 60;
/// What a file cannot be called on Windows, whatever stands after a dot.
const OF_DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
/// The same with one digit behind them.
const OF_PORTS: [&str; 2] = ["COM", "LPT"];

/// A name that an app can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppName {
    label: String,
    api: String,
}

/// Why a text is no name of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoName {
    #[error("it has no letter from a to z and no digit, of which its API Name would be made")]
    NoLetters,
    #[error("it has more than {LONGEST} characters")]
    TooLong,
    #[error("it has a character that is not seen, or a line end")]
    Unseen,
    #[error("no file can be called like its API Name on Windows")]
    OfDevice,
}

impl AppName {
    /// The name that the guide gives the app.
    pub fn of_guide() -> Option<Self> {
        let steps = guide::steps(None);
        let mut values = steps.iter().flat_map(|step| &step.values);
        Self::read(&values.find(|value| value.label == "External Client App Name")?.value).ok()
    }

    /// Takes a name as Setup does, and makes the API name of it.
    ///
    /// # Errors
    /// Why no app can be called like that.
    pub fn read(text: &str) -> Result<Self, NoName> {
        let label = text.trim();
        if label.chars().count() > LONGEST {
            return Err(NoName::TooLong);
        }
        if label.chars().any(|one| one.is_control() || is_bidi_or_invisible(one)) {
            return Err(NoName::Unseen);
        }
        let api = api_name(label).ok_or(NoName::NoLetters)?;
        if is_of_device(&api) {
            return Err(NoName::OfDevice);
        }
        Ok(Self { label: label.to_owned(), api })
    }

    /// The name as Setup shows it.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The API name: letters, digits and single underscores, with a letter first and no underscore at the end.
    pub fn api(&self) -> &str {
        &self.api
    }
}

/// As Setup fills in API Name while a name is typed: whatever is neither letter nor digit becomes one underscore.
fn api_name(label: &str) -> Option<String> {
    let words = label.split(|one: char| !one.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("_");
    let first = joined.chars().next()?;
    Some(if first.is_ascii_digit() { format!("X{joined}") } else { joined })
}

fn is_of_device(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let of_port = OF_PORTS.iter().filter_map(|port| name.strip_prefix(port));
    OF_DEVICES.contains(&name.as_str())
        || of_port.into_iter().any(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_name_is_made_of_a_name_as_salesforce_does() {
        for (name, api) in [
            ("Datatrax", "Datatrax"),
            ("Datatrax Connect", "Datatrax_Connect"),
            ("  My -- app! ", "My_app"),
            ("_x_", "x"),
            ("3 boxes", "X3_boxes"),
            ("Zürich & Genève <2>", "Z_rich_Gen_ve_2"),
            ("COM1 port", "COM1_port"),
            ("Console", "Console"),
        ] {
            let read = AppName::read(name).unwrap();
            assert_eq!((read.label(), read.api()), (name.trim(), api), "{name:?}");
        }
    }

    #[test]
    fn what_no_app_can_be_called_is_refused() {
        let long = "x".repeat(LONGEST + 1);
        for (name, why) in [
            ("", NoName::NoLetters),
            ("   ", NoName::NoLetters),
            ("—", NoName::NoLetters),
            ("データ", NoName::NoLetters),
            (&long, NoName::TooLong),
            ("Data\ntrax", NoName::Unseen),
            ("Data\u{202e}trax", NoName::Unseen),
            ("Data\u{0}trax", NoName::Unseen),
            ("aux", NoName::OfDevice),
            ("lpt9", NoName::OfDevice),
        ] {
            assert_eq!(AppName::read(name).err(), Some(why), "{name:?}");
        }
        assert!(AppName::read(&"x".repeat(LONGEST)).is_ok(), "the longest");
    }
}
