//! The guide as data: the file `words/guide.toml`, shown by the window and the terminal.

pub mod files;
pub mod rotation;
pub mod setup;
pub mod verdict;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
#[cfg(feature = "types")]
use ts_rs::TS;

use crate::{
    contract::view::CheckId,
    org::address::{self, Address},
};

/// The Datatrax portal, where the set-up goes on. Its pages are on the site that has Datatrax's callback address; the
/// page where an admin begins is not documented, so this is the front page.
pub const PORTAL: &str = "https://www.getdatatrax.com/";

/// One step of the guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Step {
    pub id: String,
    /// The step on whose screen this one is shown. Absent where it has a screen of its own.
    #[serde(default)]
    pub on: Option<String>,
    /// The task, as a heading.
    pub title: String,
    /// The actions, one a line.
    #[serde(rename = "do")]
    pub actions: Vec<String>,
    pub why: String,
    #[serde(default)]
    pub values: Vec<Value>,
    /// Remarks that must not be missed.
    #[serde(default)]
    pub notes: Vec<Note>,
    #[serde(default)]
    pub variants: Vec<Variant>,
    pub proof: Proof,
    /// The step in a few words, for a list of the steps.
    pub short: String,
    /// The label of the button that marks the step as done. Empty where the program itself knows.
    #[serde(default)]
    pub done: String,
    #[serde(default)]
    pub pictures: Vec<Picture>,
}

/// A picture of one place in Setup, with the place marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Picture {
    /// The base of the file names: `NAME-light.webp`, `NAME-light@2x.webp`, `NAME-dark.webp` and `NAME-dark@2x.webp`.
    pub name: String,
    /// The picture's content, for people who do not see it.
    pub alt: String,
    pub caption: String,
}

/// An exact value to enter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Value {
    /// The field's label in Setup, letter for letter.
    pub label: String,
    /// The value. Several lines are pasted as one block.
    pub value: String,
    #[serde(default)]
    pub hint: Option<String>,
    /// Whether it is chosen or checked in the form, since it cannot be pasted.
    #[serde(default)]
    pub tick: bool,
}

/// A warning or remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "types", derive(TS))]
#[cfg_attr(feature = "types", ts(rename = "GuideNote"))]
pub struct Note {
    pub title: String,
    pub text: String,
    /// The text in the window, where a button does what is a command elsewhere.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "types", ts(skip))]
    pub window: Option<String>,
}

/// What to do where the screen looks different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Variant {
    pub when: String,
    #[serde(rename = "do")]
    pub action: String,
    /// The same in the window, where a button does what is a command elsewhere.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "types", ts(skip))]
    pub window: Option<String>,
    /// The values for that screen, in place of the step's own.
    #[serde(default)]
    pub values: Vec<Value>,
}

/// How a step is shown to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Proof {
    pub text: String,
    /// The checks that prove the step by passing. Empty where only the person can say so.
    pub checks: Vec<CheckId>,
}

macro_rules! step_ids {
    ($( $name:ident = $word:literal, )*) => {
        /// The steps of the guide, in its order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum StepId { $( $name, )* }

        impl StepId {
            pub const ALL: &[StepId] = &[ $( StepId::$name, )* ];

            /// The step's id, as in [`Step::id`].
            pub fn word(self) -> &'static str {
                match self { $( StepId::$name => $word, )* }
            }
        }
    };
}

step_ids! {
    Org = "org",
    Before = "before",
    Open = "open",
    Details = "details",
    Oauth = "oauth",
    Security = "security",
    Copy = "copy",
    Paste = "paste",
    Wait = "wait",
    SignIn = "sign_in",
    Connected = "connected",
}

impl StepId {
    /// The step with this id, if any.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|step| step.word() == word)
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Guide {
    steps: Vec<Step>,
}

static GUIDE: LazyLock<Guide> =
    LazyLock::new(|| toml::from_str(include_str!("../words/guide.toml")).unwrap_or_default());

/// The steps in order, for the org at `address`, or in general words without one.
pub fn steps(address: Option<&Address>) -> Vec<Step> {
    GUIDE.steps.iter().map(|step| for_org(step, address)).collect()
}

/// The same as the window shows them: with its buttons in place of commands.
pub fn steps_in_window(address: Option<&Address>) -> Vec<Step> {
    let mut steps = steps(address);
    for step in &mut steps {
        let notes = step.notes.iter_mut().map(|note| (&mut note.text, note.window.take()));
        let variants = step.variants.iter_mut().map(|variant| (&mut variant.action, variant.window.take()));
        for (text, window) in notes.chain(variants) {
            if let Some(window) = window {
                *text = window;
            }
        }
    }
    steps
}

/// The number of the screen that shows a step, and the number of all screens.
pub fn place(steps: &[Step], id: &str) -> (usize, usize) {
    let screen =
        steps.iter().find(|step| step.id == id).map_or(id, |step| step.on.as_deref().unwrap_or(&step.id));
    let screens = || steps.iter().filter(|step| step.on.is_none());
    (screens().take_while(|step| step.id != screen).count() + 1, screens().count())
}

/// The steps that are shown together with a step, in order; itself among them.
pub fn together(step: StepId) -> Vec<StepId> {
    let screen = |id: StepId| {
        let on = GUIDE.steps.iter().find(|step| step.id == id.word()).and_then(|step| step.on.as_deref());
        on.and_then(StepId::of).unwrap_or(id)
    };
    StepId::ALL.iter().copied().filter(|other| screen(*other) == screen(step)).collect()
}

fn for_org(step: &Step, address: Option<&Address>) -> Step {
    let mut step = step.clone();
    fill(&mut step.values, address);
    for variant in &mut step.variants {
        fill(&mut variant.values, address);
    }
    step
}

fn fill(values: &mut Vec<Value>, address: Option<&Address>) {
    values.retain_mut(|value| match filled(&value.value, address) {
        Some(text) => {
            value.value = text;
            true
        }
        None => false,
    });
}

/// `template` filled in for the org, or `None` when it needs an org that is not known.
fn filled(template: &str, address: Option<&Address>) -> Option<String> {
    let callbacks = address.map_or_else(address::callbacks_of_real_orgs, Address::callbacks);
    let org = address.map_or("our org", Address::host);
    let text = template.replace("{callbacks}", &callbacks.join("\n")).replace("{org}", org);
    let text = text.replace("{portal}", PORTAL);
    match address {
        Some(address) => {
            let manager = text.replace("{app_manager_url}", address.app_manager_url().as_str());
            Some(manager.replace("{setup_url}", address.setup_url().as_str()))
        }
        None => (!text.contains('{')).then_some(text),
    }
}

#[cfg(test)]
mod tests;
